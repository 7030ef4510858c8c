"""What is told of one place, by the kind of question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from siaga.places.timezone import zone, zone_letters
from siaga.radar.figures import NATION, Figures
from siaga.radar.place import NEIGHBOURS, Place
from siaga.radar.question import Question
from siaga.radar.situation import Situation
from siaga.radar.wording import figures_in_words as say
from siaga.radar.wording.answer import GAP, Line
from siaga.radar.wording.parts import (
    about_confirmed,
    dated_lines,
    level_lines,
    measure_lines,
    week_lines,
    week_of_others,
)
from siaga.radar.wording.past import between, history, peak
from siaga.radar.words import radar_tips, words
from siaga.text.written import hour, long_date, number, weekday_date

_CAPITAL = "31"
"""By whose clock hours are told of all of Indonesia."""


def tell_unknown(place: Place, disease: str) -> list[Line]:
    """That there are no figures; the colour, if one was published."""
    lines = [Line(f"Saya belum punya data {disease} untuk {place.name}.")]
    if place.situation and (colour := say.colour_line(place.situation)):
        lines.append(Line(colour))
    return lines


def _plain(question: Question, place: Place, figures: Figures, told: Situation, today: date) -> list[Line]:
    lines = [*dated_lines(told), *measure_lines(question, figures, told, today)]
    if about_confirmed(question):
        return [*lines, *week_lines(told), GAP, *level_lines(told)]
    return [*lines, *week_of_others(question, figures, today)]


def _zone(question: Question, place: Place, figures: Figures, told: Situation, today: date) -> list[Line]:
    lines = [Line(line) for line in (_asked_colour(question, place, told), _asked_level(question, told)) if line]
    known = level_lines(told)
    if told.colour is None and question.colour is None and not question.level and question.beyond != "ppkm":
        known.append(Line(f"Warna zona untuk {place.name} {say.NO_DATA}.", 1))
    if told.transmission is None and not told.level_unsure:
        known.append(Line("Tingkat penularannya tidak bisa saya hitung dari data yang ada."))
    return [*lines, *dated_lines(told), *known, GAP, *week_lines(told)]


def _asked_colour(question: Question, place: Place, told: Situation) -> str | None:
    """Whether the zone is of the colour asked for, as published; nothing is said of a colour nobody published."""
    if question.colour is None:
        return None
    asked = words().colours[question.colour].name
    if told.colour is None:
        return f"Apakah zonanya {asked}, saya belum tahu: warna zona {place.name} belum ada pada saya."
    if told.colour_old:
        return f"Apakah zonanya masih {asked}, saya belum tahu: warna terakhirnya sudah lama."
    if told.colour.colour == question.colour:
        return f"Ya, zonanya *{asked}*."
    return f"Tidak, zonanya bukan {asked}, tetapi *{words().colours[told.colour.colour].name}*."


def _asked_level(question: Question, told: Situation) -> str | None:
    if question.level is None or told.transmission is None or question.beyond == "ppkm":
        return None
    level = told.transmission.level
    return f"Ya, tingkat {level}." if level == question.level else f"Bukan {question.level}, tetapi *{level}*."


def _safe(question: Question, place: Place, figures: Figures, told: Situation, today: date) -> list[Line]:
    lines = [Line("Aman atau tidaknya tidak bisa saya pastikan; ini keadaan yang tercatat.")]
    if question.colour and (colour := _asked_colour(question, place, told)):
        lines.append(Line(colour))
    lines += [GAP, *dated_lines(told), *level_lines(told), GAP, *week_lines(told)]
    return lines + (measure_lines(question, figures, told, today) if question.measures else [])


def _this_week(question: Question, place: Place, figures: Figures, told: Situation, today: date) -> list[Line]:
    lines = dated_lines(told)
    if about_confirmed(question):
        lines += week_lines(told)
    lines += week_of_others(question, figures, today) or (
        [] if about_confirmed(question) else measure_lines(question, figures, told, today)
    )
    if not question.measures:
        lines += [Line(line.text, 1) for line in measure_lines(question, figures, told, today)]
    return [*lines, GAP, *level_lines(told)]


def _trend(question: Question, place: Place, figures: Figures, told: Situation, today: date) -> list[Line]:
    lines = dated_lines(told)
    if question.days:
        lines += between(question, figures, *question.days)
    if about_confirmed(question):
        return [*lines, *week_lines(told), GAP, *level_lines(told)]
    return [*lines, *measure_lines(question, figures, told, today), *week_of_others(question, figures, today)]


def _map(question: Question, place: Place, figures: Figures, told: Situation, today: date) -> list[Line]:
    return [*dated_lines(told), *level_lines(told), GAP, *week_lines(told, 1)]


def _source(question: Question, place: Place, figures: Figures, told: Situation, today: date) -> list[Line]:
    source = figures.source
    lines = [Line(f"Angka ini diterbitkan oleh *{source.said_by}*.")]
    if told.day:
        lines.append(Line(f"Datanya sampai {weekday_date(told.day)}."))
    if source.arrived_at:
        where = _CAPITAL if place.code == NATION else place.code
        at = source.arrived_at.astimezone(zone(where))
        lines.append(Line(f"Saya menerimanya {weekday_date(at.date())} pukul {hour(at)} {zone_letters(where)}."))
    if told.stale:
        lines.append(Line(f"Data itu sudah {number(told.days_old or 0)} hari; belum ada yang lebih baru."))
    if told.colour:
        lines.append(Line(f"Warna zona: {told.colour.source.said_by}, {long_date(told.colour.day)}."))
    if told.transmission:
        lines.append(Line("Tingkat penularan saya hitung dengan ambang KMK HK.01.07/MENKES/4805/2021."))
    return lines


_About = Callable[[Question, Place, Figures, Situation, date], list[Line]]
_ABOUT: dict[str, _About] = {
    "zone": _zone,
    "safe": _safe,
    "week": _this_week,
    "trend": _trend,
    "picture": _map,
    "peak": peak,
    "history": history,
    "source": _source,
}


def tell_known(question: Question, place: Place, figures: Figures, told: Situation, today: date) -> list[Line]:
    """What is asked, of a place with figures."""
    return _ABOUT.get(question.kind, _plain)(question, place, figures, told, today)


_NO_NEIGHBOURS = frozenset({"peak", "history", "source", "week"})


def beside(question: Question, place: Place, told: Situation) -> list[Line]:
    """Corrections, and the neighbours with their level, or how many are new."""
    lines = []
    if question.kind != "source" and (correction := say.correction_line(told)):
        lines.append(Line(correction, 2))
    near = [_near(each) for each in place.neighbours[:NEIGHBOURS]]
    known = [line for line in near if line]
    if known and question.kind not in _NO_NEIGHBOURS and about_confirmed(question):
        lines += [GAP, Line(f"Sekitarnya: {'; '.join(known)}.", 4)]
    return lines


def _near(place: Place) -> str | None:
    told = place.situation
    if told is None or told.day is None:
        return None
    parts = [f"tingkat {told.transmission.level}"] if told.transmission else []
    if told.week is not None and told.week >= 0:
        parts.append(f"{number(told.week)} baru seminggu")
    old = f", per {long_date(told.day)}" if told.stale else ""
    return f"{place.name} {', '.join(parts)}{old}" if parts else None


def tip_for(question: Question, told: Situation) -> str:
    """One piece of advice that fits; empty where none does."""
    if question.kind in ("source", "history", "peak") or not about_confirmed(question):
        return ""
    level = told.transmission.level if told.transmission else None
    for tip in radar_tips():
        if tip.fits(question.disease, level, told.trend, question.kind):
            return tip.text
    return ""
