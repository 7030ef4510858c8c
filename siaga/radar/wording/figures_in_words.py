"""Single figures in Indonesian words: numbers, days, one measure, a week, a level, a colour."""

from __future__ import annotations

from datetime import date, timedelta

from siaga.radar.figures import Figures, Measure, Trail
from siaga.radar.levels import Transmission
from siaga.radar.question import COVID, Question
from siaga.radar.situation import Situation
from siaga.radar.words import words
from siaga.text.written import long_date, number

NO_DATA = "belum ada data"
MEASURES: dict[Measure, str] = {
    "confirmed": "Positif",
    "recovered": "Sembuh",
    "deaths": "Meninggal",
    "active": "Kasus aktif",
    "hospital": "Masuk rumah sakit",
    "suspected": "Suspek (dulu PDP)",
    "watched": "Dipantau (dulu ODP)",
}
_OF_LEVEL: dict[Measure, str] = {
    "confirmed": "kasus positif",
    "hospital": "yang masuk rumah sakit",
    "deaths": "yang meninggal",
}


def percent(share: float) -> str:
    """``12 %``; below one ``0,4 %``."""
    return f"{number(round(share * 100) if abs(share) >= 0.01 else round(share * 100, 1))} %"


def days(first: date, last: date) -> str:
    """``1–31 Oktober 2026``, ``28 September – 3 Oktober 2026``."""
    if first == last:
        return long_date(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{long_date(last)}"
    start = long_date(first)
    return f"{start.removesuffix(f' {first.year}') if first.year == last.year else start} – {long_date(last)}"


def measure_name(measure: Measure, disease: str) -> str:
    """``Positif``; of another disease than COVID-19 ``Kasus``."""
    return "Kasus" if measure == "confirmed" and disease != COVID else MEASURES[measure]


def newest(trail: Trail, today: date) -> date | None:
    """The newest day with any figure; a day to come is none."""
    known = (day for kept in (trail.totals, trail.news, trail.nows) for day in kept if day <= today)
    return max(known, default=None)


def added(new: int) -> str:
    """``12 baru``; where an office took cases back ``dikoreksi −3``."""
    return f"{number(new)} baru" if new >= 0 else f"dikoreksi −{number(-new)}"


def measure_line(figures: Figures, measure: Measure, day: date, today: date, question: Question) -> str:
    """One measure as last known, with its own day where that is another; never a zero for what is unknown."""
    trail = figures.trail(measure)
    name = measure_name(measure, figures.disease)
    at = newest(trail, today)
    if at is None:
        return f"• {name}: {NO_DATA}"
    parts = []
    new, total, now = trail.new(at), trail.total(at), trail.now(at)
    if now is not None:
        parts.append(f"{number(now)} orang")
    if new is not None:
        parts.append(added(new))
    elif question.count == "new":
        parts.append(f"yang baru {NO_DATA}")
    if total is not None:
        parts.append(f"total {number(total)}")
    elif question.count == "total" and now is None:
        parts.append(f"total {NO_DATA}")
    if question.count == "total":
        parts.sort(key=lambda part: not part.startswith("total"))
    first, *others = parts
    own_day = f" (per {long_date(at)})" if at != day else ""
    return f"• {name}: " + ", ".join([f"*{first}*", *others]) + own_day


def share_line(figures: Figures, measure: Measure, today: date) -> str:
    """Which share of all confirmed recovered or died, on the newest day that has both totals."""
    ours, confirmed = figures.trail(measure).totals, figures.trail("confirmed").totals
    both = [day for day in ours if day <= today and confirmed.get(day)]
    name = MEASURES[measure]
    if not both:
        return f"• {name}: persennya {NO_DATA}"
    day = max(both)
    return f"• {name}: *{percent(ours[day] / confirmed[day])}* dari semua yang positif (per {long_date(day)})"


def stale_line(days_old: int) -> str:
    """Plainly so where the newest figures are of long ago."""
    return f"Data ini sudah {number(days_old)} hari; keadaan sekarang bisa lain."


def week_line(told: Situation, *, dated: bool = False) -> str:
    """The new confirmed of seven days and how they changed; the reason where that cannot be told.

    Args:
        dated: the last day is named; else it was just before.
    """
    until = long_date(told.day) if dated and told.day else "tanggal itu"
    if told.week is None:
        return f"7 hari terakhir: {NO_DATA} yang lengkap."
    if told.week < 0:
        return f"7 hari terakhir: lebih banyak yang dikoreksi daripada yang baru (−{number(-told.week)})."
    line = f"7 hari sampai {until}: *{number(told.week)} kasus baru*"
    if told.unsure == "corrected":
        return f"{line}; belum bisa dibandingkan, angkanya sedang dikoreksi."
    if told.unsure == "missing" or told.week_before is None:
        return f"{line}; minggu sebelumnya {NO_DATA}."
    before = f"minggu sebelumnya {number(told.week_before)}"
    word = {"up": "naik", "down": "turun", "same": "kira-kira sama"}.get(told.trend, "")
    if told.change is None or told.trend == "same":
        return f"{line}, {word} ({before})."
    return f"{line}, {word} {percent(abs(told.change))} ({before})."


def rate_line(told: Situation) -> str | None:
    """The week per 100,000 people; None where it is not known."""
    if told.per_100k is None:
        return None
    return f"Itu {number(round(told.per_100k, 1))} per 100.000 penduduk."


def _ground(level: Transmission) -> str:
    if level.complete:
        return ""
    return f", dihitung dari {' dan '.join(_OF_LEVEL[measure] for measure in level.known)} saja"


def level_line(told: Situation) -> str | None:
    """The level that was worked out, and what it means; None where there is none."""
    if told.level_unsure:
        return "Tingkat penularan belum bisa disebut: angka minggu itu sedang dikoreksi sumbernya."
    if told.transmission is None:
        return None
    level = told.transmission.level
    then = " waktu itu" if told.stale else ""
    return f"Tingkat penularan{then}: *{level} dari 4 ({words().levels[level].name})*{_ground(told.transmission)}."


def colour_line(told: Situation) -> str | None:
    """The colour as it was published, with its day; None where none was."""
    if told.colour is None:
        return None
    meaning = words().colours[told.colour.colour]
    told_by, day = told.colour.source.said_by, long_date(told.colour.day)
    line = f"Zona menurut {told_by}: *{meaning.name}* ({meaning.means}), per {day}"
    return f"{line}. Warna itu sudah lama; sekarang bisa lain." if told.colour_old else f"{line}."


def correction_line(told: Situation) -> str | None:
    """The newest day on which more was taken back than added."""
    if not told.corrections:
        return None
    last = max(told.corrections, key=lambda correction: correction.day)
    what = measure_name(last.measure, told.disease).lower()
    return (
        f"Catatan: pada {long_date(last.day)} sumbernya mengurangi {number(-last.value)} ({what}) sebagai koreksi; "
        "itu bukan kasus yang hilang."
    )


def between(trail: Trail, first: date, last: date) -> int | None:
    """The new ones from the first to the last day, both counted; None where any is unknown."""
    return trail.between(first - timedelta(days=1), last)
