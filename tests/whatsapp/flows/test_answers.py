"""What may be filled in, screen by screen, and what is said to the rest."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.places import regions
from siaga.text.relations import RelationName
from siaga.whatsapp.flows import answers
from siaga.whatsapp.flows.answers import Wrong

TODAY = date(2026, 11, 22)
NIK = "3578010502859001"
PERSON = {"nik": NIK, "birth_date": "5 Februari 1985", "name": "Warga Uji 001"}


def identity(registered: bool = False, doubted: str | None = None, **given: Any) -> dict[str, Any]:
    return answers.identity(PERSON | given, TODAY, doubted=doubted, is_registered=lambda *_: registered)


def refused(registered: bool = False, **given: Any) -> str:
    with pytest.raises(Wrong) as wrong:
        identity(registered, **given)
    return wrong.value.words


def test_for_whom_is_what_the_chat_reads() -> None:
    assert set(answers.BENEFICIARIES) == set(RelationName.__args__)
    for key in answers.BENEFICIARIES:
        assert answers.beneficiary({"beneficiary": key}) == {"beneficiary": key}


@pytest.mark.parametrize("chosen", ["", "tetangga", None, 5, ["self"], {}])
def test_for_whom_else(chosen: Any) -> None:
    with pytest.raises(Wrong) as wrong:
        answers.beneficiary({"beneficiary": chosen})
    assert wrong.value.words == "Saya perlu tahu untuk siapa pendaftarannya."


def test_a_person() -> None:
    expected = {
        "nik": NIK,
        "birth_date": "1985-02-05",
        "birth_date_matches": True,
        "name": "Warga Uji 001",
        "doubted": None,
    }
    assert identity() == expected
    assert identity(nik="3578 0105 0285 9001", birth_date="05-02-85", name="WARGA UJI 001") == expected
    assert identity(nik=int(NIK)) == expected


@pytest.mark.parametrize(
    ("nik", "words"),
    [
        ("357801050285900", "NIK terdiri dari 16 angka; yang saya terima baru 15."),
        ("35780105028590011", "NIK terdiri dari 16 angka; yang saya terima 17 angka."),
        ("", "NIK terdiri dari 16 angka; yang saya terima baru 0."),
        (None, "NIK terdiri dari 16 angka; yang saya terima baru 0."),
        ("0078010502859001", "Enam angka pertama NIK menunjukkan wilayah"),
        ("3578013513859001", "Angka ke-7 sampai ke-12 NIK adalah tanggal lahir"),
        ("3578010502850000", "Empat angka terakhir NIK tidak mungkin 0000."),
    ],
)
def test_a_nik_that_is_none(nik: Any, words: str) -> None:
    assert refused(nik=nik).startswith(words)


def test_a_person_who_is_registered() -> None:
    words = refused(registered=True)
    assert words.startswith("NIK 3578********9001 sudah terdaftar")
    assert NIK not in words


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", "Saya belum bisa membaca tanggalnya. Contoh: 17 Agustus 1954, atau 17-08-1954."),
        ("kapan ya", "Saya belum bisa membaca tanggalnya."),
        ("31 april 1985", "Saya belum bisa membaca tanggalnya."),
        ("5 februari 2040", "Tanggal itu belum tiba"),
        ("6 februari 1985", "Menurut NIK, tanggal lahirnya 5 Februari 1985; yang Anda tulis 6 Februari 1985."),
    ],
)
def test_a_birth_date_that_cannot_be_taken(written: str, words: str) -> None:
    assert refused(birth_date=written).startswith(words)


def test_who_stands_by_another_birth_date_is_believed() -> None:
    with pytest.raises(Wrong) as wrong:
        identity(birth_date="6 februari 1985")
    assert wrong.value.doubted == "1985-02-06"
    found = identity(birth_date="6/2/1985", doubted="1985-02-06")
    assert (found["birth_date"], found["birth_date_matches"], found["doubted"]) == ("1985-02-06", False, None)
    with pytest.raises(Wrong):
        identity(birth_date="7 februari 1985", doubted="1985-02-06")


@pytest.mark.parametrize("name", ["", "apa?", "12345", "ya", "x" * 300])
def test_a_name_that_is_none(name: str) -> None:
    assert refused(name=name).startswith("Saya belum bisa membaca namanya. Tulis namanya saja")


def test_places() -> None:
    assert answers.places({"place": "wonokromo surabaya"}) == ["35.78.04"]
    city = answers.places({"place": "surabaya"})
    assert (city[-1], len(city)) == ("35.78", len(regions.districts("35.78")) + 1)
    both = answers.places({"place": "malang"})
    assert {"35.73", "35.07"} <= set(both)
    assert set(both) > {*regions.districts("35.73"), *regions.districts("35.07")}


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("jawa timur", "Jawa Timur itu provinsi. Saya perlu kabupaten atau kotanya juga."),
        ("xyzzy", 'Saya belum menemukan tempat itu. Contoh: "Wonokromo Surabaya"'),
        ("", "Saya belum menemukan tempat itu."),
    ],
)
def test_no_place(place: str, words: str) -> None:
    with pytest.raises(Wrong) as wrong:
        answers.places({"place": place})
    assert wrong.value.words.startswith(words)


def test_every_place_can_be_chosen_and_fits_a_list() -> None:
    """Titles of at most 30 characters, at most 200 of them: Meta's limits for a dropdown."""
    for regency in regions.regencies():
        codes = [*regions.districts(regency), regency]
        assert len(codes) <= answers.MOST_PLACES
        for option in answers.place_options(codes):
            assert 0 < len(option["title"]) <= 30
            assert 0 < len(option["description"]) <= 300
            district = None if option["id"] == regency else option["id"]
            assert answers.residence(option["id"]) == {"regency": regency, "district": district}


@given(
    st.dictionaries(
        st.sampled_from(["nik", "birth_date", "name", "beneficiary", "place"]),
        st.one_of(st.text(), st.none(), st.integers(), st.booleans(), st.lists(st.text())),
    )
)
def test_whatever_is_sent_is_taken_or_refused_in_words(sent: dict[str, Any]) -> None:
    checks = [
        lambda: answers.beneficiary(sent),
        lambda: answers.identity(sent, TODAY, doubted=None, is_registered=lambda nik: False),
        lambda: answers.places(sent),
    ]
    for check in checks:
        try:
            assert check()
        except Wrong as wrong:
            assert wrong.words
