"""The desk in real browsers, over the running stack: citizens who write, volunteers who answer, staff who publish."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pyotp
import pytest
from PIL import Image

from tests.stack.conftest import Stack, body
from tests.stack.office import PASSWORD, PHONE, Office, until

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NIK = "3578011708909871"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install Debian's package chromium to test the desk")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def office(stack: Stack, browser: Any) -> Iterator[Office]:
    """The desk; a script's error, anything that the content policy stopped, or a request to elsewhere fails a test."""
    made = Office(stack, browser)
    yield made
    made.close()
    assert made.faults == []


# ---------------------------------------------------------------------- what citizens do
def asks(stack: Stack, words: str, contact: str | None = None) -> tuple[str, int]:
    """A citizen asks for a person; their number, and that of the conversation at the desk."""
    contact = contact or stack.contact()
    stack.say(contact, words)
    return contact, int(stack.rows("SELECT max(id) FROM hand_off")[0][0])


def bodies(stack: Stack, contact: str, wait: float = 0.0) -> list[str]:
    return [body(message) for message in stack.replies(contact, wait)]


def hears(stack: Stack, contact: str, pattern: str, after: int = 0) -> str:
    """The first message that says so, among all but the first ``after``, once there is one."""
    return str(
        until(
            lambda: next((one for one in bodies(stack, contact)[after:] if re.search(pattern, one, re.I)), None),
            what=f"nothing like {pattern}",
        )
    )


# ---------------------------------------------------------------------- what volunteers do
def row(page: Any, hand_off: int) -> Any:
    return page.locator(f"#baris-{hand_off}")


def take(page: Any, hand_off: int) -> None:
    """Open a conversation from the list of those that wait, and take it."""
    page.click("[data-pilih-tab=menunggu]")
    row(page, hand_off).locator("a").click()
    page.click("#tombol-ambil")
    page.locator("#teks").wait_for()


def bubble(page: Any, words: str) -> Any:
    return page.locator(".gelembung", has_text=words)


def answer(page: Any, words: str) -> None:
    page.fill("#teks", words)
    page.press("#teks", "Control+Enter")
    bubble(page, words).wait_for()


# ---------------------------------------------------------------------- the tests
def test_two_volunteers_and_three_citizens_at_once(office: Office, stack: Stack) -> None:
    pages = {
        "Relawan Satu": office.enter("relawan.satu", "volunteer"),
        "Relawan Dua": office.enter("relawan.dua", "volunteer"),
    }
    for page in pages.values():
        page.evaluate("window.sejakAwal = true")
    one, first = asks(stack, "mau ngomong sama dokter")
    two, second = asks(stack, "min mau bicara sama petugas kesehatan")
    three = stack.contact()
    for page in pages.values():
        row(page, first).locator("a").click()
        row(page, second).wait_for()
        page.locator("#tombol-ambil").wait_for()
        assert page.evaluate("window.sejakAwal"), "the list fills without a reload"

    # Both click at the same moment.
    at = time.time() * 1000 + 400
    for page in pages.values():
        page.evaluate(
            "at => { setTimeout(() => document.getElementById('tombol-ambil').click(), at - Date.now()); }", at
        )
    holder = until(lambda: next((name for name, page in pages.items() if page.locator("#teks").count()), None))
    (late,) = set(pages) - {holder}
    pages[late].locator("#penulis", has_text=f"Dipegang {holder}").wait_for()
    pages[late].locator(".percakapan [role=alert]", has_text=f"{holder} sudah mengambil").wait_for()
    assert pages[late].locator("#teks").count() == 0
    assert stack.rows("SELECT count(*) FROM hand_off WHERE state = 'held'") == [(1,)]
    hears(stack, one, f"terhubung dengan \\*{holder}\\*")

    take(pages[late], second)
    for number in (1, 2, 3):
        answer(pages[holder], f"Pesan {number} untuk warga pertama.")
        answer(pages[late], f"Pesan {number} untuk warga kedua.")
    for contact, whom in ((one, "pertama"), (two, "kedua")):
        told = [words for words in bodies(stack, contact, 20) if words.startswith("Pesan")]
        assert told == [f"Pesan {number} untuk warga {whom}." for number in (1, 2, 3)]
    for page in pages.values():
        page.locator(".gelembung", has_text="Pesan 3").locator(".centang--read", has_text="Dibaca").wait_for()

    before = len(bodies(stack, one))
    stack.write(one, "vaksin halal ga?")
    bubble(pages[holder], "vaksin halal ga?").wait_for()
    row(pages[late], second).wait_for()
    assert bubble(pages[late], "vaksin halal ga?").count() == 0
    assert len(bodies(stack, one, 20)) == before, "the bot is silent while somebody has the conversation"
    assert re.search("halal", body(stack.say(three, "vaksin halal ga?")[-1]), re.I), "to everybody else it is awake"


