"""Sample places and sessions, so that a fresh system has something to offer: invented, and marked so."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.places.timezone import zone
from siaga.registration.tables import Facility
from siaga.registration.tables import Session as VaccinationSession
from siaga.settings import ROOT

SAMPLE_FILE = ROOT / "content" / "facilities" / "contoh.csv"
DAYS_AHEAD = 14
SUNDAY = 6

_MORNING = (time(8), time(11), 20)
_AFTERNOON = (time(13), time(15), 12)
_VACCINES = ("sinovac", "astrazeneca", "pfizer", "moderna")


@dataclass(frozen=True)
class Seeded:
    """How many sample facilities there are, and how many sessions were added."""

    facilities: int
    new_sessions: int


def seed(session: Session, today: date, path: Path = SAMPLE_FILE) -> Seeded:
    """Bring the sample facilities up to date and top up their sessions for the ``DAYS_AHEAD`` days after ``today``.

    Running it again adds only what is missing; sessions that exist keep their times, places and bookings.

    Raises:
        ValueError: a line of the file can't be read; the text names file and line.
    """
    rows = _read(path)
    new = insert(Facility).values(rows)
    kept = {column: new.excluded[column] for column in rows[0] if column != "code"}
    session.execute(new.on_conflict_do_update(index_elements=[Facility.code], set_=kept))

    codes = [row["code"] for row in rows]
    facilities = session.execute(
        select(Facility.id, Facility.code, Facility.regency_code, Facility.emergency).where(Facility.code.in_(codes))
    ).all()
    sessions = [
        {"facility_id": facility.id, **held}
        for facility in facilities
        # A sample hospital is there for its emergency department.
        if not facility.emergency
        for held in _sessions(facility.code, facility.regency_code, today)
    ]
    before = _count(session)
    session.execute(insert(VaccinationSession).on_conflict_do_nothing(), sessions)
    return Seeded(facilities=len(facilities), new_sessions=_count(session) - before)


def _count(session: Session) -> int:
    return session.execute(select(func.count()).select_from(VaccinationSession)).scalar_one()


def _read(path: Path) -> list[dict[str, Any]]:
    rows = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, line in enumerate(csv.DictReader(file), start=2):
            try:
                rows.append(
                    {
                        "code": line["code"],
                        "name": line["name"],
                        "regency_code": line["regency_code"],
                        "district_code": line["district_code"] or None,
                        "lat": float(line["lat"]),
                        "lon": float(line["lon"]),
                        "address": line["address"],
                        "emergency": _has_emergency(line["igd"]),
                        "is_sample": True,
                    }
                )
            except (KeyError, TypeError, ValueError) as problem:
                raise ValueError(f"{path.name}, line {number}: {problem}") from None
    if not rows:
        raise ValueError(f"{path.name}: no facilities")
    return rows


def _has_emergency(cell: str) -> bool:
    if cell not in ("ya", ""):
        raise ValueError(f"igd must be ya or empty, not {cell}")
    return cell == "ya"


def _sessions(code: str, regency_code: str, today: date) -> Iterator[dict[str, Any]]:
    """A facility's sessions: every morning but Sunday's, and an afternoon about every third day."""
    local = zone(regency_code)
    for ahead in range(1, DAYS_AHEAD + 1):
        day = today + timedelta(days=ahead)
        if day.weekday() == SUNDAY:
            continue
        # Looks arbitrary, yet comes out the same at every start.
        mixed = crc32(f"{code} {day.isoformat()}".encode())
        for opens, closes, quota in (_MORNING, _AFTERNOON) if mixed % 3 == 0 else (_MORNING,):
            yield {
                "starts_at": datetime.combine(day, opens, tzinfo=local),
                "ends_at": datetime.combine(day, closes, tzinfo=local),
                "vaccine": _VACCINES[(mixed // 3 + opens.hour) % len(_VACCINES)],
                "quota": quota,
            }
