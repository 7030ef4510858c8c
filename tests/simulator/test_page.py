"""The chat page in a real browser, against the stub bot."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
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
    opened, faults = watched(browser, simulator, viewport=PHONE)
    visit(opened, simulator)
    yield opened
    opened.close()
    assert faults == []


@pytest.fixture
def laptop(browser: Any, simulator: Running) -> Iterator[Any]:
    """A wide window, not yet at the page; watched in the same way."""
    opened, faults = watched(browser, simulator, viewport=LAPTOP, permissions=["clipboard-read", "clipboard-write"])
    yield opened
    opened.close()
    assert faults == []


def watched(browser: Any, simulator: Running, **options: Any) -> tuple[Any, list[str]]:
    """A page and the list of its faults: a script's errors, what the content policy stopped, requests to elsewhere."""
    opened = browser.new_context(**options).new_page()
    faults: list[str] = []

    def request_made(request: Any) -> None:
        if not request.url.startswith((simulator.url, "blob:", "data:")):
            faults.append(request.url)

    def said(message: Any) -> None:
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    opened.on("pageerror", lambda problem: faults.append(str(problem)))
    opened.on("request", request_made)
    opened.on("console", said)
    return opened, faults


def visit(page: Any, simulator: Running, query: str = "") -> None:
    page.goto(f"{simulator.url}/{query}")
    page.locator("body[data-siap=ya]").wait_for()


def act(page: Any, bubble: Any, name: str) -> None:
    """Choose something from a message's menu."""
    bubble.hover()
    bubble.locator(".buka-menu").click()
    page.click(f"#menu-pesan [data-tindakan={name}]")


def received(bot: StubBot, kind: str, count: int = 1) -> dict[str, Any]:
    """The ``count``-th message of a type that the bot got."""
    found: list[dict[str, Any]] = until(
        lambda: [message for message in bot.messages if message["type"] == kind][count - 1 :]
    )
    return found[0]


def interactive(**block: Any) -> dict[str, Any]:
    return {"type": "interactive", "interactive": block}


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
    assert page.locator("[data-bagian=nomor]").is_hidden(), "there is one number"
    page.click("button.opsi >> text=Ya, setuju")
    page.locator(".bubble.masuk", has_text="Terima kasih, Ya, setuju").wait_for()
    tapped = next(message for message in bot.messages if message["type"] == "interactive")
    assert tapped["context"]["id"] == offer.get_attribute("data-id")
    assert page.locator("button.opsi.terpilih").inner_text() == "Ya, setuju"
    assert page.input_value("#pesan") == ""


