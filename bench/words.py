"""What citizens write, in many words: questions, greetings and small talk put together so that few are alike.

Written for measuring speed: a text that was seen before is cheaper than a new one, and real people rarely write the
same sentence twice.
"""

from __future__ import annotations

from random import Random

_GREETINGS = (
    "halo|hai|hallo|permisi|selamat pagi|selamat siang|slmt sore|malam|assalamualaikum|asslm|misi|hai admin|halo kak"
).split("|")
_CALLS = "min|kak|bu|pak|mas|mbak|dok|admin|gan|".split("|")
_ASIDES = (
    "mau tanya dong|numpang nanya|saya mau nanya|tanya sebentar ya|maaf ganggu|boleh tanya|saya warga sini|"
    "saya penasaran|ini soal keluarga saya|buat tetangga saya nih|kemarin ada yang bilang|saya bingung|"
    "dari tadi nyari info|kata istri saya tanya ke sini|sebelum saya berangkat ke puskesmas||||"
).split("|")
_QUESTIONS = (
    "apa vaksinnya aman untuk orang darah tinggi|habis disuntik boleh langsung kerja nggak|"
    "kalau lagi batuk ringan apa tetap bisa disuntik|efek sesudah suntikan kedua lebih berat ya|"
    "berapa lama jarak suntikan pertama dan kedua|vaksin yang dipakai merek apa saja|"
    "penderita gula boleh ikut vaksinasi tidak|ibu yang sedang menyusui bisa vaksin kah|"
    "apakah bayar kalau vaksin di puskesmas|anak umur sebelas tahun sudah bisa belum|"
    "lengan saya bengkak sesudah vaksin itu wajar|vaksin ini halal menurut ulama tidak|"
    "masih perlu masker nggak kalau sudah vaksin|bagaimana caranya supaya tidak tertular di pasar|"
    "covid yang sekarang gejalanya seperti apa|kalau hasil tesnya positif harus bagaimana|"
    "sudah pernah kena covid apa masih perlu vaksin|booster itu gunanya apa|"
    "kenapa orang yang sudah vaksin masih bisa sakit|ada chip di dalam vaksin itu betul tidak|"
    "berapa hari harus isolasi mandiri|makanan apa yang bagus sesudah vaksin|"
    "kalau lupa jadwal suntik kedua bagaimana|ktp luar kota bisa vaksin di sini|"
    "hamil lima bulan boleh vaksin atau tunggu lahiran|punya asma apa diperbolehkan|"
    "sesudah operasi kapan bisa divaksin|obat apa yang boleh diminum kalau demam habis vaksin|"
    "orang tua saya takut jarum apa ada cara lain|apa benar vaksin bikin mandul"
).split("|")
_PLACES_NEAR = (
    "di puskesmas dekat rumah|untuk lansia|buat anak saya|minggu ini|di desa kami|buat suami saya|kalau sendirian|"
    "menurut dokter|sekarang ini|tahun ini|||||"
).split("|")
_TAILS = "ya|dong|makasih|terima kasih|mohon infonya|tolong dijawab|trims|hehe|?|??|..|gimana|||".split("|")
_REGISTER = (
    "saya ingin daftar vaksin|mau ikut vaksinasi|tolong daftarkan saya vaksin|daftar vaksinasi bagaimana|"
    "saya mau didaftarkan suntik vaksin|pengen daftar vaksin|bantu saya daftar vaksin"
).split("|")
_SMALL = (
    "terima kasih banyak|makasih infonya|kamu ini robot atau orang|bisa bantu apa saja|oke siap|menu|"
    "sampai jumpa lagi|apa saja layanan di sini|tampilkan menu"
).split("|")
_CHECK = "cek pendaftaran saya|status pendaftaran saya gimana|lihat tiket saya|jadwal vaksin saya kapan".split("|")
_PLACES = (
    "wonokromo surabaya|rungkut surabaya|gubeng sby|tegalsari kota surabaya|sawahan surabaya|kec waru sidoarjo|"
    "tambaksari surabaya|mulyorejo surabaya|sukolilo surabaya|wonocolo surabaya|kenjeran surabaya"
).split("|")


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _typed(chance: Random, text: str) -> str:
    """As a thumb on a small screen leaves it: now and then a letter twice, missing, or swapped."""
    if len(text) < 8 or chance.random() < 0.45:
        return text
    at = chance.randrange(1, len(text) - 2)
    kind = chance.randrange(3)
    if kind == 0:
        return text[:at] + text[at] + text[at:]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def greeting(chance: Random) -> str:
    """A first word."""
    return _joined(chance.choice(_GREETINGS), chance.choice(_CALLS))


def question(chance: Random) -> str:
    """A question about vaccine or illness, with what people put around one."""
    words = (chance.choice(_ASIDES), chance.choice(_QUESTIONS), chance.choice(_PLACES_NEAR), chance.choice(_TAILS))
    return _typed(chance, _joined(chance.choice(_CALLS), *words))


def registering(chance: Random) -> str:
    """The wish to register."""
    return _typed(chance, _joined(chance.choice([*_GREETINGS, ""]), chance.choice(_REGISTER), chance.choice(_CALLS)))


def small_talk(chance: Random) -> str:
    """Thanks, a goodbye, a question about the bot."""
    return _joined(chance.choice(_SMALL), chance.choice(_CALLS))


def checking(chance: Random) -> str:
    """The wish to see what has been registered."""
    return _joined(chance.choice(_CHECK), chance.choice(_CALLS), chance.choice(_TAILS))


def place(chance: Random) -> str:
    """Where somebody lives."""
    return _joined(chance.choice(("", "di", "saya tinggal di", "alamat")), chance.choice(_PLACES))
