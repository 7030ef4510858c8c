"""What no browser sends by itself: a NUL, days at the ends of the calendar, numbers that no column holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.desk.world import World, planted
from tests.desk.conftest import Browser, Desk

FIRST, LAST = "0001-01-01", "9999-12-31"
HUGE = "9" * 30


@pytest.fixture
def world(desk: Desk, apart: Path) -> tuple[World, Browser]:
    return planted(desk, apart / "content", "kata biasa")


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("programme", "/catatan?siapa=%00"),
        ("programme", "/catatan/csv?apa=a%00b"),
        ("volunteer", "/tugas?jenis=%00"),
        ("editor", "/isi?cari=%00"),
        ("editor", "/isi/answer/%00"),
        ("volunteer", "/laporan/%00"),
    ],
)
def test_a_nul_in_an_address_is_refused(desk: Desk, role: str, address: str) -> None:
    assert desk(role).get(address).status_code == 400


def test_a_nul_in_a_form_is_refused_and_nothing_is_kept(desk: Desk, world: tuple[World, Browser]) -> None:
    there, volunteer = world
    address = f"/kotak/{there.hand_off}"
    assert volunteer.post(f"{address}/label", data={"label": "a\0b"}).status_code == 400
    assert volunteer.post(f"{address}/balas", data={"teks": "a\0b", "kunci": "f" * 24}).status_code == 400
    assert desk().post("/masuk", data={"login": "a\0b", "password": "x"}).status_code == 400
    assert desk("editor").post("/saya/nama", data={"name": "a\0b"}).status_code == 400


def test_days_at_the_ends_of_the_calendar_are_no_days(desk: Desk, world: tuple[World, Browser]) -> None:
    there, volunteer = world
    steers = desk("programme", "editor", "reviewer")
    assert steers.post(f"/isi/tinjau/{there.review}/setujui").status_code == 303
    for day in (FIRST, LAST):
        assert steers.get(f"/catatan?hari={day}").status_code == 200
        assert steers.get(f"/catatan/csv?hari={day}").status_code == 200
        assert steers.get(f"/angka?dari={day}&sampai={day}").status_code == 400
        assert steers.get(f"/angka/csv/tempat?dari={day}&sampai={day}").status_code == 400
        for field in ("dari", "sampai"):
            assert volunteer.post("/kotak/cari", data={field: day}).status_code == 422
        promised = {"waktu": f"{day}T10:00", "kunci": "f" * 24}
        assert volunteer.post(f"/kotak/{there.hand_off}/jadwal", data=promised).status_code == 422
        for number in there.tasks:
            data = {"nama": "Warga Uji 001", "lahir": day, "yakin": "true"}
            assert steers.post(f"/tugas/{number}/betulkan", data=data).status_code in (409, 422)
        for times in ({"mulai": f"{day}T00:00"}, {"sampai": f"{day}T23:59"}):
            assert steers.post("/isi/terbitkan", data={"naskah": str(there.review), **times}).status_code == 422


def test_a_number_that_no_column_holds_is_nothing_that_there_is(desk: Desk, world: tuple[World, Browser]) -> None:
    there, _ = world
    everybody = desk("programme", "editor", "reviewer", "volunteer", "admin", login="semua")
    for address in (
        f"/kotak/{HUGE}", f"/kotak/{there.hand_off}/berkas/{HUGE}", f"/tugas/{HUGE}", f"/kabar/{HUGE}",
        f"/pertanyaan/{HUGE}", f"/isi/terbitan/{HUGE}", f"/akun/{HUGE}", f"/akun/-{HUGE}",
        f"/isi/answer/satu/temuan/{HUGE}",
    ):  # fmt: skip
        assert everybody.get(address).status_code == 404, address
    for address in (f"/kotak/{there.hand_off}/baru?setelah={HUGE}", f"/isi/answer/satu?a={HUGE}&b=-{HUGE}"):
        assert everybody.get(address).status_code == 200, address
    for number in (HUGE, "²", "٣٣", "1e9"):
        everybody.post("/kotak/cari", data={"nomor": number})
        assert everybody.post("/isi/terbitkan", data={"naskah": number}).status_code == 422
        data = {"ids": number, "semua": number, "maksud": "greet"}
        assert everybody.post("/pemahaman/maksud", data=data).status_code == 422
