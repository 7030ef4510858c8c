"""What is told of several places side by side: a line for each, and which has most."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from siaga.radar.figures import Figures
from siaga.radar.place import Place
from siaga.radar.question import Question
from siaga.radar.situation import ranking
from siaga.radar.wording import figures_in_words as say
from siaga.radar.wording.answer import Line
from siaga.radar.wording.parts import LISTED, about_confirmed
from siaga.radar.words import words
from siaga.text.written import joined, long_date, number


def tell_several(question: Question, places: Sequence[Place]) -> list[Line]:
    """A line for each place, and which has most where they can be compared."""
    lines = [Line(_one_of_several(question, place), 0 if at < LISTED else 2) for at, place in enumerate(places)]
    sources = dict.fromkeys(place.situation.source.said_by for place in places if place.situation)
    if sources:
        lines.append(Line(f"Sumber: {joined(list(sources))}."))
    conclusion = _most(places) if about_confirmed(question) else None
    return [Line(conclusion), *lines] if conclusion and question.kind in ("compare", "figures", "zone") else lines


def _one_of_several(question: Question, place: Place) -> str:
    told, figures = place.situation, place.figures
    name = f"• *{place.name}*"
    if told is None or figures is None or told.day is None:
        return f"{name}: {say.NO_DATA}"
    if question.kind == "history" and question.day:
        return f"{name}: {_on_a_day(question, figures, question.day)}"
    parts = []
    for measure in question.measures or ("confirmed",):
        own = "" if measure == "confirmed" else f"{say.measure_name(measure, figures.disease).lower()} "
        if (new := told.new.get(measure)) is not None:
            parts.append(f"{own}{say.added(new)}")
        if measure != "confirmed" and (total := told.total.get(measure)) is not None:
            parts.append(f"total {number(total)}")
        if measure != "confirmed" and new is None and told.total.get(measure) is None:
            parts.append(f"{own}{say.NO_DATA}")
    if about_confirmed(question):
        if told.week is not None and told.week >= 0:
            parts.append(f"{number(told.week)} seminggu")
        if told.per_100k is not None:
            parts.append(f"{number(round(told.per_100k, 1))} per 100.000")
        if told.transmission:
            parts.append(f"tingkat {told.transmission.level}")
    if told.colour and not told.colour_old and question.kind == "zone":
        parts.append(f"zona {words().colours[told.colour.colour].name}")
    old = f", sudah {number(told.days_old or 0)} hari" if told.stale else ""
    return f"{name} (per {long_date(told.day)}{old}): {', '.join(parts) or say.NO_DATA}"


def _on_a_day(question: Question, figures: Figures, day: date) -> str:
    parts = []
    for measure in question.measures or ("confirmed",):
        trail = figures.trail(measure)
        new, total = trail.new(day), trail.total(day)
        known = [say.added(new)] if new is not None else []
        known += [f"total {number(total)}"] if total is not None else []
        parts.append(f"{say.measure_name(measure, figures.disease).lower()} {', '.join(known) or say.NO_DATA}")
    return f"{', '.join(parts)} ({long_date(day)})"


def _most(places: Sequence[Place]) -> str | None:
    """Which of the places has most for its people; None where they cannot be compared."""
    ranked = ranking([place.situation for place in places if place.situation], "per_100k")
    if len(ranked.listed) < len(places):
        return None
    first, second = ranked.listed[0], ranked.listed[1]
    if first.value == second.value:
        return "Menurut jumlah penduduk, seminggu terakhir keduanya sama." if len(places) == 2 else None
    name = next(place.name for place in places if place.code == first.situation.region_code)
    return f"Menurut jumlah penduduk, seminggu terakhir kasus baru paling banyak di *{name}*."
