"""Meta's limits, each from both sides, over real HTTP."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from siaga.simulator.errors import GraphRefusal
from siaga.simulator.limits import check_upload
from siaga.simulator.samples import sample
from tests.simulator.conftest import Running
from tests.simulator.stub_bot import NUMBER, TOKEN, StubBot, buttons, text

TO = "628000000001"


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One simulator for the whole table, without rates, with a contact who has just written and an uploaded picture."""
    from siaga.simulator.config import Config
    from tests.simulator.stub_bot import SECRET, free_port

    bot = StubBot()
    port = free_port()
    config = Config(
        home=tmp_path_factory.mktemp("simulator"),
        webhook_url=bot.url,
        app_secret=SECRET,
        access_token=TOKEN,
        phone_number_id=NUMBER,
        base_url=f"http://127.0.0.1:{port}",
        pair_rate=False,
        throughput=0,
        database=False,
    )
    running = Running(config, port)
    bot.graph_url = running.url
    running.says(TO, "halo")
    for name in ("x" * 512, "x"):
        body = {"type": "BODY", "text": "Halo dari posyandu."}
        running.post("/api/templates", {"name": name, "language": "id", "category": "UTILITY", "components": [body]})
    bot.picture = upload(running, "image/png", sample("image")).json()["id"]  # type: ignore[attr-defined]
    yield bot
    running.stop()
    bot.close()


def upload(running: Running, mime: str, content: bytes, product: str = "whatsapp") -> Any:
    return running.client.post(
        f"/v25.0/{NUMBER}/media",
        headers={"Authorization": f"Bearer {TOKEN}"},
        data={"messaging_product": product, "type": mime},
        files={"file": ("berkas", content, mime)},
    )


def listing(rows: int = 2, *, sections: int = 1, **changes: Any) -> dict[str, Any]:
    made = [
        {"title": f"Bagian {s}", "rows": [{"id": f"{s}-{r}", "title": f"Baris {r}"} for r in range(rows)]}
        for s in range(sections)
    ]
    action = {"button": "Pilih", "sections": made}
    block = {"type": "list", "body": {"text": "Pilih satu"}, "action": action, **changes}
    return {"type": "interactive", "interactive": block}


def link(**parameters: Any) -> dict[str, Any]:
    action = {"name": "cta_url", "parameters": {"display_text": "Buka", "url": "https://contoh.go.id", **parameters}}
    return {"type": "interactive", "interactive": {"type": "cta_url", "body": {"text": "Lihat"}, "action": action}}


def flow(**parameters: Any) -> dict[str, Any]:
    known = {"flow_message_version": "3", "flow_id": "1", "flow_cta": "Isi", **parameters}
    action = {"name": "flow", "parameters": known}
    return {"type": "interactive", "interactive": {"type": "flow", "body": {"text": "Isi"}, "action": action}}


def place(**changes: Any) -> dict[str, Any]:
    block = {
        "type": "location_request_message",
        "body": {"text": "Di mana?"},
        "action": {"name": "send_location"},
        **changes,
    }
    return {"type": "interactive", "interactive": block}


def card(**more: Any) -> dict[str, Any]:
    return {"name": {"formatted_name": "Warga", "first_name": "Warga"}, **more}


