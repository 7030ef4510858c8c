"""Regions as people call them: nicknames, abbreviations, slips; and everyday words that only sound like them."""

# ruff: noqa: E501 - word tables

from __future__ import annotations

import pytest

from siaga.places.search import find_places, read_residence

# What is written in a sentence, and the codes it means, the likeliest first.
CALLED = [
    ("kasus di sby", "35.78"),
    ("data suroboyo", "35.78"),
    ("data surbaya", "35.78"),
    ("zona surabya", "35.78"),
    ("warga srby", "35.78"),
    ("SURABAYA", "35.78"),
    ("vaksin di sda", "35.15"),
    ("sidoarjo", "35.15"),
    ("kasus sidorjo", "35.15"),
    ("di sidarjo ada vaksin?", "35.15"),
    ("kota sidoarjo", "35.15"),
    ("kasus mlg", "35.73 35.07"),
    ("saya di ngalam", "35.73 35.07"),
    ("kota mlg", "35.73"),
    ("kab mlg", "35.07"),
    ("kabupaten malang", "35.07"),
    ("malang kota", "35.73"),
    ("vaksin gresik", "35.25"),
    ("di gersik", "35.25"),
    ("dari grsk", "35.25"),
    ("tinggal di lamongn", "35.24"),
    ("dari mojokrto", "35.76 35.16"),
    ("kasus di pasuruhan", "35.75 35.14"),
    ("di bwi", "35.10"),
    ("banyuwngi", "35.10"),
    ("warga jmbr", "35.09"),
    ("kota kediri", "35.71"),
    ("kab. kediri", "35.06"),
    ("di probolingo", "35.74 35.13"),
    ("trengalek", "35.03"),
    ("dari tulungagng", "35.04"),
    ("bojonegro", "35.22"),
    ("ponorogoo", "35.02"),
    ("jaksel", "31.74"),
    ("jakbar zona apa", "31.73"),
    ("saya di jaktim", "31.75"),
    ("jakut", "31.72"),
    ("jakpus", "31.71"),
    ("jakarta selatan", "31.74"),
    ("jkt", "31"),
    ("dki jakarta", "31"),
    ("kasus bdg", "32.73 32.04"),
    ("bandung barat", "32.17"),
    ("di kbb", "32.17"),
    ("saya di tangsel", "36.74"),
    ("dari jogja", "34 34.71"),
    ("jogjakarta", "34 34.71"),
    ("kasus di yogya", "34 34.71"),
    ("data smg", "33.74 33.22"),
    ("saya di semarng", "33.74 33.22"),
    ("di solo", "33.72"),
    ("solo zona apa", "33.72"),
    ("purwokerto", "33.02"),
    ("di mks", "73.71"),
    ("makasar", "73.71"),
    ("ujung pandang", "73.71"),
    ("dps", "51.71"),
    ("denpasr", "51.71"),
    ("kasus jatim", "35"),
    ("jateng", "33"),
    ("jabar", "32"),
    ("sulsel", "73"),
    ("kaltim", "64"),
    ("ntt", "53"),
    ("dari plg", "16.71"),
    ("di bpn", "64.71"),
    ("kec gubeng", "35.78.08"),
    ("kec. wonokrmo", "35.78.04"),
    ("kecamatan wonokromo", "35.78.04"),
    ("puskesmas rungkut", "35.78.03"),
    ("dekat kenjeran", "35.78.17"),
    ("tinggal di lowokwaru", "35.73.05"),
    ("dekat wonocolo", "35.78.02"),
    ("kec waru sidoarjo", "35.15.18 35.15"),
    ("wonokromo sby", "35.78.04 35.78"),
    ("singosari, malang", "35.07.24 35.07 35.73"),
]


@pytest.mark.parametrize(("text", "codes"), CALLED)
def test_called(text: str, codes: str) -> None:
    assert sorted(match.code for match in find_places(text)) == sorted(codes.split())


NO_PLACE = """kota pahlawan|surat bebas covid berlaku berapa hari|bilangan prima|bahasa jepang|ke jepang|dari klaster kemarin|langkah2 pendaftaran|di lapangan voli|
sudah ngantuk|vaksin bikin ngantuk|harga pasaran|petugas satgas|data sebaran corona|batuk sebulan|tidur sekamar|seorang petani|tinggal serumah|tahanan lapas|tarikan dinding dada|
klik di tautan berikut|kasus harian tertinggi|tak tinggal kerjo disik|dihapus dari pangkalan data|digebukin orang sekampung|villa di puncak|nasi padang|soto lamongan|bakso malang|
puskesmas dukuh kupang|puskesmas ketabang|demam batuk pilek|ibu saya sakit|vaksin di rumah sakit|saya serius|media sosial|data pribadi saya|kota mana|di kota saya|di tengah jalan|
serangan jantung|batu empedu|palu arit|buru-buru|pati rasa|kasus baru|dari tadi|di sana|ke dokter|di puskesmas|jl surabaya|sakit kepala sebelah|anak panas|pas malam|dekat rumah|
sudah lengkap""".replace("\n", "").split("|")


@pytest.mark.parametrize("text", NO_PLACE)
def test_everyday_words(text: str) -> None:
    assert find_places(text) == []


@pytest.mark.parametrize(
    ("text", "regencies"),
    [
        ("sby", ["35.78"]),
        ("puncak", ["94.05"]),
        ("tinggal di kabupaten batang", ["33.25"]),
        ("batang", ["33.25"]),
        ("jakbar", ["31.73"]),
        ("mks", ["73.71"]),
        ("surabaya mas", ["35.78"]),
        ("kb. sidoarjo", ["35.15"]),
        ("sidoarjo kota", ["35.15"]),
        ("Kota Surabaya, Jawa Timur", ["35.78"]),
    ],
)
def test_answers_to_where_do_you_live(text: str, regencies: list[str]) -> None:
    assert [match.code for match in read_residence(text).regencies] == regencies
