"""Which place somebody means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.registration.facility_names import Named, best, says_name

PLACES = {
    1: "Puskesmas Contoh Jagir",
    2: "Puskesmas Mojo",
    3: "Puskesmas Gading",
    4: "RSUD Dr. Soetomo",
    5: "RS Siti Khodijah Muhammadiyah Cabang Sepanjang",
    6: "Puskesmas Kuta Alam",
    7: "Puskesmas Rungkut",
    8: "RS Rungkut Medika",
    9: "Klinik Pratama Sehat",
    10: "Puskesmas Wonokromo",
    11: "Puskesmas Mojoagung",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("puskesmas jagir buka jam berapa", {1}),
        ("PUSKESMAS CONTOH JAGIR", {1}),
        ("pkm jagirr", {1}),
        ("alamat pusk gadeng dmn", {3}),
        ("vaksin di RS Sutomo ada ga", {4}),
        ("vaksin di RS Soetommo ada ga", {4}),
        ("rsud soetomo", {4}),
        ("rumah sakit siti khodijah", {5}),
        ("rs siti kodijah sepanjang", {5}),
        ("puskesmas kutaalam", {6}),
        ("puskesmas rungkut", {7}),
        ("rs rungkut", {8}),
        ("klinik sehat", {9}),
        ("puskesmas wonokromo surabaya", {10}),
        ("puskesmas mojo", {2}),
        ("puskesmas mojoagung", {11}),
        ("puskesmas terdekat", set()),
        ("puskesmas buka jam berapa", set()),
        ("", set()),
    ],
)
def test_a_name_in_a_question(text: str, expected: set[int]) -> None:
    assert set(best(text, [Named(number, name) for number, name in PLACES.items()])) == expected


@given(
    st.sampled_from(sorted(PLACES)), st.sampled_from(["{}", "{} buka jam berapa", "vaksin di {} ada ga", "alamat {}?"])
)
def test_the_whole_name_always_means_that_place(number: int, question: str) -> None:
    assert best(question.format(PLACES[number]), [Named(*place) for place in PLACES.items()]) == [number]


@given(st.text(max_size=60))
def test_any_text_may_be_read(text: str) -> None:
    assert set(best(text, [Named(*place) for place in PLACES.items()])) <= set(PLACES)
    says_name(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("puskesmas jagir buka jam berapa", True),
        ("vaksin di rumah sakit bhakti ada?", True),
        ("puskesmas terdekat", False),
        ("puskesmas deket sini", False),
        ("puskesmas di rungkut", False),
        ("mau cari puskesmas", False),
        ("rumah sakit", False),
        ("vaksin dimana", False),
    ],
)
def test_whether_a_name_was_said(text: str, says: bool) -> None:
    assert says_name(text) is says
