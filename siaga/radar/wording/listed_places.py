"""A list of the places of a region: those of a colour or level, those with most or least."""

from __future__ import annotations

from collections.abc import Sequence

from siaga.radar.figures import Colour
from siaga.radar.place import Place
from siaga.radar.question import Question
from siaga.radar.situation import Ranking, Situation, ranking
from siaga.radar.wording import figures_in_words as say
from siaga.radar.wording.answer import Line
from siaga.radar.wording.parts import FEW, LISTED
from siaga.radar.words import words
from siaga.text.written import joined, long_date, number


def tell_list(question: Question, listed: Sequence[Place]) -> list[Line]:
    """The places asked for, in their order, and of how many nothing can be said."""
    names = {place.code: place.name for place in listed}
    told = [place.situation for place in listed if place.situation]
    silent = len(listed) - len(told)
    if question.colour:
        return _of_colour(question.colour, told, names, silent)
    highest = question.order == "most"
    if question.level or question.kind == "zone":
        ranked = ranking(told, "level", level=question.level, highest=highest, limit=None)
    elif question.measures and question.measures[0] != "confirmed":
        ranked = _by_measure(question, told, highest=highest)
    else:
        ranked = ranking(told, "total" if question.count == "total" else "week", highest=highest)
    lines = _list_head(question, ranked)
    for at, each in enumerate(ranked.listed[:LISTED], start=1):
        unit = _unit(question, ranked)
        value = number(int(each.value))
        level = each.situation.transmission
        own = f", tingkat {level.level}" if level and ranked.by != "level" else ""
        shown = f"tingkat {value}" if ranked.by == "level" else f"{value} {unit}{own}"
        lines.append(Line(f"{at}. {names[each.situation.region_code]}: {shown}", 0 if at <= FEW else 1))
    return [*lines, *_left_over(ranked, silent)]


def _by_measure(question: Question, told: list[Situation], *, highest: bool) -> Ranking:
    measure = question.measures[0]
    now = measure in ("active", "hospital") and any(measure in each.now for each in told)
    by = "now" if now else "new" if question.count == "new" else "total"
    return ranking(told, by, measure=measure, highest=highest)  # type: ignore[arg-type]


def _unit(question: Question, ranked: Ranking) -> str:
    measure = question.measures[0] if question.measures else "confirmed"
    if ranked.by == "week":
        return "baru seminggu"
    name = "kasus" if measure == "confirmed" else say.MEASURES[measure].lower()
    return f"{name} baru" if ranked.by == "new" else name


def _list_head(question: Question, ranked: Ranking) -> list[Line]:
    if not ranked.listed:
        what = f" di tingkat {question.level}" if question.level else " tercatat"
        known = ranked.day is not None
        fewer = f"Dari daerah yang datanya ada, tidak ada yang{what}."
        return [Line(fewer if known else f"{say.NO_DATA.capitalize()} untuk daftar ini.")]
    order = "Terbanyak" if question.order == "most" else "Paling sedikit"
    head = f"Di tingkat {question.level}" if question.level else order
    days = say.days(ranked.oldest, ranked.day) if ranked.oldest and ranked.day else ""
    sources = dict.fromkeys(each.situation.source.said_by for each in ranked.listed)
    lines = [Line(f"{head}, per {days}, menurut {joined(list(sources))}:")]
    if ages := [each.situation.days_old or 0 for each in ranked.listed if each.situation.stale]:
        lines.append(Line(say.stale_line(max(ages))))
    return lines


def _left_over(ranked: Ranking, silent: int) -> list[Line]:
    lines = []
    if (more := len(ranked.listed) - LISTED) > 0:
        lines.append(Line(f"… dan {more} lainnya."))
    if unknown := len(ranked.unknown) + silent:
        lines.append(Line(f"Untuk {unknown} daerah lain {say.NO_DATA} yang bisa dibandingkan."))
    return lines


def _of_colour(colour: Colour, told: list[Situation], names: dict[str, str], silent: int) -> list[Line]:
    """The places of a published colour; where no office published any, that is said, and no level stands in for it."""
    name = words().colours[colour].name
    ranked = ranking(told, "colour", colour=colour)
    if ranked.day is None:
        return [Line(f"Warna zona belum ada pada saya, jadi zona {name} tidak bisa saya sebut.")]
    days = say.days(ranked.oldest, ranked.day) if ranked.oldest else long_date(ranked.day)
    if not ranked.listed:
        known = len(told) - len(ranked.unknown)
        lines = [Line(f"Dari {known} daerah yang warnanya ada, tidak ada yang {name}, per {long_date(ranked.day)}.")]
    else:
        lines = [Line(f"Zona *{name}* ({words().colours[colour].means}), per {days}:")]
        places = [names[each.situation.region_code] for each in ranked.listed]
        lines += [Line(joined(places))]
        sources = dict.fromkeys(each.situation.colour.source.said_by for each in ranked.listed if each.situation.colour)
        lines.append(Line(f"Sumber: {joined(list(sources))}."))
    if unknown := len(ranked.unknown) + silent:
        lines.append(Line(f"Untuk {unknown} daerah lain warnanya belum ada, atau sudah lama."))
    return lines
