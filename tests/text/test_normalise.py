"""Plain words for what people type; numbers and English stay."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.text.normalise import normalise
from siaga.text.words import clean, split_words

TABLE = [
    (
        "Min, gmn cara dftr vaksin utk ibu sy?",
        "min, bagaimana cara daftar vaksin untuk ibu saya?",
    ),
    ("bangeeet", "sangat"),
    ("nafasnyaa", "napasnya"),
    ("ga bs dtg", "tidak bisa datang"),
    ("vksin bsk jdwalny kpn", "vaksin besok jadwalnya kapan"),
    ("kulo badhe daftar", "saya mau daftar"),
    ("piye carane", "bagaimana caranya"),
    ("makasiiih yaaa", "terima kasih ya"),
    ("NIK sy 3578 0117 0854 9001", "nik saya 3578 0117 0854 9001"),
    ("lahir 17/08/1954 jam 08.30", "lahir 17/08/1954 jam 08.30"),
    ("can you help me register for the vaccine", "can you help me register for the vaccine"),
    ("maaf saat mundur keluarga", "maaf saat mundur keluarga"),
    ("kerumunan di surabaya", "kerumunan di surabaya"),
    ("", ""),
    ("🙏", "🙏"),
]


@pytest.mark.parametrize(("text", "plain"), TABLE)
def test_normalise(text: str, plain: str) -> None:
    assert normalise(text) == plain


# Whole sentences: Javanese, Sundanese, other regions, and what young people write.
SENTENCES = [
    ("kulo badhe ndaftaraken ibu kulo", "saya mau mendaftarkan ibu saya"),
    ("vaksin kulo dibatalno mawon", "vaksin saya dibatalkan saja"),
    ("wangsulan wau balenono", "jawaban tadi ulangi"),
    ("kulo sampun ndaftar dereng nggih", "saya sudah mendaftar belum ya"),
    ("jadwale vaksin kapan nggih", "jadwalnya vaksin kapan ya"),
    ("tulung elingno sesuk isuk", "tolong ingatkan besok pagi"),
    ("pengingate ojo diurupne", "pengingat jangan dinyalakan"),
    ("takokno nang petugase", "tanyakan di petugasnya"),
    ("bapakku watuken karo ngelu wis telung dino", "bapak saya batuk dengan pusing sudah tiga hari"),
    ("kulo mboten saged rawuh benjing", "saya tidak bisa datang besok"),
    ("nek gelem pindah jadwal piye carane", "kalau mau pindah jadwal bagaimana caranya"),
    ("dosis kapindho kulo pinten dinten malih", "dosis kedua saya berapa hari lagi"),
    ("pitakonku durung dijawab", "pertanyaan saya belum dijawab"),
    ("matursuwun sanget nggih", "terima kasih sangat ya"),
    ("dataku tulung dibusak", "data saya tolong dihapus"),
    ("aku durung nduwe sertifikate", "saya belum punya sertifikatnya"),
    ("gorokanku lara lan awakku semromong", "tenggorokan sakit dan badan saya demam"),
    ("alamate panggonane nang endi", "alamatnya tempatnya di mana"),
    ("kumaha carana ngadaptar vaksin", "bagaimana caranya mendaftar vaksin"),
    ("abdi hoyong dielingan deui", "saya ingin diingatkan lagi"),
    ("jadwal abdi iraha", "jadwal saya kapan"),
    ("nyeri sirah sareng muriang", "nyeri kepala dengan demam"),
    ("pangdaftarkeun indung abdi", "daftarkan ibu saya"),
    ("data abdi hapuskeun wae", "data saya hapuskan saja"),
    ("hapunten abdi hilap", "maaf saya lupa"),
    ("euweuh vaksin di dieu", "tidak ada vaksin di sini"),
    ("ambo alun vaksin", "saya belum vaksin"),
    ("baa caronyo mandafta", "bagaimana caranya mendaftar"),
    ("dima tampek vaksin", "di mana tempat vaksin"),
    ("amak ambo sakik damam", "ibu saya sakit demam"),
    ("indak bisa tibo bisuak", "tidak bisa datang besok"),
    ("ulun handak badaftar vaksin", "saya mau mendaftar vaksin"),
    ("pian kada tahu kah", "kamu tidak tahu kah"),
    ("kayapa caranya badaftar", "bagaimana caranya mendaftar"),
    ("sa tra bisa datang besok", "saya tidak bisa datang besok"),
    ("torang mau daftar vaksin", "kita mau daftar vaksin"),
    ("ane kagak bisa dateng", "saya tidak bisa datang"),
    ("gimane care daftarnye", "bagaimana cara daftarnya"),
    ("kelen udah vaksin belum", "kalian sudah vaksin belum"),
    ("dak biso datang besok", "tidak bisa datang besok"),
    ("cakmano daftar vaksin", "bagaimana daftar vaksin"),
    ("hps data sy smw", "hapus data saya semua"),
    ("brhnti krim pengingat", "berhenti kirim pengingat"),
    ("prtnyaan sy blm dijwb", "pertanyaan saya belum dijawab"),
    ("tlg jdwlkan ulg", "tolong jadwalkan ulang"),
    ("gausah diingetin", "tidak usah diingatkan"),
    ("spill jadwal dong ngab", "beri tahu jadwal dong kakak"),
    ("schedule vaksin kpn", "jadwal vaksin kapan"),
    ("bapil udh 3 hari", "batuk pilek sudah 3 hari"),
    ("gaskeun daftar booster", "ayo daftar booster"),
    ("parno sm efsam", "paranoid sama efek samping"),
    ("srtifikat vaksinasi blm ada", "sertifikat vaksinasi belum ada"),
    ("komorbitt hipertensy sm kolestrol", "komorbid hipertensi sama kolesterol"),
    ("domisili sy drmh ortu", "domisili saya di rumah orang tua"),
    ("wingi adhikku kademen lan watuk", "kemarin adik saya dingin dan batuk"),
    ("sinten ingkang saged didaftaraken", "siapa yang bisa didaftarkan"),
    ("vaksin kanggo wong tuwo nang ndi", "vaksin untuk orang tua di mana"),
    ("jarene vaksin iku ora aman", "katanya vaksin itu tidak aman"),
    ("nuhun pisan", "terima kasih sangat"),
    ("vaksin kanggo pun indung iraha", "vaksin untuk pun ibu kapan"),
    ("teu tiasa napas, eungap", "tidak bisa napas, sesak"),
    ("kapalo ambo paniang", "kepala saya pusing"),
    ("ikam handak kamana", "kamu mau ke mana"),
    ("lokasi terdekat dmn ya kak", "lokasi terdekat di mana ya kak"),
    ("udh dftr tp ga dpt notif", "sudah daftar tapi tidak dapat pemberitahuan"),
    ("min cs nya lemot bgt kzl", "min petugas nya lambat sangat kesal"),
    ("kapan vaksin puskesms buka", "kapan vaksin puskesmas buka"),
]


@pytest.mark.parametrize(("text", "plain"), SENTENCES)
def test_sentences_of_the_regions_and_of_chats(text: str, plain: str) -> None:
    assert normalise(text) == plain


@pytest.mark.parametrize("name", ["slang.tsv", "javanese.tsv", "sundanese.tsv", "regional.tsv"])
def test_lists_hold_each_word_once_without_digits(name: str) -> None:
    lines = (resources.files("siaga.text") / "data" / name).read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if not line.startswith("#")]
    words = [word for word, _ in pairs]
    assert len(words) == len(set(words))
    assert not any(character.isdigit() for _, plain in pairs for character in plain)


@given(st.text(max_size=80))
def test_digits_survive(text: str) -> None:
    assert re.sub(r"\D", "", normalise(text)) == re.sub(r"\D", "", text)


@given(st.text(max_size=80))
def test_words_stand_where_they_say(text: str) -> None:
    for word in split_words(text):
        assert text[word.start : word.end] == word.text


@given(st.text(alphabet=st.characters(), max_size=40))
def test_clean_text_can_be_encoded_and_keeps_its_length(text: str) -> None:
    broken = text + "\ud83d" + "\0"
    assert len(clean(broken)) == len(broken)
    clean(broken).encode("utf-8")


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("kulo nuwun", "permisi permisi"),
        ("sugeng enjing bu", "selamat pagi bu"),
        ("matur nuwun sanget", "terima kasih sangat"),
        ("hatur nuhun", "terima kasih"),
    ],
)
def test_two_words_may_mean_something_else_together(typed: str, plain: str) -> None:
    assert normalise(typed) == plain
