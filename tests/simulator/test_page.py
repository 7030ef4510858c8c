"""The chat page in a real browser, against the stub bot."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.simulator.conftest import Running
from tests.simulator.stub_bot import NUMBER, TOKEN, StubBot, buttons, text, until

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PHONE = {"width": 360, "height": 740}
LAPTOP = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install Debian's package chromium to test the chat page")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, simulator: Running) -> Iterator[Any]:
    """The page on a phone's screen; a fault in its script, or a request to elsewhere, fails the test."""
    opened = browser.new_page(viewport=PHONE)
    faults: list[str] = []
    opened.on("pageerror", lambda problem: faults.append(str(problem)))
    opened.on(
        "request",
        lambda request: (
            None if request.url.startswith((simulator.url, "blob:", "data:")) else faults.append(request.url)
        ),
    )
    visit(opened, simulator)
    yield opened
    opened.close()
    assert faults == []


def visit(page: Any, simulator: Running) -> None:
    page.goto(simulator.url + "/")
    page.locator("body[data-siap=ya]").wait_for()


def say(page: Any, words: str) -> None:
    page.fill("#pesan", words)
    page.press("#pesan", "Enter")


def test_writing_and_tapping_a_button(page: Any, simulator: Running, bot: StubBot) -> None:
    def rule(message: dict[str, Any]) -> list[dict[str, Any]]:
        if message["type"] == "text":
            return [buttons("Apakah Anda *setuju*?", "Ya, setuju", "Tidak dulu", footer="Langkah 1 dari 7")]
        return [text("Terima kasih, " + message["interactive"]["button_reply"]["title"])]

    bot.rule = rule
    say(page, "mau daftar <b>vaksin</b>")
    offer = page.locator(".bubble.masuk", has_text="Apakah Anda setuju?")
    offer.wait_for()
    assert offer.locator("strong").inner_text() == "setuju"
    assert offer.locator(".kaki").inner_text() == "Langkah 1 dari 7"
    mine = page.locator(".bubble.keluar").first
    assert "<b>vaksin</b>" in mine.inner_text()
    assert mine.locator("b").count() == 0
    mine.locator(".centang.dibaca").wait_for()
    assert page.locator("button.opsi").all_inner_texts() == ["Ya, setuju", "Tidak dulu"]
    page.click("button.opsi >> text=Ya, setuju")
    page.locator(".bubble.masuk", has_text="Terima kasih, Ya, setuju").wait_for()
    tapped = next(message for message in bot.messages if message["type"] == "interactive")
    assert tapped["context"]["id"] == offer.get_attribute("data-id")
    assert page.locator("button.opsi.terpilih").inner_text() == "Ya, setuju"
    assert page.input_value("#pesan") == ""


def test_typing_is_shown_until_the_reply(page: Any, bot: StubBot) -> None:
    bot.delay = 0.8
    bot.rule = lambda message: [text("Halo")]
    say(page, "halo")
    page.locator("#keadaan", has_text="sedang mengetik…").wait_for()
    page.locator(".bubble.mengetik").wait_for()
    page.locator(".bubble.masuk", has_text="Halo").wait_for()
    assert page.locator(".bubble.mengetik").count() == 0
    assert page.locator("#keadaan").inner_text() == "asisten kesehatan"


def test_a_row_of_a_list_is_chosen_in_a_sheet(page: Any, bot: StubBot) -> None:
    rows = [
        {"id": "p1", "title": "Puskesmas Mojo", "description": "09.00 WIB"},
        {"id": "p2", "title": "Puskesmas Pucang"},
    ]
    action = {"button": "Lihat tempat", "sections": [{"title": "Surabaya", "rows": rows}]}
    block = {"type": "list", "body": {"text": "Pilih tempat"}, "action": action}
    bot.rule = lambda message: [{"type": "interactive", "interactive": block}] if message["type"] == "text" else []
    say(page, "jadwal")
    page.click("button.opsi >> text=Lihat tempat")
    page.click("#pilihan .opsi-baris >> text=Puskesmas Mojo")
    chosen = until(lambda: [message for message in bot.messages if message["type"] == "interactive"])[0]
    assert chosen["interactive"] == {"type": "list_reply", "list_reply": rows[0]}
    page.locator(".bubble.keluar", has_text="Puskesmas Mojo").wait_for()
    assert not page.locator("#pilihan").is_visible()


def test_a_location_is_sent_when_asked_for_and_from_the_menu(page: Any, bot: StubBot) -> None:
    block = {"type": "location_request_message", "body": {"text": "Di mana?"}, "action": {"name": "send_location"}}
    bot.rule = lambda message: [{"type": "interactive", "interactive": block}] if message["type"] == "text" else []
    say(page, "mana yang dekat")
    page.click("button.minta-lokasi")
    page.click("[data-tempat=Kupang]")
    page.click("#kirim-lokasi")
    first = until(lambda: [message for message in bot.messages if message["type"] == "location"])[0]
    assert round(first["location"]["latitude"], 1) == -10.2
    assert first["context"]["id"]
    page.click("#lampiran")
    page.click("#lampirkan-lokasi")
    page.fill("#lintang", "-7.45")
    page.fill("#bujur", "112.72")
    page.fill("#nama-tempat", "Rumah")
    page.click("#kirim-lokasi")
    second = until(lambda: [message for message in bot.messages if message["type"] == "location"][1:])[0]
    assert second["location"] == {"latitude": -7.45, "longitude": 112.72, "name": "Rumah"}
    page.locator(".bubble.keluar", has_text="Rumah").wait_for()