def test_back_to_the_bot_where_it_was_and_danger_meanwhile(office: Office, stack: Stack) -> None:
    volunteer = office.enter("relawan.tiga", "volunteer")
    citizen = stack.contact()
    for words in ("daftar vaksin", "setuju", "saya sendiri"):
        stack.say(citizen, words)
    _, first = asks(stack, "saya mau bicara sama petugas aja", citizen)
    take(volunteer, first)
    answer(volunteer, "Halo, ada yang bisa saya bantu?")
    stack.write(citizen, "saya bingung NIK itu yang mana")
    bubble(volunteer, "saya bingung").wait_for()
    before = len(bodies(stack, citizen, 20))
    stack.say(citizen, "kembali ke bot")
    assert re.search("percakapan dengan petugas saya tutup", bodies(stack, citizen)[before], re.I)
    hears(stack, citizen, "langkah 3 dari 7", before)
    volunteer.locator("#penulis", has_text="sudah ditutup").wait_for()

    _, second = asks(stack, "petugas lagi dong, mau bicara sama petugas", citizen)
    take(volunteer, second)
    before = len(bodies(stack, citizen, 20))
    stack.write(citizen, "tolong suami saya sesak napas berat, bibirnya biru")
    volunteer.locator("#kabar-singkat.tampak", has_text="tanda bahaya").wait_for()
    volunteer.locator("#kepala-percakapan .lencana--bahaya", has_text="Tanda bahaya").wait_for()
    assert "119" in bodies(stack, citizen, 20)[before], "to danger the bot answers all the same"
    bubble(volunteer, "sesak napas berat").wait_for()
    assert stack.rows("SELECT state, urgency FROM hand_off WHERE id = :id", id=second) == [("held", 2)]

    before = len(bodies(stack, citizen, 20))
    volunteer.locator("#alat-tutup summary").click()
    volunteer.locator("label", has_text="Selesai, terjawab").click()
    volunteer.click("#alat-tutup button")
    hears(stack, citizen, "Percakapan dengan Relawan Tiga sudah selesai", before)
    assert re.search("lahir|1990", bodies(stack, citizen, 20)[-1]) is None
    stack.say(citizen, NIK)
    hears(stack, citizen, "lahir", before)


def test_pictures_in_both_directions_and_what_is_taken_back(office: Office, stack: Stack) -> None:
    volunteer = office.enter("relawan.empat", "volunteer")
    citizen, number = asks(stack, "mau bicara dengan petugas")
    take(volunteer, number)
    stack.post(f"/api/contacts/{citizen}/messages", {"type": "image", "image": {"caption": "bekas suntikan saya"}})
    theirs = bubble(volunteer, "bekas suntikan saya").locator("img")
    theirs.wait_for()
    volunteer.wait_for_function("image => image.complete && image.naturalWidth > 10", arg=theirs.element_handle())

    picture = BytesIO()
    Image.new("RGB", (64, 48), "#12505c").save(picture, "PNG")
    volunteer.set_input_files("#berkas", {"name": "jadwal.png", "mimeType": "image/png", "buffer": picture.getvalue()})
    answer(volunteer, "Ini jadwal posko.")
    ours = bubble(volunteer, "Ini jadwal posko.").locator("img")
    volunteer.wait_for_function("image => image.complete && image.naturalWidth === 64", arg=ours.element_handle())
    sent = stack.replies(citizen, 20)[-1]
    assert (sent["type"], sent["image"]["caption"]) == ("image", "Ini jadwal posko.")

    wrong = stack.write(citizen, "salah kirim, maaf")
    bubble(volunteer, "salah kirim, maaf").wait_for()
    taken_back = {"type": "revoke", "revoke": {"original_message_id": wrong}}
    stack.post(f"/api/contacts/{citizen}/messages", taken_back)
    bubble(volunteer, "salah kirim, maaf").wait_for(state="detached")
    volunteer.locator(".gelembung[data-ditarik]").wait_for()


