"""Danger signs: what must ring, and what must not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.text.danger import find_danger

RINGS = {
    "confusion": ["kakek demam dan bingung", "simbah panas tinggi, bingung mau ke mana"],
    "breath": [
        "bapak saya sesak berat",
        "sesak napas parah tolong",
        "tolong ibu sesek",
        "ga bisa napas",
        "gak bisa nafas dok",
        "saya tidak bisa bernapas",
        "anak sy gabisa nafas",
        "sesak banget dari tadi pagi",
        "napasnya makin sesak",
        "makin sesak aja ini",
        "mboten saged ambegan",
        "bojoku ora iso napas",
        "susah nafas banget",
        "sesek sanget bapak kulo",
        "sesak sampai ga bisa ngomong",
        "i can't breathe",
        "nafasnya megap megap",
        "istri saya sesak nafas, tidak kuat berdiri, tolong",
        "SESAK BERAT!!! TOLONG",
        "susah narik napas dari subuh",
        "napasnya cepat banget anak saya",
        "bayi napas dadanya sampai cekung",
    ],
    "blue": [
        "bibir biru",
        "bibirnya mulai membiru",
        "mukanya kebiruan",
        "bibir anak saya biru",
        "lambene biru",
        "blue lips",
    ],
    "unconscious": [
        "pingsan ga bangun bangun",
        "ayah pingsan",
        "ibu saya tidak sadar",
        "ibuku ora sadar",
        "nenek tidak sadarkan diri",
        "kakek ga sadar dari tadi",
        "tidak sadar",
        "dipanggil ga nyahut",
        "dibangunin gak bangun-bangun",
        "anak saya tidak merespons",
        "kesadarannya menurun",
        "simbah semaput",
    ],
    "chest": [
        "nyeri dada hebat",
        "dada sakit banget",
        "dada saya sakit sekali",
        "dada kayak ditindih batu",
        "dada nyeri sampai lengan kiri, keringat dingin",
        "sepertinya serangan jantung",
        "dadaku loro pol",
        "dada bapak terasa sangat nyeri",
        "sesak sama sakit dada dari tadi",
    ],
    "fit": ["anak saya kejang", "kejang kejang gimana ini", "lare kulo kejang", "anakku step"],
    "oxygen": ["saturasi 82", "saturasi oksigen ibu tinggal 79 %", "spo2 85", "saturasinya 88 persen min"],
    "bleeding": [
        "batuk darah banyak",
        "perdarahan hebat",
        "darahnya ga berhenti",
        "kakinya kena gergaji, darah keluar terus",
        "darah dari lukanya sudah sejam tidak mau berhenti",
    ],
    "stroke": [
        "mulutnya mencong",
        "lumpuh sebelah mendadak",
        "bapak ngomongnya pelo",
        "wajah ibu tiba-tiba agak perot",
    ],
    "poison": ["adik minum baygon", "anak sy ketelan deterjen", "nenek overdosis obat tidur"],
    "suicide": [
        "saya mau bunuh diri",
        "pengen mati aja",
        "udah ga kuat hidup lagi",
        "aku wis ora gelem urip",
        "rasanya mau akhiri semuanya",
        "tadi malam aku nyilet tangan sendiri",
        "i want to kill myself",
        "rasanya ingin menyusul almarhum suami",
        "aku udah beli racun",
        "hayang ninggal wae",
        "aku kepengin ninggal",
        "hayang ninggal, data abdi pupus wae",
        "hayang ninggal data abdi pupus wae",
        "arep ninggal catatan kanggo anakku",
        "hoyong ninggal data abdi, tos teu hoyong hirup deui",
    ],
    "violence": [
        "saya dipukuli suami",
        "suami saya mukulin saya tolong",
        "tetangga lagi digebukin bapaknya",
        "saya disekap majikan",
        "dia mau bunuh saya",
        "anakku diantemi bapake saiki",
        "saya korban kdrt",
    ],
}

QUIET = [
    "saya bingung obat apa yang boleh diminum kalau demam sekarang ini",
    "mbak bingung mau minum apa pas demam hari ini",
    "punten hoyong ninggal data abdi",
    "Hayang ninggal sadaya catatan urang",
    "pengen ninggal informasi abdi",
    "hoyong ninggal heula data abdi, ulah dihapus",
    "hoyong ninggal data abdi ulah dihapus heula",
    "hoyong ninggal data abdi jangan dihapus dulu",
    "badan rasanya kayak digebukin orang",
    "hasilnya reaktif, next step apa?",
    "nama saya koma nama ibu titik",
    "a faint line on the test, is it positive?",
    "hp saya mau mati lampunya redup",
    "mau mati rasanya antri lama bgt",
    "antrinya bisa bunuh waktu",
    "harganya dipukul rata saja bu",
    "apakah vaksin itu racun?",
    "saya mau menyusul suami ke puskesmas",
    "habis vaksin sakit dada itu biasa ya?",
    "donor darah boleh habis vaksin?",
    "hasil tes darah keluar kapan",
    "obat nyamuk boleh dipakai di kamar?",
    "apa beda sesak sama asma?",
    "apa bedanya pingsan dan tidak sadar?",
    "saya tidak kejang",
    "tidak ada kejang",
    "ga pernah pingsan",
    "demam tapi tidak sesak berat",
    "belum pernah kejang atau pingsan",
    "waktu kecil pernah kejang",
    "dulu pernah pingsan",
    "anak saya punya riwayat kejang, boleh vaksin?",
    "apakah vaksin bisa bikin pingsan?",
    "efek samping vaksin kejang?",
    "katanya habis vaksin kejang, bener ga?",
    "kalau kejang harus gimana?",
    "kalo ibu pingsan habis vaksin gimana ya",
    "takut pingsan kalau disuntik",
    "saya tidak sadar kalau jadwalnya kemarin",
    "ga sadar udah lewat jadwal",
    "sesak sedikit",
    "batuk pilek sama pusing",
    "langit biru",
    "masker biru",
    "saya sakit kepala banget",
    "antrean bikin sesak",
    "mau daftar vaksin",
    "admin ga respon",
    "bernapas lega",
    "saturasi 97",
    "saturasi 95 aman ga",
    "what is a seizure?",
    "stepan belum vaksin",
    "batuk terus tapi ga sesak",
    "bukan serangan jantung kok",
    "",
    "🙏",
]  # fmt: skip


@pytest.mark.parametrize(("sign", "text"), [(sign, text) for sign, texts in RINGS.items() for text in texts])
def test_rings(sign: str, text: str) -> None:
    danger = find_danger(text)
    assert danger is not None
    assert danger.sign == sign or sign in ("breath", "unconscious")  # a text may hold two


@pytest.mark.parametrize("text", QUIET)
def test_stays_quiet(text: str) -> None:
    assert find_danger(text) is None


@given(st.text(max_size=200))
def test_never_raises_and_points_into_the_text(text: str) -> None:
    danger = find_danger(text)
    assert danger is None or 0 <= danger.start < danger.end <= len(text)
