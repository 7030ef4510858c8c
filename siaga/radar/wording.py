"""What the radar says: an answer in words, from what is known of the places that were asked about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from siaga.places.timezone import zone, zone_letters
from siaga.radar import figures_in_words as say
from siaga.radar.figures import NATION, Colour, Figures, Measure, Trail
from siaga.radar.question import Question
from siaga.radar.situation import Ranking, Situation, ranking
from siaga.radar.words import radar_tips, words
from siaga.text.written import hour, long_date, weekday_date

LONGEST = 900
"""Characters of an answer, about: what a phone shows without much thumbing."""
NEIGHBOURS = 3
LISTED = 10
"""Places of a list."""
SAMPLE = "⚠ *DATA CONTOH*, bukan angka sebenarnya."
NOT_KEPT = "Lokasi Anda tidak disimpan."
_WITH_PICTURE = frozenset({"picture", "trend", "zone"})
_MOST: tuple[Measure, ...] = ("confirmed", "recovered", "deaths", "active", "hospital", "suspected", "watched")


@dataclass(frozen=True)
class Place:
    """A place that is told of, with all that is known of it; ``figures`` and ``situation`` are None where nothing is.

    ``name`` is as told: "Kota Surabaya". ``asked`` is what was asked for, where the figures are of what it lies in:
    "Kec. Wonokromo". ``where`` is a pin's place in words, "Kel. Ketintang, Kec. Gayungan, Kota Surabaya".
    """

    code: str
    name: str
    figures: Figures | None = None
    situation: Situation | None = None
    asked: str = ""
    where: str = ""
    neighbours: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Answer:
    """An answer in Indonesian. ``lines`` may be empty lines, too. ``picture``: the picture goes with it, as was asked
    for. ``tip`` is one piece of advice, told last; empty where none fits."""

    title: str
    lines: tuple[str, ...]
    picture: bool = False
    tip: str = ""

    @property
    def text(self) -> str:
        """All of it, as a message of WhatsApp."""
        parts = [f"*{self.title}*", *self.lines]
        if self.tip:
            parts += ["", self.tip]
        return "\n".join(parts)


@dataclass(frozen=True)
class _Line:
    """A line of an answer; of those that may be left out where there is no room, the highest ``spare`` goes first."""

    text: str
    spare: int = 0


_GAP = _Line("")
"""Between what belongs together; none is told first, last or twice."""


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
    disease = say.disease_name(question.disease)
    if question.beyond == "world" and not places:
        return Answer(f"{disease} di negara lain", (words().beyond["world"],))
    if not places:
        return Answer(f"Radar {disease}", ("Saya belum tahu wilayah mana yang dimaksud.",))
    lines = _before(question, places, listed, pin=pin, short=short)
    first = places[0]
    title = f"{disease} di {first.name}"
    tip = ""
    if question.kind == "list" and listed:
        title = f"{disease}: daerah di {first.name}"
        lines += _list(question, listed)
    elif len(places) > 1:
        title = f"{disease}: {_joined([place.name for place in places])}" if len(places) <= _FEW else disease
        lines += _several(question, places)
    elif first.figures is None or first.figures.newest is None or first.situation is None:
        lines += _unknown(first, disease)
    else:
        lines += _ABOUT.get(question.kind, _plain)(question, first, first.figures, first.situation, today)
        if not short:
            lines += _beside(question, first, first.situation)
            tip = _tip(question, first.situation)
    if short:
        lines = [line for line in lines if line.spare < _IN_SHORT]
    picture = not short and (pin or question.radar or question.kind in _WITH_PICTURE)
    return _fitted(title, lines, picture=picture, tip=tip)


_FEW = 3
"""Places that have room in a title."""
_HIGH = (3, 4)
_CAPITAL = "31"
"""By whose clock hours are told of all of Indonesia."""
_IN_SHORT = 3
"""Lines to be spared from here on are not told in the middle of another conversation."""


def _fitted(title: str, lines: list[_Line], *, picture: bool, tip: str) -> Answer:
    """The answer with as many of its lines as there is room for, and the tip last to go."""
    kept = list(lines)

    def answer(tip: str) -> Answer:
        return Answer(title, tuple(_without_idle_gaps([line.text for line in kept])), picture, tip)

    while len(answer(tip).text) > LONGEST and any(line.spare for line in kept):
        most = max(line.spare for line in kept)
        kept.reverse()
        kept.remove(next(line for line in kept if line.spare == most))
        kept.reverse()
    return answer(tip) if len(answer(tip).text) <= LONGEST else answer("")


def _without_idle_gaps(lines: list[str]) -> list[str]:
    told = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return told[:-1] if told and not told[-1] else told


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} dan {names[-1]}"


# ------------------------------------------------------------------ before the figures
def _before(
    question: Question, places: Sequence[Place], listed: Sequence[Place], *, pin: bool, short: bool
) -> list[_Line]:
    lines = []
    if any(_is_sample(place) for place in (*places, *listed)):
        lines.append(_Line(SAMPLE))
    first = places[0]
    if first.where and not short:
        lines.append(_Line(f"📍 {first.where}"))
    if pin:
        lines.append(_Line(NOT_KEPT))
    if question.beyond:
        lines.append(_Line(words().beyond[question.beyond]))
    if first.asked and len(places) == 1:
        lines.append(_Line(f"Angka untuk {first.asked} sendiri belum ada; ini angka {first.name}."))
    elif question.finer:
        lines.append(_Line("Angka per desa, kelurahan, RT atau RW belum ada pada saya."))
    return [*lines, _GAP]


def _is_sample(place: Place) -> bool:
    told = place.situation
    return (place.figures is not None and place.figures.source.sample) or (
        told is not None and (told.source.sample or (told.colour is not None and told.colour.source.sample))
    )


def _unknown(place: Place, disease: str) -> list[_Line]:
    lines = [_Line(f"Saya belum punya data {disease} untuk {place.name}.")]
    if place.situation and (colour := say.colour_line(place.situation)):
        lines.append(_Line(colour))
    return lines


def _dated(told: Situation) -> list[_Line]:
    """The day and the source, and plainly so when the day is long ago."""
    if told.day is None:
        return []
    lines = [_Line(f"Per {weekday_date(told.day)}, menurut {told.source.said_by}:")]
    if told.stale:
        lines.append(_Line(f"Data ini sudah {say.number(told.days_old or 0)} hari; keadaan sekarang bisa lain."))
    return lines


# ------------------------------------------------------------------ one place
def _measures(question: Question, figures: Figures, told: Situation, today: date) -> list[_Line]:
    """The measures asked for, else those that are known: the confirmed in any case."""
    day = told.day or today
    if question.share:
        asked = [measure for measure in question.measures if measure in ("recovered", "deaths")]
        return [_Line(say.share_line(figures, measure, today)) for measure in asked]
    others = [measure for measure in _MOST[1:] if say.newest(figures.trail(measure), today)]
    told_of: Sequence[Measure] = question.measures or ("confirmed", *others)
    lines = []
    for place, measure in enumerate(told_of):
        spare = 0 if question.measures or place < _FEW else 2
        lines.append(_Line(say.measure_line(figures, measure, day, today, question), spare))
    return lines


def _levels(told: Situation) -> list[_Line]:
    lines = [_Line(line) for line in (say.level_line(told), say.colour_line(told)) if line]
    if told.transmission and _may_calm(told):
        lines.insert(1, _Line(words().levels[told.transmission.level].means, 3))
    return lines


def _may_calm(told: Situation) -> bool:
    """Whether the words of the level may be told: those of a low one only of new figures, and beside no colour that
    warns."""
    if told.transmission is None or told.transmission.level in _HIGH:
        return told.transmission is not None
    warned = told.colour is not None and not told.colour_old and told.colour.colour in ("orange", "red")
    return not (told.stale or warned)


def _week(told: Situation, spare: int = 0, *, dated: bool = False) -> list[_Line]:
    return [_Line(line, spare) for line in (say.week_line(told, dated=dated), say.rate_line(told)) if line]


def _about_confirmed(question: Question) -> bool:
    return not question.measures or "confirmed" in question.measures


def _plain(question: Question, place: Place, figures: Figures, told: Situation, today: date) -> list[_Line]:
    lines = [*_dated(told), *_measures(question, figures, told, today)]
    if _about_confirmed(question):
        return [*lines, *_week(told), _GAP, *_levels(told)]
    return [*lines, *_week_of(question, figures, today)]


def _week_of(question: Question, figures: Figures, today: date) -> list[_Line]:
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
            lines.append(_Line(f"7 hari sampai {long_date(last)}: {say.number(week)} {name}.", 1))
    return lines


def _zone(question: Question, place: Place, figures: Figures, told: Situation, today: date) -> list[_Line]:
    lines = [_Line(line) for line in (_asked_colour(question, place, told), _asked_level(question, told)) if line]
    known = _levels(told)
    if told.colour is None and question.colour is None and not question.level and question.beyond != "ppkm":
        known.append(_Line(f"Warna zona untuk {place.name} {say.NO_DATA}.", 1))
    if told.transmission is None and not told.level_unsure:
        known.append(_Line("Tingkat penularannya tidak bisa saya hitung dari data yang ada."))
    return [*lines, *_dated(told), *known, _GAP, *_week(told)]


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


def _safe(question: Question, place: Place, figures: Figures, told: Situation, today: date) -> list[_Line]:
    lines = [_Line("Aman atau tidaknya tidak bisa saya pastikan; ini keadaan yang tercatat.")]
    if question.colour and (colour := _asked_colour(question, place, told)):
        lines.append(_Line(colour))
    lines += [_GAP, *_dated(told), *_levels(told), _GAP, *_week(told)]
    return lines + (_measures(question, figures, told, today) if question.measures else [])


def _this_week(question: Question, place: Place, figures: Figures, told: Situation, today: date) -> list[_Line]:
    lines = _dated(told)
    if _about_confirmed(question):
        lines += _week(told)
    lines += _week_of(question, figures, today) or (
        [] if _about_confirmed(question) else _measures(question, figures, told, today)
    )
    if not question.measures:
        lines += [_Line(line.text, 1) for line in _measures(question, figures, told, today)]
    return [*lines, _GAP, *_levels(told)]


def _trend(question: Question, place: Place, figures: Figures, told: Situation, today: date) -> list[_Line]:
    lines = _dated(told)
    if question.days:
        lines += _range(question, figures, *question.days)
    if _about_confirmed(question):
        return [*lines, *_week(told), _GAP, *_levels(told)]
    return [*lines, *_measures(question, figures, told, today), *_week_of(question, figures, today)]


def _map(question: Question, place: Place, figures: Figures, told: Situation, today: date) -> list[_Line]:
    return [*_dated(told), *_levels(told), _GAP, *_week(told, 1)]


def _peak(question: Question, place: Place, figures: Figures, told: Situation, today: date) -> list[_Line]:
    """When it was worst, as far as the figures reach: the week with the most, which one day's late reports move
    less."""
    lines = []
    for measure in question.measures or ("confirmed",):
        trail = figures.trail(measure)
        known = sorted(day for kept in (trail.totals, trail.news) for day in kept if day <= today)
        weeks = {day: daily for day in dict.fromkeys(known) if (daily := trail.mean(day)) is not None and daily >= 0}
        name = say.measure_name(measure, figures.disease).lower()
        if not weeks:
            lines.append(_Line(f"Puncak ({name}): {say.NO_DATA} yang cukup panjang."))
            continue
        top = max(weeks, key=lambda day: (weeks[day], -day.toordinal()))
        mean, week = say.number(round(weeks[top], 1)), say.days(top - timedelta(days=6), top)
        lines += [
            _Line(f"Puncak ({name}): rata-rata *{mean} sehari*, dalam {week}."),
            _Line(f"Menurut {told.source.said_by}, dari data {say.days(known[0], known[-1])}."),
        ]
    return [*lines, *_week(told, 1, dated=True)]


def _history(question: Question, place: Place, figures: Figures, told: Situation, today: date) -> list[_Line]:
    if question.days:
        lines = _range(question, figures, *question.days)
        if not any("*" in line.text for line in lines):
            lines.append(_Line(_reach(figures, today)))
        return [*lines, _source_line(told)]
    day, lines = question.day or today, []
    asked: Sequence[Measure] = question.measures or ("confirmed", "recovered", "deaths")
    for measure in asked:
        trail = figures.trail(measure)
        new, total, now = trail.new(day), trail.total(day), trail.now(day)
        parts = [f"{say.number(now)} orang"] if now is not None else []
        parts += [say.added(new)] if new is not None else []
        parts += [f"total {say.number(total)}"] if total is not None else []
        if parts or question.measures:
            name = say.measure_name(measure, figures.disease)
            lines.append(_Line(f"• {name}: {', '.join(parts) or say.NO_DATA}"))
    if not any(_has(figures.trail(measure), day) for measure in asked):
        return [
            _Line(f"Untuk {long_date(day)} {say.NO_DATA}. {_reach(figures, today)}"),
            *_newest_instead(figures, told, today),
        ]
    return [_Line(f"{weekday_date(day)}:"), *lines, _source_line(told)]


def _has(trail: Trail, day: date) -> bool:
    return any(value is not None for value in (trail.new(day), trail.total(day), trail.now(day)))


def _reach(figures: Figures, today: date) -> str:
    trail = figures.trail("confirmed")
    known = sorted(day for kept in (trail.totals, trail.news, trail.nows) for day in kept if day <= today)
    return f"Data saya dari {say.days(known[0], known[-1])}." if known else ""


def _newest_instead(figures: Figures, told: Situation, today: date) -> list[_Line]:
    """The newest that is known, where the day asked for is not."""
    if told.day is None:
        return []
    line = say.measure_line(figures, "confirmed", told.day, today, Question())
    return [*_dated(told), _Line(line)]


def _source_line(told: Situation) -> _Line:
    return _Line(f"Sumber: {told.source.said_by}.")


def _range(question: Question, figures: Figures, first: date, last: date) -> list[_Line]:
    """The new ones from the first to the last day; where the last days are missing until the newest that is known."""
    lines = [_Line(f"{say.days(first, last)}:")]
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
            lines.append(_Line(f"• {name}: *{say.added(value)}*{until}"))
        elif question.measures or measure == "confirmed":
            lines.append(_Line(f"• {name}: {say.NO_DATA} yang lengkap"))
    return lines


def _source(question: Question, place: Place, figures: Figures, told: Situation, today: date) -> list[_Line]:
    source = figures.source
    lines = [_Line(f"Angka ini diterbitkan oleh *{source.said_by}*.")]
    if told.day:
        lines.append(_Line(f"Datanya sampai {weekday_date(told.day)}."))
    if source.arrived_at:
        where = _CAPITAL if place.code == NATION else place.code
        at = source.arrived_at.astimezone(zone(where))
        lines.append(_Line(f"Saya menerimanya {weekday_date(at.date())} pukul {hour(at)} {zone_letters(where)}."))
    if told.stale:
        lines.append(_Line(f"Data itu sudah {say.number(told.days_old or 0)} hari; belum ada yang lebih baru."))
    if told.colour:
        lines.append(_Line(f"Warna zona: {told.colour.source.said_by}, {long_date(told.colour.day)}."))
    if told.transmission:
        lines.append(_Line("Tingkat penularan saya hitung dengan ambang KMK HK.01.07/MENKES/4805/2021."))
    return lines


_About = Callable[[Question, Place, Figures, Situation, date], list[_Line]]
_ABOUT: dict[str, _About] = {
    "zone": _zone,
    "safe": _safe,
    "week": _this_week,
    "trend": _trend,
    "picture": _map,
    "peak": _peak,
    "history": _history,
    "source": _source,
}
_NO_NEIGHBOURS = frozenset({"peak", "history", "source", "week"})


def _beside(question: Question, place: Place, told: Situation) -> list[_Line]:
    """Corrections, and the neighbours with their level, or how many are new."""
    lines = []
    if question.kind != "source" and (correction := say.correction_line(told)):
        lines.append(_Line(correction, 2))
    near = [_near(each) for each in place.neighbours[:NEIGHBOURS]]
    known = [line for line in near if line]
    if known and question.kind not in _NO_NEIGHBOURS and _about_confirmed(question):
        lines += [_GAP, _Line(f"Sekitarnya: {'; '.join(known)}.", 4)]
    return lines


def _near(place: Place) -> str | None:
    told = place.situation
    if told is None or told.day is None:
        return None
    parts = [f"tingkat {told.transmission.level}"] if told.transmission else []
    if told.week is not None and told.week >= 0:
        parts.append(f"{say.number(told.week)} baru seminggu")
    old = f", per {long_date(told.day)}" if told.stale else ""
    return f"{place.name} {', '.join(parts)}{old}" if parts else None


def _tip(question: Question, told: Situation) -> str:
    if question.kind in ("source", "history", "peak") or not _about_confirmed(question):
        return ""
    level = told.transmission.level if told.transmission else None
    for tip in radar_tips():
        if tip.fits(question.disease, level, told.trend, question.kind):
            return tip.text
    return ""


# ------------------------------------------------------------------ several places
def _several(question: Question, places: Sequence[Place]) -> list[_Line]:
    """A line for each place, and which has most where they can be compared."""
    lines = [_Line(_one_of_several(question, place), 0 if at < LISTED else 2) for at, place in enumerate(places)]
    sources = dict.fromkeys(place.situation.source.said_by for place in places if place.situation)
    if sources:
        lines.append(_Line(f"Sumber: {_joined(list(sources))}."))
    conclusion = _most(places) if _about_confirmed(question) else None
    return [_Line(conclusion), *lines] if conclusion and question.kind in ("compare", "figures", "zone") else lines


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
            parts.append(f"total {say.number(total)}")
        if measure != "confirmed" and new is None and told.total.get(measure) is None:
            parts.append(f"{own}{say.NO_DATA}")
    if _about_confirmed(question):
        if told.week is not None and told.week >= 0:
            parts.append(f"{say.number(told.week)} seminggu")
        if told.per_100k is not None:
            parts.append(f"{say.number(round(told.per_100k, 1))} per 100.000")
        if told.transmission:
            parts.append(f"tingkat {told.transmission.level}")
    if told.colour and not told.colour_old and question.kind == "zone":
        parts.append(f"zona {words().colours[told.colour.colour].name}")
    old = f", sudah {say.number(told.days_old or 0)} hari" if told.stale else ""
    return f"{name} (per {long_date(told.day)}{old}): {', '.join(parts) or say.NO_DATA}"


def _on_a_day(question: Question, figures: Figures, day: date) -> str:
    parts = []
    for measure in question.measures or ("confirmed",):
        trail = figures.trail(measure)
        new, total = trail.new(day), trail.total(day)
        known = [say.added(new)] if new is not None else []
        known += [f"total {say.number(total)}"] if total is not None else []
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


# ------------------------------------------------------------------ a list
def _list(question: Question, listed: Sequence[Place]) -> list[_Line]:
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
        value = say.number(int(each.value))
        level = each.situation.transmission
        own = f", tingkat {level.level}" if level and ranked.by != "level" else ""
        shown = f"tingkat {value}" if ranked.by == "level" else f"{value} {unit}{own}"
        lines.append(_Line(f"{at}. {names[each.situation.region_code]}: {shown}", 0 if at <= _FEW else 1))
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


def _list_head(question: Question, ranked: Ranking) -> list[_Line]:
    if not ranked.listed:
        what = f" di tingkat {question.level}" if question.level else " tercatat"
        known = ranked.day is not None
        fewer = f"Dari daerah yang datanya ada, tidak ada yang{what}."
        return [_Line(fewer if known else f"{say.NO_DATA.capitalize()} untuk daftar ini.")]
    order = "Terbanyak" if question.order == "most" else "Paling sedikit"
    head = f"Di tingkat {question.level}" if question.level else order
    days = say.days(ranked.oldest, ranked.day) if ranked.oldest and ranked.day else ""
    sources = dict.fromkeys(each.situation.source.said_by for each in ranked.listed)
    lines = [_Line(f"{head}, per {days}, menurut {_joined(list(sources))}:")]
    if ages := [each.situation.days_old or 0 for each in ranked.listed if each.situation.stale]:
        lines.append(_Line(f"Data ini sudah {say.number(max(ages))} hari; keadaan sekarang bisa lain."))
    return lines


def _left_over(ranked: Ranking, silent: int) -> list[_Line]:
    lines = []
    if (more := len(ranked.listed) - LISTED) > 0:
        lines.append(_Line(f"… dan {more} lainnya."))
    if unknown := len(ranked.unknown) + silent:
        lines.append(_Line(f"Untuk {unknown} daerah lain {say.NO_DATA} yang bisa dibandingkan."))
    return lines


def _of_colour(colour: Colour, told: list[Situation], names: dict[str, str], silent: int) -> list[_Line]:
    """The places of a published colour; where no office published any, that is said, and no level stands in for it."""
    name = words().colours[colour].name
    ranked = ranking(told, "colour", colour=colour)
    if ranked.day is None:
        return [_Line(f"Warna zona belum ada pada saya, jadi zona {name} tidak bisa saya sebut.")]
    days = say.days(ranked.oldest, ranked.day) if ranked.oldest else long_date(ranked.day)
    if not ranked.listed:
        known = len(told) - len(ranked.unknown)
        lines = [_Line(f"Dari {known} daerah yang warnanya ada, tidak ada yang {name}, per {long_date(ranked.day)}.")]
    else:
        lines = [_Line(f"Zona *{name}* ({words().colours[colour].means}), per {days}:")]
        places = [names[each.situation.region_code] for each in ranked.listed]
        lines += [_Line(_joined(places))]
        sources = dict.fromkeys(each.situation.colour.source.said_by for each in ranked.listed if each.situation.colour)
        lines.append(_Line(f"Sumber: {_joined(list(sources))}."))
    if unknown := len(ranked.unknown) + silent:
        lines.append(_Line(f"Untuk {unknown} daerah lain warnanya belum ada, atau sudah lama."))
    return lines
