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
from siaga.radar.importing.draft import MEASURE_NAMES, Draft, Entry, Key, TrailKey, key_name, region_name
from siaga.radar.importing.known import NO_TOTALS, Totals
from siaga.text.written import number

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_QUARTER = timedelta(days=90)
_RECLASSIFIED: set[Measure] = {"suspected", "watched"}
"""Who is found to be ill, or not to be, leaves these: they fall without anybody's mistake."""
_LEAP, _FEW = 8, 125
"""A digit too many makes a total ten times as large. Below a few, numbers really leap."""
_SPIKE, _CALM = 10, 100
"""Figures of a day leap more than totals do, and few of them more than many."""
_MANY_REGIONS = 10
"""So many at once do not stand still by chance."""
_MOST_LOWERED, _SOME_LOWERED = 0.1, 10
"""Of the totals that stand, as many may be told anew as lower ones: more is another column."""
_PARTS: tuple[Measure, ...] = ("recovered", "deaths")
_SAY_SO = "Bila memang koreksi, isi kolom koreksi dengan ya; bila bukan, perbaiki angkanya."
_LOOK = "Periksa ke sumbernya. Angka lama tetap dipakai."


def check(draft: Draft, standing: Totals, *, news: Totals = NO_TOTALS, correction: bool = False) -> None:
    """Note, leave out or refuse what does not hold.

    Args:
        standing: the totals that count already, news the figures of days.
        correction: falls and leaps are known to be right.
    """
    _check_people(draft)
    if not correction:
        _check_repeated(draft, standing)
        _check_exchanged(draft, standing)
        _check_lowered(draft, standing)
    _check_new_ones(draft, standing, correction)
    _mend_totals(draft)
    _check_differences(draft, standing, correction)
    _check_trails(draft, standing, correction)
    _check_leaps(draft, news, correction)
    _check_parts(draft)
    _check_rows(draft)
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


def _total(draft: Draft, standing: Totals, key: tuple[str, Measure], day: date) -> int | None:
    """A day's total, as the file has it, else as it stands."""
    entry = draft.at((*key, "total", day))
    return entry.value if entry else standing.get(key, {}).get(day)


def _check_new_ones(draft: Draft, standing: Totals, correction: bool) -> None:
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
        before = _total(draft, standing, (region, measure), day - _DAY)
        if draft.mendable:
            draft.leave_out(entry.place, f"{key_name(key)}: {number(entry.value)} kurang dari nol. {_SAY_SO}")
        elif total and before is not None and total.value - before == entry.value:
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


def _check_differences(draft: Draft, standing: Totals, correction: bool) -> None:
    """A day's figure is the difference of two totals, of which the earlier may stand already; after a correction it
    need not be. It never is more than all of them."""
    if draft.mendable and correction:
        return
    for region, measure, daily in draft.of("new"):
        for day, entry in sorted(daily.items()):
            total, listed = _day_total(draft, standing, (region, measure), day)
            if total is None or entry.correction:
                continue
            before = draft.at((region, measure, "total", day - _DAY))
            stood = before.value if before else standing.get((region, measure), {}).get(day - _DAY)
            grown = None if stood is None else total - stood
            if grown == entry.value or (grown is None and entry.value <= total):
                continue
            keys: list[Key] = [(region, measure, "total", day), (region, measure, "new", day)]
            told = f"{key_name(keys[1])}: {number(entry.value)}, padahal totalnya " + (
                f"hanya {number(total)}." if grown is None else f"naik {number(grown)}."
            )
            later = draft.at((region, measure, "total", day + _DAY))
            near = before is None and grown is not None and abs(grown - entry.value) <= _small(total)
            if near and (draft.mendable or not listed):
                # What stands of the day before may since have been told anew, and nobody brought it.
                draft.note(f"{told} Dipakai apa adanya.", entry.place)
            elif draft.mendable:
                draft.leave_out(entry.place, f"{told} Perbaiki salah satunya.")
            elif near or (later and later.value >= total):
                # The total stands, and the difference is what is told.
                draft.drop(keys[1:], f"{told} Yang dipakai totalnya.")
            else:
                draft.drop(keys, f"{told} {_LOOK}")


