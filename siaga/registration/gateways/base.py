"""What an outside registry can do for us, and the two ways in which it can fail.

Only the plain values of this module cross to and from a registry, so that one can take another's place.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

# What may be kept of a refusal's code: a word of the registry's own, never a number that may be somebody's.
_CODE = re.compile(r"[a-z][a-z_-]{0,39}")
UNNAMED = "refused"
LONGEST_NAME, LONGEST_PLACE, LONGEST_BATCH, LONGEST_ID, LONGEST_PHONE, LONGEST_CODE = 120, 200, 40, 80, 20, 8
"""Characters that are taken; batch and id are as wide as our columns."""
MOST_DOSES = 99
"""A dose's number above it is none."""


class Unavailable(Exception):
    """The registry cannot be asked now, and may be later: it is down, too busy, or does not take our credentials.

    ``code`` says what happened: ``time``, ``connection``, ``circuit_open``, ``http_503``, ``not_json`` …
    ``retry_after`` is the number of seconds after which it wants to be asked again, if it said so. The text holds no
    personal data.
    """

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__(f"the registry cannot be asked: {code}")
        self.code = code
        self.retry_after = retry_after


def told(value: Any, longest: int) -> str | None:
    """What a registry says in words, on one line; None if that is no text, or too long, or has signs that cannot be
    shown and that no database keeps."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return text if 0 < len(text) <= longest and text.isprintable() else None


def called(value: Any) -> str | None:
    """What a registry calls something: a text or a number; None if it is nothing of the kind."""
    return told(str(value) if isinstance(value, int) and not isinstance(value, bool) else value, LONGEST_ID)


class Refused(Exception):
    """The registry will never take this. ``code`` is one word; its explanations are not kept, for they quote data."""

    def __init__(self, code: str) -> None:
        plain = code.strip().lower()
        self.code = plain if _CODE.fullmatch(plain) else UNNAMED
        super().__init__(f"the registry refuses: {self.code}")


PERSON_UNKNOWN = "person_unknown"
"""The code of a refusal because the registry knows nobody with this NIK."""


@dataclass(frozen=True)
class Known:
    """What a registry knows about a person; what it does not tell, or only masked, is None.

    ``sex`` is ``L`` or ``P``; codes are dotted Kemendagri codes; ``phone`` is digits with country code.
    """

    outside_id: str = field(repr=False)
    name: str | None = field(default=None, repr=False)
    birth_date: date | None = field(default=None, repr=False)
    sex: str | None = None
    regency_code: str | None = None
    district_code: str | None = None
    phone: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class KnownDose:
    """A dose that a registry knows of. ``given_on`` is a day in the zone of the place."""

    outside_id: str
    number: int
    vaccine: str | None
    given_on: date | None
    place: str | None = None
    batch: str | None = None


@dataclass(frozen=True)
class DoseToWrite:
    """A dose that a registry is to be told of.

    ``vaccine`` is one of our brands' names, ``regency_code`` that of the place, for its zone. ``at`` is when exactly it
    was given, where anybody knows.
    """

    nik: str = field(repr=False)
    number: int
    vaccine: str
    given_on: date
    place: str | None = None
    regency_code: str | None = None
    batch: str | None = None
    at: datetime | None = None

    def payload(self) -> dict[str, Any]:
        """The same as JSON."""
        return _plain(self)

    @classmethod
    def of(cls, payload: dict[str, Any]) -> DoseToWrite:
        """Read back what ``payload`` gave."""
        at = payload.get("at")
        dates = {"given_on": date.fromisoformat(payload["given_on"]), "at": datetime.fromisoformat(at) if at else None}
        return cls(**{**payload, **dates})


@dataclass(frozen=True)
class RegistrationToWrite:
    """A confirmed registration that a registry is to be told of; ``sex`` is ``L`` or ``P``."""

    nik: str = field(repr=False)
    name: str = field(repr=False)
    birth_date: date = field(repr=False)
    sex: str
    regency_code: str
    district_code: str | None
    registered_at: datetime

    def payload(self) -> dict[str, Any]:
        """The same as JSON."""
        return _plain(self)

    @classmethod
    def of(cls, payload: dict[str, Any]) -> RegistrationToWrite:
        """Read back what ``payload`` gave."""
        born, at = date.fromisoformat(payload["birth_date"]), datetime.fromisoformat(payload["registered_at"])
        return cls(**{**payload, "birth_date": born, "registered_at": at})


def _plain(record: Any) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(record).items()}


class Gateway(Protocol):
    """The door to a registry. Each of these raises ``Unavailable``; the two that write may raise ``Refused``, too."""

    def lookup(self, nik: str) -> Known | None:
        """The person with this NIK; None if the registry has nobody."""
        ...

    def doses(self, nik: str, outside_id: str | None = None) -> list[KnownDose]:
        """A person's doses by number; ``outside_id``, if known, spares looking them up first."""
        ...

    def write_dose(self, dose: DoseToWrite, key: str) -> str:
        """Tell of a dose, and return what the registry calls it; with the same ``key`` again nothing is added."""
        ...

    def write_registration(self, registration: RegistrationToWrite, key: str) -> str:
        """Tell of a registration, and return what the registry calls it, or the person; ``key`` as for a dose."""
        ...

    def check(self) -> None:
        """Return if the registry answers and takes our credentials."""
        ...
