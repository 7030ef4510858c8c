"""Small files in the shapes that arrive, with figures made up here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

from siaga.places import regions
from siaga.radar.figures import Measure
from siaga.radar.importing import Known, Table, read

TODAY = date(2026, 11, 22)
NOTHING = Known()

PROVINCES_OF_2020 = (
    "DKI JAKARTA", "JAWA TIMUR", "JAWA BARAT", "SULAWESI SELATAN", "JAWA TENGAH", "KALIMANTAN SELATAN",
    "SUMATERA SELATAN", "PAPUA", "BANTEN", "NUSA TENGGARA  BARAT", "SUMATERA BARAT", "SUMATERA UTARA", "BALI",
    "KALIMANTAN TENGAH", "SULAWESI UTARA", "KALIMANTAN TIMUR", "MALUKU", "SULAWESI TENGGARA",
    "DAERAH ISTIMEWA YOGYAKARTA", "KEPULAUAN RIAU", "KALIMANTAN BARAT", "MALUKU UTARA", "PAPUA BARAT",
    "KALIMANTAN UTARA", "SULAWESI TENGAH", "LAMPUNG", "GORONTALO", "RIAU", "JAMBI", "KEPULAUAN BANGKA BELITUNG",
    "NUSA TENGGARA TIMUR", "SULAWESI BARAT", "BENGKULU", "ACEH",
)  # fmt: skip


def load(content: bytes | str | object, **more: Any) -> Table:
    """What a file says, read on ``TODAY`` with nothing known, unless told otherwise."""
    if isinstance(content, str):
        content = content.encode()
    elif not isinstance(content, bytes):
        content = json.dumps(content).encode()
    return read(content, **{"today": TODAY, "known": NOTHING, **more})


def values(table: Table) -> dict[tuple[str, str, str, date], int]:
    """The figures of a table by region, measure, kind and day."""
    return {(row.region_code, row.measure, row.count, row.day): row.value for row in table.rows}


def knows(totals: Mapping[tuple[str, Measure], Mapping[date, int]], source: str | None = None) -> Known:
    """These totals stand; of one source, or of any."""
    return Known(lambda wanted: totals if source in (None, wanted.source) else {})


def known_of(table: Table) -> Known:
    """The totals of a table stand."""
    totals: dict[tuple[str, Measure], dict[date, int]] = {}
    for row in table.rows:
        if row.count == "total":
            totals.setdefault((row.region_code, row.measure), {})[row.day] = row.value
    return knows(totals, table.source)


# ---------------------------------------------------------------------- the national service
def prov(
    day: str = "2020-06-07", *, names: Sequence[str] = PROVINCES_OF_2020, added: bool = False, placeless: int = 21
) -> dict[str, Any]:
    """``prov.json``; ``added``: with the figures of the day, as since 2021."""
    cases = {name: 4000 - 100 * index for index, name in enumerate(names)}
    whole = sum(cases.values()) + placeless
    items: list[dict[str, Any]] = []
    for name, count in cases.items():
        item: dict[str, Any] = {
            "key": name,
            "doc_count": count / whole * 100,
            "jumlah_kasus": count,
            "jumlah_sembuh": count // 2,
            "jumlah_meninggal": count // 20,
            "jumlah_dirawat": count - count // 2 - count // 20,
            "jenis_kelamin": [{"key": "LAKI-LAKI", "doc_count": 1}],
            "kelompok_umur": [{"key": "≥ 60", "doc_count": 2, "usia": {"value": 36583}}],
            "lokasi": {"lon": 112.7, "lat": -7.7},
        }
        if added:
            item["penambahan"] = {"positif": 12, "sembuh": 9, "meninggal": 1}
        items.append(item)
    return {
        "last_date": day,
        "current_data": sum(cases.values()) / whole * 100,
        "missing_data": placeless / whole * 100,
        "tanpa_provinsi": placeless,
        "list_data": items,
    }


def update(days: int = 12, *, first: date = date(2020, 4, 1), extra: bool = False) -> dict[str, Any]:
    """``update.json``; ``extra``: its newest figures are a day ahead of its list."""
    news = {"positif": 40, "sembuh": 12, "meninggal": 3}
    at = {"positif": 1000, "sembuh": 300, "meninggal": 50}
    listed = []
    for index in range(days + (1 if extra else 0)):
        own = {name: value + index for name, value in news.items()}
        at = {name: at[name] + own[name] for name in at}
        day = datetime(first.year, first.month, first.day, tzinfo=timezone.utc) + timedelta(days=index)
        rest, change = at["positif"] - at["sembuh"] - at["meninggal"], own["positif"] - own["sembuh"] - own["meninggal"]
        listed.append(
            {
                "key_as_string": day.strftime("%Y-%m-%dT00:00:00.000Z"),
                "key": int(day.timestamp()) * 1000,
                "doc_count": 1,
                **{f"jumlah_{name}": {"value": value} for name, value in own.items()},
                **{f"jumlah_{name}_kum": {"value": value} for name, value in at.items()},
                "jumlah_dirawat": {"value": change},
                "jumlah_dirawat_kum": {"value": rest},
            }
        )
    newest = listed[-1]
    names = ("positif", "sembuh", "meninggal", "dirawat")
    return {
        "data": {"id": 1, "jumlah_odp": 24000, "jumlah_pdp": 2900, "total_spesimen": 10},
        "update": {
            "penambahan": {
                **{f"jumlah_{name}": newest[f"jumlah_{name}"]["value"] for name in names},
                "tanggal": newest["key_as_string"][:10],
                "created": f"{newest['key_as_string'][:10]} 14:41:11",
            },
            "harian": listed[:days],
            "total": {f"jumlah_{name}": newest[f"jumlah_{name}_kum"]["value"] for name in names},
        },
    }


def shares(whole: int = 13112, known: Sequence[int] = (549, 12667, 11784)) -> dict[str, Any]:
    """``data.json``: of how many of ``whole`` cases the illnesses, the sex and the age are known."""
    groups = ("kondisi_penyerta", "jenis_kelamin", "kelompok_umur")
    return {
        "last_update": "2020-05-08",
        "kasus": {
            name: {"current_data": count, "missing_data": 100 - count / whole * 100, "list_data": []}
            for name, count in zip(groups, known, strict=True)
        },
        "sembuh": {"gejala": {"list_data": [{"key": "BATUK", "doc_count": 29.9}]}},
    }


def detail(name: str = "JAWA TIMUR", days: int = 10, *, undated: int = 0, times: int = 1) -> dict[str, Any]:
    """``prov_detail_<NAMA>.json``; ``undated``: cases of which the day is not known; ``times``: with as many before."""
    at = {"KASUS": 500 * times, "SEMBUH": 200 * times, "MENINGGAL": 30 * times}
    first = datetime(2020, 8, 1, tzinfo=timezone.utc)
    listed = []
    for index in range(days):
        own = {"KASUS": 20 + index, "SEMBUH": 15, "MENINGGAL": 2}
        at = {part: at[part] + own[part] for part in at}
        listed.append(
            {
                "tanggal": int((first + timedelta(days=index)).timestamp()) * 1000,
                **own,
                "DIRAWAT_OR_ISOLASI": own["KASUS"] - own["SEMBUH"] - own["MENINGGAL"],
                **{f"AKUMULASI_{part}": value for part, value in at.items()},
                "AKUMULASI_DIRAWAT_OR_ISOLASI": at["KASUS"] - at["SEMBUH"] - at["MENINGGAL"],
            }
        )
    return {
        "last_date": (first + timedelta(days=days - 1)).date().isoformat(),
        "provinsi": name,
        "kasus_total": at["KASUS"] + undated,
        "kasus_tanpa_tgl": undated,
        "kasus_dengan_tgl": at["KASUS"],
        "meninggal_persen": 6.1,
        "meninggal_tanpa_tgl": 0,
        "meninggal_dengan_tgl": at["MENINGGAL"],
        "sembuh_persen": 40.2,
        "sembuh_tanpa_tgl": 0,
        "sembuh_dengan_tgl": at["SEMBUH"],
        "list_perkembangan": listed,
        "data": {},
    }


# ---------------------------------------------------------------------- tables
_DAILY = (
    "id,kode,kabko,lat,lon,id_kabko,created_at,updated_at,deleted_at,odr,otg,odp,odp_pantau,odp_selesai,odp_meninggal,"
    "pdp,pdp_dirawat,pdp_sehat,pdp_meninggal,confirm,confirm_dirawat,sembuh,meninggal"
)


def daily(days: int = 3) -> list[str]:
    """The lines of East Java's daily table."""
    lines, first, row = [_DAILY], date(2020, 4, 1), 0
    for index in range(days):
        for place, code in enumerate(regions.regencies("35")):
            row += 1
            name = (regions.name(code) or "").replace("Kabupaten", "KAB.").upper()
            day = f"{first + timedelta(days=index)} 14:0{index}:35"
            confirm = 110 + 7 * place + 13 * index
            lines.append(
                f"{row},{code},{name},-7.1,112.2,{place},{day},{day},,900,0,{300 + index},{200 + index},100,0,"
                f"{150 + index},{100 + index},45,5,{confirm},{confirm - 70 - index},{60 + index},10"
            )
    return lines


