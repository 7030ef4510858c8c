"""East Java's daily table of its 38 kabupaten/kota, as the province's site gave it out in 2020 (radarcovid19).

``confirm``, ``sembuh`` and ``meninggal`` are totals. ``odp`` and ``pdp`` are all who were ever watched or suspected,
as far as they were not taken back or found to be ill; ``odp_pantau`` and ``pdp_dirawat`` are those at the time.
``odr`` (come from elsewhere) and ``otg`` (without symptoms) are neither, and are not kept.
"""

from __future__ import annotations

from datetime import date

from siaga.places import regions
from siaga.radar.figures import Measure
from siaga.radar.importing.answers import NotAsExpected, day_of
from siaga.radar.importing.cells import Line, Sheet
from siaga.radar.importing.draft import Draft
from siaga.radar.importing.whereabouts import UnknownRegion, region_in_file

SOURCE = "jatim"
SAID_BY = "Dinas Kesehatan Provinsi Jawa Timur"
COLUMNS = ("kode", "kabko", "created_at", "odp", "pdp", "confirm", "sembuh", "meninggal")

_TOTALS: tuple[tuple[Measure, str], ...] = (
    ("confirmed", "confirm"),
    ("recovered", "sembuh"),
    ("deaths", "meninggal"),
    ("watched", "odp"),
    ("suspected", "pdp"),
)
# How many there are at the time, and the columns that together with it make up all of them.
_NOWS: tuple[tuple[Measure, str, str, tuple[str, ...]], ...] = (
    ("active", "confirm_dirawat", "confirm", ("confirm_dirawat", "sembuh", "meninggal")),
    ("watched", "odp_pantau", "odp", ("odp_pantau", "odp_selesai", "odp_meninggal")),
    ("suspected", "pdp_dirawat", "pdp", ("pdp_dirawat", "pdp_sehat", "pdp_meninggal")),
)
_FEW_MISSING = 0.1
"""Of the regencies, on the newest day."""


def read_province(sheet: Sheet, draft: Draft) -> None:
    """The rows of the table; which day a row is of says ``created_at``, in local time."""
    seen: dict[date, set[str]] = {}
    for line in sheet.lines:
        if line.wrong:
            draft.offered += len(_TOTALS)
            draft.leave_out(line.number, line.wrong, len(_TOTALS))
        elif line.cells.get("deleted_at", "").casefold() not in ("", "null"):
            draft.note("Baris yang dihapus di sumbernya (deleted_at) dilewati.", line.number)
        else:
            _put(line, draft, seen)
    if not seen:
        return
    everybody = {code for code in regions.regencies() if code[:2] in {code[:2] for code in set().union(*seen.values())}}
    for day, there in sorted(seen.items()):
        if missing := sorted(everybody - there):
            names = ", ".join(regions.short_name(code) or code for code in missing[:3])
            more = f" dan {len(missing) - 3} lagi" if len(missing) > 3 else ""
            draft.note(f"{day}: tidak ada baris untuk {names}{more}.")
    last = max(seen)
    if len(everybody - seen[last]) > _FEW_MISSING * len(everybody):
        draft.fail(
            f"Pada hari terakhir, {last}, hanya ada {len(seen[last])} dari {len(everybody)} kabupaten/kota: berkas"
            " mungkin terpotong. Kirim ulang."
        )


def _put(line: Line, draft: Draft, seen: dict[date, set[str]]) -> None:
    try:
        day = day_of(line.cells["created_at"][:10])
        code, repaired = region_in_file(line.cells["kode"], line.cells["kabko"], day)
        if code.count(".") != 1:
            raise UnknownRegion(f"{code} bukan kabupaten atau kota.")
    except (NotAsExpected, UnknownRegion) as problem:
        draft.offered += len(_TOTALS)
        draft.leave_out(line.number, str(problem), len(_TOTALS))
        return
    if repaired:
        draft.note(repaired, line.number)
    seen.setdefault(day, set()).add(code)
    found = {column: draft.number_in(line, column) for column in _wanted()}
    for measure, column in _TOTALS:
        draft.put((code, measure, "total", day), found[column], line.number)
    for measure, column, whole, parts in _NOWS:
        values = [found[part] for part in parts]
        # On the first days these columns were not filled in: all of them are zero, and that is no number.
        if None not in values and sum(value or 0 for value in values) == found[whole]:
            draft.put((code, measure, "now", day), found[column], line.number)


def _wanted() -> list[str]:
    return list(dict.fromkeys([column for _, column in _TOTALS] + [part for *_, parts in _NOWS for part in parts]))
