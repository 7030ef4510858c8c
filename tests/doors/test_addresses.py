"""Who is knocking, and whose word counts for it."""

from __future__ import annotations

import pytest

from siaga.doors.addresses import Proxies, is_loopback, network_of


@pytest.mark.parametrize(
    ("address", "counted_by"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:DB8:1:2:bbbb::2", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("::1", "::"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_an_address_of_the_sixth_generation_is_counted_by_its_network(address: str, counted_by: str) -> None:
    assert network_of(address) == counted_by


@pytest.mark.parametrize(
    ("address", "here"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("::ffff:127.0.0.1", True), ("192.0.2.1", False)],
)
def test_this_very_machine_is_known(address: str, here: bool) -> None:
    assert is_loopback(address) is here
    assert not is_loopback("localhost.example.com")


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "caller"),
    [
        ("", "192.0.2.9", ["203.0.113.5"], "192.0.2.9"),
        ("10.0.0.1", "192.0.2.9", ["203.0.113.5"], "192.0.2.9"),
        ("10.0.0.1", "10.0.0.1", ["203.0.113.5"], "203.0.113.5"),
        ("10.0.0.1", "10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", ["1.1.1.1, 203.0.113.5, 10.1.2.3"], "203.0.113.5"),
        ("10.0.0.0/8", "10.0.0.1", ["1.1.1.1", "203.0.113.5"], "203.0.113.5"),
        ("10.0.0.0/8, 2001:db8::/32", "2001:db8::1", ["10.1.1.1, 10.2.2.2"], "10.1.1.1"),
        ("*", "192.0.2.9", ["203.0.113.5, 198.51.100.1"], "203.0.113.5"),
    ],
)
def test_only_a_proxy_of_ours_says_who_asks(proxies: str, peer: str, forwarded: list[str], caller: str) -> None:
    assert Proxies.written(proxies).caller(peer, forwarded) == caller


def test_a_proxy_that_is_no_address_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="SIAGA_DESK_PROXIES"):
        Proxies.written("proxy.example")
