"""The places that vaccinate, as staff keep them: imported, listed, changed, closed and opened."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siaga.db.audit import note
from siaga.places import regions
from siaga.places.pin import centroids, distance_km, locate
from siaga.registration import import_files
from siaga.registration.import_files import Change, Imported, Line, Refused
from siaga.registration.tables import Facility
from siaga.registration.tables import Session as VaccinationSession
from siaga.text.files import name_of

REQUIRED = ("code", "name", "regency_code", "address")
OPTIONAL = ("district_code", "lat", "lon", "phone", "opening", "igd")
COLUMNS = (*REQUIRED, *OPTIONAL)
# Where a column of the file has another name than the table's.
_FIELDS = {"igd": "emergency"}

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_PHONE = re.compile(r"\+?[0-9 ()./-]{3,25}")
_PHONE_DIGITS = range(3, 16)
_YES_OR_NO = {"ya": True, "tidak": False, "": False}
_LONGEST = {"name": 100, "address": 200, "opening": 100}
_SHORTEST_NAME = 3
_STRAY_KM = 100.0
"""A pin in another province than the place's own, and farther than this from its regency's middle, is a slip."""


class UnknownFacility(Exception):
    """No place has this code."""


@dataclass(frozen=True)
class FacilityRow:
    """A place as staff see it; ``sessions`` and ``booked`` count what is to come."""

    code: str
    name: str
    regency_code: str
    district_code: str | None
    lat: float | None
    lon: float | None
    address: str
    phone: str | None
    opening: str | None
    emergency: bool
    is_open: bool
    is_sample: bool
    sessions: int
    booked: int


# ---------------------------------------------------------------------- what is right
def checked(cells: Mapping[str, str]) -> dict[str, Any]:
    """The values of a place by the table's names, of the columns that are given; an empty cell is none.

    Raises:
        Refused: a value is wrong; ``regency_code`` must be among them where a district or a pin is.
    """
    values: dict[str, Any] = {}
    for column, read in _READERS.items():
        if column in cells:
            values[field_of(column)] = read(cells[column])
    if values.get("district_code") and not values["district_code"].startswith(f"{values['regency_code']}."):
        raise Refused("district_code", f"{values['district_code']} lies in another kabupaten/kota")
    if ("lat" in values) != ("lon" in values) or (values.get("lat") is None) != (values.get("lon") is None):
        raise Refused("lat", "lat and lon belong together")
    if values.get("lat") is not None:
        _check_pin(values["lat"], values["lon"], values["regency_code"])
    return values


def field_of(column: str) -> str:
    """What the table calls a column of the file."""
    return _FIELDS.get(column, column)


def _code(cell: str) -> str:
    if not _CODE.fullmatch(cell):
        raise Refused("code", "must be 1 to 40 letters, digits, dots, hyphens or underscores")
    return cell


def _text(column: str, required: bool) -> Callable[[str], str | None]:
    def read(cell: str) -> str | None:
        if not cell and required:
            raise Refused(column, "is missing")
        if len(cell) > _LONGEST[column]:
            raise Refused(column, f"is longer than {_LONGEST[column]} characters")
        if column == "name" and len(cell) < _SHORTEST_NAME:
            raise Refused(column, "is too short")
        return cell or None

    return read


def _region(column: str, level: str) -> Callable[[str], str | None]:
    def read(cell: str) -> str | None:
        if not cell:
            if column == "regency_code":
                raise Refused(column, "is missing")
            return None
        digits = "".join(filter(str.isdigit, cell))
        code = ".".join(part for part in (digits[:2], digits[2:4], digits[4:]) if part)
        known = regions.name(code) is not None and code.count(".") < 3 and regions.level(code) == level
        if not known or code.replace(".", "") != cell.replace(".", ""):
            kind = "kabupaten/kota" if level == "regency" else "kecamatan"
            raise Refused(column, f"{cell[:20]} is no code of a {kind}")
        return code

    return read


def _degrees(column: str) -> Callable[[str], float | None]:
    def read(cell: str) -> float | None:
        if not cell:
            return None
        try:
            return float(cell)
        except ValueError:
            raise Refused(column, "is no number of degrees, such as -7.2906") from None

    return read


def _phone(cell: str) -> str | None:
    if cell and not (_PHONE.fullmatch(cell) and sum(map(str.isdigit, cell)) in _PHONE_DIGITS):
        raise Refused("phone", "is no telephone number")
    return cell or None


def _yes_or_no(column: str) -> Callable[[str], bool]:
    def read(cell: str) -> bool:
        if cell.casefold() not in _YES_OR_NO:
            raise Refused(column, "must be ya or tidak")
        return _YES_OR_NO[cell.casefold()]

    return read


_READERS: dict[str, Callable[[str], Any]] = {
    "code": _code,
    "name": _text("name", required=True),
    "regency_code": _region("regency_code", "regency"),
    "district_code": _region("district_code", "district"),
    "lat": _degrees("lat"),
    "lon": _degrees("lon"),
    "address": _text("address", required=True),
    "phone": _phone,
    "opening": _text("opening", required=False),
    "igd": _yes_or_no("igd"),
}


def _check_pin(lat: float, lon: float, regency_code: str) -> None:
    located = locate(lat, lon)
    if located is None:
        raise Refused("lat", "the pin is not in Indonesia; are latitude and longitude swapped?")
    middle = centroids().get(regency_code)
    strays = middle is not None and distance_km(lat, lon, *middle) > _STRAY_KM
    if strays and located.regency_code[:2] != regency_code[:2]:
        raise Refused("lat", f"the pin lies in {located.regency_name}, far from {regions.name(regency_code)}")


# ---------------------------------------------------------------------- import
def import_facilities(session: Session, path: Path, *, actor: str) -> Imported:
    """Take the places of a CSV file; those with a code that is known are changed. Columns not in it stay as they are.

    Raises:
        FileUnreadable: nothing of it can be taken.
    """
    lines = import_files.read(path, required=REQUIRED, optional=OPTIONAL)

    def take_line(line: Line) -> Change:
        values = checked(line.cells)
        known = _find(session, values["code"])
        if known is None:
            session.add(Facility(**values))
            session.flush()
            return Change.NEW
        return _change(known, values)

    return import_files.take(
        session, "facilities", name_of(path), lines, lambda line: line.cells["code"], take_line, actor=actor
    )


def _find(session: Session, code: str) -> Facility | None:
    query = select(Facility).where(Facility.code == code).with_for_update()
    return session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def _change(place: Facility, values: Mapping[str, Any]) -> Change:
    """Bring a place up to date; what staff have checked is no sample any more."""
    wanted = {**values, "is_sample": False}
    differs = {name: value for name, value in wanted.items() if getattr(place, name) != value}
    for name, value in differs.items():
        setattr(place, name, value)
    return Change.CHANGED if differs else Change.NOTHING


# ---------------------------------------------------------------------- one by one
def edit(session: Session, code: str, changes: Mapping[str, str], *, actor: str) -> FacilityRow:
    """Change some of a place's values, given as they would stand in a file; empty takes a value away.

    Raises:
        UnknownFacility: no place has this code.
        Refused: a value is wrong.
    """
    place = _known(session, code)
    whole = {name: _written(getattr(place, field_of(name))) for name in COLUMNS} | dict(changes)
    values = checked(whole)
    changed = sorted(name for name in changes if getattr(place, field_of(name)) != values[field_of(name)])
    for name in changed:
        setattr(place, field_of(name), values[field_of(name)])
    if changed:
        note(session, actor, "facilities.edit", {"code": code, "fields": changed})
    session.flush()
    return show(session, code)


def set_open(session: Session, code: str, is_open: bool, *, actor: str) -> FacilityRow:
    """Close a place, so that it is neither shown with free places nor booked, or open it again.

    Sessions that people hold places in are not called off by it.

    Raises:
        UnknownFacility: no place has this code.
    """
    place = _known(session, code)
    if place.is_open != is_open:
        place.is_open = is_open
        note(session, actor, "facilities.open" if is_open else "facilities.close", {"code": code})
        session.flush()
    return show(session, code)


def show(session: Session, code: str, now: datetime | None = None) -> FacilityRow:
    """One place.

    Raises:
        UnknownFacility: no place has this code.
    """
    found = _rows(session, now, Facility.code == code)
    if not found:
        raise UnknownFacility(f"no place has the code {code}")
    return found[0]


def listed(session: Session, regency_code: str | None = None, now: datetime | None = None) -> list[FacilityRow]:
    """All places, or those of a kabupaten/kota or province, by code of the region and name."""
    where = []
    if regency_code:
        inside = Facility.regency_code.startswith(f"{regency_code}.", autoescape=True)
        where = [(Facility.regency_code == regency_code) | inside]
    return _rows(session, now, *where)


def _rows(session: Session, now: datetime | None, *where: Any) -> list[FacilityRow]:
    to_come = (
        (VaccinationSession.facility_id == Facility.id)
        & VaccinationSession.cancelled_at.is_(None)
        & (VaccinationSession.ends_at > (now or func.now()))
    )
    query = (
        select(
            Facility,
            func.count(VaccinationSession.id),
            func.coalesce(func.sum(VaccinationSession.booked), 0),
        )
        .outerjoin(VaccinationSession, to_come)
        .where(*where)
        .group_by(Facility.id)
        .order_by(Facility.regency_code, Facility.name, Facility.code)
    )
    return [
        FacilityRow(
            **{name: getattr(place, name) for name in (*map(field_of, COLUMNS), "is_open", "is_sample")},
            sessions=int(sessions),
            booked=int(booked),
        )
        for place, sessions, booked in session.execute(query)
    ]


def _known(session: Session, code: str) -> Facility:
    place = _find(session, code)
    if place is None:
        raise UnknownFacility(f"no place has the code {code}")
    return place


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return "" if value is None else str(value)
