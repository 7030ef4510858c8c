"""What is told of days gone by: when it was worst, a day, a span of days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from siaga.radar.figures import Figures, Measure, Trail
from siaga.radar.place import Place
from siaga.radar.question import Question
from siaga.radar.situation import Situation
from siaga.radar.wording import figures_in_words as say
from siaga.radar.wording.answer import Line
from siaga.radar.wording.parts import dated_lines, source_line, week_lines
from siaga.text.written import long_date, number, weekday_date


def peak(question: Question, place: Place, figures: Figures, told: Situation, today: date) -> list[Line]:
    """When it was worst, as far as the figures reach: the week with the most, which one day's late reports move
    less."""
    lines = []
    for measure in question.measures or ("confirmed",):
        trail = figures.trail(measure)
        known = sorted(day for kept in (trail.totals, trail.news) for day in kept if day <= today)
        weeks = {day: daily for day in dict.fromkeys(known) if (daily := trail.mean(day)) is not None and daily >= 0}
        name = say.measure_name(measure, figures.disease).lower()
        if not weeks:
            lines.append(Line(f"Puncak ({name}): {say.NO_DATA} yang cukup panjang."))
            continue
        top = max(weeks, key=lambda day: (weeks[day], -day.toordinal()))
        mean, week = number(_whole(weeks[top])), say.days(top - timedelta(days=6), top)
        lines += [
            Line(f"Puncak ({name}): rata-rata *{mean} sehari*, dalam {week}."),
            Line(f"Menurut {told.source.said_by}, dari data {say.days(known[0], known[-1])}."),
        ]
    return [*lines, *week_lines(told, 1, dated=True)]


def history(question: Question, place: Place, figures: Figures, told: Situation, today: date) -> list[Line]:
    """A day, or the new ones of several days; the newest instead, where that day is not known."""
    if question.days:
        lines = between(question, figures, *question.days)
        if not any("*" in line.text for line in lines):
            lines.append(Line(_reach(figures, today)))
        return [*lines, source_line(told)]
    day, lines = question.day or today, []
    asked: Sequence[Measure] = question.measures or ("confirmed", "recovered", "deaths")
    for measure in asked:
        trail = figures.trail(measure)
        new, total, now = trail.new(day), trail.total(day), trail.now(day)
        parts = [f"{number(now)} orang"] if now is not None else []
        parts += [say.added(new)] if new is not None else []
        parts += [f"total {number(total)}"] if total is not None else []
        if parts or question.measures:
            name = say.measure_name(measure, figures.disease)
            lines.append(Line(f"• {name}: {', '.join(parts) or say.NO_DATA}"))
    if not any(_has(figures.trail(measure), day) for measure in asked):
        return [
            Line(f"Untuk {long_date(day)} {say.NO_DATA}. {_reach(figures, today)}"),
            *_newest_instead(figures, told, today),
        ]
    return [Line(f"{weekday_date(day)}:"), *lines, source_line(told)]


def _has(trail: Trail, day: date) -> bool:
    return any(value is not None for value in (trail.new(day), trail.total(day), trail.now(day)))


def _reach(figures: Figures, today: date) -> str:
    trail = figures.trail("confirmed")
    known = sorted(day for kept in (trail.totals, trail.news, trail.nows) for day in kept if day <= today)
    return f"Data saya dari {say.days(known[0], known[-1])}." if known else ""


def _newest_instead(figures: Figures, told: Situation, today: date) -> list[Line]:
    """The newest that is known, where the day asked for is not."""
    if told.day is None:
        return []
    line = say.measure_line(figures, "confirmed", told.day, today, Question())
    return [*dated_lines(told), Line(line)]


def between(question: Question, figures: Figures, first: date, last: date) -> list[Line]:
    """The new ones from the first to the last day; where the last days are missing until the newest that is known."""
    lines = [Line(f"{say.days(first, last)}:")]
    for measure in question.measures or ("confirmed", "deaths"):
        trail = figures.trail(measure)
        name = say.measure_name(measure, figures.disease)
        end = last
        known = say.newest(trail, last)
        if known and first <= known < last:
            end = known
        value = say.between(trail, first, end)
        until = f" (sampai {long_date(end)})" if end != last and value is not None else ""
        if value is not None:
            lines.append(Line(f"• {name}: *{say.added(value)}*{until}"))
        elif question.measures or measure == "confirmed":
            lines.append(Line(f"• {name}: {say.NO_DATA} yang lengkap"))
    return lines


def _whole(mean: float) -> float:
    """A mean of many in whole ones; of few with one decimal."""
    return round(mean) if mean >= 10 else round(mean, 1)
