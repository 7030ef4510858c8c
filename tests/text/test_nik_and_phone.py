"""NIK and phone numbers inside sentences, and never one for the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.text.nik import digits_of, find_nik
from siaga.text.phone import find_phones

NIK = "3578011708549001"


@pytest.mark.parametrize(
    "text",
    [
        NIK,
        "3578 0117 0854 9001",
        "3578.0117.0854.9001",
        "3578-0117-0854-9001",
        "357801 170854 9001",
        "35 78 01 17 08 54 9001",
        f"nik saya {NIK} ya kak",
        "eh salah, NIK-nya 3578.0117.0854.9001",
        f"NIK {NIK} hp 08123456789",
        f"{NIK} 17 08 1954",
        f"{NIK} 08123456789",
        f"nik di kk {NIK}",
        f"ktp:{NIK}.",
        "nik ３５７８０１１７０８５４９００１",
    ],
)
def test_finds_the_nik(text: str) -> None:
    found = find_nik(text)
    assert [candidate.digits for candidate in found] == [NIK]
    assert digits_of(text[found[0].start : found[0].end]) == NIK


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("nik 357801170854900", "357801170854900"),
        ("no ktp saya 35780117085490012", "35780117085490012"),
        ("357801170854900", "357801170854900"),
        ("NIK: 3578 0117 0854 90", "35780117085490"),
    ],
)
def test_too_short_or_long_is_told_when_meant_as_a_nik(text: str, digits: str) -> None:
    assert [(candidate.digits, candidate.complete) for candidate in find_nik(text)] == [(digits, False)]


@pytest.mark.parametrize(
    "text",
    [
        "08123456789012",
        "+6281234567890",
        "6281234567890",
        "nik saya belum ada, hp 081234567890",
        f"no kk {NIK}",
        f"rekening {NIK}",
        "bpjs 0001234567890",
        "saya 357801170854 di sby",
        "harga 10.000.000",
        "",
    ],
)
def test_finds_no_nik(text: str) -> None:
    assert find_nik(text) == []


def test_two_people() -> None:
    other = "3515024101609002"
    assert [candidate.digits for candidate in find_nik(f"saya {NIK} istri {other}")] == [NIK, other]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("08123456789", "628123456789"),
        ("0812-3456-7890", "6281234567890"),
        ("+62 812 3456 7890", "6281234567890"),
        ("628000000001", "628000000001"),
        ("wa saya 0812.3456.789 ya", "628123456789"),
        ("+60 12-345 6789", "60123456789"),
        (f"nik {NIK} hp 08123456789", "628123456789"),
    ],
)
def test_finds_the_phone(text: str, value: str) -> None:
    assert [phone.value for phone in find_phones(text)] == [value]


@pytest.mark.parametrize("text", [NIK, "0812", "17/08/1954", "08.30", "harga 85000", "3578 0817 0854 9001"])
def test_finds_no_phone(text: str) -> None:
    assert find_phones(text) == []


_MARKS = st.text(alphabet="0123456789 .-/+nikNIKktp", max_size=60)


@given(st.one_of(st.text(max_size=80), _MARKS))
def test_laws(text: str) -> None:
    niks, phones = find_nik(text), find_phones(text)
    for nik in niks:
        assert digits_of(text[nik.start : nik.end]) == nik.digits
        assert 12 <= len(nik.digits) <= 20
        assert not nik.digits.startswith("0")
    for phone in phones:
        assert phone.value.isascii() and phone.value.isdigit()
        assert not any(nik.complete and nik.start < phone.end and phone.start < nik.end for nik in niks)


@given(
    st.sampled_from(["", " ", ".", "-"]), st.integers(min_value=1, max_value=28), st.integers(min_value=1, max_value=12)
)
def test_any_grouping_of_a_real_nik_is_found(mark: str, day: int, month: int) -> None:
    nik = f"357801{day:02d}{month:02d}549001"
    written = mark.join([nik[:6], nik[6:12], nik[12:]])
    assert [candidate.digits for candidate in find_nik(f"ini nik saya {written} makasih")] == [nik]
