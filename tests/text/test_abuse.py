"""Insults in bent spellings, and harmless words that look like them."""

# ruff: noqa: E501 - word lists

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.text.abuse import is_abusive

INSULTS = """anjing|ANJING!!|anjiiing kau|4njing|4nj1ng|anj1ng lu|anj!ng|anjg|anjeng|a n j i n g|a.n.j.i.n.g|anj**g|anjir lama banget|anjrit|asu|asuuu koe|@su|4SU|bangsat|b4ngsat|
bangsaaat lu|b@ngsat|bangsad|bgst|bajingan|bajing4n|goblok|g0blok|gobl0k|goblooog|guoblok|gblk|tolol|t0lol|tooolol|t o l o l|begooo|dungu|bodoh kamu|dasar b0d0h|bot bodoh|idiot|1diot|kampret|
kontol|k0nt0l|kntl|k*ntol|m3mek|ngentot|ngentod|tai|taiik|jancok|jancuk|jancoook|j4ncok|jiancok|juancuk|diancuk|jancoek|jnck|cuk|coook|cukimai|cuki mai|pukimak|gatheli|gathel|matamu|mata mu|
raimu|ndasmu|ndhasmu|setaaan|s3tan|iblis|lonte|perek|sialan|s1alan|brengsek|keparat|pecun|fuck|fuuuck you|fucking bot|f*ck|fck|sh1t|bullshit|bitch|stup1d bot|bacot|babi lu|b4bi|bangke|bedebah|
pelayanan apa ini anjing|udah nunggu 2 jam goblok|maaf ya kamu itu tolol""".replace("\n", "").split("|")

HARMLESS = """asuransi|kasus|kasus di surabaya|tailor|bagian|assalamualaikum|babinsa|setandan pisang|ajang|detail|tainan|anjuran dokter|dianjurkan|anjungan|mata saya merah|matahari|mata muka|bajing|
kampanye|kampung|kampar|bangsal 3|bangsa indonesia|bodong|begonia|idiom|taiwan|santai|lantai 2|pantai|tai lalat|tahi lalat|tai lalat saya membesar|pasutri|asupan gizi|asuhan|pengasuh|asumsi|asus|kasur|cuci|
cukup|cuka|coklat|cocok|cocok ga buat lansia|lontong|siang|sialang|siapa|shift pagi|bitcoin|baca|bacaan|tolong|tolong min jangan lama|toleran|anjab|jln anjasmoro|desa bajang|Perak|perempuan|perekaman ktp|
perekonomian|merekam|mau kontrol dokter|konter|mengontrol|memekik|babadan|dungus madiun|keparahan|raimuna pramuka|gathering|gateway|gatel|gatel-gatel abis vaksin|tangan saya gatal|entong|brengkes|setahun|
kesetanan|jam 4 sudah bisa|umur 45 u|4 siang|a b c d e|1 2 3 4 5|3 5 7 8 0 1|digigit anjing|habis digigit anjing perlu vaksin rabies?|vaksin mengandung babi?|apa vaksinnya ada babinya|katanya dari enzim babi|
babi halal ga|flu babi|anjing saya boleh divaksin di sini? hewan peliharaan|pak Tai|ibu Babi|maaf saya bodoh soal hp|saya agak bego pakai WA|||😀""".replace(
    "\n", ""
).split("|")


@pytest.mark.parametrize("text", INSULTS)
def test_an_insult_is_seen_however_it_is_spelt(text: str) -> None:
    assert is_abusive(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_words_that_look_like_one(text: str) -> None:
    assert not is_abusive(text)


def test_the_tables_are_large_enough() -> None:
    assert len(set(INSULTS)) >= 40
    assert len(set(HARMLESS)) >= 40


@given(st.text(alphabet="anjigsu*. 41!@kotlcu\n", max_size=60))
def test_any_text_can_be_asked_about(text: str) -> None:
    assert is_abusive(text) in (True, False)


@given(st.text(max_size=200))
def test_any_text_whatever(text: str) -> None:
    assert is_abusive(text) in (True, False)


def test_a_long_text_takes_no_time() -> None:
    assert not is_abusive("a " * 5000 + "x" * 5000)
