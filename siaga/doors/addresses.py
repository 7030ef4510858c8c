"""Who is knocking: an address, or the network that stands for it."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def network_of(address: str) -> str:
    """What an address is counted by: itself; of the sixth generation its network (/64), which one house has whole."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        parsed = parsed.ipv4_mapped or ipaddress.IPv6Network((int(parsed), 64), strict=False).network_address
    return str(parsed)


def is_loopback(address: str) -> bool:
    """Whether it is this very machine."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return (getattr(parsed, "ipv4_mapped", None) or parsed).is_loopback


@dataclass(frozen=True)
class Proxies:
    """The proxies before us: only they are believed about who asks."""

    networks: tuple[_Network, ...]
    all: bool = False

    @classmethod
    def written(cls, proxies: str) -> Proxies:
        """From addresses and networks with commas between; ``*``: whoever connects is one.

        Raises:
            ValueError: something else stands there.
        """
        parts = [part for part in (part.strip() for part in proxies.split(",")) if part]
        try:
            return cls(tuple(ipaddress.ip_network(part) for part in parts if part != "*"), all="*" in parts)
        except ValueError as problem:
            raise ValueError(f"SIAGA_DESK_PROXIES: addresses and networks are expected: {problem}") from None

    def caller(self, peer: str, forwarded: Sequence[str]) -> str:
        """Who asks: ``peer``, who is connected, or whom a proxy of ours names in its ``X-Forwarded-For`` headers.

        Each proxy writes who came to it behind what it was told: the last who is none of ours is believed.
        """
        named = [name for header in forwarded for name in (part.strip() for part in header.split(",")) if name]
        for name in [peer, *reversed(named)]:
            if not self._ours(name):
                return name
        return named[0] if named else peer

    def _ours(self, name: str) -> bool:
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return self.all or any(address in network for network in self.networks)
