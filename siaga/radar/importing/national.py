"""The four answers of the national task force's public service, data.covid19.go.id/public/api, gone since 2023.

``jumlah_dirawat`` and ``DIRAWAT_OR_ISOLASI`` are those neither recovered nor dead, in hospital or not: our "active".
Their daily value is a change, and negative most of the time; what is kept is how many there were.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from siaga.places.former import FORMER_PROVINCES, former_with
from siaga.places.named import provinces_on, region_of
from siaga.radar.figures import NATION, Measure
from siaga.radar.importing import answers
from siaga.radar.importing.answers import NotAsExpected
from siaga.radar.importing.draft import Draft, region_name
from siaga.radar.importing.refused import Refused
from siaga.text.written import number

SOURCE = "nasional"
SAID_BY = "Satgas Penanganan COVID-19 (covid19.go.id)"

_LAST_DAY_OF_ODP = date(2020, 7, 12)
"""Decree KMK HK.01.07/MENKES/413/2020 of 13 July 2020 did away with ODP and PDP; what the fields count since is
unknown."""
_YEARS = range(2000, 2101)
_SLACK = 0.001
"""Of the whole: how far sums may be from what they should be."""
_PERCENT_SLACK = 1e-4
_FEW_MISSING = 0.1
"""Of the provinces."""

_PROVINCE: tuple[tuple[Measure, str, str], ...] = (
    ("confirmed", "jumlah_kasus", "positif"),
    ("recovered", "jumlah_sembuh", "sembuh"),
    ("deaths", "jumlah_meninggal", "meninggal"),
)
_DAILY: tuple[tuple[Measure, str], ...] = (
    ("confirmed", "jumlah_positif"),
    ("recovered", "jumlah_sembuh"),
    ("deaths", "jumlah_meninggal"),
)
_DETAIL: tuple[tuple[Measure, str, str], ...] = (
    ("confirmed", "KASUS", "kasus"),
    ("recovered", "SEMBUH", "sembuh"),
    ("deaths", "MENINGGAL", "meninggal"),
)


def _day(value: Any, name: str) -> date:
    try:
        day = answers.day_of(value)
    except NotAsExpected as problem:
        raise Refused([f"{name}: {problem} Ambil ulang dari sumbernya."]) from None
    if day.year not in _YEARS:
        raise Refused([f"{name}: tanggal {day.isoformat()} tidak masuk akal. Ambil ulang dari sumbernya."])
    return day


def _number(draft: Draft, value: Any, place: str) -> int | None:
    try:
        return answers.whole(value)
    except NotAsExpected as problem:
        draft.leave_out(place, str(problem))
        return None


# ---------------------------------------------------------------------- prov.json
def read_provinces(content: Mapping[str, Any], draft: Draft) -> None:
    """``prov.json``: the totals of each province on one day, since 2021 with those of the day (``penambahan``).

    That nothing is missing shows from the shares of the whole that come with it (``doc_count``, ``missing_data``).
    """
    day = _day(content.get("last_date"), "last_date")
    seen: dict[str, Mapping[str, Any]] = {}
    unplaced: list[Mapping[str, Any]] = []
    listed = [(_name(item.get("key")), item) for item in answers.items(content.get("list_data"), "list_data")]
    names = {name for name, _ in listed if name}
    for name, item in listed:
        # The service went on with 34 provinces after two of them were divided: what is listed tells which are meant.
        code = region_of(name, level="province", among=names) if name else None
        if code is None:
            told = f"Wilayah “{name}” tidak dikenal." if name else "Baris tanpa nama provinsi."
            draft.offered += len(_PROVINCE) + 1
            draft.leave_out(name or "list_data", told, len(_PROVINCE) + 1)
            unplaced.append(item)
        elif code in seen and seen[code] != item:
            raise Refused([f"{name} ada dua kali dengan isi yang berbeda. Ambil ulang dari sumbernya."])
        elif code in seen:
            draft.note("Provinsi yang tertulis lebih dari sekali dihitung sekali.", name)
        else:
            seen[code] = item
            _put_province(draft, code, day, item, name)
    _check_whole(content, draft, seen, unplaced)
    missing = [code for code in provinces_on(day) if code not in seen and not _listed_otherwise(code, seen)]
    if len(missing) > _FEW_MISSING * len(provinces_on(day)):
        draft.fail(f"Hanya ada {len(seen)} provinsi, {len(missing)} tidak ada. Ambil ulang dari sumbernya.")
    elif missing:
        draft.note(f"Tidak ada angka untuk {', '.join(region_name(code) for code in missing)}.")


def _name(value: Any) -> str:
    return " ".join(str(value or "").split())


def _listed_otherwise(code: str, seen: Collection[str]) -> bool:
    """Whether a province is there as part of the former one, or a former one in its parts."""
    former = FORMER_PROVINCES.get(code) or former_with(code)
    return former is not None and not {former.code, *former.parts}.isdisjoint(seen)


def _put_province(draft: Draft, code: str, day: date, item: Mapping[str, Any], name: str) -> None:
    added = item.get("penambahan")
    news = added if isinstance(added, dict) else {}
    for measure, total, new in _PROVINCE:
        draft.put((code, measure, "total", day), _number(draft, item.get(total), name), name)
        draft.put((code, measure, "new", day), _number(draft, news.get(new), name), name)
    draft.put((code, "active", "now", day), _number(draft, item.get("jumlah_dirawat"), name), name)


def _check_whole(
    content: Mapping[str, Any],
    draft: Draft,
    seen: Mapping[str, Mapping[str, Any]],
    unplaced: Sequence[Mapping[str, Any]],
) -> None:
    try:
        others = [answers.whole(item.get("jumlah_kasus")) for item in unplaced]
        cases = {code: answers.whole(item.get("jumlah_kasus")) for code, item in seen.items()}
        shares = {code: answers.share(item.get("doc_count")) for code, item in seen.items()}
        placeless = answers.whole(content.get("tanpa_provinsi"))
        missing = answers.share(content.get("missing_data"))
    except NotAsExpected as problem:
        draft.fail(f"{problem} Ambil ulang dari sumbernya.")
        return
    if placeless is not None and placeless < 0:
        draft.fail(f"tanpa_provinsi {placeless} kurang dari nol. Ambil ulang dari sumbernya.")
        return
    placed = sum(count or 0 for count in [*cases.values(), *others])
    whole = placed + (placeless or 0)
    if placeless and missing and missing > 0 and abs(placeless / missing * 100 - whole) > _SLACK * whole:
        draft.fail(
            f"Jumlah semua provinsi {number(placed)} tidak cocok dengan bagian yang disebut: {number(placeless)} tanpa"
            f" provinsi adalah {missing:.4f} %. Mungkin ada provinsi yang hilang. Ambil ulang dari sumbernya."
        )
    for code, count in cases.items():
        part = shares[code]
        if (
            count
            and whole > 0
            and part is not None
            and abs(count / whole * 100 - part) > max(_PERCENT_SLACK, _SLACK * part)
        ):
            draft.fail(
                f"{region_name(code)}: {number(count)} kasus tidak cocok dengan bagiannya ({part:.3f} %)."
                " Ambil ulang dari sumbernya."
            )


# ---------------------------------------------------------------------- update.json
def read_update(content: Mapping[str, Any], draft: Draft) -> None:
    """``update.json``: Indonesia's figures of every day, and the newest once more (``penambahan``, ``total``)."""
    update = answers.mapping(content.get("update"), "update")
    days = [(_harian_day(item), item) for item in answers.items(update.get("harian"), "update.harian")]
    for day, item in days:
        place = day.isoformat()
        for measure, name in _DAILY:
            draft.put((NATION, measure, "total", day), _number(draft, item.get(f"{name}_kum"), place), place)
            draft.put((NATION, measure, "new", day), _number(draft, item.get(name), place), place)
        draft.put((NATION, "active", "now", day), _number(draft, item.get("jumlah_dirawat_kum"), place), place)
    _put_newest(content, update, draft, max(day for day, _ in days))


