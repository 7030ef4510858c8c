"""Messages that say in so many words that they want something checked, and those that only sound like it."""

from __future__ import annotations

import pytest

from siaga.hoaxes import asks_to_check, says_enough

ASK = """
hoax ga kabar gempa besar nanti malam di kota saya
hoax ga kabar toko kelontong dibuka alien besok pagi
cek hoax, katanya jembatan kampung sebelah mau runtuh besok
ini hoax?
hoax?
HOAKS BUKAN SIH MIN
vaksin ada chipnya, hoax ya?
ktanya 5G nyebarin covid, hoax bkn
cek fakta dong min, bawang putih obat corona
tolong dicek kebenarannya ya kak
bener ga kabar besok lockdown total
bener gak sih berita klo vaksin bikin mandul
apa benar kabar rumah sakit diisi pasien bohongan
benarkah isu vaksin palsu itu?
kabar besok ada razia masker, bener ga?
infonya valid ga kak
info dari grup rt besok lockdown, bener gak ya
kabare lockdown iku bener ta ora
kabar niki leres nopo mboten nggih
jare vaksin didol, bener opo hoax
fakta atau hoaks: termometer tembak merusak otak
is this a hoax?
is this true? my mom sent me this
fact check please
itu hoaks kan min
kabar ini bukan hoax kan?
hoaxkah berita ini
ini fake news bukan
forwardan ini bener gak sih
video itu asli ga min
min, pesan berantai ini beneran ga
onok kabar puskesmas mbayar wong ben gelem positif, hoak a?
aya nu nyebarkeun yen vaksin teh tina janin, hoaks sanes?
"""
DO_NOT = """
bener ga jadwal saya besok?
apa benar saya sudah terdaftar
vaksin halal ga
bener ga sih saya harus puasa dulu
saya dapat info jadwal saya besok, bener ga?
bener ga ini nomor puskesmas?
data saya sudah benar belum
apa benar vaksin gratis
bener ga vaksin ada magnetnya?
apa kabar min
kabar baik hari ini apa?
kabar saya baik, benar
ada berita baik ga
apa itu hoaks?
hoax itu apa ya
lapor hoax
mau lapor ada yang nyebar hoax
kenapa banyak hoax?
siapa penyebar hoax itu?
jangan sebar hoax ya
hoax ga jelas semua nih
hoaks tidak boleh disebar
dasar berita hoax
cek info jadwal vaksin
cek kabar terbaru kasus
cek pendaftaran saya
periksa gejala
iya benar min
infonya makasih ya
ada info stok vaksin ga?
is my registration true
"""


@pytest.mark.parametrize("text", ASK.strip().splitlines())
def test_a_check_is_asked_for(text: str) -> None:
    assert asks_to_check(text)


@pytest.mark.parametrize("text", DO_NOT.strip().splitlines())
def test_no_check_is_asked_for(text: str) -> None:
    assert not asks_to_check(text)


@pytest.mark.parametrize(
    ("text", "enough"),
    [
        ("rokok bisa mencegah covid", True),
        ("min cek https://kabar-uji.example.com/x", True),
        ("hoaks vaksin?", False),
        ("cek hoaks dong", False),
    ],
)
def test_a_claim_takes_two_words_or_a_link(text: str, enough: bool) -> None:
    assert says_enough(text) is enough
