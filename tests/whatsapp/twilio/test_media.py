"""Addresses of pictures: nobody can make one up, and they end."""

from __future__ import annotations

import pytest

from siaga.whatsapp.twilio.media import LIFE, AddressExpired, NoSuchAddress, address, reference_of

PICTURE = "media:" + "ab" * 32


def _token(now: float = 1000.0) -> str:
    return address("https://siaga.test", PICTURE, now).rpartition("/")[2]


def test_an_address_leads_to_its_picture() -> None:
    assert address("https://siaga.test", PICTURE, 0).startswith("https://siaga.test/webhooks/twilio/media/abab")
    assert reference_of(_token(), 1000 + LIFE) == PICTURE


def test_a_web_address_stays_as_it_is() -> None:
    assert address("https://siaga.test", "https://lain.test/a.png") == "https://lain.test/a.png"


def test_it_ends() -> None:
    with pytest.raises(AddressExpired):
        reference_of(_token(), 1000 + LIFE + 1)


@pytest.mark.parametrize(
    "changed",
    [
        lambda token: token.replace("ab", "ac", 1),
        lambda token: token.replace("-37000-", "-99999-"),
        lambda token: token[:-1] + ("0" if token[-1] != "0" else "1"),
        lambda token: token + "0",
        lambda token: "",
        lambda token: "../../etc/passwd",
    ],
)
def test_one_that_we_did_not_make_leads_nowhere(changed: object) -> None:
    token = changed(_token())  # type: ignore[operator]
    assert token != _token()
    with pytest.raises(NoSuchAddress):
        reference_of(token, 1000)
