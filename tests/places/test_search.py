"""Words that mean a region, and words that do not."""

# ruff: noqa: E501 - word tables

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.places import regions
from siaga.places.search import find_district, find_places, read_residence

IN_SENTENCES = [
    ("data covid sby", ["35.78"]),
    ("kasus di malang", ["35.73", "35.07"]),
    ("kota malang", ["35.73"]),
    ("kab. malang", ["35.07"]),
    ("malang kota", ["35.73"]),
    ("kota sidoarjo", ["35.15"]),
    ("di batu", ["35.79"]),
    ("kota batu", ["35.79"]),
    ("demak", ["33.21"]),
    ("zona jakarta", ["31"]),
    ("jaksel", ["31.74"]),
    ("bandung barat", ["32.17"]),
    ("kasus jawa timur", ["35"]),
    ("data surbaya", ["35.78"]),
    ("vaksin di gersik", ["35.25"]),
    ("waru, sidoarjo", ["35.15.18", "35.15"]),
    ("vaksin di wonokromo", ["35.78.04"]),
    ("puskesmas gubeng", ["35.78.08"]),
    ("sy dari kec gubeng sby", ["35.78.08", "35.78"]),
    ("Bekasi Timur", ["32.75", "32.75.01", "32.16"]),
]
NO_PLACE = """batu|batu ginjal|demam tinggi|jam berapa kota buka|buru buru|mau daftar vaksin ibu saya 67 th|jarak dosis 1 ke 2|min pagi|kejadian|
tgl 5|saya takut mati|kemarin saya demam|di rumah|di pasar|dari dokter|di kampung saya|ke mana|pas hari itu|btl|gk mau|lihat menu|sakit batuk pilek|
dipukul palu|menyerang|serang|batang|paling dekat|sekarang||🙏|kamu di mana|kasihan ibu saya|natal|orang cina""".replace(
    "\n", ""
).split("|")


@pytest.mark.parametrize(("text", "codes"), IN_SENTENCES)
def test_finds(text: str, codes: list[str]) -> None:
    assert sorted(match.code for match in find_places(text)) == sorted(codes)


@pytest.mark.parametrize("text", NO_PLACE)
def test_everyday_words_are_no_places(text: str) -> None:
    assert find_places(text) == []


RESIDENCES = [
    ("wonokromo sby", ["35.78"], ["35.78.04"]),
    ("kec. waru sidoarjo", ["35.15"], ["35.15.18"]),
    ("sidoarjo", ["35.15"], []),
    ("malang", ["35.73", "35.07"], []),
    ("waru", ["35.15", "35.28", "64.09"], ["35.15.18", "35.28.10", "64.09.02"]),
    ("surbaya", ["35.78"], []),
    ("wonkromo surbaya", ["35.78"], ["35.78.04"]),
    ("gbeng sby", ["35.78"], ["35.78.08"]),
    ("batu", ["35.79"], []),
    ("lowok waru mlg", ["35.73"], ["35.73.05"]),
    ("singosari malang", ["35.07"], ["35.07.24"]),
    ("tebet jakarta", ["31.74"], ["31.74.01"]),
    ("bekasi timur", ["32.75"], ["32.75.01"]),
    ("gresik jawa timur", ["35.25"], []),
    ("rumah saya di jl mawar no 3 rt 1 rw 2 kel ngagel kec wonokromo kota surabaya", ["35.78"], ["35.78.04"]),
    ("tidak tahu", [], []),
    ("siti aminah", [], []),
    ("kenapa ditanya", [], []),
]


@pytest.mark.parametrize(("text", "regencies", "districts"), RESIDENCES)
def test_read_residence(text: str, regencies: list[str], districts: list[str]) -> None:
    residence = read_residence(text)
    assert [match.code for match in residence.regencies] == regencies
    assert [match.code for match in residence.districts] == districts
    assert bool(residence) == bool(regencies)


def test_a_province_alone() -> None:
    residence = read_residence("jakarta")
    assert [match.code for match in residence.provinces] == ["31"]
    assert residence.regencies == ()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("waru", ["35.15.18"]),
        ("kec gedagan", ["35.15.16"]),
        ("waru sidoarjo", ["35.15.18"]),
        ("sidoarjo", ["35.15.08"]),
        ("balong bendo", ["35.15.12"]),
        ("saya di krian", ["35.15.11"]),
        ("ga tau", []),
    ],
)
def test_find_district(text: str, codes: list[str]) -> None:
    assert [match.code for match in find_district(text, "35.15")] == codes


def test_every_regency_is_found_by_its_own_name() -> None:
    missed = [
        regions.name(code)
        for code in regions.regencies()
        if code not in {match.code for match in find_places(regions.name(code) or "", asked=True)}
    ]
    assert missed == []


def test_every_district_is_found_by_its_name_inside_its_regency() -> None:
    missed = [
        code
        for regency in regions.regencies()[::7]
        for code in regions.districts(regency)
        if code not in {match.code for match in find_district(regions.name(code) or "", regency)}
    ]
    # Names with a roman numeral or a slash may lose to a neighbour's.
    assert len(missed) <= 5, missed


@given(st.text(max_size=80), st.booleans())
def test_laws(text: str, asked: bool) -> None:
    for match in find_places(text, asked):
        assert 0 <= match.start < match.end <= len(text)
        assert 0 < match.score <= 1
        assert regions.name(match.code) == match.name
    read_residence(text)
