"""What a message asks of the radar, and what a next one changes of it."""

from __future__ import annotations

import calendar
import re
from dataclasses import replace
from datetime import date, timedelta

from siaga.radar import question_words as say
from siaga.radar.diseases import find_disease
from siaga.radar.figures import NATION, Colour, Measure
from siaga.radar.question import COVID, Beyond, Count, Kind, Order, Question
from siaga.radar.question_places import NamedPlace, destinations, narrowed, province_of, read_named
from siaga.radar.question_words import Forms
from siaga.text.dates import FoundDate, find_dates
from siaga.text.durations import find_durations
from siaga.text.words import split_words

__all__ = ["COVID", "Beyond", "Count", "Kind", "Order", "Question", "follow", "read_question"]

_SHORT = 10
"""Words; in a longer text a word that nothing says is a place is none."""
_STORY, _ASKING = 30, 20
"""Words of a long story, and of its end that is looked at."""
_MONTHS = "januari februari maret april mei juni juli agustus september oktober november desember".split()
_MONTH = re.compile(rf"(?<!\w)(?P<month>{'|'.join(_MONTHS)})(?!\w)")
_LAST_MONTH = re.compile(_MONTH.pattern + r" (?:kemarin|lalu)(?!\w)")
_YEAR = re.compile(r"(?<![\w/.-])(?P<year>20[12]\d)(?![\w/.-])")
_LONG_DRAWN = re.compile(r"([^\W\d_])\1{2,}")
_UNTIL = re.compile(r"\s*(?:sampai(?: dengan)?|sampe|smp|s/d|sd|hingga|ke|-|–)\s*(?:tgl|tanggal)?\s*")
_RED_ZONE = re.compile(
    r"(?:info |cek |daftar |data )?zona (?:merah|hijau|kuning|oranye)(?: (?:covid|corona|dong|min))?"
)
_FIRST_DAY = date(2020, 1, 1)
"""Nothing before is asked of the radar: an older date is somebody's birthday."""
_WEEK = 7
_TIMELESS: frozenset[Kind] = frozenset({"subscribe", "unsubscribe", "source", "safe"})
"""Kinds that are of now, whatever day is named: "aman ga sabtu"."""


# ------------------------------------------------------------------ a question by itself
def read_question(text: str, today: date) -> Question:
    """What a message asks of the radar. A message that asks nothing is the plain question "how are things?".

    Args:
        today: what "kemarin" counts from.
    """
    text = _LONG_DRAWN.sub(r"\1", text)
    forms = Forms.of(_end(text))
    disease = find_disease(text)
    beyond = _beyond(forms, disease.words if disease else "")
    places = _places(text, forms)
    measures = _measures(forms)
    day, days = _past(text, forms, today)
    here = not places and forms.say(say.HERE)
    kind = _kind(forms, len(places), here, travels=_travels(text, forms, places), day=day, days=days)
    if kind == "trend" and days and days[1] != today and not forms.say(say.GRAPH):
        days = None
    if kind == "safe":
        places = destinations(places, text)
    if kind == "list":
        within, places = _within(places)
    else:
        within = None
    # "lebih parah mana, sini apa gresik": around here is one of two.
    if kind == "compare" and len(places) == 1:
        here = forms.say(say.HERE)
    return Question(
        kind=kind,
        radar=forms.say(say.RADAR),
        places=tuple(place.codes for place in places),
        here=here,
        measures=measures,
        count=_count(forms),
        disease=disease.disease.id if disease else COVID,
        day=None if kind in _TIMELESS else day,
        days=None if kind in _TIMELESS or kind == "week" else days,
        colour=_colour(forms),
        level=_level(forms),
        within=within,
        order="least" if forms.say(say.LEAST) else "most",
        share=forms.say(say.SHARE) and any(measure in ("recovered", "deaths") for measure in measures),
        finer=forms.say(say.FINER),
        beyond=beyond,
    )


def _end(text: str) -> str:
    """Who dictates a long story asks at its end."""
    words = split_words(text)
    return text[words[-_ASKING].start :] if len(words) > _STORY else text