def series(days: int = 15) -> list[str]:
    """The lines of a series by day."""
    lines = ["date,total_confirmed,confirmed,total_recover,recover,total_death,death,total_active,active"]
    confirmed, recovered, dead = 2000, 800, 110
    for index in range(days):
        more, well, died = 35 + index, 44, 2
        confirmed, recovered, dead = confirmed + more, recovered + well, dead + died
        lines.append(
            f"{date(2020, 7, 1) + timedelta(days=index)},{confirmed},{more},{recovered},{well},{dead},{died},"
            f"{confirmed - recovered - dead},{more - well - died}"
        )
    return lines


def office(days: int = 4) -> list[str]:
    """The lines of a health office's file."""
    lines = ["kode;wilayah;tanggal;penyakit;ukuran;jenis;jumlah;sumber"]
    for index in range(days):
        day = date(2026, 11, 1) + timedelta(days=index)
        said = "Dinas Kesehatan Kota Uji"
        lines.append(f"35.78;Kota Surabaya;{day};DBD;konfirmasi;total;{1210 + 8 * index};{said}")
        lines.append(f"35.78;Kota Surabaya;{day};DBD;meninggal;total;{11 + index};{said}")
        lines.append(f"35.15;KAB. SIDOARJO;{day};DBD;konfirmasi;harian;{14 + index};{said}")
    return lines


def text(lines: Sequence[str], end: str = "\n") -> str:
    """A file of lines, each of them closed."""
    return "".join(line + end for line in lines)