def test_of_several_numbers_one_is_chosen(browser: Any, launch: Callable[..., Running], bot: StubBot) -> None:
    simulator = launch(other_numbers=("100000000000002",))
    opened, faults = watched(browser, simulator, viewport=PHONE)
    visit(opened, simulator)
    choice = opened.locator("[data-bagian=nomor]")
    assert choice.locator("option").all_inner_texts() == ["Ke nomor 1 (…0001)", "Ke nomor 2 (…0002)"]
    say(opened, "satu")
    received(bot, "text")
    choice.select_option(label="Ke nomor 2 (…0002)")
    say(opened, "dua")
    received(bot, "text", 2)
    to = [webhook["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] for webhook in bot.webhooks]
    opened.close()
    assert (to, faults) == ([NUMBER, "100000000000002"], [])


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
    assert page.locator("#pilihan legend").inner_text() == "Surabaya"
    assert page.locator("#pilihan .opsi-baris").first.inner_text() == "Puskesmas Mojo\n09.00 WIB"
    assert page.locator("#kirim-pilihan").is_disabled()
    page.click("#pilihan .opsi-baris >> text=Puskesmas Mojo")
    page.click("#kirim-pilihan")
    chosen = until(lambda: [message for message in bot.messages if message["type"] == "interactive"])[0]
    assert chosen["interactive"] == {"type": "list_reply", "list_reply": rows[0]}
    page.locator(".bubble.keluar", has_text="Puskesmas Mojo").wait_for()
    assert not page.locator("#pilihan").is_visible()


def test_a_location_is_sent_when_asked_for_and_from_the_menu(page: Any, bot: StubBot) -> None:
    block = {"type": "location_request_message", "body": {"text": "Di mana?"}, "action": {"name": "send_location"}}
    bot.rule = lambda message: [{"type": "interactive", "interactive": block}] if message["type"] == "text" else []
    say(page, "mana yang dekat")
    page.click("button.minta-lokasi")
    page.fill("#cari-tempat", "kupang nusa")
    page.locator("[data-tempat='Kab. Kupang']").wait_for()
    assert page.locator("[data-tempat]").count() == 2
    page.click("[data-tempat='Kota Kupang']")
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
    page.click("#gambar img")
    assert page.locator("#gambar img.besar").evaluate("image => image.width") > PHONE["width"]
    page.keyboard.press("Escape")
    page.click("#lampiran")
    page.click("#lampirkan-suara")
    until(lambda: [message for message in bot.messages if message["type"] == "audio" and message["audio"]["voice"]])
    page.click("#lampiran")
    page.click("#lampirkan-foto")
    page.fill("#keterangan-berkas", "KTP saya")
    page.click("#kirim-berkas")
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


def test_a_reply_quotes_and_the_quote_leads_back(page: Any, bot: StubBot) -> None:
    bot.rule = lambda message: (
        [{**text("Jawaban"), "context": {"message_id": message["id"]}}] if "context" not in message else []
    )
    say(page, "pertanyaan")
    answer = page.locator(".bubble.masuk", has_text="Jawaban")
    answer.wait_for()
    assert answer.locator(".kutipan").inner_text() == "Anda\npertanyaan"
    act(page, answer, "balas")
    assert page.locator("#balasan").inner_text().split("\n")[:2] == ["Siaga", "Jawaban"]
    say(page, "kok begitu")
    mine = page.locator(".bubble.keluar", has_text="kok begitu")
    mine.locator(".kutipan").click()
    assert page.evaluate("document.activeElement.dataset.id") == answer.get_attribute("data-id")
    assert received(bot, "text", 2)["context"]["id"] == answer.get_attribute("data-id")
    assert not page.locator("#balasan").is_visible()
    act(page, answer, "balas")
    page.keyboard.press("Escape")
    assert not page.locator("#balasan").is_visible()


def test_a_finger_holds_for_the_menu_and_draws_for_a_reply(page: Any, bot: StubBot) -> None:
    say(page, "halo")
    bubble = page.locator(".bubble.keluar")
    touch = """(node, [kind, x]) => {
        const touches = kind === "touchend" ? [] : [new Touch({identifier: 1, target: node, clientX: x, clientY: 200})];
        node.dispatchEvent(new TouchEvent(kind, {touches, bubbles: true}));
    }"""
    bubble.evaluate(touch, ["touchstart", 100])
    page.locator("#menu-pesan").wait_for()
    page.keyboard.press("Escape")
    for kind, x in (("touchstart", 100), ("touchmove", 180), ("touchend", 180)):
        page.locator(".bubble.keluar").evaluate(touch, [kind, x])
    assert page.locator("#balasan").is_visible()


def test_reactions_go_both_ways_and_can_be_taken_back(page: Any, bot: StubBot) -> None:
    bot.rule = lambda message: (
        [{"type": "reaction", "reaction": {"message_id": message["id"], "emoji": "🙏"}}, text("Sama-sama")]
        if message["type"] == "text"
        else []
    )
    say(page, "terima kasih")
    page.locator(".bubble.keluar .tanggapan", has_text="🙏").wait_for()
    theirs = page.locator(".bubble.masuk", has_text="Sama-sama")
    theirs.hover()
    theirs.locator(".buka-menu").click()
    page.click("[data-emoji='👍']")
    theirs.locator(".tanggapan", has_text="👍").wait_for()
    assert received(bot, "reaction")["reaction"] == {"message_id": theirs.get_attribute("data-id"), "emoji": "👍"}
    theirs.locator(".tanggapan").click()
    page.click("[data-emoji='👍']")
    theirs.locator(".tanggapan").wait_for(state="detached")
    assert "emoji" not in received(bot, "reaction", 2)["reaction"]
    assert page.locator(".bubble").count() == 2


def test_a_message_is_changed_and_deleted_in_metas_forms(page: Any, bot: StubBot) -> None:
    say(page, "saya dari sidoarjo")
    mine = page.locator(".bubble.keluar")
    original = mine.get_attribute("data-id")
    act(page, mine, "ubah")
    assert page.input_value("#pesan") == "saya dari sidoarjo"
    say(page, "saya dari Surabaya")
    page.locator(".bubble.keluar", has_text="Diubah").wait_for()
    assert "Surabaya" in mine.inner_text()
    edit = received(bot, "edit")["edit"]
    assert (edit["original_message_id"], edit["message"]["text"]["body"]) == (original, "saya dari Surabaya")
    act(page, mine, "hapus")
    page.locator(".bubble.keluar", has_text="Anda menghapus pesan ini").wait_for()
    assert received(bot, "revoke")["revoke"] == {"original_message_id": original}
    page.reload()
    page.locator(".bubble.keluar", has_text="Anda menghapus pesan ini").wait_for()
    assert page.locator(".bubble").count() == 1


def test_a_text_is_forwarded_once_or_many_times_over(page: Any, bot: StubBot) -> None:
    say(page, "air garam menyembuhkan")
    act(page, page.locator(".bubble.keluar").first, "teruskan")
    assert page.input_value("#isi-teruskan") == "air garam menyembuhkan"
    page.click("#kirim-terusan")
    page.locator(".diteruskan", has_text="Diteruskan").wait_for()
    assert received(bot, "text", 2)["context"]["forwarded"] is True
    page.click("#lampiran")
    page.click("#lampirkan-terusan")
    page.fill("#isi-teruskan", "sebarkan!")
    page.locator("#sering").check()
    page.click("#kirim-terusan")
    page.locator(".diteruskan", has_text="Sering diteruskan").wait_for()
    assert received(bot, "text", 3)["context"]["frequently_forwarded"] is True


def test_links_forms_numbers_and_templates_can_be_answered(page: Any, simulator: Running, bot: StubBot) -> None:
    flow = {"flow_message_version": "3", "flow_id": "7", "flow_cta": "Isi formulir", "flow_token": "t-1"}
    link = {"display_text": "Buka situs", "url": "https://contoh.go.id"}
    offers = [
        interactive(type="cta_url", body={"text": "Situs"}, action={"name": "cta_url", "parameters": link}),
        interactive(type="flow", body={"text": "Formulir"}, action={"name": "flow", "parameters": flow}),
        interactive(type="contact_request", body={"text": "Nomor?"}, action={"name": "request_contact_info"}),
    ]
    bot.rule = lambda message: offers if message["type"] == "text" else []
    say(page, "semua")
    page.locator("button.bagikan-nomor").click()
    card = page.locator(".bubble.keluar .kartu")
    card.wait_for()
    assert received(bot, "contacts")["contacts"][0]["phones"][0]["wa_id"] == "628000000001"
    assert page.locator("a.opsi").get_attribute("href") == "https://contoh.go.id"
    page.click("button.buka-formulir")
    page.fill("#jawaban-isian", "bukan json")
    page.click("#kirim-isian")
    page.locator("#kabar", has_text="JSON").wait_for()
    page.fill("#jawaban-isian", '{"nama": "Warga Uji 001"}')
    page.click("#kirim-isian")
    reply = received(bot, "interactive")["interactive"]["nfm_reply"]
    assert json.loads(reply["response_json"]) == {"nama": "Warga Uji 001", "flow_token": "t-1"}
    page.locator(".bubble.keluar .isian", has_text="Warga Uji 001").wait_for()


def test_a_template_reads_as_the_citizen_reads_it(page: Any, simulator: Running, bot: StubBot) -> None:
    buttons_of = [
        {"type": "QUICK_REPLY", "text": "Saya datang"},
        {"type": "PHONE_NUMBER", "text": "Telepon", "phone_number": "+62800"},
    ]
    body = {"type": "BODY", "text": "Halo {{1}}, besok jadwal Anda.", "example": {"body_text": [["Warga Uji 001"]]}}
    parts = [body, {"type": "FOOTER", "text": "Puskesmas"}, {"type": "BUTTONS", "buttons": buttons_of}]
    simulator.post(
        "/api/templates", {"name": "pengingat", "language": "id", "category": "UTILITY", "components": parts}
    )
    values = [{"type": "body", "parameters": [{"type": "text", "text": "Warga Uji 002"}]}]
    template = {"name": "pengingat", "language": {"code": "id"}, "components": values}
    bot.post({"to": "628000000001", "type": "template", "template": template})
    shown = page.locator(".bubble[data-tipe=template]")
    shown.locator(".teks", has_text="Halo Warga Uji 002, besok jadwal Anda.").wait_for()
    assert shown.locator(".kaki").inner_text() == "Puskesmas"
    page.click("button.opsi >> text=Telepon")
    page.locator("#kabar", has_text="telepon").wait_for()
    page.click("button.opsi >> text=Saya datang")
    answer = received(bot, "button")
    assert answer["button"] == {"payload": "Saya datang", "text": "Saya datang"}
    assert answer["context"]["id"] == shown.get_attribute("data-id")


def test_a_contact_moves_blocks_and_opts_out(page: Any, simulator: Running, bot: StubBot) -> None:
    say(page, "halo")
    page.locator(".bubble.keluar").wait_for()
    page.click("#saya")
    page.locator("#tolak-promosi").check()
    page.locator("#blokir").check()
    until(lambda: simulator.get("/api/contacts")[0]["blocked"])
    assert simulator.get("/api/contacts")[0]["opted_out"]
    page.locator("#blokir").uncheck()
    until(lambda: not simulator.get("/api/contacts")[0]["blocked"])
    page.fill("#nomor-baru", "62800-0000-123")
    page.click("#kirim-nomor")
    page.locator("#saya", has_text="62800-0000-123").wait_for()
    assert page.url.endswith("?kontak=628000000123")
    assert received(bot, "system")["system"]["wa_id"] == "628000000123"
    say(page, "masih saya")
    page.locator(".bubble.keluar", has_text="masih saya").wait_for()
    assert received(bot, "text", 2)["from"] == "628000000123"


@pytest.mark.parametrize(("name", "kind"), [("video", "video"), ("dokumen", "document"), ("stiker", "sticker")])
def test_every_kind_of_file_can_be_sent(page: Any, bot: StubBot, name: str, kind: str) -> None:
    page.click("#lampiran")
    page.click(f"#lampirkan-{name}")
    page.click("#kirim-berkas")
    assert received(bot, kind)[kind]["id"]
    page.locator(f".bubble.keluar[data-tipe={kind}]").wait_for()


def test_a_file_of_ones_own_is_shown_before_it_is_sent(page: Any, simulator: Running, bot: StubBot) -> None:
    from siaga.simulator.samples import sample

    page.click("#lampiran")
    page.click("#lampirkan-foto")
    page.set_input_files("#pilih-berkas", {"name": "ktp.png", "mimeType": "image/png", "buffer": sample("image")})
    page.locator("#pratinjau-berkas img").wait_for()
    page.click("#kirim-berkas")
    media = simulator.client.get("/api/media/" + received(bot, "image")["image"]["id"])
    assert media.content == sample("image")


def test_a_contact_is_sent_as_a_card(laptop: Any, simulator: Running, bot: StubBot) -> None:
    simulator.post("/api/contacts")
    other = simulator.post("/api/contacts")["wa_id"]
    visit(laptop, simulator, "?kontak=628000000001")
    laptop.click("#lampiran")
    laptop.click("#lampirkan-kontak")
    laptop.click(f"[data-orang='{other}']")
    assert received(bot, "contacts")["contacts"][0]["phones"][0]["wa_id"] == other


def test_a_failed_answer_says_so_and_the_details_tell_all(laptop: Any, simulator: Running, bot: StubBot) -> None:
    visit(laptop, simulator)
    bot.rule = lambda message: [text("Tidak sampai")]
    simulator.post("/api/faults", {"errors": [{"code": 131026, "times": 1, "by": "webhook"}]})
    say(laptop, "halo")
    failed = laptop.locator(".bubble.masuk[data-status=failed]")
    failed.locator(".gagal", has_text="131026").wait_for()
    failed.hover()
    failed.locator(".titik").click()
    assert "131026" in laptop.locator("#fakta-pesan").inner_text()
    laptop.keyboard.press("Escape")
    mine = laptop.locator(".bubble.keluar")
    mine.hover()
    mine.locator(".titik").click()
    assert "Dibaca Siaga" in laptop.locator("#fakta-pesan").inner_text()
    assert '"direction": "in"' in laptop.locator("#isi-json").inner_text()
    laptop.click("[data-isi=webhook]")
    laptop.locator("#isi-json", has_text="whatsapp_business_account").wait_for()
    shown = json.loads(laptop.locator("#isi-json").inner_text())
    sent = shown["entry"][0]["changes"][0]["value"]["messages"][0]
    assert sent == bot.messages[0]
    laptop.click("#salin-json")
    laptop.locator("#kabar", has_text="disalin").wait_for()
    assert json.loads(laptop.evaluate("navigator.clipboard.readText()")) == shown


def test_faults_are_switched_on_and_off_without_curl(page: Any, simulator: Running) -> None:
    page.click("#kembali")
    page.click("#menu")
    page.click("#buka-gangguan")
    page.fill("[name=duplicate]", "2")
    page.locator("[name=reorder]").check()
    page.locator("[name=reversed]").check()
    page.fill("[name=error_times]", "3")
    page.select_option("[name=error_code]", "131016")
    page.locator("[name=pair_rate]").uncheck()
    page.click("#pasang-gangguan")
    page.locator(
        "#gangguan-aktif", has_text="pesan ganda (3 kali), urutan diacak, status terbalik, galat 131016"
    ).wait_for()
    faults = simulator.get("/api/faults")
    assert (faults["duplicate"], faults["reorder"]) == (2, True)
    assert faults["statuses"] == ["read", "delivered", "sent"]
    assert faults["errors"] == [{"code": 131016, "times": 3, "by": "answer"}]
    assert simulator.get("/api/limits")["pair_rate"] is False
    page.reload()
    page.locator("#gangguan-aktif").wait_for()
    page.click("#matikan-gangguan")
    page.locator("#gangguan-aktif").wait_for(state="hidden")
    assert simulator.get("/api/faults")["duplicate"] == 0


def test_several_chats_side_by_side_are_all_live(laptop: Any, simulator: Running, bot: StubBot) -> None:
    bot.rule = lambda message: [text("Halo, " + message["from"])]
    first, second, third = (simulator.post("/api/contacts")["wa_id"] for _ in range(3))
    visit(laptop, simulator, f"?kontak={first},{second}")
    beside = laptop.locator(f".obrolan[data-wa-id='{second}']")
    beside.locator(".pesan").fill("dari yang kedua")
    beside.locator(".pesan").press("Enter")
    beside.locator(".bubble.masuk", has_text=second).wait_for()
    say(laptop, "dari yang pertama")
    laptop.locator(f".obrolan[data-wa-id='{first}'] .bubble.masuk", has_text=first).wait_for()
    assert laptop.locator(f".obrolan[data-wa-id='{first}'] .bubble").count() == 2
    for number in range(12):
        simulator.says(first, f"pesan yang cukup panjang untuk dua baris di layar yang sempit, nomor {number}.")
    # With its full stop: the time stands right behind the text, and may begin with the same digits.
    laptop.locator(f".obrolan[data-wa-id='{first}'] .bubble.keluar", has_text="nomor 11.").wait_for()
    laptop.locator("#daftar-kontak li", has_text="62800-0000-003").hover()
    laptop.click("li:has([data-wa-id='" + third + "']) .di-samping")
    laptop.locator(f".obrolan[data-wa-id='{third}']").wait_for()
    assert laptop.url.endswith(f"?kontak={first},{second},{third}")
    # Made narrower by the third, the first still shows its end.
    until(
        lambda: laptop.locator("#percakapan").evaluate("log => log.scrollHeight - log.scrollTop - log.clientHeight < 2")
    )
    assert laptop.locator("#ke-bawah").is_hidden()
    laptop.locator(f".obrolan[data-wa-id='{first}'] .tutup-obrolan").click()
    assert laptop.url.endswith(f"?kontak={second},{third}")
    assert laptop.locator("#percakapan").count() == 1
    assert laptop.locator("#percakapan .bubble.keluar", has_text="dari yang kedua").count() == 1


def test_on_a_phone_several_chats_are_one_at_a_time(page: Any, simulator: Running, bot: StubBot) -> None:
    second = simulator.post("/api/contacts")["wa_id"]
    visit(page, simulator, f"?kontak=628000000001,{second}")
    assert page.locator(".obrolan:visible").count() == 1
    page.click("#kembali")
    simulator.says("628000000001", "halo")
    bot.post({"to": "628000000001", **text("Kabar")})
    page.locator(".kontak[data-wa-id='628000000001'] .belum", has_text="1").wait_for()
    page.click(f".kontak[data-wa-id='{second}']")
    assert page.locator(".obrolan:visible").get_attribute("data-wa-id") == second


def test_a_draft_waits_and_unread_messages_are_marked(laptop: Any, simulator: Running, bot: StubBot) -> None:
    first, second = (simulator.post("/api/contacts")["wa_id"] for _ in range(2))
    simulator.says(first, "halo")
    visit(laptop, simulator, f"?kontak={first}")
    laptop.fill("#pesan", "belum selesai")
    laptop.click(f".kontak[data-wa-id='{second}']")
    laptop.locator("#saya", has_text="62800-0000-002").wait_for()
    assert laptop.input_value("#pesan") == ""
    bot.post({"to": first, **text("Satu")})
    bot.post({"to": first, **text("Dua")})
    laptop.locator(f".kontak[data-wa-id='{first}'] .belum", has_text="2").wait_for()
    until(lambda: laptop.title().startswith("(2)"))
    laptop.click(f".kontak[data-wa-id='{first}']")
    laptop.locator(".belum-dibaca", has_text="2 pesan belum dibaca").wait_for()
    assert laptop.input_value("#pesan") == "belum selesai"
    assert not laptop.title().startswith("(")


def test_who_reads_above_is_led_to_the_newest(page: Any, simulator: Running, bot: StubBot) -> None:
    for number in range(25):
        simulator.says("628000000001", f"pesan {number}")
    page.locator(".bubble.keluar", has_text="pesan 24").wait_for()
    assert page.locator("#ke-bawah").is_hidden()
    page.locator("#percakapan").evaluate("log => { log.scrollTop = 0; }")
    page.locator("#ke-bawah").wait_for()
    bot.post({"to": "628000000001", **text("Kabar baru")})
    page.locator("#ke-bawah", has_text="1").wait_for()
    assert page.locator("#percakapan").evaluate("log => log.scrollTop") == 0
    page.click("#ke-bawah")
    page.locator("#ke-bawah").wait_for(state="hidden")
    at_end = "log => log.scrollHeight - log.scrollTop - log.clientHeight < 130"
    until(lambda: page.locator("#percakapan").evaluate(at_end))


def test_the_page_comes_back_by_itself_and_catches_up(browser: Any, simulator: Running, bot: StubBot) -> None:
    page = browser.new_page(viewport=PHONE)
    visit(page, simulator)
    config = simulator.server._app.state.simulator.config
    simulator.stop()
    page.locator("#terputus").wait_for()
    assert page.locator("#keadaan").inner_text() == "menghubungkan…"
    again = Running(config, int(config.base_url.rpartition(":")[2]))
    try:
        again.says("628000000001", "ditulis dari tempat lain")
        page.locator("body[data-siap=ya]").wait_for()
        page.locator(".bubble.keluar", has_text="ditulis dari tempat lain").wait_for()
        assert page.locator("#terputus").is_hidden()
    finally:
        page.close()
        again.stop()


def test_the_keyboard_reaches_every_message(page: Any, bot: StubBot) -> None:
    bot.rule = lambda message: [text("Kedua")]
    say(page, "Pertama")
    page.locator(".bubble.masuk", has_text="Kedua").wait_for()
    page.focus("#percakapan")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert "Pertama" in page.evaluate("document.activeElement.innerText")
    page.keyboard.press("Enter")
    page.locator("#menu-pesan").wait_for()
    page.keyboard.press("Escape")
    assert not page.locator("#menu-pesan").is_visible()
    assert "Pertama" in page.evaluate("document.activeElement.innerText")


def test_it_is_dark_at_night_and_still_for_who_wants_it(page: Any) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme="light")
    light = page.evaluate(colour)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert page.evaluate(colour) != light
    page.click("#lampiran")
    assert page.locator("#dialog-lampiran").evaluate("sheet => getComputedStyle(sheet).animationDuration") == "1e-05s"


def test_a_contact_that_previews_what_is_not_published(page: Any, simulator: Running, bot: StubBot) -> None:
    page.click("#kembali")
    page.click("#menu")
    page.click("#kontak-pratinjau")
    page.locator("#saya", has_text="Pratinjau konten").wait_for()
    say(page, "halo")
    assert received(bot, "text")["from"] == "628000000900"


def test_a_contact_may_hide_its_number(page: Any, simulator: Running, bot: StubBot) -> None:
    page.click("#kembali")
    page.click("#menu")
    page.click("#kontak-tanpa-nomor")
    page.locator("#saya", has_text="62800-0000-002").wait_for()
    say(page, "halo")
    assert "from" not in received(bot, "text")
    page.click("#saya")
    assert page.locator("#sembunyikan-nomor").is_checked()
