"""The answer to a question, from what is known of the places that were asked about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from siaga.radar.diseases import disease_name
from siaga.radar.place import Place
from siaga.radar.question import Question
from siaga.radar.wording.answer import GAP, Answer, Line, fitted
from siaga.radar.wording.listed_places import tell_list
from siaga.radar.wording.one_place import beside, tell_known, tell_unknown, tip_for
from siaga.radar.wording.parts import FEW
from siaga.radar.wording.several_places import tell_several
from siaga.radar.words import words
from siaga.text.written import joined

SAMPLE = "⚠ *DATA CONTOH*, bukan angka sebenarnya."
NOT_KEPT = "Lokasi Anda tidak disimpan."
_WITH_PICTURE = frozenset({"picture", "trend", "zone"})
_IN_SHORT = 3
"""Lines to be spared from here on are not told in the middle of another conversation."""


def tell(
    question: Question,
    places: Sequence[Place],
    *,
    today: date,
    listed: Sequence[Place] = (),
    short: bool = False,
    pin: bool = False,
) -> Answer:
    """The answer to a question about places, the first of which is the one that is told at length.

    Args:
        today: the day of the programme.
        listed: for a list ("zona merah mana saja") all places of the region asked for, which is the first of
            ``places``.
        short: for the middle of another conversation: the figures, and nothing beside them.
        pin: the place came as a pin: it is said that it is not kept.
    """
    disease = disease_name(question.disease)
    if question.beyond == "world" and not places:
        return Answer(f"{disease} di negara lain", (words().beyond["world"],))
    if not places:
        return Answer(f"Radar {disease}", ("Saya belum tahu wilayah mana yang dimaksud.",))
    lines = _above(question, places, listed, pin=pin, short=short)
    # Two kecamatan of a city without figures of their own are told as the city, once, and not held against itself.
    places = [place for at, place in enumerate(places) if place.code not in {other.code for other in places[:at]}]
    first = places[0]
    title = f"{disease} di {first.name}"
    tip = ""
    if question.kind == "list" and listed:
        title = f"{disease}: daerah di {first.name}"
        lines += tell_list(question, listed)
    elif len(places) > 1:
        title = f"{disease}: {joined([place.name for place in places])}" if len(places) <= FEW else disease
        lines += tell_several(question, places)
    elif first.figures is None or first.figures.newest is None or first.situation is None:
        lines += tell_unknown(first, disease)
    else:
        lines += tell_known(question, first, first.figures, first.situation, today)
        if not short:
            lines += beside(question, first, first.situation)
            tip = tip_for(question, first.situation)
    if short:
        lines = [line for line in lines if line.spare < _IN_SHORT]
    picture = not short and (pin or question.radar or question.kind in _WITH_PICTURE)
    return fitted(title, lines, picture=picture, tip=tip)


def _above(
    question: Question, places: Sequence[Place], listed: Sequence[Place], *, pin: bool, short: bool
) -> list[Line]:
    """What stands above the figures: whether they are real, where it is, what is asked and not known."""
    lines = []
    if any(_is_sample(place) for place in (*places, *listed)):
        lines.append(Line(SAMPLE))
    first = places[0]
    if first.where and not short:
        lines.append(Line(f"📍 {first.where}"))
    if pin:
        lines.append(Line(NOT_KEPT))
    if question.beyond:
        lines.append(Line(words().beyond[question.beyond]))
    # Of several, too: two provinces must not be taken for the two cities that were asked about.
    lifted = {place.asked: place.name for place in places if place.asked}
    lines += [Line(f"Angka untuk {asked} sendiri belum ada; ini angka {name}.") for asked, name in lifted.items()]
    if not lifted and question.finer:
        lines.append(Line("Angka per desa, kelurahan, RT atau RW belum ada pada saya."))
    return [*lines, GAP]


def _is_sample(place: Place) -> bool:
    told = place.situation
    return (place.figures is not None and place.figures.source.sample) or (
        told is not None and (told.source.sample or (told.colour is not None and told.colour.source.sample))
    )