def changed(message: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with the value at a dotted path replaced, or removed if the value is None."""
    made = copy.deepcopy(message)
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    inner: Any = made
    for part in parents:
        inner = inner[part]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return made


BUTTON = "interactive.action.buttons.0.reply."
ROW = "interactive.action.sections.0.rows.0."
PARTS = "interactive.action.parameters."

# (what fits, what is one too many, the code)
PAIRS: dict[str, tuple[dict[str, Any], dict[str, Any], int]] = {
    "text": (text("x" * 4096), text("x" * 4097), 100),
    "text, wide letters": (text("é" * 4096), text("é" * 4097), 100),
    "buttons": (buttons("?", "a", "b", "c"), buttons("?", "a", "b", "c", "d"), 131009),
    "a button": (buttons("?", "a"), buttons("?"), 131009),
    "button body": (buttons("x" * 1024, "a"), buttons("x" * 1025, "a"), 131009),
    "button title": (buttons("?", "x" * 20), buttons("?", "x" * 21), 131009),
    "button titles": (buttons("?", "a", "b"), buttons("?", "a", "a"), 131009),
    "button id": (
        changed(buttons("?", "a"), BUTTON + "id", "x" * 256),
        changed(buttons("?", "a"), BUTTON + "id", "x" * 257),
        131009,
    ),
    "button id trimmed": (buttons("?", "a"), changed(buttons("?", "a"), BUTTON + "id", "x "), 131009),
    "button keys": (buttons("?", "a"), changed(buttons("?", "a"), BUTTON + "payload", "/x"), 100),
    "footer": (buttons("?", "a", footer="x" * 60), buttons("?", "a", footer="x" * 61), 131009),
    "header": (
        changed(buttons("?", "a"), "interactive.header", {"type": "text", "text": "x" * 60}),
        changed(buttons("?", "a"), "interactive.header", {"type": "text", "text": "x" * 61}),
        131009,
    ),
    "list rows": (listing(10), listing(11), 131009),
    "list rows in all": (listing(5, sections=2), listing(6, sections=2), 131009),
    "list sections": (listing(1, sections=10), listing(1, sections=11), 131009),
    "list section title": (
        changed(listing(), "interactive.action.sections.0.title", "x" * 24),
        changed(listing(), "interactive.action.sections.0.title", "x" * 25),
        131009,
    ),
    "list section title needed": (
        changed(listing(), "interactive.action.sections.0.title", None),
        changed(listing(sections=2), "interactive.action.sections.0.title", None),
        131008,
    ),
    "list body": (listing(body={"text": "x" * 1024}), listing(body={"text": "x" * 1025}), 131009),
    "list button": (
        changed(listing(), "interactive.action.button", "x" * 20),
        changed(listing(), "interactive.action.button", "x" * 21),
        131009,
    ),
    "row title": (changed(listing(), ROW + "title", "x" * 24), changed(listing(), ROW + "title", "x" * 25), 131009),
    "row description": (
        changed(listing(), ROW + "description", "x" * 72),
        changed(listing(), ROW + "description", "x" * 73),
        131009,
    ),
    "row id": (changed(listing(), ROW + "id", "x" * 200), changed(listing(), ROW + "id", "x" * 201), 131009),
    "row ids": (listing(), changed(listing(), ROW + "id", "0-1"), 131009),
    "list header": (
        listing(header={"type": "text", "text": "Judul"}),
        listing(header={"type": "image", "image": {"link": "https://contoh.go.id/a.png"}}),
        131009,
    ),
    "link label": (link(display_text="x" * 20), link(display_text="x" * 21), 131009),
    "link url": (link(), link(url="javascript:alert(1)"), 131009),
    "flow label": (flow(flow_cta="x" * 30), flow(flow_cta="x" * 31), 131009),
    "flow id": (flow(), changed(flow(), PARTS + "flow_name", "x"), 131009),
    "place body": (place(body={"text": "x" * 1024}), place(body={"text": "x" * 1025}), 131009),
    "place footer": (place(), place(footer={"text": "x"}), 100),
    "caption": (
        {"type": "image", "image": {"link": "https://contoh.go.id/a.png", "caption": "x" * 1024}},
        {"type": "image", "image": {"link": "https://contoh.go.id/a.png", "caption": "x" * 1025}},
        131009,
    ),
    "media link": (
        {"type": "document", "document": {"link": "https://contoh.go.id/a.pdf", "filename": "a.pdf"}},
        {"type": "document", "document": {"link": "ftp://contoh.go.id/a.pdf"}},
        131009,
    ),
    "media": (
        {"type": "audio", "audio": {"link": "https://contoh.go.id/a.ogg"}},
        {"type": "audio", "audio": {"caption": "x", "link": "https://contoh.go.id/a.ogg"}},
        100,
    ),
    "location": (
        {"type": "location", "location": {"latitude": -90, "longitude": "180", "name": "x"}},
        {"type": "location", "location": {"latitude": -90.1, "longitude": 180}},
        131009,
    ),
    "contacts": (
        {"type": "contacts", "contacts": [{"name": {"formatted_name": "Warga", "first_name": "Warga"}}] * 5},
        {"type": "contacts", "contacts": [{"name": {"formatted_name": "Warga", "first_name": "Warga"}}] * 6},
        131009,
    ),
    "reaction": (
        {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": ""}},
        {"type": "reaction", "reaction": {"emoji": "👍"}},
        131008,
    ),
    "template": (
        {"type": "template", "template": {"name": "x" * 512, "language": {"code": "id"}}},
        {"type": "template", "template": {"name": "x" * 513, "language": {"code": "id"}}},
        131009,
    ),
    "template language": (
        {"type": "template", "template": {"name": "x", "language": {"code": "id"}}},
        {"type": "template", "template": {"name": "x"}},
        131008,
    ),
    "opaque data": (
        {**text("x"), "biz_opaque_callback_data": "x" * 512},
        {**text("x"), "biz_opaque_callback_data": "x" * 513},
        131009,
    ),
    "template keys": (
        {"type": "template", "template": {"name": "x", "language": {"code": "id", "policy": "deterministic"}}},
        {"type": "template", "template": {"name": "x", "language": {"code": "id"}, "namespace": "x"}},
        100,
    ),
    "template policy": (
        {"type": "template", "template": {"name": "x", "language": {"code": "id", "policy": "deterministic"}}},
        {"type": "template", "template": {"name": "x", "language": {"code": "id", "policy": "fallback"}}},
        131009,
    ),
    "template button": (
        {"type": "template", "template": {"name": "x", "language": {"code": "id"}, "components": [{"type": "body"}]}},
        {"type": "template", "template": {"name": "x", "language": {"code": "id"}, "components": [{"type": "button"}]}},
        131008,
    ),
    "keys": (text("x"), {**text("x"), "preview_url": True}, 100),
    "two kinds": (text("x"), {**text("x"), "image": {"id": "1"}}, 100),
    "preview": (
        {"type": "text", "text": {"body": "x", "preview_url": True}},
        {"type": "text", "text": {"body": "x", "preview_url": "true"}},
        131009,
    ),
    "context": (
        {**text("x"), "context": {"message_id": "wamid.x"}},
        {**text("x"), "context": {"id": "wamid.x"}},
        100,
    ),
    "header caption": (
        changed(
            buttons("?", "a"), "interactive.header", {"type": "image", "image": {"link": "https://contoh.go.id/a"}}
        ),
        changed(
            buttons("?", "a"),
            "interactive.header",
            {"type": "image", "image": {"link": "https://contoh.go.id/a", "caption": "x"}},
        ),
        100,
    ),
    "link with a space": (link(), link(url="https://contoh.go.id/a b"), 131009),
    "link without a host": (link(), link(url="https://"), 131009),
    "link keys": (link(), link(webview=True), 100),
    "flow keys": (flow(flow_token="x"), flow(token="x"), 100),
    "flow version": (flow(), flow(flow_message_version=3), 131009),
    "flow screen": (
        flow(flow_action_payload={"screen": "MULAI", "data": {"a": 1}}),
        flow(flow_action_payload={"screen": "MULAI", "data": {}}),
        131009,
    ),
    "flow exchange": (
        flow(flow_action="data_exchange"),
        flow(flow_action="data_exchange", flow_action_payload={"screen": "MULAI"}),
        131009,
    ),
    "place action": (place(), place(action={"name": "send_location", "parameters": {}}), 100),
    "contact keys": (
        {"type": "contacts", "contacts": [card(phones=[{"phone": "+6280000000001", "type": "HOME"}])]},
        {"type": "contacts", "contacts": [card(phone="+6280000000001")]},
        100,
    ),
    "contact phone": (
        {"type": "contacts", "contacts": [card(emails=[{"email": "uji@contoh.go.id"}])]},
        {"type": "contacts", "contacts": [card(phones=[{"type": "HOME"}])]},
        131008,
    ),
    "contact birthday": (
        {"type": "contacts", "contacts": [card(birthday="2012-08-18")]},
        {"type": "contacts", "contacts": [card(birthday="18-08-2012")]},
        131009,
    ),
    "reaction emoji": (
        {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "👩🏽‍⚕️"}},
        {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "ok"}},
        131009,
    ),
    "type": (text("x"), {"type": "poll", "poll": {}}, 131051),
    "number": ({**text("x"), "to": "+62 800-0000-001"}, {**text("x"), "to": "budi"}, 131026),
    "own number": (text("x"), {**text("x"), "to": "628000000000"}, 131021),
    "text body": (text("x"), {"type": "text", "text": {}}, 131008),
    "empty text": (text("x"), text("  "), 131009),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_limit_holds_from_both_sides(graph: StubBot, name: str) -> None:
    fits, too_much, code = PAIRS[name]
    accepted = graph.post({"to": "+" + TO, **fits})
    assert accepted.status_code == 200, accepted.text
    refused = graph.post({"to": "+" + TO, **too_much})
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert error["code"] == code, error
    assert error["type"] == "OAuthException"
    assert error["error_data"]["messaging_product"] == "whatsapp"
    assert error["message"].startswith(f"(#{code})")


def test_an_accepted_message_is_answered_as_meta_does(graph: StubBot) -> None:
    answer = graph.post({"to": "+" + TO, **text("halo")}).json()
    assert answer["messaging_product"] == "whatsapp"
    assert answer["contacts"][0]["input"] == "+" + TO
    assert answer["contacts"][0]["wa_id"] == TO
    assert answer["contacts"][0]["user_id"].startswith("ID.")
    assert answer["messages"][0]["id"].startswith("wamid.")


@pytest.mark.parametrize(
    ("arguments", "status", "code", "subcode"),
    [
        ({"token": "lain"}, 401, 190, None),
        ({"number": "999"}, 400, 100, 33),
    ],
)
def test_callers_are_checked(graph: StubBot, arguments: dict, status: int, code: int, subcode: int | None) -> None:
    answer = graph.post({"to": TO, **text("x")}, **arguments)
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"].get("error_subcode") == subcode


def test_what_is_not_for_whatsapp_is_refused(graph: StubBot) -> None:
    assert graph.post({"messaging_product": "sms", "to": TO, **text("x")}).json()["error"]["code"] == 100
    assert graph.post(text("x")).json()["error"]["code"] == 131008


def test_uploaded_media_can_be_sent_and_fetched(graph: StubBot) -> None:
    picture = graph.picture  # type: ignore[attr-defined]
    assert graph.post({"to": TO, "type": "image", "image": {"id": picture, "caption": "QR"}}).status_code == 200
    assert graph.post({"to": TO, "type": "image", "image": {"id": "404"}}).json()["error"]["code"] == 100
    assert graph.post({"to": TO, "type": "audio", "audio": {"id": picture}}).json()["error"]["code"] == 131053


def test_a_user_id_in_to_is_accepted_and_reaches_nobody(graph: StubBot) -> None:
    user_id = graph.messages[0]["from_user_id"]
    assert graph.post({"to": user_id, **text("hilang")}).status_code == 200
    assert graph.post({"recipient": user_id, **text("sampai")}).status_code == 200
    assert graph.post({"recipient": "ID.TIDAKADA", **text("x")}).json()["error"]["code"] == 131026


def test_media_are_uploaded_described_fetched_and_deleted(simulator: Running) -> None:
    auth = {"Authorization": f"Bearer {TOKEN}"}
    content = sample("image")
    media_id = upload(simulator, "image/png", content).json()["id"]
    described = simulator.client.get(f"/v25.0/{media_id}", headers=auth).json()
    assert described["file_size"] == len(content)
    assert described["mime_type"] == "image/png"
    assert simulator.client.get(described["url"]).json()["error"]["code"] == 190
    assert simulator.client.get(described["url"], headers=auth).content == content
    simulator.post("/api/clock", {"advance": "6m"})
    assert simulator.client.get(described["url"], headers=auth).status_code == 404
    assert simulator.client.delete(f"/v25.0/{media_id}", headers=auth).json() == {"success": True}
    gone = simulator.client.get(f"/v25.0/{media_id}", headers=auth)
    assert (gone.status_code, gone.json()["error"]["error_subcode"]) == (400, 33)


def test_files_that_meta_does_not_take_are_refused(simulator: Running) -> None:
    assert upload(simulator, "image/gif", b"GIF89a").json()["error"]["code"] == 100
    assert upload(simulator, "image/png", b"bukan gambar").json()["error"]["code"] == 131053
    assert upload(simulator, "image/png", sample("image"), product="sms").json()["error"]["code"] == 100
    png = sample("image")
    assert upload(simulator, "image/png", png.ljust(5 * 1024 * 1024, b"\0")).status_code == 200
    assert upload(simulator, "image/png", png.ljust(5 * 1024 * 1024 + 1, b"\0")).json()["error"]["code"] == 131053


def png(depth: int, colours: int) -> bytes:
    """The head of a picture with so many bits a channel, in colours of a PNG's type."""
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(8) + bytes((depth, colours)) + bytes(16)


@pytest.mark.parametrize(
    ("mime", "fits", "does_not"),
    [
        ("image/png", png(8, 2), png(8, 0)),
        ("image/png", png(8, 6), png(1, 3)),
        ("image/webp", b"RIFF....WEBP".ljust(100 * 1024, b"\0"), b"RIFF....WEBP".ljust(100 * 1024 + 1, b"\0")),
        ("audio/ogg", b"OggS..OpusHead\x01\x01", b"OggS..OpusHead\x01\x02"),
        ("audio/ogg; codecs=opus", b"OggS..OpusHead\x01\x01", b"OggS..vorbis"),
    ],
)
def test_files_must_be_of_metas_kind(mime: str, fits: bytes, does_not: bytes) -> None:
    check_upload(mime, fits)
    with pytest.raises(GraphRefusal) as refused:
        check_upload(mime, does_not)
    assert refused.value.code == 131053


@pytest.mark.parametrize(
    "mark",
    [
        {"status": "delivered", "message_id": "x"},
        {"status": "read"},
        {"status": "read", "message_id": "x", "typing_indicator": {"type": "voice"}},
        {"status": "read", "message_id": "x", "to": TO},
    ],
)
def test_read_marks_are_checked(graph: StubBot, mark: dict[str, Any]) -> None:
    assert graph.post(mark).status_code == 400


@pytest.mark.parametrize(
    "message",
    [
        {"type": "template", "template": {"name": "x", "language": {"code": "id"}, "components": [1]}},
        {"type": "template", "template": {"name": "x", "language": "id"}},
        {"type": "contacts", "contacts": [card(phones={})]},
        {"type": "contacts", "contacts": [card(org=1)]},
        {"type": "interactive", "interactive": []},
        {"type": ["text"], "text": {"body": "x"}},
        {"type": "text", "text": {"body": "x"}, "context": []},
        {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": 1}},
    ],
)
def test_odd_messages_are_refused_and_break_nothing(graph: StubBot, message: dict[str, Any]) -> None:
    refused = graph.post({"to": TO, **message})
    assert refused.status_code == 400, refused.text
    assert refused.json()["error"]["code"] in (100, 131008, 131009, 131051)