def _harian_day(item: Mapping[str, Any]) -> date:
    written, moment = item.get("key_as_string"), item.get("key")
    found = {_day(value, "update.harian") for value in (written, moment) if value is not None}
    if len(found) != 1:
        raise Refused([f"update.harian: tanggal {written} dan {moment} tidak sama. Ambil ulang dari sumbernya."])
    return found.pop()


def _put_newest(content: Mapping[str, Any], update: Mapping[str, Any], draft: Draft, last: date) -> None:
    """The newest day must say the same as the list, or continue it by a day."""
    added = answers.mapping(update.get("penambahan"), "update.penambahan")
    totals = answers.mapping(update.get("total"), "update.total")
    day = _day(added.get("tanggal"), "update.penambahan.tanggal")
    if day not in (last, last + timedelta(days=1)):
        raise Refused(
            [f"Daftar harian berakhir {last}, tetapi angka terbarunya {day}: ada hari yang hilang. Ambil ulang."]
        )
    for measure, name in _DAILY:
        total, new = (_number(draft, part.get(name), f"update {day}") for part in (totals, added))
        before = draft.at((NATION, measure, "total", day - timedelta(days=1)))
        listed = draft.at((NATION, measure, "total", day))
        agrees = listed is None or total in (None, listed.value)
        continues = None in (total, new) or before is None or day == last or before.value + (new or 0) == total
        if not agrees or not continues:
            draft.fail(
                f"Angka terbaru {day} ({number(total or 0)}) tidak sama dengan daftar hariannya. Ambil ulang dari"
                " sumbernya."
            )
        elif day != last:
            draft.put((NATION, measure, "total", day), total, day.isoformat())
            draft.put((NATION, measure, "new", day), new, day.isoformat())
    watched = content.get("data")
    if isinstance(watched, dict) and day <= _LAST_DAY_OF_ODP:
        draft.put((NATION, "watched", "now", day), _number(draft, watched.get("jumlah_odp"), "data"), "data")
        draft.put((NATION, "suspected", "now", day), _number(draft, watched.get("jumlah_pdp"), "data"), "data")


