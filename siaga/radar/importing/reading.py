"""A file becomes a table: its shape is recognised, its contents are read, checked, and compared with what stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from siaga.radar.diseases import disease_named
from siaga.radar.importing import answers, national, province, series, simple
from siaga.radar.importing.cells import Sheet, looks_like_cells, read_sheet, text_of
from siaga.radar.importing.checks import check
from siaga.radar.importing.draft import Draft
from siaga.radar.importing.known import NO_TOTALS, Known, Wanted
from siaga.radar.importing.refused import Refused
from siaga.radar.importing.table import Table

COVID = "covid19"
_SOURCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")

SHAPES = ("prov", "update", "data", "prov_detail", "province_daily", "series", "csv")
"""What ``shape`` may be, each read by one module of this package."""


@dataclass(frozen=True)
class _Asked:
    """What whoever brings a file said of it."""

    today: date
    file: str
    source: str | None
    said_by: str | None
    disease: str | None

    def draft(self, shape: str, source: str, said_by: str, *, mendable: bool = False) -> Draft:
        if not mendable and self.disease not in (None, COVID):
            raise Refused([f"Berkas ini berisi COVID-19, bukan {self.disease}. Periksa berkasnya."])
        return Draft(shape, self.source or source, self.said_by or said_by, self.disease or COVID, self.today, mendable)


def read(
    content: bytes,
    *,
    shape: str | None = None,
    today: date,
    known: Known,
    file: str = "",
    source: str | None = None,
    said_by: str | None = None,
    disease: str | None = None,
    correction: bool = False,
) -> Table:
    """What a file says, all of it checked.

    Args:
        shape: which reader reads it (``SHAPES``); else it is recognised.
        today: a day of the programme; nothing is known of a later one.
        known: what counts already.
        file: its name, which says the region of a file that does not ("JAWA_TIMUR.csv").
        source: the series that it continues, said_by who published it, disease what it counts, where the file does not
            say or says otherwise.
        correction: whoever brings it has made sure that totals that fall, and leaps, are right.

    Raises:
        Refused: nothing of it counts.
    """
    if shape is not None and shape not in SHAPES:
        raise Refused([f"Bentuk “{shape}” tidak dikenal. Yang ada: {', '.join(SHAPES)}."])
    if source is not None and not _SOURCE.fullmatch(source):
        raise Refused(
            [f"Nama sumber “{source}” tidak dapat dipakai. Pakai huruf kecil, angka dan tanda hubung: jatim."]
        )
    text = text_of(content)
    asked = _Asked(today, file, source, said_by, _disease(disease))
    if text.lstrip()[:1] in ("{", "["):
        draft = _answer(answers.load(text), shape, asked)
    elif looks_like_cells(text):
        draft = _sheet(read_sheet(text), shape, asked)
    else:
        raise Refused(["Ini bukan CSV dan bukan JSON. Lihat contoh kolomnya di docs/radar.md."])
    wanted = _wanted(draft)
    news = known.news(wanted) if draft.of("new") else NO_TOTALS
    check(draft, known.totals(wanted), news=news, correction=correction)
    return draft.table()


def _wanted(draft: Draft) -> Wanted:
    days = [day for trail in draft.trails.values() if trail for day in (min(trail), max(trail))] or [draft.today]
    regions = frozenset(region for region, _, _ in draft.trails)
    return Wanted(draft.source, draft.disease, regions, min(days), max(days))


def _disease(name: str | None) -> str | None:
    if name is None:
        return None
    disease = disease_named(name)
    if disease is None:
        raise Refused([f"Penyakit “{name}” tidak dikenal. Pakai nama di content/radar/diseases.yml."])
    return disease.id


def _answer(content: Any, shape: str | None, asked: _Asked) -> Draft:
    parts = answers.mapping(content, "berkas")
    found = shape or next((name for name, keys in _KEYS.items() if keys <= parts.keys()), None)
    if found not in _KEYS:
        raise Refused(["Isi JSON ini tidak dikenal. Yang dibaca: prov.json, update.json, data.json, prov_detail."])
    draft = asked.draft(found, national.SOURCE, national.SAID_BY)
    if found == "prov":
        national.read_provinces(parts, draft)
    elif found == "update":
        national.read_update(parts, draft)
    elif found == "data":
        national.read_shares(parts, draft)
    else:
        national.read_detail(parts, draft, asked.file)
    return draft


_KEYS = {
    "prov_detail": {"list_perkembangan", "provinsi"},
    "prov": {"list_data", "last_date"},
    "update": {"update"},
    "data": {"last_update", "kasus"},
}


def _sheet(sheet: Sheet, shape: str | None, asked: _Asked) -> Draft:
    found = shape or _shape_of(sheet.columns)
    if found == "province_daily":
        _need(sheet, province.COLUMNS)
        draft = asked.draft(found, province.SOURCE, province.SAID_BY)
        province.read_province(sheet, draft)
    elif found == "series":
        _need(sheet, series.COLUMNS)
        draft = asked.draft(found, series.SOURCE, series.SAID_BY)
        series.read_series(sheet, draft, series.region_of_file(asked.file))
    elif found == "csv" and simple.is_simple(sheet.columns):
        draft = asked.draft(found, simple.SOURCE, simple.SAID_BY, mendable=True)
        simple.read_simple(sheet, draft, asked.disease, said_by_given=asked.said_by is not None)
    else:
        raise Refused(
            [
                "Kolomnya tidak dikenal. Baris pertama harus berisi judul kolom, misalnya"
                " kode,wilayah,tanggal,penyakit,ukuran,jenis,jumlah. Lihat docs/radar.md."
            ]
        )
    for text, at in sheet.notes:
        draft.note(text, at)
    return draft


def _shape_of(columns: tuple[str, ...]) -> str | None:
    if set(province.COLUMNS) <= set(columns):
        return "province_daily"
    if set(series.COLUMNS) <= set(columns):
        return "series"
    return "csv" if simple.is_simple(columns) else None


def _need(sheet: Sheet, columns: tuple[str, ...]) -> None:
    if missing := [column for column in columns if column not in sheet.columns]:
        raise Refused([f"Kolom {', '.join(missing)} tidak ada. Berkas mungkin terpotong atau bentuknya berubah."])
