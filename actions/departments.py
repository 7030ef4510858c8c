"""The emergency departments near somebody: where they are, as far as is known, and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from actions.conversation import Message, Say
from actions.facilities.telling import distance, region_name
from actions.registration.form import Form as Registration
from siaga.people import drafts
from siaga.places import pin, regions
from siaga.places.search import read_residence
from siaga.registration import departments
from siaga.registration.departments import Department
from siaga.registration.home import home_of
from siaga.registration.offers import Point

_MOST_REGIONS = 3
"""So many regions may have the name that was written; of more, none is meant."""


@dataclass(frozen=True)
class Whereabouts:
    """Where departments are looked for. ``told``: this very message says so; otherwise it is where somebody lives."""

    point: Point | None
    regions: tuple[str, ...]
    told: bool

    @property
    def words(self) -> str:
        """``lokasi Anda``, ``Kota Surabaya``, ``Kota Malang atau Kab. Malang``."""
        return "lokasi Anda" if self.point and self.told else " atau ".join(map(region_name, self.regions))


def told_now(message: Message, *, asked: bool = False) -> Whereabouts | None:
    """Where this message says that help is needed: a pin, or a region; with ``asked``, it answers where."""
    point = message.entity("location")
    if point:
        return Whereabouts((point["lat"], point["lon"]), (), told=True)
    named = read_residence(message.text, asked)
    codes = [match.code for match in named.districts or named.regencies]
    return Whereabouts(None, tuple(codes), told=True) if 0 < len(codes) <= _MOST_REGIONS else None


def known_before(session: Session, contact: str) -> Whereabouts | None:
    """About where somebody lives, from the registration that is open, or else their only one; nothing is kept anew."""
    draft = drafts.load(session, contact, Registration.name)
    regency, district = draft.get("regency"), draft.get("district")
    if regency and regions.name(regency):
        point = draft.get("point")
        near = (point[0], point[1]) if point and point[2] == regency else None
        return Whereabouts(near, (district or regency,), told=False)
    home = home_of(session, contact)
    return Whereabouts(None, (home,), told=False) if home else None


def near(session: Session, where: Whereabouts) -> tuple[Department, ...]:
    """The departments there, the nearest first; none for a pin outside Indonesia."""
    if where.point is None:
        return departments.in_regions(session, where.regions)
    return departments.nearest(session, where.point) if pin.locate(*where.point) else ()


# ---------------------------------------------------------------------- in words
def first_line(found: Department, where: Whereabouts) -> str:
    """The department that stands beside the number to call: ``IGD terdekat: *RS …* (± 1,2 km), ☎ 031-…``."""
    kind = "IGD terdekat" if where.point and where.told else f"IGD di sekitar {where.words}"
    sample = " (data contoh)" if found.is_sample else ""
    return f"{kind}{sample}: *{found.name}*{_far(found, where)}{_phone(found)}"


def others(found: tuple[Department, ...], where: Whereabouts) -> str:
    """Those that come next, in one line; empty when there are none."""
    named = [f"{one.name}{_far(one, where)}{_phone(one)}" for one in found]
    return f"IGD lain: {'; '.join(named)}." if named else ""


def _far(found: Department, where: Whereabouts) -> str:
    return f" ({distance(found.km)})" if where.told and found.km is not None else ""


def _phone(found: Department) -> str:
    return f", ☎ {found.phone}" if found.phone else ""


def listed(found: tuple[Department, ...], where: Whereabouts) -> Say:
    """An answer to "di mana IGD terdekat?"; the number to call stands first."""
    if not found:
        return Say.it("utter_departments_none", where=where.words)
    lines = []
    for number, one in enumerate(found, start=1):
        far = f" · {distance(one.km)}" if where.told and one.km is not None else ""
        lines.append(f"*{number}. {one.name}*{far}\n{one.address}" + (f" · ☎ {one.phone}" if one.phone else ""))
    title = "IGD terdekat dari lokasi Anda:" if where.point and where.told else f"IGD di sekitar {where.words}:"
    custom: dict[str, Any] = {"location": place_of(found[0])} if where.told and place_of(found[0]) else {}
    if not where.told:
        custom = {"ask_location": True}
    return Say.it(
        "utter_departments",
        title=title,
        list="\n\n".join(lines),
        sample=sample(*found),
        elsewhere="" if where.told else f"\n{ELSEWHERE}",
        json_message=custom,
    )


ASK_LOCATION = "Kirim lokasi 📍, saya carikan IGD terdekat."
ELSEWHERE = "Sedang di tempat lain? Kirim lokasi, saya carikan yang terdekat."


def sample(*found: Department) -> str:
    """Said of invented departments."""
    if not any(one.is_sample for one in found):
        return ""
    return "\n_Rumah sakit ini data contoh, bukan yang sesungguhnya: ikuti petugas 119._"


def place_of(found: Department) -> dict[str, Any] | None:
    """A pin on the map, if it is known where the department is."""
    if found.lat is None or found.lon is None:
        return None
    return {"lat": found.lat, "lon": found.lon, "name": found.name, "address": found.address}
