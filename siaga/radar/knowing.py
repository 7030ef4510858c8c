"""All that is known of places today, joined from figures, published colours, populations and borders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from siaga.places import facts, regions
from siaga.places.former import former_with
from siaga.places.pin import Located
from siaga.radar import store
from siaga.radar.figures import NATION, Figures, Published
from siaga.radar.levels import rules_in_force
from siaga.radar.place import NEIGHBOURS, Place, name_of
from siaga.radar.situation import CORRECTION_DAYS, Situation, situation

RECENT = CORRECTION_DAYS + 14
"""Days of figures that tell how things stand today: two weeks and what was taken back in them, and some to spare, where
the confirmed are older than another measure."""


def where_of(located: Located) -> str:
    """A pin's place in words, from the smallest that is known: "Ketintang, Kec. Gayungan, Kota Surabaya"."""
    district = f"Kec. {located.district_name}" if located.district_name else None
    parts = (located.village_name, district, name_of(located.regency_code))
    return ", ".join(part for part in parts if part)


def code_of(located: Located) -> str:
    """The smallest region of a pin that there may be figures of."""
    return located.district_code or located.regency_code


def know(
    session: Session, codes: Iterable[str], disease: str, today: date, *, days: int | None = RECENT
) -> dict[str, Place]:
    """Each of the regions with what is known of it, in the order given; of nothing, a place without figures.

    Args:
        days: only the figures of the last so many days of each region; None for all.
    """
    wanted = list(dict.fromkeys(codes))
    figures = store.figures(session, wanted, disease, days=days)
    colours = store.colours(session, wanted, disease)
    found = {}
    for code in wanted:
        own = figures.get(code)
        found[code] = Place(
            code, name_of(code), figures=own, situation=_situation(code, disease, own, colours.get(code), today)
        )
    return found


def _situation(
    code: str, disease: str, figures: Figures | None, colour: Published | None, today: date
) -> Situation | None:
    if figures is None:
        if colour is None:
            return None
        figures = Figures(code, disease, colour.source)
    people = facts.population(code)
    return situation(
        figures,
        today,
        population=people.people if people else None,
        colour=colour,
        # By the thresholds of the figures' own day: what was never measured so is not told as a level.
        rules=rules_in_force(min(figures.newest or today, today), disease),
    )


def _above(code: str) -> list[str]:
    """What a region lies in, the nearest first, of a divided province also what it was part of; not the nation, which
    says nothing of a place in it."""
    above = []
    while (parent := regions.parent(code)) is not None:
        above.append(parent)
        code = parent
    former = former_with(code)
    return above if former is None else [*above, former.code]


def look(
    session: Session,
    codes: Sequence[str],
    disease: str,
    today: date,
    *,
    where: str = "",
    neighbours: bool = True,
    days: int | None = None,
) -> list[Place]:
    """The places asked for, as they are told: where there are no figures, with those of what a place lies in.

    Args:
        where: of a pin, the first place in words.
        neighbours: whether the first place comes with its ``NEIGHBOURS`` that something is known of.
        days: only the figures of the last so many days; None for all.
    """
    beside = _neighbours(codes[0]) if codes and neighbours else ()
    # Mostly both are wanted, and asking for all at once is the quicker.
    together = beside if days == RECENT else ()
    known = know(session, [*codes, *together], disease, today, days=days)
    without = [code for code in codes if known[code].situation is None]
    if above := [each for code in without for each in _above(code)]:
        known |= know(session, above, disease, today, days=days)
    found = [_with_figures(known, code) for code in codes]
    if found and where:
        found[0] = replace(found[0], where=where)
    if found and neighbours:
        beside = _neighbours(found[0].code)
        around = known if set(beside) <= set(together) else know(session, beside, disease, today)
        told = [around[code] for code in beside if around[code].situation is not None][:NEIGHBOURS]
        found[0] = replace(found[0], neighbours=tuple(told))
    return found


def _neighbours(code: str) -> tuple[str, ...]:
    return () if code == NATION or code.count(".") > 1 else facts.neighbours(code)


def _with_figures(known: dict[str, Place], code: str) -> Place:
    """A place, or the nearest around it that something is known of; where there is none, the kabupaten or kota."""
    if known[code].situation is not None:
        return known[code]
    around = [code, *_above(code)]
    held = next((each for each in around if known[each].situation is not None), None)
    if held is None:
        held = next((each for each in around if each == NATION or each.count(".") < 2), code)
    return known[held] if held == code else replace(known[held], asked=name_of(code))


def inside(session: Session, code: str, disease: str, today: date) -> list[Place]:
    """All places of a list: the provinces of Indonesia, the kabupaten and kota of a province, the kecamatan of one."""
    if code == NATION:
        codes = regions.provinces()
    else:
        codes = regions.regencies(code) if regions.level(code) == "province" else regions.districts(code)
    return list(know(session, codes, disease, today).values())