def _travels(text: str, forms: Forms, places: list[NamedPlace]) -> bool:
    """Whether somebody is on the way to a place."""
    if forms.say(say.TRAVEL):
        return True
    return any(say.ON_THE_WAY.search(text[: place.start].lower()) for place in places)


def _places(text: str, forms: Forms) -> list[NamedPlace]:
    """The places named; in a short text also the word that would be left over ("batu zona apa")."""
    places = read_named(text)
    more = not places or forms.say(say.COMPARE)
    if not more or forms.say(say.HERE) or len(split_words(text)) > _SHORT:
        return places
    letters = list(" " * len(text))
    for word in split_words(text):
        if not say.is_known(word.lower) and not any(place.start <= word.start < place.end for place in places):
            letters[word.start : word.end] = text[word.start : word.end]
    left = read_named("".join(letters), asked=True)
    return sorted([*places, *left], key=lambda place: place.start)


def _within(places: list[NamedPlace]) -> tuple[str | None, list[NamedPlace]]:
    """Where the places of a list lie, and what else is named."""
    if not places:
        return None, []
    first = places[0].codes[0]
    return (first if first == NATION or len(first) <= len("35.78") else first[:5]), []


def _kind(
    forms: Forms,
    places: int,
    here: bool,
    *,
    travels: bool,
    day: date | None,
    days: tuple[date, date] | None,
) -> Kind:
    if forms.say(say.UNSUBSCRIBE):
        return "unsubscribe"
    if forms.say(say.SUBSCRIBE) or (forms.say(say.TELL_ME) and not forms.say(say.NUMBER_ASKED)):
        return "subscribe"
    if forms.say(say.PEAK):
        return "peak"
    if forms.say(say.SOURCE):
        return "source"
    if forms.say(say.COMPARE) and (places > 1 or (places and forms.say(say.HERE))):
        return "compare"
    if forms.say(say.LIST) or (not places and not here and _RED_ZONE.fullmatch(forms.plain)):
        return "list"
    if forms.say(say.PICTURE):
        return "picture"
    if forms.say(say.GRAPH):
        return "trend"
    if forms.say(say.SAFE) or travels:
        return "safe"
    return _kind_of_figures(forms, day, days)


def _kind_of_figures(forms: Forms, day: date | None, days: tuple[date, date] | None) -> Kind:
    if forms.say(say.TREND):
        return "trend"
    if forms.say(say.ZONE) or _colour(forms):
        return "zone"
    if forms.say(say.WEEK) and (days is None or (days[1] - days[0]).days < _WEEK):
        return "week"
    return "history" if day or days else "figures"


def _measures(forms: Forms) -> tuple[Measure, ...]:
    """The measures named, as they stand in the text. "kasus aktif" and "pasien positif yang meninggal" are of one."""
    places = {measure: at for measure, pattern in say.MEASURES.items() if (at := forms.first(pattern)) is not None}
    if "active" in places and "confirmed" in places and forms.say(say.STILL_POSITIVE):
        del places["confirmed"]
    return tuple(sorted(places, key=lambda measure: places[measure]))


def _count(forms: Forms) -> Count | None:
    return next((count for count, pattern in say.COUNTS.items() if forms.say(pattern)), None)


def _colour(forms: Forms) -> Colour | None:
    return next((colour for colour, pattern in say.COLOURS.items() if forms.say(pattern)), None)


def _level(forms: Forms) -> int | None:
    match = say.LEVEL.search(forms.written) or say.LEVEL.search(forms.plain)
    return (say.LEVELS.get(match["level"]) or int(match["level"])) if match else None


def _beyond(forms: Forms, disease: str) -> Beyond | None:
    """What is asked for and not known here; the name of the disease ("flu singapura") is none of it."""
    bare = Forms(forms.written.replace(disease, " "), forms.plain.replace(disease, " ")) if disease else forms
    variant = say.BEYOND["variant"]
    return next(
        (what for what, pattern in say.BEYOND.items() if (forms if pattern is variant else bare).say(pattern)), None
    )


