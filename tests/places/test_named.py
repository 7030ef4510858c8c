"""Names in offices' files: told with certainty or not at all."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from siaga.places import named, regions
from siaga.places.former import FORMER_PROVINCES
from siaga.places.named import province_on, provinces_on, region_of
from siaga.places.regions import Level
from siaga.places.timezone import zone_letters

_TODAY = date(2026, 11, 22)
_EVERYWHERE = (*regions.provinces(), *regions.regencies())
_THIRTY_FOUR = [regions.name(code) or "" for code in regions.provinces() if code not in {"93", "94", "95", "96"}]


@given(st.sampled_from(_EVERYWHERE), st.randoms(use_true_random=False))
def test_the_official_name_however_it_is_typed(code: str, random: object) -> None:
    name = regions.name(code) or ""
    level = regions.level(code)
    variants = [name, name.upper(), f"  {name.replace(' ', '  ')} ", name.lower().replace("-", " ")]
    if level == "regency":
        variants += [
            name.replace("Kabupaten ", "KAB. "),
            name.replace("Kabupaten", "Kab"),
            name.replace("Kepulauan", "Kep."),
        ]
        variants += [name.replace("Administrasi", "Adm.")]
    for variant in variants:
        assert region_of(variant, level) == code, variant
        assert region_of(variant, level, regions.parent(code)) == code, variant


@given(st.sampled_from(regions.regencies()), st.sampled_from(_EVERYWHERE))
@example("63.02", "63")
@example("13.71", "17.02")
def test_a_name_is_never_that_of_another_region(code: str, other: str) -> None:
    name = regions.name(code) or ""
    assert region_of(name) == code
    inside = region_of(name, parent=other)
    if other == regions.parent(code):
        assert inside == code
    else:  # a district may be called so: Kota Padang in Rejang Lebong
        assert inside is None or regions.name(inside) == name


@given(st.sampled_from([code for regency in regions.regencies() for code in regions.districts(regency)]))
def test_every_district_is_found_in_its_regency(code: str) -> None:
    name, parent = regions.name(code) or "", regions.parent(code)
    assert region_of(name.upper(), "district", parent) == code
    assert region_of(f"Kec. {name}", None, parent) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("KAB. PACITAN", "35.01"),
        ("KOTA  BATU", "35.79"),
        ("Surabaya (Kota)", "35.78"),
        ("MALANG, KAB.", "35.07"),
        ("Kotamadya Malang", "35.73"),
        ("KEPULAUAN  RIAU", "21"),
        ("KAB. KEPULAUAN RIAU", "21.01"),
        ("KEP. BANGKA BELITUNG", "19"),
        ("DAERAH ISTIMEWA YOGYAKARTA", "34"),
        ("D.I. YOGYAKARTA", "34"),
        ("DI Yogyakarta", "34"),
        ("DKI JAKARTA", "31"),
        ("Daerah Khusus Jakarta", "31"),
        ("KOTA JAKARTA SELATAN", "31.74"),
        ("Kab. Kep. Seribu", "31.01"),
        ("SUMATRA UTARA", "12"),
        ("Nanggroe Aceh Darussalam", "11"),
        ("KAB. TOBA SAMOSIR", "12.12"),
        ("KABUPATEN MAMUJU UTARA", "76.01"),
        ("KAB. PANGKAJENE KEPULAUAN", "73.10"),
        ("Pangkajene & Kepulauan", "73.10"),
        ("KAB. MALUKU TENGGARA BARAT", "81.03"),
        ("KAB. PONTIANAK", "61.02"),
        ("KOTA PONTIANAK", "61.71"),
        ("PONTIANAK", "61.71"),
        ("KOTA BARU", "63.02"),
        ("Kab. Kota Baru", "63.02"),
        ("KOTA MOBAGU", "71.74"),
        ("KAB. LIMA PULUH KOTA", "13.07"),
        ("KOTA PADANG SIDEMPUAN", "12.77"),
        ("Kota Palangka Raya", "62.71"),
        ("KAB. TOLI TOLI", "72.04"),
        ("Fakfak", "92.03"),
        ("Irian Jaya Barat", "92-2022"),
        ("INDONESIA", "ID"),
        ("Nasional", "ID"),
        ("PROVINSI JAWA TIMUR", "35"),
        ("Prov. Gorontalo", "75"),
    ],
)
def test_how_offices_write(name: str, code: str) -> None:
    assert region_of(name) == code


@pytest.mark.parametrize(
    "name",
    (
        "MALANG|Solok|YOGYAKARTA|Jogjakarta|JAMBI|GORONTALO|Surabya|Sby|TOTAL|Luar Negeri|| |-|35.78|KAB.|kota|"
        "KOTA SIDOARJO|KAB. SURABAYA|Kec. Waru|Malang Surabaya|null"
    ).split("|"),
)
def test_no_guess(name: str) -> None:
    assert region_of(name) is None


@pytest.mark.parametrize(
    ("name", "level", "parent", "code"),
    [
        ("JAMBI", "province", None, "15"),
        ("JAMBI", "regency", None, "15.71"),
        ("YOGYAKARTA", "province", None, "34"),
        ("YOGYAKARTA", "regency", "34", "34.71"),
        ("MALANG", "regency", "35", None),
        ("KAB. MALANG", "regency", "33", None),
        ("KAB. MALANG", "province", None, None),
        ("INDONESIA", "province", None, None),
        ("WARU", None, "35.15", "35.15.18"),
        ("Kec. Waru", None, "35.15", "35.15.18"),
        ("WARU", "district", None, None),
        ("WONOKROMO", None, "35.78", "35.78.04"),
        ("WONOKROMO", None, "35", None),
        ("PACITAN", None, "35", "35.01"),
        ("PACITAN", None, "35.01", "35.01.04"),
    ],
)
def test_level_and_parent(name: str, level: Level | None, parent: str | None, code: str | None) -> None:
    assert region_of(name, level, parent) == code


def test_the_other_names_are_known_regions_and_tell_each_apart() -> None:
    lines = named._OTHER_NAMES.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert all(len(row) == 3 for row in rows)
    assert len({(name.lower(), code) for name, code, _ in rows}) == len(rows)
    for name, code, _ in rows:
        assert regions.name(code), name
        assert region_of(name, regions.level(code)) == code, name


@pytest.mark.parametrize(
    ("name", "day", "code"),
    [
        ("PAPUA", date(2020, 6, 7), "91-2022"),
        ("PAPUA", date(2022, 7, 24), "91-2022"),
        ("PAPUA", date(2022, 7, 25), "91"),
        ("PAPUA BARAT", date(2022, 7, 25), "92-2022"),
        ("PAPUA BARAT", date(2022, 12, 7), "92-2022"),
        ("PAPUA BARAT", date(2022, 12, 8), "92"),
        ("PAPUA", None, "91"),
        ("JAWA TIMUR", date(2020, 6, 7), "35"),
        # Somebody counted anew for what is a province today.
        ("PAPUA SELATAN", date(2020, 6, 7), "93"),
    ],
)
def test_papua_before_it_was_divided_is_another_region(name: str, day: date | None, code: str) -> None:
    assert region_of(name, "province", day=day) == code
    assert region_of(name, day=day) == code


def test_a_list_of_34_provinces_means_old_papua_on_whatever_day() -> None:
    for day in (date(2020, 6, 7), date(2023, 5, 1), None):
        assert region_of("PAPUA", "province", day=day, among=_THIRTY_FOUR) == "91-2022"
        assert region_of("PAPUA BARAT", "province", day=day, among=_THIRTY_FOUR) == "92-2022"
        assert region_of("PAPUA", "province", day=day, among=[*_THIRTY_FOUR, "Papua  Tengah"]) == "91"
        assert region_of("PAPUA BARAT", "province", day=day, among=[*_THIRTY_FOUR, "PAPUA TENGAH"]) == "92-2022"
        assert region_of("BALI", "province", day=day, among=_THIRTY_FOUR) == "51"
    whole = [regions.name(code) or "" for code in regions.provinces()]
    assert [region_of(name, "province", among=whole) for name in whole] == list(regions.provinces())


def test_regencies_of_old_papua() -> None:
    assert region_of("KAB. MERAUKE", "regency", "91", date(2021, 1, 1)) == "93.01"
    assert region_of("KAB. MERAUKE", "regency", "91-2022") == "93.01"
    assert region_of("KAB. MERAUKE", "regency", "91", _TODAY) is None
    assert len(regions.regencies("91-2022")) == 29
    assert len(regions.regencies("92-2022")) == 13


def test_provinces_on_a_day() -> None:
    assert provinces_on(_TODAY) == regions.provinces()
    for day, number in (
        (date(2022, 7, 24), 34),
        (date(2022, 7, 25), 37),
        (date(2022, 12, 7), 37),
        (date(2022, 12, 8), 38),
    ):
        assert len(provinces_on(day)) == number
    assert {"91-2022", "92-2022"} < set(provinces_on(date(2020, 3, 2)))


@given(st.dates(date(2013, 1, 1), date(2030, 1, 1)), st.sampled_from(_EVERYWHERE))
def test_a_region_is_part_of_one_province_on_each_day(day: date, code: str) -> None:
    province = province_on(code, day)
    assert province in provinces_on(day)
    assert province is not None
    assert code == province or code in regions.regencies(province) or code in FORMER_PROVINCES[province].parts


def test_province_on_of_what_is_none() -> None:
    assert province_on("ID", _TODAY) is None
    assert province_on("99.01", _TODAY) is None
    assert province_on("35.78.04", date(2020, 1, 1)) == "35"
    assert province_on("93.01", date(2020, 1, 1)) == "91-2022"
    assert province_on("91-2022", _TODAY) == "91-2022"


def test_former_provinces_are_told_by_names_of_their_own_and_fit_a_button() -> None:
    assert not set(FORMER_PROVINCES) & set(regions.provinces())
    names = {regions.name(code) for code in regions.provinces()}
    for code, former in FORMER_PROVINCES.items():
        assert len(code) <= 8, "as long as the column of the figures' region"
        assert regions.name(code) not in names
        assert "2022" in (regions.name(code) or "") and "2022" in (regions.full_name(code) or "")
        assert len(regions.short_name(code) or "") <= 24
        assert regions.level(code) == "province"
        assert regions.parent(code) is None
        assert zone_letters(code) == zone_letters(former.heir)


@given(st.text(max_size=40))
def test_never_raises(text: str) -> None:
    found = region_of(text)
    assert found is None or found == "ID" or regions.name(found) is not None