def _day_total(draft: Draft, standing: Totals, key: tuple[str, Measure], day: date) -> tuple[int | None, bool]:
    """The total that a day's figure is held against, and whether the file has it. An outside service that tells days
    alone counts them otherwise than its totals (``prov_detail``): those are not held against each other."""
    entry = draft.at((*key, "total", day))
    if entry is not None:
        return entry.value, True
    return (standing.get(key, {}).get(day) if draft.mendable else None), False


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
        if old - entry.value > slack or entry.value > _most_after(old, timedelta()):
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
        limit = (
            _most_after(before, later - earlier) * (10 if key[1] in _RECLASSIFIED else 1)
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
            from_here = [day for day in days if day >= later]
            draft.drop([(*key, "total", day) for day in from_here], told)
            draft.drop([(*key, "new", day) for day in from_here], told)
            return


def _most_after(before: int, time: timedelta) -> int:
    """How large a total may have become some days later: each day by as many as there were, but small ones leap."""
    return max(_LEAP * _FEW, max(2, 1 + time.days) * before)


def _check_leaps(draft: Draft, news: Totals, correction: bool) -> None:
    """Figures of a day, and of how many there are: one that is far above those on both sides, or those that stand."""
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
                if count == "new":
                    stands = news.get((region, measure), {})
                    beside += [value for on, value in stands.items() if on != day and abs(on - day) <= _WEEK]
                if beside and entry.value > _SPIKE * max(_CALM, *beside) and not entry.correction:
                    high.append(((region, measure, count, day), entry.value))
    for key, value in high:
        draft.drop([key], f"{key_name(key)}: {number(value)} jauh di atas hari-hari di sekitarnya. {_advice(draft)}")


# ---------------------------------------------------------------------- all regions together
def _check_repeated(draft: Draft, standing: Totals) -> None:
    """Of many regions not one number is another than the day before: the last file with a new date."""
    last = max((day for _, _, totals in draft.of("total") for day in totals), default=None)
    if last is None:
        return
    same: set[str] = set()
    for region, measure, totals in draft.of("total"):
        known = standing.get((region, measure), {})
        earlier = max((day for day in totals.keys() | known.keys() if day < last), default=None)
        if last not in totals or earlier is None or last - earlier > _WEEK:
            continue
        before = totals[earlier].value if earlier in totals else known[earlier]
        if totals[last].value != before:
            return
        if before and measure == "confirmed":
            same.add(region)
    if len(same) < _MANY_REGIONS:
        return
    told = f"Pada {last.isoformat()} tidak ada satu pun total yang berbeda dari sebelumnya ({len(same)} wilayah)."
    if draft.mendable:
        draft.note(f"{told} Pastikan ini bukan berkas lama dengan tanggal baru.")
    else:
        draft.fail(f"{told} Mungkin ini isi lama dengan tanggal baru. {_LOOK}")


def _check_exchanged(draft: Draft, standing: Totals) -> None:
    """Two regions in each other's row: one falls to about where the other was, which rises to about where that one
    was. The fall alone would be left out, and the rise told."""
    last: dict[str, int] = {}
    of_day: dict[date, list[tuple[str, int, bool]]] = {}
    for (region, measure), known in standing.items():
        if measure == "confirmed":
            for day, value in known.items():
                of_day.setdefault(day, []).append((region, value, False))
    for region, measure, totals in draft.of("total"):
        if measure == "confirmed":
            for day, entry in totals.items():
                of_day.setdefault(day, []).append((region, entry.value, not entry.correction))
    for day, found in sorted(of_day.items()):
        own = {region: value for region, value, told_here in found if told_here}
        moved = {region: (last[region], value) for region, value in own.items() if region in last}
        fallen = {region: pair for region, pair in moved.items() if pair[0] - pair[1] > _small(pair[0])}
        exchanged: set[str] = set()
        for region, (before, after) in fallen.items():
            for other, (before_it, after_it) in moved.items():
                if before <= after_it <= 2 * before and before_it <= after <= 2 * before_it and before_it < before:
                    exchanged |= {region, other}
                    told = f"{region_name(region)} dan {region_name(other)} tampaknya tertukar pada {day.isoformat()}"
                    keys: list[Key] = [(each, "confirmed", "total", day) for each in (region, other)]
                    draft.drop(keys, f"{told}. {_advice(draft)}")
        # What this file tells of a day counts before what stood.
        last.update({region: value for region, value, told_here in found if region not in own or told_here})
        last.update({region: moved[region][0] for region in exchanged})


def _check_lowered(draft: Draft, standing: Totals) -> None:
    """History may be told anew, but not much of it as less: then a column holds something else."""
    told, lowered = 0, 0
    for region, measure, totals in draft.of("total"):
        known = standing.get((region, measure), {}) if measure not in _RECLASSIFIED else {}
        for day, old in known.items():
            if old and day in totals and not totals[day].correction:
                told += 1
                lowered += totals[day].value < old
    if lowered > max(_SOME_LOWERED, _MOST_LOWERED * told):
        draft.fail(
            f"{number(lowered)} dari {number(told)} total yang sudah ada menjadi lebih rendah. Mungkin kolomnya"
            f" bergeser atau berarti lain. {_LOOK}"
        )


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
                # Far apart, any of the four may be the wrong one.
                far = abs(active[day].value - rest) > _small(entry.value)
                all_four: list[Key] = [(region, measure, "total", day) for measure in ("confirmed", *_PARTS)]
                draft.drop(
                    [key, *(all_four if far else ())],
                    f"{key_name(key)}: {number(active[day].value)}, padahal konfirmasi dikurangi sembuh dan meninggal"
                    f" {number(rest)}. {_LOOK}",
                )


def _check_rows(draft: Draft) -> None:
    """Where a total of a day cannot be right, what hangs on it is not to go by either: of the confirmed all of that
    row, of those recovered or dead the active. "0 active" beside a total that is none would calm without a ground."""
    for region, measure, _, day in sorted(draft.lost) if not draft.mendable else ():
        if measure not in ("confirmed", *_PARTS):
            continue
        hanging = [
            trail
            for (place, of, count), trail in draft.trails.items()
            if place == region and day in trail and (measure == "confirmed" or (of, count) == ("active", "now"))
        ]
        for trail in hanging:
            del trail[day]
        if hanging:
            which = "angka lain" if measure == "confirmed" else "kasus aktif"
            draft.note(
                f"Di mana total {MEASURE_NAMES[measure]} tidak dapat dipakai, {which} hari itu juga tidak.",
                region_name(region),
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