# ------------------------------------------------------------------ the past
def _past(text: str, forms: Forms, today: date) -> tuple[date | None, tuple[date, date] | None]:
    """A past day, or the first and last of several; today is none, and neither is a day to come."""
    for duration in find_durations(text):
        if say.LATELY.match(text[duration.end :].lower().lstrip()) and duration.days > 1:
            return None, (today - timedelta(days=duration.days - 1), today)
    every = find_dates(text, today, prefer="past")
    found = [each for each in every if each.value and _FIRST_DAY <= each.value <= today]
    if len(found) > 1 and _UNTIL.fullmatch(text[found[0].end : found[1].start].lower()):
        first, last = _whole(found[0], today), _whole(found[1], today)
        return None, (min(first[0], last[0]), max(first[1], last[1]))
    if any(each.value == today and each.precision == "day" for each in found):
        return None, None
    if _LAST_MONTH.search(forms.plain):
        return None, _month_alone(forms.plain, today)
    for each in found:
        if each.precision == "day":
            return each.value, None
        if each.precision != "week" or each.value != today:
            return None, _whole(each, today)
    if any(each.precision != "day" or each.has_year for each in every):
        return None, None
    return None, _month_alone(forms.plain, today)


def _whole(found: FoundDate, today: date) -> tuple[date, date]:
    """All of what was said: the week from Monday to Sunday, the month, the year; not beyond today."""
    day = found.value or today
    if found.precision == "week":
        first = day - timedelta(days=day.weekday())
        last = first + timedelta(days=6)
    elif found.precision == "month":
        first = day.replace(day=1)
        last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    elif found.precision == "year":
        first, last = date(day.year, 1, 1), date(day.year, 12, 31)
    else:
        first = last = day
    return first, min(last, today)


def _month_alone(plain: str, today: date) -> tuple[date, date] | None:
    """The latest such month, or months ("januari sampai maret"), or a year by its number."""
    months = [_MONTHS.index(match["month"]) + 1 for match in _MONTH.finditer(plain)]
    if months:
        year = today.year if months[-1] <= today.month else today.year - 1
        start = date(year if months[0] <= months[-1] else year - 1, months[0], 1)
        return start, min(date(year, months[-1], calendar.monthrange(year, months[-1])[1]), today)
    if (match := _YEAR.search(plain)) and int(match["year"]) <= today.year:
        return date(int(match["year"]), 1, 1), min(date(int(match["year"]), 12, 31), today)
    return None


# ------------------------------------------------------------------ a question after another
def follow(text: str, today: date, before: Question) -> Question | None:
    """What a message asks after ``before``, of which it keeps what it does not say ("kalau meninggal?", "yg gresik?",
    "petanya?"); None if it is about something else.

    Only a message that says nothing but what the radar knows is read so: with one word more ("kalau ibu hamil?") it is
    left to others.
    """
    words, forms = split_words(text), Forms.of(text)
    if not words or len(words) > say.LONGEST_FOLLOW_UP or say.OTHER_BUSINESS.search(forms.plain):
        return None
    places = _named_after(text, before)
    dates = find_dates(text, today, prefer="past")
    taken = [(place.start, place.end) for place in places] + [(found.start, found.end) for found in dates]
    left = [word for word in words if not any(start <= word.start < end for start, end in taken)]
    own = forms.say(say.SUBSCRIBE) or forms.say(say.TELL_ME) or forms.say(say.UNSUBSCRIBE) or forms.say(say.HERE)
    if not all(say.follows(word.lower) or (own and word.lower in say.OWN) for word in left):
        return None
    now = any(found.value == today and found.precision == "day" for found in dates) or forms.say(say.NOW)
    asked = replace(read_question(text, today), places=tuple(place.codes for place in places) or _twin(forms, before))
    if asked.kind == "safe" and not forms.say(say.SAFE):
        return None
    if find_disease(text) is None and not (asked.colour or asked.level):
        # Colours and levels are of COVID-19 only.
        asked = replace(asked, disease=before.disease)
    if asked == Question(disease=before.disease) and not (now and (before.kind == "history" or "?" in text)):
        return None
    if not places and asked.kind in _NEED_A_CUE and not ("?" in text or forms.say(say.CUE)):
        return None
    return _merged(before, asked, forms, now=now)