def test_out_of_hours_it_is_promised_and_after_a_day_only_a_template_goes_out(office: Office, stack: Stack) -> None:
    citizen = stack.contact()
    # Ten o'clock at night in Jakarta.
    stack.post("/api/clock", {"offset": (22 * 3600 - (time.time() + 7 * 3600) % 86400) % 86400})
    _, number = asks(stack, "mau bicara sama petugas", citizen)
    assert any("mulai 07.30 WIB" in words and "janji" in words for words in bodies(stack, citizen))
    stack.post("/api/clock", {"offset": 0})

    volunteer = office.enter("relawan.lima", "volunteer", path="/tugas")
    ((task,),) = stack.rows("SELECT max(id) FROM task WHERE kind = 'callback'")
    assert "07.30 WIB" in volunteer.locator("li", has=volunteer.locator(f"a[href='/tugas/{task}']")).inner_text()
    volunteer.click(f"a[href='/tugas/{task}']")
    volunteer.locator(f"a[href='/kotak/{number}']").first.click()
    with stack.database.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE dispatch SET last_inbound_at = now() - interval '25 hours'"
            f" WHERE contact_id = (SELECT contact_id FROM hand_off WHERE id = {number})"
        )
    before = len(bodies(stack, citizen, 20))
    volunteer.click("#tombol-ambil")
    volunteer.locator("#balas-templat").wait_for()
    assert volunteer.locator("#teks").count() == 0
    refused = volunteer.evaluate(
        """id => fetch(`/kotak/${id}/balas`, {method: "POST", body: new URLSearchParams({
            teks: "halo", kunci: document.querySelector("[name=kunci]").value}),
            headers: JSON.parse(document.body.getAttribute("hx-headers"))}).then(answer => answer.status)""",
        number,
    )
    assert refused == 422
    volunteer.locator("#balas-templat button").click()
    until(lambda: len(stack.replies(citizen)) > before)
    sent = stack.replies(citizen, 20)[before:]
    assert [message["type"] for message in sent] == ["template"]
    stack.write(citizen, "masih perlu, tolong")
    volunteer.locator("#teks").wait_for()
    answer(volunteer, "Baik, saya bantu.")
    hears(stack, citizen, "Baik, saya bantu", before)


def test_what_is_published_the_next_citizen_hears_until_it_is_taken_back(office: Office, stack: Stack) -> None:
    editor = office.enter("penulis.satu", "editor", path="/isi/answer/vaksin-halal/tulis")
    old = body(stack.say(stack.contact(), "vaksin halal ga?")[-1])
    editor.fill("textarea[name='f.short']", "Jawaban uji yang *baru terbit*.")
    editor.locator("#pratinjau", has_text="baru terbit").wait_for()
    editor.click("button[value=ajukan]")
    editor.locator(".lencana", has_text="tinjau").first.wait_for()

    reviewer = office.enter("peninjau.satu", "reviewer", path="/isi/tinjau")
    reviewer.locator("article", has_text="baru terbit").locator("button", has_text="Setujui").click()
    reviewer.goto(office.url + "/isi/terbitkan")
    reviewer.locator("label.pilihan", has_text="halal").locator("input").check()
    reviewer.click("text=Terbitkan yang dipilih")
    reviewer.locator("h1", has_text="Terbitan").wait_for()
    assert "baru terbit" not in old
    answers_within(stack, lambda told: "baru terbit" in told)

    reviewer.click("text=Tarik kembali…")
    reviewer.click("text=Ya, tarik kembali")
    reviewer.locator(".lencana", has_text="ditarik").wait_for()
    answers_within(stack, lambda told: told == old)


def answers_within(stack: Stack, fits: Any, seconds: float = 20.0) -> None:
    """One citizen after the other asks, each for the first time, until one hears what is expected.

    Five seconds where nothing else runs; other tests may keep the machine busy.
    """
    until(lambda: fits(body(stack.say(stack.contact(), "vaksin halal ga?")[-1])), seconds, "the change is not heard")


def test_staff_pages_are_not_a_volunteers(office: Office) -> None:
    volunteer = office.enter("relawan.enam", "volunteer")
    assert volunteer.locator(".menu a").all_inner_texts() == ["Percakapan", "Tugas", "Laporan", "Cek kabar"]
    for path in ("/isi", "/pemahaman", "/angka", "/akun", "/catatan"):
        answered = volunteer.goto(office.url + path)
        assert answered.status == 403, path
        assert volunteer.locator("h1").inner_text() == "Bukan bagian Anda"


