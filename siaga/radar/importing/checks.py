"""What must hold of figures before they count: by themselves, among each other, and against those that stand.

A total that falls is right where an office took cases back, and wrong where a digit is missing. Which one it is must
be said: by the file's own figure of that day (a negative one), by its ``koreksi`` column, by who brings it
(``correction``). A small fall inside one answer of an outside service passes with a note: such answers cover both days,
and cannot be asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise

from siaga.places import regions
from siaga.places.facts import population
from siaga.places.named import provinces_on
from siaga.radar.figures import NATION, Count, Measure
from siaga.radar.importing.draft import Draft, Entry, Key, TrailKey, key_name, region_name
from siaga.radar.importing.known import Totals
from siaga.text.written import number

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_QUARTER = timedelta(days=90)
_RECLASSIFIED: set[Measure] = {"suspected", "watched"}
"""Who is found to be ill, or not to be, leaves these: they fall without anybody's mistake."""
_LEAP, _FEW = 8, 125
"""A digit too many makes a total ten times as large. Below a few, numbers really leap."""
_PARTS: tuple[Measure, ...] = ("recovered", "deaths")
_SAY_SO = "Bila memang koreksi, isi kolom koreksi dengan ya; bila bukan, perbaiki angkanya."
_LOOK = "Periksa ke sumbernya. Angka lama tetap dipakai."


def check(draft: Draft, standing: Totals, *, correction: bool = False) -> None:
    """Note, leave out or refuse what does not hold; ``correction``: falls and leaps are known to be right."""
    _check_people(draft)
    _check_new_ones(draft, correction)
    _mend_totals(draft)
    _check_differences(draft, correction)
    _check_trails(draft, standing, correction)
    _check_leaps(draft, correction)
    _check_parts(draft)
    _check_sums(draft, correction)


def _advice(draft: Draft) -> str:
    return _SAY_SO if draft.mendable else _LOOK


# ---------------------------------------------------------------------- one figure
def _check_people(draft: Draft) -> None:
    """No more of anything than there are people."""
    people = {region: population(region) for region in {key[0] for key in draft.trails}}
    for trail_key, trail in draft.trails.items():
        most = people[trail_key[0]]
        for day, entry in list(trail.items()) if most else ():
            if most and entry.value > most.people:
                key: Key = (*trail_key, day)
                told = f"{key_name(key)}: {number(entry.value)} lebih banyak daripada penduduknya"
                draft.drop([key], f"{told} ({number(most.people)}). {_LOOK}")


def _check_new_ones(draft: Draft, correction: bool) -> None:
    """A negative day is one on which cases were taken back; the totals must say so too, or the office."""
    negative = [
        ((region, measure, day), entry)
        for region, measure, trail in draft.of("new")
        for day, entry in trail.items()
        if entry.value < 0 and not entry.correction and not correction
    ]
    for (region, measure, day), entry in negative:
        key: Key = (region, measure, "new", day)
        total = draft.at((region, measure, "total", day))
        before = draft.at((region, measure, "total", day - _DAY))
        if draft.mendable:
            draft.leave_out(entry.place, f"{key_name(key)}: {number(entry.value)} kurang dari nol. {_SAY_SO}")
        elif total and before and total.value - before.value == entry.value:
            draft.note("Hari dengan angka negatif dipakai: sumbernya mengoreksi totalnya juga.", entry.place)
        elif total is None or before is not None:
            draft.drop([key], f"{key_name(key)}: {number(entry.value)} tidak sesuai dengan totalnya. {_LOOK}")


# ---------------------------------------------------------------------- totals and days
def _mend_totals(draft: Draft) -> None:
    """A total that does not fit between the days before and after it, while these and both daily figures do."""
    for region, measure, totals in draft.of("total"):
        daily = draft.trails.get((region, measure, "new"), {})
        for day in sorted(totals) if daily else ():
            before, after = totals.get(day - _DAY), totals.get(day + _DAY)
            own, next_ones = daily.get(day), daily.get(day + _DAY)
            if before is None or after is None or own is None or next_ones is None:
                continue
            right = before.value + own.value
            if totals[day].value != right and right >= 0 and right + next_ones.value == after.value:
                key: Key = (region, measure, "total", day)
                draft.note(
                    f"{key_name(key)}: {number(totals[day].value)} dibetulkan menjadi {number(right)} menurut hari"
                    " sebelum dan sesudahnya.",
                    totals[day].place,
                )
                totals[day] = Entry(right, totals[day].place)


