"""What people write after they were told whom to call; danger again is none of it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.emergency import LASTS, asks_department, is_recent, read_aftermath
from siaga.text.danger import find_danger

AT = datetime(2026, 11, 22, 3, 0, tzinfo=timezone.utc)

HELPED = """udah dibawa ke RS makasih
wis digowo nang rumah sakit suwun
udh dibw ke rs mksh
lagi di jalan ke rs
otw ke igd
ambulansnya udah datang
sudah siuman
alhamdulillah sudah sadar
wis sadar, suwun
sudah saya telepon 119""".splitlines()
UNHELPED = """udah dibawa ke rs tapi ditolak
rs penuh semua
119 ga diangkat
119 nggak nyambung
belum sampai rs
gak ada mobil
ambulansnya belum datang
disuruh bayar uang muka dulu
rsnya jauh banget""".splitlines()
FALSE_ALARM = """bukan darurat kok
bukan keadaan darurat
ga gawat kok
cuma tanya
cm nanya aja kak
ga apa-apa kok
ra popo
maaf salah kirim
becanda""".splitlines()
NONE = """masih napas tapi lemes
makasih
halo
3578011708540001
udah ke rs?
bukan darurat kan?
udah divaksin
sudah dua kali
ga usah dilanjut
udah dibawa ke rs tapi masih kejang
dia sudah tidak bernapas
bukan darurat kok cuma nanya, ini bapak saya pingsan""".splitlines()


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        *((text, "helped") for text in HELPED),
        *((text, "unhelped") for text in UNHELPED),
        *((text, "false_alarm") for text in FALSE_ALARM),
        *((text, "go_on") for text in ("lanjut", "ok lanjut daftar", "lanjutkan ya")),
        *((text, None) for text in NONE),
    ],
)
def test_what_is_meant(text: str, meaning: str | None) -> None:
    assert read_aftermath(text) == meaning


@given(st.sampled_from([*HELPED, *FALSE_ALARM, "lanjut"]))
def test_danger_beside_it_is_an_emergency(text: str) -> None:
    both = f"{text}. anak saya kejang"
    assert find_danger(both) is not None
    assert read_aftermath(both) is None


@pytest.mark.parametrize(
    "text", ["di mana IGD terdekat", "igd terdekat dimana", "ugd ndi", "IGD", "nomor igd", "cariin igd deket sini"]
)
def test_who_asks_for_a_department(text: str) -> None:
    assert asks_department(text)


@pytest.mark.parametrize(
    "text",
    [
        "kemarin saya ke igd",
        "kapan harus ke igd",
        "alergi parah kacang sampai masuk igd, saya boleh disuntik?",
        "saya perawat IGD, di mana vaksin?",
        "rs terdekat mana",
        "puskesmas terdekat dimana",
        "igd penuh semua",
    ],
)
def test_who_does_not(text: str) -> None:
    assert not asks_department(text)


def test_after_an_emergency_any_hospital_will_do() -> None:
    assert asks_department("rs terdekat mana", hospital=True)
    assert not asks_department("puskesmas terdekat dimana", hospital=True)


def test_an_emergency_is_recent_for_half_an_hour() -> None:
    mark = AT.isoformat()
    assert is_recent(mark, AT)
    assert is_recent(mark, AT + LASTS - timedelta(seconds=1))
    assert not is_recent(mark, AT + LASTS)
    assert not is_recent(None, AT)