def test_by_the_keyboard_alone(office: Office, stack: Stack) -> None:
    secret = office.account("relawan.tujuh", "volunteer", code=True)
    citizen, number = asks(stack, "mau bicara sama petugas")
    page = office.window()
    keys = page.keyboard
    page.goto(office.url + "/kotak")
    # The first field has the focus already.
    keys.type("relawan.tujuh")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    page.locator("#kode").wait_for()
    keys.type(pyotp.TOTP(secret).now())
    keys.press("Enter")
    row(page, number).wait_for()
    reached(page, "j", f"#baris-{number} a")
    keys.press("a")
    page.locator("#teks").wait_for()
    assert page.evaluate("document.activeElement.id") == "teks"
    keys.type("Dijawab tanpa tetikus.")
    keys.press("Control+Enter")
    bubble(page, "Dijawab tanpa tetikus.").wait_for()
    assert page.evaluate("document.activeElement.id") == "teks"
    hears(stack, citizen, "Dijawab tanpa tetikus")
    keys.press("Escape")
    keys.press("x")
    page.wait_for_function("() => document.activeElement.name === 'alasan'")
    keys.press("Space")
    keys.press("Enter")
    page.locator("#penulis", has_text="sudah ditutup").wait_for()
    hears(stack, citizen, "Percakapan dengan Relawan Tujuh sudah selesai")


def reached(page: Any, key: str, wanted: str) -> None:
    """Press a key until this has the focus."""
    for _ in range(200):
        page.keyboard.press(key)
        if page.locator(f"{wanted}:focus").count():
            return
    pytest.fail(f"{key} does not lead to {wanted}")


PAGES = {
    "volunteer": ("/kotak", "/kotak/{number}", "/kotak/cari", "/tugas", "/laporan", "/kabar", "/saya"),
    "editor": (
        "/isi",
        "/isi/answer",
        "/isi/answer/vaksin-halal",
        "/isi/answer/vaksin-halal/tulis",
        "/pemahaman",
        "/pertanyaan",
    ),
    "reviewer": ("/isi/tinjau", "/isi/terbitkan", "/isi/terbitan"),
    "programme": ("/angka", "/catatan"),
    "admin": ("/akun", "/akun/baru"),
}
# A field that a person can fill in has a name of its own; a page one heading; nothing needs to be drawn sideways.
LOOK = """() => {
  const all = (which) => [...document.querySelectorAll(which)].filter((one) => !one.hidden);
  const fields = all("input:not([type=hidden]), select, textarea");
  const named = (field) => [...field.labels].some((label) => label.textContent.trim())
    || field.getAttribute("aria-label") || field.getAttribute("aria-labelledby");
  const buttons = all("button, a[href], summary");
  const said = (one) => one.textContent.trim() || one.getAttribute("aria-label") || one.querySelector("img[alt]")?.alt;
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const unnamed = [...fields.filter((one) => !named(one)), ...buttons.filter((one) => !said(one))];
  return {
    headings: document.querySelectorAll("h1").length,
    unnamed: unnamed.map((one) => one.outerHTML.slice(0, 120)),
    twice: ids.filter((id, at) => ids.indexOf(id) !== at),
    styled: document.querySelectorAll("[style]:not(.htmx-indicator)").length,
    tooWide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
}"""


OUTLINE = """() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  return outlineStyle === "none" ? "none" : outlineWidth;
}"""


def test_pages_fit_a_phone_and_say_what_everything_is(office: Office, stack: Stack) -> None:
    _, number = asks(stack, "mau bicara sama petugas")
    wrong: list[str] = []
    for role, paths in PAGES.items():
        page = office.enter(f"semua.{role}", role, viewport=PHONE)
        for path in paths:
            address = path.format(number=number)
            page.goto(office.url + address)
            if role == "volunteer" and path == "/kotak/{number}":
                page.click("#tombol-ambil")
                page.locator("#teks").wait_for()
            look = page.evaluate(LOOK)
            if look != {"headings": 1, "unnamed": [], "twice": [], "styled": 0, "tooWide": 0}:
                wrong.append(f"{address}: {look}")
            page.keyboard.press("Tab")
            page.keyboard.press("Tab")
            if page.evaluate(OUTLINE) in ("none", "0px"):
                wrong.append(f"{address}: no focus to be seen")
    assert wrong == []
