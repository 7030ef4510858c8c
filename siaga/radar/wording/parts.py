"""Lines that answers of several kinds have in common: the day and source, the measures, the levels, the week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from siaga.radar.figures import Figures, Measure
from siaga.radar.question import Question
from siaga.radar.situation import Situation
from siaga.radar.wording import figures_in_words as say
from siaga.radar.wording.answer import Line
from siaga.radar.words import words
from siaga.text.written import long_date, number, weekday_date

_MEASURES: tuple[Measure, ...] = ("confirmed", "recovered", "deaths", "active", "hospital", "suspected", "watched")
_HIGH = (3, 4)
FEW = 3
"""So many are told in any case, and have room in a title."""
LISTED = 10
"""Places of a list."""


def dated_lines(told: Situation) -> list[Line]:
    """The day and the source, and plainly so when the day is long ago."""
    if told.day is None:
        return []
    lines = [Line(f"Per {weekday_date(told.day)}, menurut {told.source.said_by}:")]
    if told.stale:
        lines.append(Line(say.stale_line(told.days_old or 0)))
    return lines


def source_line(told: Situation) -> Line:
    """Whose figures they are, where their day is said already."""
    return Line(f"Sumber: {told.source.said_by}.")


def measure_lines(question: Question, figures: Figures, told: Situation, today: date) -> list[Line]:
    """The measures asked for, else those that are known: the confirmed in any case."""
    day = told.day or today
    if question.share:
        asked = [measure for measure in question.measures if measure in ("recovered", "deaths")]
        return [Line(say.share_line(figures, measure, today)) for measure in asked]
    others = [measure for measure in _MEASURES[1:] if say.newest(figures.trail(measure), today)]
    told_of: Sequence[Measure] = question.measures or ("confirmed", *others)
    lines = []
    for place, measure in enumerate(told_of):
        spare = 0 if question.measures or place < FEW else 2
        lines.append(Line(say.measure_line(figures, measure, day, today, question), spare))
    return lines


def level_lines(told: Situation) -> list[Line]:
    """The level that was worked out and what it means, and the colour that was published."""
    lines = [Line(line) for line in (say.level_line(told), say.colour_line(told)) if line]
    if told.transmission and _may_calm(told):
        lines.insert(1, Line(words().levels[told.transmission.level].means, 3))
    return lines


def _may_calm(told: Situation) -> bool:
    """Whether the words of the level may be told: those of a low one only of new figures, and beside no colour that
    warns."""
    if told.transmission is None or told.transmission.level in _HIGH:
        return told.transmission is not None
    warned = told.colour is not None and not told.colour_old and told.colour.colour in ("orange", "red")
    return not (told.stale or warned)


def week_lines(told: Situation, spare: int = 0, *, dated: bool = False) -> list[Line]:
    """The new confirmed of seven days, and for how many people."""
    return [Line(line, spare) for line in (say.week_line(told, dated=dated), say.rate_line(told)) if line]


def week_of_others(question: Question, figures: Figures, today: date) -> list[Line]:
    """The seven days of each measure asked for, that is not the confirmed."""
    lines = []
    for measure in question.measures:
        trail = figures.trail(measure)
        last = say.newest(trail, today)
        if measure == "confirmed" or last is None:
            continue
        week = trail.week(last)
        if week is not None and week >= 0:
            name = say.measure_name(measure, figures.disease).lower()
            before = trail.week(last - timedelta(days=7))
            compared = f" (minggu sebelumnya {number(before)})" if before is not None and before >= 0 else ""
            lines.append(Line(f"7 hari sampai {long_date(last)}: {number(week)} {name}{compared}.", 1))
    return lines


def about_confirmed(question: Question) -> bool:
    """Whether the confirmed, of which level and tip are made, are asked for."""
    return not question.measures or "confirmed" in question.measures
