"""Where and when in free words, what is like what, and what asks for a report rather than makes one."""

# ruff: noqa: E501 - tables of sentences

from __future__ import annotations

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest

from siaga.reports import asks_status, read_when
from siaga.reports.near import Told, is_same
from siaga.reports.where import answered, from_pin, of_kept, told, with_region

WIB, WIT = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Jayapura")
AT = datetime(2026, 11, 22, 7, 0, tzinfo=timezone.utc)  # Sunday, 14.00 WIB


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("mau lapor di pasar wonokromo rame banget ga pake masker tadi pagi", "pasar wonokromo", "35.78.04"),
        ("kemarin sore di alun alun sidoarjo ada hajatan", "alun alun sidoarjo", "35.15"),
        ("butuh oksigen di rungkut surabaya", "rungkut surabaya", "35.78.03"),
        ("ada kerumunan di depan rumah saya", "depan rumah saya", None),
        ("hajatan di jl kertajaya penuh orang", "jl kertajaya", None),
        ("pungli di balai desa sidodadi", "balai desa sidodadi", None),
        ("rame di pasar turi", "pasar turi", None),
        ("onok wong rame nang warung gubeng", "warung gubeng", "35.78.08"),
    ],
)
def test_a_place_in_a_sentence(text: str, place: str, code: str | None) -> None:
    where = told(text)
    assert where is not None and where.place == place
    assert (where.district_code or where.regency_code) == code


@pytest.mark.parametrize(
    "text", ["tetangga isoman ga ada makanan", "di rumah", "lapor di sini", "ada yang positif", ""]
)
def test_no_place_in_a_sentence(text: str) -> None:
    assert told(text) is None


def test_a_name_that_several_have_is_asked_about() -> None:
    where = told("isoman ga ada makanan di waru")
    assert where is not None and not where.is_found and "35.15.18" in where.choices
    chosen = with_region(where, "yang sidoarjo")
    assert chosen is not None and chosen.district_code == "35.15.18" and chosen.place == "waru"
    assert with_region(where, "tidak tahu") is None


def test_a_pin_is_rounded_to_about_a_hundred_metres() -> None:
    where = from_pin(-7.304123, 112.743388)
    assert where is not None and (where.lat, where.lon) == (-7.304, 112.743)
    assert where.regency_code == "35.78" and of_kept(where.kept()) == where
    assert from_pin(35.0, 139.0) is None


def test_words_of_a_place_are_not_said_twice() -> None:
    where = answered("wonokromo")
    assert where is not None and where.in_words() == "Kec. Wonokromo, Kota Surabaya"


@pytest.mark.parametrize(
    ("text", "words", "moment"),
    [
        ("rame banget tadi pagi", "tadi pagi", "22 08:00"),
        ("kemarin sore ada hajatan", "kemarin sore", "21 16:00"),
        ("tadi malam jam 10", "tadi malam jam 10", "21 22:00"),
        ("2 jam lalu", "2 jam lalu", "22 12:00"),
        ("setengah jam yang lalu", "setengah jam yang lalu", "22 13:30"),
        ("barusan", "barusan", "22 14:00"),
        ("sekarang juga", "sekarang juga", "22 14:00"),
        ("jam 9 tadi", "jam 9", "22 09:00"),
        ("tadi jam 1 siang", "jam 1 siang", "22 13:00"),
        ("tiap malam rame", "tiap malam", None),
        ("hari sabtu kemarin", "hari sabtu kemarin", "21 12:00"),
    ],
)
def test_a_time_in_words(text: str, words: str, moment: str | None) -> None:
    when = read_when(text, AT, WIB)
    assert when is not None and when.words == words
    assert (when.at and when.at.astimezone(WIB).strftime("%d %H:%M")) == moment
    assert when.at is None or when.at.utcoffset().total_seconds() == 0


def test_a_day_is_that_of_the_place() -> None:
    late = datetime(2026, 11, 22, 16, 30, tzinfo=timezone.utc)  # 23.30 WIB, 01.30 WIT on Monday
    west, east = read_when("kemarin", late, WIB), read_when("kemarin", late, WIT)
    assert west and east and west.at and east.at
    assert (west.at.astimezone(WIB).day, east.at.astimezone(WIT).day) == (21, 22)


@pytest.mark.parametrize("text", ["rame banget", "butuh 3 tabung", "tadi ada orang", ""])
def test_no_time(text: str) -> None:
    assert read_when(text, AT, WIB) is None


# ---------------------------------------------------------------------- the same thing
def incident(words: str = "pasar rame banget ga pake masker", **differs: object) -> Told:
    given = {"kind": "crowd", "words": words, "needs_help": False, "at": AT, "district_code": "35.78.04"}
    return Told(**{**given, **differs})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (incident(), incident("lapor pasar rame, ga pada pake masker"), True),
        (incident(), incident("konser dangdut di lapangan"), False),
        (incident(), incident(kind="protocol"), False),
        (incident(), incident(district_code="35.78.03"), False),
        (incident(district_code=None), incident(district_code=None), False),
        (incident(), incident(at=AT.replace(day=21)), False),
        (incident(lat=-7.300, lon=112.740), incident("konser dangdut", lat=-7.304, lon=112.740), True),  # 445 m
        (incident(lat=-7.300, lon=112.740), incident(lat=-7.305, lon=112.740), False),  # 556 m
        (incident(lat=-7.300, lon=112.740, needs_help=True), incident("konser", lat=-7.300, lon=112.740), False),
    ],
)
def test_what_is_the_same(one: Told, other: Told, same: bool) -> None:
    assert is_same(one, other, WIB) is same
    assert is_same(other, one, WIB) is same


# ---------------------------------------------------------------------- asking for one
@pytest.mark.parametrize(
    "text",
    ["laporan saya gimana", "gimana laporan saya kemarin?", "status laporan saya", "laporan kemarin sudah diproses belum",
     "laporanku kok belum ditanggapi", "cek laporan", "LP-7K2M-9Q", "lp 7k2m 9q gimana?", "LP-7K2M-9 sampai mana"],
)  # fmt: skip
def test_what_asks_for_a_report(text: str) -> None:
    assert asks_status(text)


@pytest.mark.parametrize(
    "text",
    ["mau lapor", "laporan: penumpang bus tanpa masker", "gimana cara laporan kerumunan", "laporan pelanggaran prokes",
     "mau bikin laporan", "gimana kalau mau laporan", "pak LPMD ga mau dengar", "LP3I rame banget kerumunan"],
)  # fmt: skip
def test_what_makes_one(text: str) -> None:
    assert not asks_status(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dari minggu lalu", "dari minggu lalu"),
        ("udah 3 hari", "udah 3 hari"),
        ("udah seminggu kayaknya", "udah seminggu"),
        ("kata orang dari sana", None),
        ("minggu ini ada hajatan", None),
    ],
)
def test_a_rough_time_is_an_answer_where_the_time_is_asked(text: str, words: str | None) -> None:
    found = read_when(text, AT, WIB, asked=True)
    assert (found.words if found and found.at is None else None) == words
