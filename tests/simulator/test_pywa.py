"""What the simulator sends, read by somebody else: pywa's parser, which knows nothing of ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest
from pywa import WhatsApp, errors, types
from pywa.types.message_status import MessageStatusType
from pywa.types.system import SystemType
from pywa.types.templates import TemplateStatus
from pywa.types.user_preferences import MarketingPreference

from siaga.simulator.chats import user_id
from siaga.simulator.config import BUSINESS_ACCOUNT
from siaga.simulator.samples import sample
from siaga.simulator.webhooks import signature
from tests.simulator.conftest import Running
from tests.simulator.kinds import FORMS, QUOTED, WA
from tests.simulator.stub_bot import NUMBER, SECRET, TOKEN, StubBot

BUSINESS = "628000000000"


@pytest.fixture(scope="module")
def parsed(every_kind: dict[str, bytes]) -> dict[str, Any]:
    """Every webhook as pywa understands it, given to its real receiver with its signature; None where it does not."""
    reader = WhatsApp(
        phone_id=NUMBER,
        token="x",
        server=None,
        app_secret=SECRET,
        verify_token="x",
        waba_id=BUSINESS_ACCOUNT,
        business_portfolio_id=BUSINESS_ACCOUNT,
    )
    found: dict[str, Any] = {}
    understood: list[Any] = []
    # The last step before a handler is called, and so what any handler would get.
    reader._process_listener = lambda update: bool(understood.append(update)) or True  # type: ignore[method-assign]
    for name, raw in every_kind.items():
        understood.clear()
        assert reader.webhook_update_validator(raw, signature(SECRET, raw)) is None
        assert reader.webhook_update_handler(raw) == ("ok", 200)
        found[name] = understood[0] if understood else None
    return found


def at(moment: datetime) -> float:
    return abs(moment.timestamp() - datetime.now(timezone.utc).timestamp())


def test_pywa_refuses_a_wrong_signature(every_kind: dict[str, bytes]) -> None:
    reader = WhatsApp(phone_id=NUMBER, token="x", server=None, app_secret=SECRET, verify_token="x")
    raw = every_kind["text"]
    refused = reader.webhook_update_validator(raw, signature("lain", raw))
    assert refused is not None and refused[1] >= 400


EXPECTED: dict[str, tuple[type, Callable[[Any], bool]]] = {
    "text": (types.Message, lambda m: m.text == "halo 👋" and not m.forwarded),
    "quote": (types.Message, lambda m: (m.reply_to_message.id, m.reply_to_message.from_user_id) == (QUOTED, BUSINESS)),
    "forwarded": (types.Message, lambda m: m.forwarded and not m.forwarded_many_times and m.reply_to_message is None),
    "frequently forwarded": (types.Message, lambda m: m.forwarded and m.forwarded_many_times),
    "product": (types.Message, lambda m: m.reply_to_message.referred_product.sku == "vitamin"),
    "referral": (
        types.Message,
        lambda m: (
            (m.referral.source_type, m.referral.ctwa_clid, m.referral.headline) == ("ad", "Aff-1", "Imunisasi gratis")
        ),
    ),
    "image": (types.Message, lambda m: m.image.mime_type == "image/png" and m.caption == "KTP" and m.image.url),
    "video": (types.Message, lambda m: m.video.mime_type == "video/mp4"),
    "audio": (types.Message, lambda m: m.voice is not None and len(m.audio.sha256) == 44),
    "document": (types.Message, lambda m: m.document.filename == "rujukan.pdf"),
    "sticker": (types.Message, lambda m: m.sticker.animated is False),
    "location": (types.Message, lambda m: (m.location.latitude, m.location.name) == (-7.2575, "Posyandu")),
    "bare location": (types.Message, lambda m: m.location.name is None and m.location.longitude == 112.7521),
    "contacts": (types.Message, lambda m: m.contacts.first_wa_id == "628000000002" and m.contacts.origin == "other"),
    "shared number": (
        types.Message,
        lambda m: m.contacts.first.phones[0].phone == "+628000000001" and m.contacts.origin == "contact_request",
    ),
    "reaction": (types.Message, lambda m: (m.reaction.message_id, m.reaction.emoji) == (QUOTED, "👍")),
    "reaction removed": (types.Message, lambda m: not m.reaction.emoji),
    "button reply": (types.CallbackButton, lambda b: (b.data, b.title, b.is_quick_reply) == ("o1", "Ya", False)),
    "list reply": (
        types.CallbackSelection,
        lambda s: (s.data, s.title, s.description, s.reply_to_message.id) == ("o2", "Gizi", "Balita", QUOTED),
    ),
    "flow reply": (types.FlowCompletion, lambda f: (f.token, f.body, f.response) == ("t1", "Sent", {"nama": "Warga"})),
    "call permission": (types.CallPermissionUpdate, lambda c: bool(c) and c.expiration_timestamp is not None),
    "template button": (
        types.CallbackButton,
        lambda b: (b.data, b.title, b.is_quick_reply) == ("stop", "Berhenti", True),
    ),
    "order": (types.Message, lambda m: (m.order.catalog_id, m.order.total_price) == ("194836987003835", 60)),
    "unsupported": (types.Message, lambda m: m.unsupported.type == "poll_creation" and m.error.code == 131051),
    "unavailable": (types.Message, lambda m: m.error.code == 131060),
    "edit": (types.EditedMessage, lambda e: e.original_message_id == QUOTED and e.message.text == "halo, maaf"),
    "revoke": (types.DeletedMessage, lambda d: d.original_message_id == QUOTED),
    "status sent": (
        types.MessageStatus,
        lambda s: s.status == MessageStatusType.SENT and s.pricing.category == "service" and s.tracker == "keluar-7",
    ),
    "status delivered": (types.MessageStatus, lambda s: s.status == MessageStatusType.DELIVERED and s.pricing.billable),
    "status read": (types.MessageStatus, lambda s: s.status == MessageStatusType.READ and s.tracker == "keluar-7"),
    "hidden": (
        types.Message,
        lambda m: m.from_user.wa_id is None and m.from_user.username and m.from_user.bsuid.startswith("ID."),
    ),
    "preference stop": (types.UserMarketingPreferences, lambda p: p.value == MarketingPreference.STOP and not p),
    "preference resume": (types.UserMarketingPreferences, lambda p: p.value == MarketingPreference.RESUME),
    "number": (
        types.PhoneNumberChange,
        lambda c: (
            (c.sys_type, c.old_wa_id, c.new_wa_id, c.new_user_id)
            == (SystemType.USER_CHANGED_NUMBER, WA, "628000000101", user_id("628000000101"))
        ),
    ),
    "template PAUSED": (types.TemplateStatusUpdate, lambda t: t.new_status == TemplateStatus.PAUSED),
    "template APPROVED": (types.TemplateStatusUpdate, lambda t: t.template_name == "ingat_posyandu"),
    "template REJECTED": (types.TemplateStatusUpdate, lambda t: t.new_status == TemplateStatus.REJECTED),
    "account": (types.AccountUpdate, lambda a: a.event == "ACCOUNT_VIOLATION"),
}

BEYOND_PYWA = {
    # pywa reads `contacts` and `from`, which Meta leaves out here.
    "status failed",
    "hidden number",
    # Meta took it back in August 2026.
    "user id",
}


def test_every_kind_is_expected(every_kind: dict[str, bytes]) -> None:
    assert set(every_kind) == set(EXPECTED) | BEYOND_PYWA
    assert set(FORMS) < set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_pywa_understands_what_the_simulator_sends(parsed: dict[str, Any], name: str) -> None:
    kind, fits = EXPECTED[name]
    update = parsed[name]
    assert type(update) is kind, update
    assert fits(update), update
    assert at(update.timestamp) < 120
    if isinstance(update, types.Message):
        assert update.metadata.phone_number_id == NUMBER
        assert update.metadata.display_phone_number == BUSINESS
        if name != "hidden":
            assert (update.from_user.wa_id, update.from_user.bsuid) == (WA, user_id(WA))


@pytest.mark.parametrize("name", sorted(BEYOND_PYWA))
def test_what_pywa_does_not_read_is_known(parsed: dict[str, Any], every_kind: dict[str, bytes], name: str) -> None:
    assert parsed[name] is None
    change = json.loads(every_kind[name])["entry"][0]["changes"][0]
    if name == "status failed":
        assert "contacts" not in change["value"]
        assert change["value"]["statuses"][0]["errors"][0]["code"] == 131026
    elif name == "hidden number":
        system = change["value"]["messages"][0]["system"]
        assert system["type"] == "user_changed_user_id"
        assert system["previous_user_id"] != system["user_id"]
        assert "from" not in change["value"]["messages"][0]
    else:
        told = change["value"]["user_id_update"][0]["user_id"]
        assert told == {"previous": user_id("628000000101"), "current": user_id("628000000102")}


# ---- the other way round: pywa sends ---------------------------------------------------------------------------------


def test_what_pywa_sends_is_taken_and_its_answers_are_understood(simulator: Running, bot: StubBot) -> None:
    received = simulator.says(WA, "halo")
    client = WhatsApp(phone_id=NUMBER, token=TOKEN, waba_id=BUSINESS_ACCOUNT)
    client.api._session.base_url = f"{simulator.url}/v25.0"
    to = f"+{WA}"
    uploaded = client.upload_media(sample("image"), mime_type="image/png", filename="qr.png")
    rows = [types.SectionRow(title="Gizi", callback_data="gizi", description="Balita")]
    listing = types.SectionList(button_title="Pilih", sections=[types.Section(title="Layanan", rows=rows)])
    sent = [
        client.send_message(to, "Halo", preview_url=True, tracker="keluar-7"),
        client.send_message(to, "Setuju?", buttons=[types.Button("Ya", "ya"), types.Button("Tidak", "tidak")]),
        client.send_message(to, "Pilih layanan", footer="Puskesmas", buttons=listing),
        client.send_message(to, "Buka", buttons=types.URLButton(title="Peta", url="https://contoh.go.id")),
        client.send_image(to, uploaded.id, caption="Kartu"),
        client.send_document(to, "https://contoh.go.id/a.pdf", filename="a.pdf"),
        client.send_location(to, latitude=-7.25, longitude=112.75, name="Posyandu", address="Jalan Melati"),
        client.request_location(to, "Di mana Anda?"),
        client.send_contact(to, types.Contact(name=types.Contact.Name(formatted_name="Warga", first_name="Warga"))),
        client.send_reaction(to, "🙏", received),
    ]
    ids = [message.id for message in sent]
    assert [entry["id"] for entry in simulator.chat(WA) if entry["direction"] == "out"] == ids
    assert {message.recipient for message in sent} == {WA}
    assert client.mark_message_as_read(received).success
    assert client.indicate_typing(received).success

    found = client.get_media_url(uploaded.id)
    assert found.mime_type == "image/png"
    assert client.get_media_bytes(found.url) == sample("image")
    assert client.delete_media(uploaded.id).success
    with pytest.raises(errors.WhatsAppError) as refused:
        client.send_message(to, "x" * 5000)
    assert refused.value.code == 100
