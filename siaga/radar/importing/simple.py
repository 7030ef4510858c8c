"""The CSV that a health office fills in, for any disease; its columns are in docs/radar.md.

One figure a line (``kode, wilayah, tanggal, penyakit, ukuran, jenis, jumlah``), or one region and day a line with a
column for each figure (``konfirmasi_total, meninggal_harian, …``), or both; ``warna`` for a zone's colour.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from siaga.radar.diseases import disease_named
from siaga.radar.figures import Colour, Count, Measure
from siaga.radar.importing.cells import END, Calendar, Line, Sheet, calendar_of, whole_number
from siaga.radar.importing.draft import Draft
from siaga.radar.importing.refused import Refused
from siaga.radar.importing.whereabouts import UnknownRegion, lists_divided, region_in_file

SOURCE = "dinas"
SAID_BY = "dinas kesehatan setempat"

_CODE, _NAME, _DAY, _DISEASE = "kode", "wilayah", "tanggal", "penyakit"
_MEASURE, _COUNT, _VALUE, _COLOUR = "ukuran", "jenis", "jumlah", "warna"
_SAID_BY, _CORRECTION, _REMARK = "sumber", "koreksi", "keterangan"
_COLUMNS = {_CODE, _NAME, _DAY, _DISEASE, _MEASURE, _COUNT, _VALUE, _COLOUR, _SAID_BY, _CORRECTION, _REMARK}

_MEASURES: Mapping[str, Measure] = {
    **dict.fromkeys(("konfirmasi", "terkonfirmasi", "positif", "kasus", "confirmed"), "confirmed"),
    **dict.fromkeys(("sembuh", "recovered"), "recovered"),
    **dict.fromkeys(("meninggal", "kematian", "deaths"), "deaths"),
    **dict.fromkeys(("aktif", "kasus aktif", "active"), "active"),
    **dict.fromkeys(("rawat inap", "dirawat di rs", "dirawat di rumah sakit", "hospital"), "hospital"),
    **dict.fromkeys(("suspek", "pdp", "suspected"), "suspected"),
    **dict.fromkeys(("dipantau", "odp", "kontak erat", "watched"), "watched"),
}  # fmt: skip
_COUNTS: Mapping[str, Count] = {
    **dict.fromkeys(("total", "kumulatif", "akumulasi", "jumlah"), "total"),
    **dict.fromkeys(("harian", "baru", "tambahan", "new"), "new"),
    **dict.fromkeys(("saat ini", "sekarang", "now"), "now"),
}  # fmt: skip
_COLOURS: Mapping[str, Colour] = {
    **dict.fromkeys(("hijau", "zona hijau", "green"), "green"),
    **dict.fromkeys(("kuning", "zona kuning", "yellow", "risiko rendah"), "yellow"),
    **dict.fromkeys(("oranye", "orange", "jingga", "oren", "zona oranye", "risiko sedang"), "orange"),
    **dict.fromkeys(("merah", "zona merah", "red", "risiko tinggi"), "red"),
}  # fmt: skip
_YES = {"ya", "y", "yes", "1", "x", "benar"}
_NO = {"", "tidak", "t", "no", "0", "-"}
# Those of whom there are so many at a time; the others come one by one and are added up.
_STANDING: set[Measure] = {"active", "hospital"}
_NEVER: Mapping[Measure, tuple[Count, ...]] = {
    "confirmed": ("now",), "recovered": ("now",), "deaths": ("now",), "active": ("total", "new"),
}  # fmt: skip
"""What nobody counts so: "konfirmasi saat ini" may be the active ones, or all of them."""
_TAIL = re.compile(r"\d{3}")


class Unclear(ValueError):
    """A cell that cannot be read; the text tells the office what to write."""


def is_simple(columns: tuple[str, ...]) -> bool:
    """Whether these are the columns of such a file."""
    return _DAY in columns and bool({_CODE, _NAME} & set(columns)) and (
        _VALUE in columns or _COLOUR in columns or any(_figure_column(column) for column in columns)
    )  # fmt: skip


def _figure_column(column: str) -> tuple[Measure, Count] | None:
    """``konfirmasi_total``: of which figure a column is."""
    words = column.replace("_", " ")
    for name, count in _COUNTS.items():
        if words.endswith(f" {name}") and (measure := _MEASURES.get(words[: -len(name) - 1])):
            return measure, count
    return None


@dataclass(frozen=True)
class _Columns:
    """``days`` are what was read before: the same cells come again and again."""

    figures: Mapping[str, tuple[Measure, Count]]
    calendar: Calendar
    divided: bool
    days: dict[str, date] = field(default_factory=dict)

    def day(self, cell: str) -> date:
        if cell not in self.days:
            self.days[cell] = self.calendar.day(cell)
        return self.days[cell]


def read_simple(sheet: Sheet, draft: Draft, disease: str | None, *, said_by_given: bool) -> None:
    """The lines of the file. Of one disease and from one office: what is compared with what stands hangs on both.

    Raises:
        Refused: a column is not known, or there is more than one disease or office.
    """
    lines = _until_end(sheet, draft)
    columns = _Columns(
        _figure_columns(sheet),
        calendar_of([line.cells.get(_DAY, "") for line in lines], draft.today),
        lists_divided((line.cells.get(_CODE, ""), line.cells.get(_NAME, "")) for line in lines),
    )
    draft.disease = _one_disease(lines, disease)
    if (said := _the_one(lines, _SAID_BY)) and not said_by_given:
        draft.said_by = said
    if said and draft.source == SOURCE:
        draft.source = re.sub(r"[^a-z0-9]+", "-", said.casefold()).strip("-")[:40] or SOURCE
    for line in lines:
        try:
            _put(line, columns, draft)
        except (Unclear, UnknownRegion) as problem:
            draft.offered += 1
            draft.leave_out(line.number, str(problem))


def _until_end(sheet: Sheet, draft: Draft) -> list[Line]:
    for index, line in enumerate(sheet.lines):
        cells = list(line.cells.values())
        if line.wrong or not cells or cells[0].casefold() != END:
            continue
        if index < len(sheet.lines) - 1:
            draft.fail(f"Baris {line.number}: setelah AKHIR masih ada baris. Pindahkan AKHIR ke paling bawah.")
        said = next((cell for cell in cells[1:] if cell), None)
        if said is not None and said != str(index):
            draft.fail(
                f"Baris {line.number}: tertulis {said} baris, tetapi ada {index}. Periksa apakah ada yang hilang."
            )
        return list(sheet.lines[:index])
    return list(sheet.lines)


def _figure_columns(sheet: Sheet) -> dict[str, tuple[Measure, Count]]:
    found: dict[str, tuple[Measure, Count]] = {}
    for column in sheet.columns:
        if column in _COLUMNS or not column:
            continue
        if column.replace("_", " ") in _MEASURES:
            raise Refused([f"Kolom {column}: tulis {column}_total, {column}_harian, atau {column}_saat_ini."])
        figure = _figure_column(column)
        if figure is None:
            raise Refused([f"Kolom “{column}” tidak dikenal. Hapus, atau tulis catatan di kolom keterangan."])
        if figure[1] in _NEVER.get(figure[0], ()):
            raise Refused([f"Kolom “{column}”: {_unclear_count(*figure)}"])
        if figure in found.values():
            raise Refused([f"Kolom “{column}” menyebut angka yang sama dengan kolom lain. Hapus salah satunya."])
        found[column] = figure
    return found


def _the_one(lines: list[Line], column: str) -> str | None:
    found = sorted({line.cells.get(column, "") for line in lines} - {""})
    if len(found) > 1:
        raise Refused(
            [f"Kolom {column} berisi lebih dari satu: {', '.join(found[:5])}. Buat satu berkas untuk masing-masing."]
        )
    return found[0] if found else None


def _one_disease(lines: list[Line], given: str | None) -> str:
    written = {line.cells.get(_DISEASE, "") for line in lines} - {""}
    if not written:
        if given is None and lines:
            raise Refused(["Penyakitnya tidak disebut. Isi kolom penyakit, misalnya covid19 atau dbd."])
        return given or ""
    ids: set[str] = set()
    for name in sorted(written):
        disease = disease_named(name)
        if disease is None:
            raise Refused([f"Penyakit “{name}” tidak dikenal. Pakai nama di content/radar/diseases.yml."])
        ids.add(disease.id)
    if len(ids) > 1:
        raise Refused(
            [f"Ada lebih dari satu penyakit: {', '.join(sorted(ids))}. Buat satu berkas untuk masing-masing."]
        )
    if any(not line.cells.get(_DISEASE) for line in lines):
        raise Refused(["Kolom penyakit kosong di sebagian baris. Isi semuanya."])
    if given is not None and given not in ids:
        raise Refused([f"Berkas ini berisi {ids.pop()}, bukan {given}. Periksa berkasnya."])
    return ids.pop()


def _put(line: Line, columns: _Columns, draft: Draft) -> None:
    if line.wrong:
        raise Unclear(line.wrong)
    cells = line.cells
    try:
        day = columns.day(cells.get(_DAY, ""))
    except ValueError:
        raise Unclear(
            f"tanggal “{cells.get(_DAY, '')}” tidak terbaca dengan pasti. Tulis 2021-07-05 atau 5 Juli 2021."
        ) from None
    region, repaired = region_in_file(cells.get(_CODE, ""), cells.get(_NAME, ""), day, divided=columns.divided)
    if repaired:
        draft.note(repaired, line.number)
    _whole_line(cells)
    corrects = _yes(cells.get(_CORRECTION, ""))
    said = False
    for column, (measure, count) in columns.figures.items():
        value = _number(cells.get(column, ""), column)
        said |= value is not None
        draft.put((region, measure, count, day), value, line.number, correction=corrects)
    if cells.get(_MEASURE) or cells.get(_VALUE) or cells.get(_COUNT):
        measure, count = _measure(cells)
        value = _number(cells.get(_VALUE, ""), _VALUE)
        if value is None:
            draft.note("Jumlah yang kosong atau “-” dianggap belum diketahui.", line.number)
        said = True
        draft.put((region, measure, count, day), value, line.number, correction=corrects)
    if colour := cells.get(_COLOUR, ""):
        if colour.casefold() not in _COLOURS:
            raise Unclear(f"warna “{colour}” tidak dikenal. Tulis hijau, kuning, oranye, atau merah.")
        draft.put_colour(region, day, _COLOURS[colour.casefold()], line.number)
    elif not said:
        draft.note("Baris tanpa angka dan tanpa warna dilewati.", line.number)


def _whole_line(cells: Mapping[str, str]) -> None:
    """A number with a comma for its thousands ("1,234") is two cells: the second must not pass for a remark."""
    for column in (_REMARK, _SAID_BY, _CORRECTION):
        cell = cells.get(column, "")
        if not _TAIL.fullmatch(cell):
            continue
        names = list(cells)
        before = names[names.index(column) - 1]
        if cells[before].isdigit() and (before == _VALUE or _figure_column(before)):
            raise Unclear(f"{column} “{cell}” tampaknya bagian dari angka di depannya. Tulis ribuan tanpa koma: 1234.")


def _measure(cells: Mapping[str, str]) -> tuple[Measure, Count]:
    name, kind = cells.get(_MEASURE, "").casefold(), cells.get(_COUNT, "").casefold()
    if name == "dirawat":
        raise Unclear("“dirawat” punya dua arti. Tulis rawat inap (di rumah sakit) atau aktif (belum sembuh).")
    if name not in _MEASURES:
        raise Unclear(
            f"ukuran “{cells.get(_MEASURE, '')}” tidak dikenal. Tulis konfirmasi, sembuh, meninggal, aktif, rawat inap,"
            " suspek, atau dipantau."
        )
    measure = _MEASURES[name]
    if kind not in _COUNTS:
        if not kind and measure in _STANDING:
            return measure, "now"
        raise Unclear(f"jenis “{cells.get(_COUNT, '')}” tidak dikenal. Tulis total, harian, atau saat ini.")
    if _COUNTS[kind] in _NEVER.get(measure, ()):
        raise Unclear(f"{name} {kind}: {_unclear_count(measure, _COUNTS[kind])}")
    return measure, _COUNTS[kind]


def _unclear_count(measure: Measure, count: Count) -> str:
    if measure == "active":
        return "kasus aktif dihitung saat ini. Tulis jenis saat ini, atau ukuran konfirmasi."
    return "tidak jelas apa yang dihitung. Tulis total atau harian; yang belum sembuh adalah aktif."


def _number(cell: str, column: str) -> int | None:
    try:
        return whole_number(cell)
    except ValueError:
        raise Unclear(f"{column} “{cell}” bukan jumlah orang. Tulis angka bulat, misalnya 1234.") from None


def _yes(cell: str) -> bool:
    text = cell.casefold()
    if text not in _YES | _NO:
        raise Unclear(f"koreksi “{cell}” tidak dikenal. Isi ya, atau kosongkan.")
    return text in _YES