# ---------------------------------------------------------------------- data.json
def read_shares(content: Mapping[str, Any], draft: Draft) -> None:
    """``data.json``: shares of ages, sexes and symptoms, and no count of cases in so many words.

    Each share tells of how many cases it is known (``current_data``) and of which part it is not (``missing_data``).
    Where all of them come to the same whole number, that is how many cases there were.
    """
    day = _day(content.get("last_update"), "last_update")
    found: set[int] = set()
    for name, group in answers.mapping(content.get("kasus"), "kasus").items():
        try:
            part = answers.mapping(group, f"kasus.{name}")
            known, missing = answers.whole(part.get("current_data")), answers.share(part.get("missing_data"))
        except NotAsExpected as problem:
            raise Refused([f"kasus.{name}: {problem} Ambil ulang dari sumbernya."]) from None
        if not known or missing is None or not 0 <= missing < 100:
            continue
        whole = known / (1 - missing / 100)
        if abs(whole - round(whole)) > 0.01:
            raise Refused([f"kasus.{name}: {known} dan {missing} % tidak cocok. Ambil ulang dari sumbernya."])
        found.add(round(whole))
    if len(found) != 1:
        raise Refused(
            ["Berkas ini berisi persentase, dan jumlah kasus tidak dapat dipastikan darinya. Pakai update.json."]
        )
    draft.put((NATION, "confirmed", "total", day), found.pop(), "kasus")
    draft.note("Berkas ini berisi persentase; yang dipakai hanya jumlah kasus yang pasti dari persentase itu.")


# ---------------------------------------------------------------------- prov_detail_<NAMA>.json
def read_detail(content: Mapping[str, Any], draft: Draft, file: str = "") -> None:
    """``prov_detail_<NAMA>.json``: a province's figures of every day.

    Its list counts only cases whose day is known, so that its totals stay below those of ``prov.json`` where there are
    others (``…_tanpa_tgl``); then only the daily figures are taken, and the full total on the last day.
    """
    name = _name(content.get("provinsi"))
    last = _day(content.get("last_date"), "last_date")
    code = region_of(name, level="province", among=[name]) if name else None
    if code is None:
        raise Refused([f"Provinsi “{name}” tidak dikenal. Periksa alamat yang diambil."])
    stem = file.rpartition("/")[2].partition(".")[0].casefold()
    if stem.startswith("prov_detail_"):
        asked = stem.removeprefix("prov_detail_").replace("_", " ").strip()
        if asked and region_of(asked, level="province", among=[asked]) not in (code, None):
            raise Refused([f"Yang diminta {asked.upper()}, tetapi isinya {name}. Periksa alamat yang diambil."])
    days = [(_day(item.get("tanggal"), "tanggal"), item) for item in answers.items(
        content.get("list_perkembangan"), "list_perkembangan")]  # fmt: skip
    newest = max(day for day, _ in days)
    if newest > last:
        raise Refused([f"Daftarnya sampai {newest}, padahal disebut sampai {last}. Ambil ulang dari sumbernya."])
    for measure, field, prefix in _DETAIL:
        dated, undated = (_number(draft, content.get(f"{prefix}_{kind}_tgl"), name) for kind in ("dengan", "tanpa"))
        for day, item in days:
            place = day.isoformat()
            draft.put((code, measure, "new", day), _number(draft, item.get(field), place), place)
            total = _number(draft, item.get(f"AKUMULASI_{field}"), place)
            if day == newest and None not in (dated, total) and dated != total:
                draft.fail(
                    f"{name}: daftar {prefix} berakhir pada {number(total or 0)}, padahal disebut {number(dated or 0)}."
                    " Mungkin ada hari yang hilang. Ambil ulang dari sumbernya."
                )
            if not undated:
                draft.put((code, measure, "total", day), total, place)
        if undated:
            draft.note(f"{number(undated)} {prefix} tanpa tanggal hanya masuk ke total terakhir.", name)
            if dated is not None:
                draft.put((code, measure, "total", last), dated + undated, name)
    # What is active is counted from the dated ones alone.
    if not any(_number(draft, content.get(f"{prefix}_tanpa_tgl"), name) for _, _, prefix in _DETAIL):
        for day, item in days:
            active = _number(draft, item.get("AKUMULASI_DIRAWAT_OR_ISOLASI"), day.isoformat())
            draft.put((code, "active", "now", day), active, day.isoformat())
