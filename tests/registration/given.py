"""Contacts, places and submissions for the tests of the registry; synthetic persons only."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy.orm import Session

from siaga.people.contacts import ensure_contact
from siaga.registration import tables
from siaga.registration.records import Submission

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=timezone.utc)
SURABAYA = "35.78"
WONOKROMO = "35.78.04"


def nik(serial: int) -> str:
    """A man's of 17 August 1954 from Surabaya; a hundred birthdays make 99,900 different ones."""
    return f"357801{serial // 900 % 28 + 1:02}0854{9100 + serial % 900}"


def contact(session: Session, number: int = 1) -> str:
    """The key of the contact with this number."""
    return ensure_contact(session, phone=f"62800000{number:04}").key


def facility(session: Session, code: str = "uji-1", **differs: Any) -> int:
    """The id of a new facility, in Surabaya unless told otherwise."""
    values = {
        "code": code,
        "name": f"Puskesmas Uji {code}",
        "regency_code": SURABAYA,
        "district_code": WONOKROMO,
        "lat": -7.29,
        "lon": 112.74,
        "address": "Alamat contoh",
        "is_sample": True,
    }
    made = tables.Facility(**{**values, **differs})
    session.add(made)
    session.flush()
    return made.id


def held(session: Session, facility_id: int, *, quota: int = 10, starts_at: datetime | None = None) -> int:
    """The id of a new three-hour session, tomorrow morning unless told otherwise."""
    starts_at = starts_at or NOW + timedelta(hours=22)
    made = tables.Session(
        facility_id=facility_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        vaccine="sinovac",
        quota=quota,
    )
    session.add(made)
    session.flush()
    return made.id


def submission(contact_key: str, session_id: int | None, serial: int = 1, **differs: Any) -> Submission:
    """What Warga Uji ``serial`` confirms with the message ``wamid.<serial>``."""
    values: dict[str, Any] = {
        "contact_key": contact_key,
        "relation": "self",
        "nik": nik(serial),
        "birth_date": date(1954, 8, serial // 900 % 28 + 1),
        "birth_date_matches_nik": True,
        "name": f"Warga Uji {serial:03}",
        "regency_code": SURABAYA,
        "district_code": WONOKROMO,
        "answers": {"doses_received": 0},
        "outcome": "eligible",
        "rules_version": "2023-01-24",
        "session_id": session_id,
        "consent_version": "2026-11",
        "consented_at": NOW - timedelta(minutes=5),
        "message_id": f"wamid.{serial}",
        "at": NOW,
    }
    return Submission(**{**values, **differs})
