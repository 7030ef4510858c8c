"""What citizens want of a certificate, in their words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.certificates import Wish, read_wish, read_wrong


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("sertifikat", Wish()),
        ("sertifikat vaksin belum muncul", Wish()),
        ("kirimin sertifikat vaksin saya dong min", Wish()),
        ("sertifikat hilang, bisa minta lagi?", Wish()),
        ("otp gak masuk masuk pas mau lihat sertifikat", Wish()),
        ("ganti nomor hp di peduli lindungi utk ambil sertifikat", Wish()),
        ("cek sertifikat pakai NIK bisa?", Wish()),
        ("PDF sertifikat dosis 3", Wish("get", None, 3)),
        ("nama saya salah di sertifikat", Wish("correct", "name")),
        ("nama di sertipikat kurang satu huruf", Wish("correct", "name")),
        ("sertifikat saya kok namanya orang lain", Wish("correct", "name")),
        ("my certificate has the wrong name", Wish("correct", "name")),
        ("tanggalnya keliru", Wish("correct", "date")),
        ("tgl lahir sertifikat kebalik sama bulan", Wish("correct", "birth_date")),
        ("NIK di srtfkat vksin slh", Wish("correct", "nik")),
        ("merk vaksin di sertifikat salah", Wish("correct", "vaccine")),
        ("perbaikan data sertifikat", Wish("correct")),
        ("data sertifikat salah", Wish("correct")),
        ("dosis 2 belum muncul", Wish("missing", "missing", 2)),
        ("sertifikat booster kok gak muncul2 ya", Wish("missing", "missing", 3)),
        ("vaksin 3x yang keluar sertifikatnya cuma 2", Wish("missing", "missing")),
        ("kok cuma ada dosis 1, padahal sudah lengkap", Wish("missing", "missing")),
    ],
)
def test_a_wish_is_read(said: str, wish: Wish) -> None:
    assert read_wish(said) == wish


@pytest.mark.parametrize(
    ("said", "wrong"),
    [("namanya", "name"), ("tanggal lahir", "birth_date"), ("tanggal vaksinnya", "date"), ("NIK", "nik"), ("ya", None)],
)
def test_what_is_wrong_is_read_alone(said: str, wrong: str | None) -> None:
    assert read_wrong(said) == wrong


def test_two_things_that_are_wrong_are_asked_about() -> None:
    assert read_wrong("nama dan tanggal lahir") is None


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    read_wish(text)