def _named_after(text: str, before: Question) -> list[NamedPlace]:
    """The places of a text in which every word that is not the radar's may be one; a kecamatan only where one is."""
    letters = list(" " * len(text))
    for word in split_words(text):
        if not say.follows(word.lower):
            letters[word.start : word.end] = text[word.start : word.end]
    found = read_named(text) or read_named("".join(letters), asked=True)
    around = {province_of(code) for codes in before.places for code in codes}
    kept = [
        replace(place, codes=codes)
        for place in found
        if (codes := tuple(c for c in place.codes if len(c) <= len("35.78") or not around or c[:2] in around))
    ]
    return [place for place in kept if place.codes != (NATION,) or say.NATION.search(text.lower())]


def _twin(forms: Forms, before: Question) -> tuple[tuple[str, ...], ...]:
    """ "kotanya?" after Kabupaten Malang, "kabupatennya?" after Kota Malang, "provinsinya?" after either."""
    if not before.places:
        return ()
    codes = before.places[0]
    if forms.say(say.PROVINCE):
        return ((province_of(codes[0]),),)
    for pattern, city in ((say.CITY, True), (say.REGENCY, False)):
        if pattern.search(forms.written) and (twin := narrowed(codes, city)) and twin != codes:
            return (twin,)
    return ()


_NEED_A_CUE: frozenset[Kind] = frozenset({"figures", "zone", "history", "source", "week"})
"""Kinds whose words alone ("mati", "merah", "selasa", "sumber") may mean anything."""
_PLACE_ALONE: frozenset[Kind] = frozenset({"figures", "zone", "safe", "week", "trend", "picture", "peak", "history"})
"""Kinds that are asked again of another place by its name alone."""
_MEASURE_ALONE: frozenset[Kind] = frozenset({"figures", "week", "trend", "peak", "history", "compare", "list"})
"""Kinds that are asked again of another measure by its name alone."""


def _merged(before: Question, asked: Question, forms: Forms, *, now: bool) -> Question:
    """The question after ``before`` with what ``asked`` says in place of what it says."""
    # After a list, what is asked without a place is of all that the list was of.
    of_before = before.places or (((before.within,),) if before.within else ())
    places = asked.places or (() if asked.here else of_before)
    here = asked.here or (before.here and not asked.places)
    kind = asked.kind
    within = None
    if forms.say(say.COMPARE) and before.places and (asked.places or len(before.places) > 1):
        kind, places = "compare", tuple(dict.fromkeys((*before.places[: 1 if asked.places else None], *asked.places)))
    elif kind == "figures":
        kind = _kept_kind(before, asked, now=now)
    if before.kind == "list" and kind == "zone" and not asked.places and (asked.colour or asked.level):
        kind = "list"
    if kind == "list":
        named = asked.within or (asked.places[0][0] if asked.places else None)
        within = named or before.within or (province_of(before.places[0][0]) if before.places else None)
        places = ()
    tells_days = asked.day is not None or asked.days is not None
    keeps_days = not now and kind == before.kind and kind in ("history", "trend", "compare")
    return replace(
        asked,
        kind=kind,
        places=places,
        here=here,
        within=within,
        measures=asked.measures or (before.measures if kind not in ("zone", "safe", "source") else ()),
        count=asked.count or (before.count if not asked.measures and kind == before.kind else None),
        day=asked.day if tells_days else before.day if keeps_days else None,
        days=asked.days if tells_days else before.days if keeps_days else None,
        colour=asked.colour or (before.colour if kind == before.kind else None),
        level=asked.level or (before.level if kind == before.kind else None),
    )


def _kept_kind(before: Question, asked: Question, *, now: bool) -> Kind:
    """The kind of a question that names only a place, a measure or a disease."""
    if asked.measures or asked.count or asked.share:
        return before.kind if before.kind in _MEASURE_ALONE and not now else "figures"
    if asked.places or asked.here:
        provinces = all(len(codes[0]) == len("35") for codes in asked.places)
        if before.kind == "list" and asked.places and provinces:
            return "list"
        return before.kind if before.kind in _PLACE_ALONE else "figures"
    return before.kind if before.kind in _PLACE_ALONE | _MEASURE_ALONE and not now else "figures"
