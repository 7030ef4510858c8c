"""Reading a name, for whom, and what a correction is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.registration.answers import field_named, name_inside, read_beneficiary, read_name
from siaga.registration.steps import ANSWERS, STEP_OF, STEPS, falls_with, next_open, progress


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Warga Uji 001", "Warga Uji 001"),
        ("warga uji 001", "Warga Uji 001"),
        ("WARGA UJI 001", "Warga Uji 001"),
        ("nama saya warga uji 001 ya min", "Warga Uji 001"),
        ("namanya Warga Uji 002", "Warga Uji 002"),
        ("a.n. Warga Uji 003", "Warga Uji 003"),
        ("atas nama warga uji 004, tinggal di waru", "Warga Uji 004"),
        ("eh salah, namanya Warga Uji 005", "Warga Uji 005"),
        ("nama lengkap: Warga Uji 006.", "Warga Uji 006"),
        ("eh namanya salah, harusnya Warga Uji 008", "Warga Uji 008"),
        ("namanya bukan itu tapi warga uji 009", "Warga Uji 009"),
        ("Warga", "Warga"),
        ("Warga O'Uji", "Warga O'Uji"),
        ("saya Warga Uji 007", "Warga Uji 007"),
    ],
)
def test_a_name_is_read_and_tidied(text: str, name: str) -> None:
    assert read_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "kenapa harus nama?",
        "vaksin halal ga",
        "batal",
        "gak mau",
        "3578011708549001",
        "",
        "?",
        "ya",
        "oke lanjut",
        "betul",
        "iya bener",
        "bapak",
        "mau daftar vaksin buat ibu",
        "saya demam sudah tiga hari dan batuk terus menerus tidak berhenti",
        "a",
    ],
)
def test_what_is_no_name(text: str) -> None:
    assert read_name(text) is None


@given(st.text(max_size=200))
def test_a_name_is_never_long_nor_full_of_digits(text: str) -> None:
    name = read_name(text)
    if name is not None:
        assert 1 < len(name) <= 80
        assert sum(character.isdigit() for character in name) <= 3


def test_a_name_announced_in_a_longer_answer() -> None:
    assert name_inside("3578011708549001 atas nama Warga Uji 001") == "Warga Uji 001"
    assert name_inside("no ktp 3578011708549001 nama Warga Uji 002, rungkut surabaya") == "Warga Uji 002"
    assert name_inside("3578011708549001") is None


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("saya sendiri", "self"),
        ("buat saya", "self"),
        ("aku dewe", "self"),
        ("ibu saya", "mother"),
        ("buat bapak", "father"),
        ("anakku yg kecil", "child"),
        ("keluarga", "other"),
        ("ortu", "other"),
        ("mau daftar vaksin", None),
        ("vaksin halal ga?", None),
    ],
)
def test_for_whom(text: str, whom: str | None) -> None:
    assert read_beneficiary(text) == whom


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("eh salah, NIK-nya 3578011708549002", "nik"),
        ("tanggal lahirnya keliru", "birth_date"),
        ("ganti nama", "full_name"),
        ("kecamatannya bukan itu tapi Rungkut", "residence"),
        ("mau ganti jadwal aja", "session"),
        ("pindah puskesmas", "facility"),
        ("eh salah", None),
    ],
)
def test_what_a_correction_is_about(text: str, field: str | None) -> None:
    assert field_named(text) == field


def test_the_steps_are_seven_and_in_order() -> None:
    assert [STEP_OF[slot] for slot in ANSWERS] == sorted(STEP_OF.values())
    assert max(STEP_OF.values()) == STEPS
    assert progress("nik") == "langkah 3 dari 7"


def test_the_next_question_is_the_first_without_an_answer() -> None:
    slots = dict.fromkeys(ANSWERS)
    assert next_open(slots) == "consent"
    slots |= {"consent": True, "beneficiary": "self", "birth_date": "x"}
    assert next_open(slots) == "nik"
    assert next_open(dict.fromkeys(ANSWERS, "x")) is None


def test_a_new_home_means_new_places() -> None:
    assert falls_with("residence") == ("facility", "session")
    assert falls_with("full_name") == ()