def _check_differences(draft: Draft, correction: bool) -> None:
    """A day's figure is the difference of two totals; after a correction it need not be."""
    if draft.mendable and correction:
        return
    for region, measure, daily in draft.of("new"):
        for day, entry in sorted(daily.items()):
            total = draft.at((region, measure, "total", day))
            before = draft.at((region, measure, "total", day - _DAY))
            if not total or not before or total.value - before.value == entry.value or entry.correction:
                continue
            keys: list[Key] = [(region, measure, "total", day), (region, measure, "new", day)]
            told = (
                f"{key_name(keys[1])}: {number(entry.value)}, padahal totalnya naik"
                f" {number(total.value - before.value)}."
            )
            later = draft.at((region, measure, "total", day + _DAY))
            if draft.mendable:
                draft.leave_out(entry.place, f"{told} Perbaiki salah satunya.")
            elif later and later.value >= total.value:
                # The days after go on from this total: it stands, and the difference is what is told.
                draft.drop(keys[1:], f"{told} Yang dipakai totalnya.")
            else:
                draft.drop(keys, f"{told} {_LOOK}")


def _small(before: int) -> int:
    """How far a total may fall without a word."""
    return max(5, before // 20)


def _check_trails(draft: Draft, standing: Totals, correction: bool) -> None:
    """Totals do not fall, from day to day of the file, nor against what stands on the days that it does not cover."""
    if correction:
        return
    for region, measure, totals in draft.of("total"):
        known = standing.get((region, measure), {})
        problem = _revised(draft, (region, measure), totals, known) or _fallen(draft, (region, measure), totals, known)
        if problem:
            keys: list[Key] = [(region, measure, "total", day) for day in sorted(totals)]
            keys += [(region, measure, "new", day) for day in sorted(draft.trails.get((region, measure, "new"), {}))]
            draft.drop(keys, problem)


def _explained(draft: Draft, key: tuple[str, Measure], days: tuple[date, date], before: int, entry: Entry) -> bool:
    """Whether the file itself says that the total falls from one of these days to the other."""
    own = draft.at((*key, "new", days[1]))
    own_says = own is not None and days[1] - days[0] == _DAY and before + own.value == entry.value
    return entry.correction or own_says


def _revised(
    draft: Draft, key: tuple[str, Measure], totals: Mapping[date, Entry], known: Mapping[date, int]
) -> str | None:
    """Of a day that the file covers itself, it may say something new; not something wholly different."""
    for day, entry in sorted(totals.items()):
        old = known.get(day)
        if old is None or old == entry.value or entry.correction:
            continue
        told = f"{key_name((*key, 'total', day))}: {number(entry.value)}, padahal sebelumnya {number(old)}. "
        slack = old // 2 if key[1] in _RECLASSIFIED else _small(old)
        if old - entry.value > slack or entry.value > _LEAP * max(old, _FEW):
            return told + _advice(draft)
        draft.note("Angka hari yang sudah ada diperbarui.", day.isoformat())
    return None


def _fallen(
    draft: Draft, key: tuple[str, Measure], totals: Mapping[date, Entry], known: Mapping[date, int]
) -> str | None:
    days = sorted(totals.keys() | known.keys())
    for earlier, later in pairwise(days):
        ours, theirs = totals.get(earlier), totals.get(later)
        before = ours.value if ours else known[earlier]
        after = theirs.value if theirs else known[later]
        if after >= before or (ours is None and theirs is None):
            continue
        name = key_name((*key, "total", later))
        told = f"{name}: {number(after)}, padahal {number(before)} pada {earlier.isoformat()}. "
        if key[1] in _RECLASSIFIED and before - after <= max(20, before // 2):
            draft.note("Jumlah suspek/PDP atau dipantau/ODP turun di beberapa hari; dipakai apa adanya.")
        elif theirs is not None and _explained(draft, key, (earlier, later), before, theirs):
            draft.note("Total yang turun dipakai: berkas ini menyebutnya koreksi.", theirs.place)
        elif ours is not None and theirs is not None and not draft.mendable and before - after <= _small(before):
            draft.note(f"Total turun sedikit, dianggap koreksi sumbernya: {told.strip()}", theirs.place)
        elif ours is not None and ours.correction:
            draft.note("Total yang lebih tinggi daripada hari sesudahnya dipakai: berkas ini menyebutnya koreksi.")
        else:
            return told + _advice(draft)
    _leaps_over(draft, key, totals, known)
    return None


def _leaps_over(
    draft: Draft, key: tuple[str, Measure], totals: Mapping[date, Entry], known: Mapping[date, int]
) -> None:
    """A digit or three zeros too many show as a leap from the day before."""
    days = sorted(totals.keys() | known.keys())
    for earlier, later in pairwise(days):
        if later not in totals or totals[later].correction:
            continue
        before = totals[earlier].value if earlier in totals else known[earlier]
        many = 10 * _LEAP if key[1] in _RECLASSIFIED else _LEAP
        limit = (
            many * max(before, _FEW)
            if later - earlier <= _WEEK
            else 1000 * max(before, 10)
            if later - earlier <= _QUARTER
            else None
        )
        if limit is not None and totals[later].value > limit:
            told = (
                f"{key_name((*key, 'total', later))}: {number(totals[later].value)}, padahal {number(before)} pada"
                f" {earlier.isoformat()}. Mungkin ada angka yang kelebihan. {_advice(draft)}"
            )
            draft.drop([(*key, "total", day) for day in days if day >= later], told)
            return


def _check_leaps(draft: Draft, correction: bool) -> None:
    """Figures of a day, and of how many there are: one that is far above those on both sides."""
    if correction:
        return
    high: list[tuple[Key, int]] = []
    counts: tuple[Count, ...] = ("new", "now")
    for count in counts:
        for region, measure, entries in draft.of(count):
            days = sorted(entries)
            for index, day in enumerate(days):
                entry = entries[day]
                beside = [entries[near].value for near in days[max(index - 1, 0) : index + 2] if near != day]
                if beside and entry.value > 100 * max(10, *beside) and not entry.correction:
                    high.append(((region, measure, count, day), entry.value))
    for key, value in high:
        draft.drop([key], f"{key_name(key)}: {number(value)} jauh di atas hari-hari di sekitarnya. {_advice(draft)}")


# ---------------------------------------------------------------------- figures among each other
def _check_parts(draft: Draft) -> None:
    """Those recovered and those dead were ill; the rest are active."""
    for region in [region for region, measure, count in draft.trails if (measure, count) == ("confirmed", "total")]:
        totals = draft.trails[region, "confirmed", "total"]
        parts = [draft.trails.get((region, part, "total"), {}) for part in _PARTS]
        active = draft.trails.get((region, "active", "now"), {})
        for day, entry in list(totals.items()) if any(parts) else ():
            counted = [part[day].value for part in parts if day in part]
            rest = entry.value - sum(counted)
            if rest < 0:
                keys: list[Key] = [(region, measure, "total", day) for measure in ("confirmed", *_PARTS)]
                draft.drop(
                    [*keys, (region, "active", "now", day)],
                    f"{region_name(region)}, {day.isoformat()}: sembuh dan meninggal ({number(sum(counted))}) lebih"
                    f" banyak daripada konfirmasi ({number(entry.value)}). {_LOOK}",
                )
            elif len(counted) == len(_PARTS) and day in active and active[day].value != rest:
                key: Key = (region, "active", "now", day)
                draft.drop(
                    [key],
                    f"{key_name(key)}: {number(active[day].value)}, padahal konfirmasi dikurangi sembuh dan meninggal"
                    f" {number(rest)}. {_LOOK}",
                )


def _check_sums(draft: Draft, correction: bool) -> None:
    """All parts of a region together are not more than the whole."""
    parts: dict[TrailKey, dict[str, Mapping[date, Entry]]] = {}
    for (region, measure, count), trail in draft.trails.items():
        whole = _whole(region)
        if whole is not None and (whole, measure, count) in draft.trails:
            parts.setdefault((whole, measure, count), {})[region] = trail
    for key, trails in parts.items():
        for day, own in sorted(draft.trails[key].items()):
            found = {region: trail[day].value for region, trail in trails.items() if day in trail}
            if set(found) != _parts(key[0], day):
                continue
            told = f"{key_name((*key, day))}: {number(own.value)}"
            together = sum(found.values())
            if together > own.value and not correction:
                draft.fail(f"{told}, padahal semua bagiannya berjumlah {number(together)}. Perbaiki salah satunya.")
            elif together != own.value:
                draft.note(f"{told}; bagiannya berjumlah {number(together)}.")


def _whole(region: str) -> str | None:
    if region == NATION:
        return None
    return regions.parent(region) or NATION


def _parts(whole: str, day: date) -> set[str]:
    if whole == NATION:
        return set(provinces_on(day))
    return set(regions.regencies(whole) if regions.level(whole) == "province" else regions.districts(whole))
