"""Addresses under which Twilio fetches our pictures: signed, and good for a while only.

Twilio takes pictures by address. An address here names a picture by the hash of its content, says until when it is
good, and carries a keyed hash of both, so that nobody can make one up.
"""

from __future__ import annotations

import hmac
import re
import time

from siaga.media.store import PREFIX
from siaga.privacy import blind_index
from siaga.whatsapp.twilio.access import PATH

# The longest that Twilio keeps a message before it sends it, in seconds.
LIFE = 36_000

_TOKEN = re.compile(r"([0-9a-f]{64})-([0-9]{1,12})-([0-9a-f]{32})")


class NoSuchAddress(LookupError):
    """We did not make this address."""


class AddressExpired(LookupError):
    """It was good once."""


def address(public_url: str, reference: str, now: float | None = None) -> str:
    """Where the picture behind ``media:<sha256>`` can be fetched for a while; a web address stays as it is."""
    if not reference.startswith(PREFIX):
        return reference
    until = int((time.time() if now is None else now) + LIFE)
    name = reference.removeprefix(PREFIX)
    return f"{public_url}{PATH}/media/{name}-{until}-{_signature(name, until)}"


def reference_of(token: str, now: float | None = None) -> str:
    """The picture that the last part of an address stands for.

    Raises:
        NoSuchAddress, AddressExpired
    """
    found = _TOKEN.fullmatch(token)
    if not found or not hmac.compare_digest(found[3], _signature(found[1], int(found[2]))):
        raise NoSuchAddress
    if int(found[2]) < (time.time() if now is None else now):
        raise AddressExpired
    return PREFIX + found[1]


def _signature(name: str, until: int) -> str:
    return blind_index(f"{name}-{until}", "twilio.media").hex()[:32]