def test_pictures_are_shown_and_enlarged_and_media_are_sent(page: Any, simulator: Running, bot: StubBot) -> None:
    from siaga.simulator.samples import sample

    uploaded = httpx.post(
        f"{simulator.url}/v25.0/{NUMBER}/media",
        headers={"Authorization": f"Bearer {TOKEN}"},
        data={"messaging_product": "whatsapp", "type": "image/png"},
        files={"file": ("qr.png", sample("image"), "image/png")},
        trust_env=False,
    ).json()["id"]
    ticket = {"type": "image", "image": {"id": uploaded, "caption": "Kode: *A1*"}}
    bot.rule = lambda message: [ticket] if message["type"] == "text" else []
    say(page, "tiket")
    picture = page.locator(".bubble.masuk .gambar")
    picture.wait_for()
    until(lambda: picture.locator("img").evaluate("image => image.naturalWidth") == 320)
    picture.click()
    assert page.locator("#gambar img").is_visible()
    page.keyboard.press("Escape")
    page.click("#lampiran")
    page.click("#lampirkan-suara")
    until(lambda: [message for message in bot.messages if message["type"] == "audio" and message["audio"]["voice"]])
    page.click("#lampiran")
    page.click("#lampirkan-foto")
    page.fill("#keterangan-foto", "KTP saya")
    page.click("#kirim-foto")
    photo = until(lambda: [message for message in bot.messages if message["type"] == "image"])[0]
    assert photo["image"]["caption"] == "KTP saya"


def test_several_contacts_each_with_a_chat(browser: Any, simulator: Running, bot: StubBot) -> None:
    bot.rule = lambda message: [text("Halo, " + message["from"])]
    page = browser.new_page(viewport=LAPTOP)
    visit(page, simulator)
    say(page, "saya satu")
    page.locator(".bubble.masuk", has_text="628000000001").wait_for()
    page.click("#kontak-baru")
    page.locator("#saya", has_text="62800-0000-002").wait_for()
    assert page.locator(".bubble").count() == 0
    say(page, "saya dua")
    page.locator(".bubble.masuk", has_text="628000000002").wait_for()
    bot.post({"to": "628000000001", **text("Ada kabar")})
    page.locator('.kontak[data-wa-id="628000000001"] .belum', has_text="1").wait_for()
    page.click('.kontak[data-wa-id="628000000001"]')
    page.locator(".bubble.masuk", has_text="Ada kabar").wait_for()
    assert page.locator(".bubble").count() == 3
    page.reload()
    assert page.locator(".bubble").nth(2).inner_text().startswith("Ada kabar")
    page.close()


def test_on_a_phone_the_contacts_are_a_page_of_their_own(page: Any, simulator: Running) -> None:
    assert not page.locator("#kontak").is_visible()
    page.click("#kembali")
    assert not page.locator("#obrolan").is_visible()
    page.click("#kontak-baru")
    page.locator("#saya", has_text="62800-0000-002").wait_for()
    assert page.locator("#pesan").is_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == PHONE["width"]


def test_json_clock_and_marks(page: Any, simulator: Running, bot: StubBot) -> None:
    said = "_miring_ ~coret~ `kode` 3578********0001 dan 3578********0002\n• satu\n• dua\n3. tiga\n> kutip\nhttps://contoh.go.id/a_b_c."
    bot.rule = lambda message: [text(said)]
    say(page, "halo")
    shown = page.locator(".bubble.masuk .isi")
    shown.wait_for()
    html = shown.inner_html()
    for part in ("<em>miring</em>", "<s>coret</s>", "<code>kode</code>", "<blockquote>kutip</blockquote>", 'value="3"'):
        assert part in html
    assert "<strong>" not in html
    assert "3578********0001 dan 3578********0002" in html
    assert shown.locator("a").get_attribute("href") == "https://contoh.go.id/a_b_c"
    assert shown.locator("ul li").all_inner_texts() == ["satu", "dua"]
    page.locator(".bubble.masuk .titik").click()
    assert '"direction": "out"' in page.locator("#isi-json").inner_text()
    page.keyboard.press("Escape")
    simulator.post("/api/clock", {"advance": "25h"})
    page.locator("#jam", has_text="maju 25 jam").wait_for()
    page.click("#jam-kembali")
    page.locator("#jam").wait_for(state="hidden")
    assert simulator.get("/api/clock")["offset"] == 0


def test_what_is_written_is_kept_when_the_simulator_is_away(page: Any, simulator: Running) -> None:
    simulator.stop()
    say(page, "jangan hilang")
    page.locator("#kabar", has_text="Simulator tidak menjawab").wait_for()
    assert page.input_value("#pesan") == "jangan hilang"


def test_everything_that_can_be_pressed_has_a_name(page: Any, bot: StubBot) -> None:
    bot.rule = lambda message: [buttons("Setuju?", "Ya")]
    say(page, "halo")
    page.locator("button.opsi").wait_for()
    for control in page.locator("button, input, textarea, dialog, [role]").all():
        named = control.evaluate(
            "node => node.ariaLabel || node.innerText || node.textContent.trim() || node.placeholder "
            "|| (node.labels && node.labels.length) || node.getAttribute('aria-labelledby') || node.id === 'kabar'"
        )
        assert named, control.evaluate("node => node.outerHTML")
    assert page.locator("#percakapan").get_attribute("role") == "log"
    assert re.fullmatch("id", page.locator("html").get_attribute("lang"))
