"""Red flags: what share of messages of danger rings, how many harmless ones do, and what never changes that.

``red_flags.tsv`` is only ever measured: this test names no text of it, so that nobody mends the rules by its misses.
"""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bench.understanding.data import examples, fold
from bench.understanding.red_flags import (
    DEVELOPMENT,
    HARMLESS,
    MEASURED,
    Flag,
    Score,
    by_words,
    on_the_list,
    read_flags,
    score,
    table,
)
from siaga.text.danger import find_danger
from siaga.text.danger_signs import CLUES

DEV = read_flags(DEVELOPMENT)
SET = read_flags(MEASURED)
SIGNS = {clue.sign for clue in CLUES}


def _figures(one: Score) -> str:
    return "\n" + table([("by words", one)])


def test_development_set() -> None:
    one = score(DEV, by_words)
    assert not one.missed, "\n".join(flag.text for flag in one.missed)
    assert not one.alarms, "\n".join(flag.text for flag in one.alarms)


def test_measured_set() -> None:
    # Measured once, 22 November 2026, after the rules were mended by the development set: 135 of 150 rang, 1 of 150
    # harmless ones rang too, and of the 135 with words of the list none was missed. Before, it was 69 and 7.
    one = score(SET, by_words)
    assert one.seen.total() >= 135, _figures(one)
    assert len(one.alarms) <= 1, _figures(one)
    listed = [flag for flag in SET if flag.sign != HARMLESS and on_the_list(flag.text)]
    assert score(listed, by_words).recall == 1, _figures(one)


@pytest.mark.parametrize("flags", [DEV, SET], ids=["development", "measured"])
def test_sets_are_large_and_hold_every_sign(flags: list[Flag]) -> None:
    dangers = [flag for flag in flags if flag.sign != HARMLESS]
    assert len(dangers) >= 130
    assert len(flags) - len(dangers) >= 130
    assert {flag.sign for flag in dangers} == SIGNS
    assert len({fold(flag.text) for flag in flags}) == len(flags)


def test_sets_are_apart_from_each_other_and_from_the_examples() -> None:
    dev, measured = ({fold(flag.text) for flag in flags} for flags in (DEV, SET))
    assert not dev & measured
    trained = {fold(text) for text, _ in examples()}
    # Texts of one or two words everybody writes.
    assert not {text for text in (dev | measured) & trained if len(text.split()) > 2}


_WHO = ["", "ibu saya ", "anak saya ", "tetangga ", "bapak ", "suami saya "]
_DANGERS = [
    "sesak berat",
    "ga bisa napas",
    "nyeri dada hebat",
    "pingsan",
    "kejang",
    "bibirnya biru",
    "muntah darah",
    "mulutnya mencong",
    "keracunan",
    "saturasi 82",
    "linglung mendadak",
]
_BEFORE = [
    "permisi ",
    "selamat malam, mohon maaf mengganggu. ",
    "assalamualaikum bu, ",
    "min ",
    "halo kak mau lapor ",
    "maaf dok ",
    "nama saya Warga Uji 014, ",
    "NIK 3578010101909001, ",
    "mau daftar vaksin, tapi ",
    "tidak demam. ",
]
_AFTER = [
    "",
    ", terima kasih",
    " mohon bantuannya",
    " dok",
    ", harus bagaimana?",
    " 🙏🙏",
    " ini gimana ya",
    "\nmakasih sebelumnya",
    ", saya tunggu",
]


@given(
    *map(st.sampled_from, (_BEFORE, _WHO, _DANGERS, _AFTER)),
    st.sampled_from([str, str.upper, str.capitalize]),
)
def test_danger_stays_danger_among_polite_words(before: str, who: str, sign: str, after: str, case: type[str]) -> None:
    text = case(before + who + sign + after)
    assert find_danger(text) is not None, text


@given(
    st.sampled_from([flag for flag in DEV if flag.sign not in (HARMLESS, "oxygen")]),
    st.sampled_from(["permisi. ", "selamat pagi dok. ", "maaf mengganggu, "]),
    st.sampled_from([". terima kasih", ". mohon bantuannya", " 🙏"]),
)
def test_the_development_set_rings_among_polite_words(flag: Flag, before: str, after: str) -> None:
    assert find_danger(before + flag.text + after) is not None


@given(
    st.sampled_from(
        ["tidak ", "ga ", "gak ada ", "tidak ada ", "belum pernah ", "mboten ", "kagak ", "teu ", "tanpa "]
    ),
    st.sampled_from(["kejang", "pingsan", "sesak berat", "nyeri dada hebat", "muntah darah", "pendarahan hebat"]),
    st.sampled_from(["", "ibu saya ", "anak saya demam, ", "saya batuk tapi "]),
    st.sampled_from(["", " kok", ", cuma pilek", " dok", " sama sekali"]),
)
def test_a_denied_sign_keeps_quiet(no: str, sign: str, before: str, after: str) -> None:
    assert find_danger(before + no + sign + after) is None


@given(st.permutations(["demam", "kejang", "pingsan", "muntah darah"]), st.sampled_from(["atau", "maupun"]))
def test_a_denied_list_keeps_quiet(signs: list[str], last: str) -> None:
    assert find_danger(f"tidak ada {signs[0]}, {signs[1]}, {last} {signs[2]}") is None


@pytest.mark.parametrize(
    "text",
    [
        "anak saya tidak demam tapi kejang",
        "tidak batuk, sesak berat",
        "suami saya sesak berat, katanya dadanya seperti ditindih",
        "ibu saya pingsan, apa itu gejala covid?",
        "napas sesak sekali kalau tiduran",
        "saturasi 85 apa itu normal?",
        "dulu pernah kejang, sekarang kejang lagi",
        "waktu kecil anak saya sering kejang sekarang kejang lagi",
        "jatuh dari motor terus pingsan",
        "kesetrum listrik ga sadar",
        "pengen mati aja haha",
        "kejang tidak berhenti henti",
        "bapak kejang, tidak ada yang bisa bantu",
    ],
)
def test_what_looks_like_denial_or_question_but_is_danger(text: str) -> None:
    assert find_danger(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "kejang: tidak",
        "kejang tidak ada",
        "pingsan tidak pernah",
        "lengan kiri pegal ga bisa diangkat habis vaksin",
        "anak saya pakai baju biru",
        "anak saya ga mau minum obat, demam sedikit",
        "bapak stroke tahun 2015",
        "tensi ibu 130, hamil 5 bulan",
        "saturasi 97 nadi 80",
        "aplikasinya kejang",
        "mau pingsan liat antrean",
        "temanku pingsan wkwkwk",
    ],
)
def test_what_looks_like_danger_but_is_not(text: str) -> None:
    assert find_danger(text) is None


def test_words_on_the_list_are_told_from_what_is_said_of_them() -> None:
    assert on_the_list("tidak kejang") and not by_words("tidak kejang")
    assert not on_the_list("mau daftar vaksin")


@given(st.text(max_size=60))
def test_a_score_counts_every_message_once(text: str) -> None:
    assume(text)
    one = score(DEV, lambda _: False)
    assert len(one.missed) == one.texts.total() and one.recall == 0
    assert score(DEV, lambda _: True).false_per_100 == 100
