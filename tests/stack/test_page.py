"""A person with a phone: the chat page in a real browser, over the running stack, from the first word to the ticket."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from siaga.registration.ticket import verify
from tests.stack.conftest import Stack

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NIK = "3578011708909877"
SECOND = 1000

# What is answered to which question, in words or with a tap. The last that fits the bot's newest message counts.
ANSWERS: list[tuple[str, str]] = [
    ("kecamatan apa", "wonokromo"),
    ("berapa kali", "belum pernah"),
    ("sehat", "sehat kok"),
    ("alergi", "tidak ada"),
    ("tempat vaksinasi", "1"),
    ("hari apa", "1"),
    ("ringkasan", "tap:Ya, daftarkan"),
]


@pytest.fixture
def page(stack: Stack) -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install Debian's package chromium to test the chat page")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": 390, "height": 844})
        opened.set_default_timeout(40 * SECOND)
        opened.goto(stack.simulator + "/")
        opened.locator("body[data-siap=ya]").wait_for()
        yield opened
        browser.close()


def test_from_the_first_word_to_the_ticket(page: Any) -> None:
    assert "NIK" in answered(page, lambda: write(page, "min mau daftar vaksin gmn ya"))
    assert "Siapa" in answered(page, lambda: tap(page, "Setuju"))
    answered(page, lambda: tap(page, "Saya sendiri"))
    assert "1990" in answered(page, lambda: write(page, f"ini {NIK[:6]} {NIK[6:12]} {NIK[12:]} ya"))
    answered(page, lambda: write(page, "iya bener"))
    answered(page, lambda: write(page, "warga uji 901"))
    newest = answered(page, lambda: pin(page, "-7.2575", "112.7521"))

    for _ in range(12):
        if ticket := re.search(r"SG-\w{4}-\w{2}", newest):
            break
        reply = next((reply for question, reply in reversed(ANSWERS) if re.search(question, newest, re.I)), None)
        assert reply is not None, f"no answer prepared for: {newest}"
        newest = answered(page, lambda reply=reply: write_or_tap(page, reply))
    else:
        pytest.fail(f"no ticket; the last message: {newest}")

    picture = page.locator(".bubble.masuk img").last
    picture.wait_for()
    page.wait_for_function("image => image.complete && image.naturalWidth >= 300", arg=picture.element_handle())
    said = read_qr(page, picture)
    assert verify(said) == ticket.group()
    assert NIK not in " ".join(page.locator(".bubble.masuk").all_inner_texts())


def answered(page: Any, act: Callable[[], None]) -> str:
    """Do something, wait for the bot's next message, and return its text once the bot has stopped typing."""
    bubbles = page.locator(".bubble.masuk:not(.mengetik)")
    before = bubbles.count()
    act()
    bubbles.nth(before).wait_for()
    page.wait_for_function("() => !document.querySelector('.bubble.mengetik')")
    page.wait_for_timeout(300)
    return "\n".join(bubbles.nth(number).inner_text() for number in range(before, bubbles.count()))


def write(page: Any, words: str) -> None:
    page.fill("#pesan", words)
    page.press("#pesan", "Enter")


def tap(page: Any, label: str) -> None:
    page.locator("button.opsi", has_text=re.compile(f"^{re.escape(label)}$")).last.click()


def write_or_tap(page: Any, reply: str) -> None:
    if reply.startswith("tap:"):
        tap(page, reply.removeprefix("tap:"))
    else:
        write(page, reply)


def pin(page: Any, latitude: str, longitude: str) -> None:
    """Send a point from the dialog behind the button that the bot's question brings along."""
    page.locator("button.minta-lokasi").last.click()
    page.fill("#lintang", latitude)
    page.fill("#bujur", longitude)
    page.click("#kirim-lokasi")


def read_qr(page: Any, picture: Any) -> str:
    """What a scanner at the door reads from the picture as the page shows it."""
    from io import BytesIO

    shown = Image.open(BytesIO(page.request.get(picture.evaluate("image => image.src")).body()))
    codes = zxingcpp.read_barcodes(shown.convert("L"))
    assert len(codes) == 1
    return codes[0].text
