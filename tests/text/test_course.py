"""How an illness goes, as people answer who are asked every day."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.dialogue.reading import typed_option
from siaga.text.course import read_course
from siaga.turns.messages import Option
from siaga.turns.offers import Offered

BETTER = """Membaik
udah mendingan
sdh baikan min
alhamdulillah enakan
sudah sembuh
makin membaik
tambah sehat alhamdulillah
wis mari
luwih penak
panasnya udah turun
udah ga demam
udah gak batuk lagi alhamdulillah
demam sudah turun
lumayan enakan
lebih baik dari kemarin
sesaknya berkurang
makin berkurang batuknya
mulai pulih
udh enakan bgt"""
SAME = """Sama saja
masih sama aja
gak ada perubahan
podo wae
blm ada perubahan
gitu2 aja
masih lemes
masih demam
ga membaik
belum mendingan
belum sembuh
tidak memburuk
ga tambah parah
mendingan tapi masih batuk dikit
sami mawon
lumayan"""
WORSE = """Memburuk
tambah parah
makin lemes
malah drop
semakin memburuk
demam lagi
demamnya naik lagi
tambah batuk
masih sesak
mendingan tapi masih sesak
membaik tapi sesak napas
kambuh lagi
ga kuat
muncul gejala baru
lebih parah dari kemarin
ngedrop min"""
NEITHER = """daftar vaksin
kapan vaksin?
apakah sudah membaik?
halo
terima kasih
berapa lama isolasi
ya
tidak
menu"""
DANGER = """tambah sesak
sesak banget
udah mendingan tapi tadi pingsan
ibu saya tidak sadar"""


@pytest.mark.parametrize(
    ("text", "course"),
    [
        (text, course)
        for course, texts in (("better", BETTER), ("same", SAME), ("worse", WORSE), (None, NEITHER))
        for text in texts.splitlines()
    ],
)
def test_how_it_goes(text: str, course: str | None) -> None:
    assert read_course(text) == course


@pytest.mark.parametrize("text", DANGER.splitlines())
def test_danger_is_for_the_emergency(text: str) -> None:
    assert read_course(text) is None
    assert typed_option(text, _offered()) is None


@given(st.sampled_from(BETTER.splitlines() + SAME.splitlines()), st.sampled_from(["tambah parah", "makin lemes"]))
def test_worse_outweighs_whatever_stands_before_it(text: str, worse: str) -> None:
    assert read_course(f"{text}, {worse}") in ("worse", None)


def _offered(*labels: str, newest: bool = True) -> Offered:
    shown = labels or ("Membaik", "Sama saja", "Memburuk")
    return Offered([Option(f"k.{number}", label, f"/{number}") for number, label in enumerate(shown)], newest)


@pytest.mark.parametrize(
    ("text", "label"), [("udah mendingan min", "Membaik"), ("msh gitu aja", "Sama saja"), ("tambah lemes", "Memburuk")]
)
def test_the_three_buttons_are_understood_in_ones_own_words(text: str, label: str) -> None:
    found = typed_option(text, _offered())
    assert found is not None and found.label == label
    assert typed_option(text, _offered(newest=False)) is None, "it answers something else by now"


def test_other_buttons_are_not() -> None:
    """ "Sehat" is an answer to a question about today, not to how it goes."""
    assert typed_option("udah mendingan", _offered("Sehat", "Sedang sakit", "Batal")) is None
