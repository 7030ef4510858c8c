"""Every kind of webhook that the simulator can send, each made once."""

from __future__ import annotations

from typing import Any

from tests.simulator.conftest import Running
from tests.simulator.stub_bot import StubBot, members, text, until

WA = "628000000001"
QUOTED = "wamid.QUOTED"

FORMS: dict[str, dict[str, Any]] = {
    "text": text("halo 👋"),
    "quote": {**text("yang ini"), "context": {"id": QUOTED}},
    "forwarded": {**text("kata grup sebelah"), "context": {"forwarded": True}},
    "frequently forwarded": {**text("sebarkan!"), "context": {"frequently_forwarded": True}},
    "product": {
        **text("masih ada?"),
        "context": {"id": QUOTED, "referred_product": {"catalog_id": "1", "product_retailer_id": "vitamin"}},
    },
    "referral": {
        **text("saya lihat iklan"),
        "referral": {
            "source_url": "https://fb.me/posyandu",
            "source_id": "120226305854810726",
            "source_type": "ad",
            "headline": "Imunisasi gratis",
            "body": "Tanyakan di sini",
            "media_type": "image",
            "image_url": "https://contoh.go.id/iklan.png",
            "ctwa_clid": "Aff-1",
            "welcome_message": {"text": "Ada yang bisa dibantu?"},
        },
    },
    "image": {"type": "image", "image": {"caption": "KTP"}},
    "video": {"type": "video", "video": {}},
    "audio": {"type": "audio", "audio": {}},
    "document": {"type": "document", "document": {"filename": "rujukan.pdf"}},
    "sticker": {"type": "sticker", "sticker": {}},
    "location": {
        "type": "location",
        "location": {"latitude": -7.2575, "longitude": 112.7521, "name": "Posyandu", "address": "Jalan Melati"},
    },
    "bare location": {"type": "location", "location": {"latitude": -7.2575, "longitude": 112.7521}},
    "contacts": {
        "type": "contacts",
        "contacts": [
            {
                "name": {"formatted_name": "Warga Uji 002", "first_name": "Warga"},
                "phones": [{"phone": "+62 800-0000-0002", "wa_id": "628000000002", "type": "MOBILE"}],
            }
        ],
    },
    "shared number": {
        "type": "contacts",
        "origin": "contact_request",
        "contacts": [{"vcard": "BEGIN:VCARD\nEND:VCARD", "phones": [{"phone": "+628000000001"}]}],
    },
    "reaction": {"type": "reaction", "reaction": {"message_id": QUOTED, "emoji": "👍"}},
    "reaction removed": {"type": "reaction", "reaction": {"message_id": QUOTED}},
    "button reply": {
        "type": "interactive",
        "interactive": {"type": "button_reply", "button_reply": {"id": "o1", "title": "Ya"}},
        "context": {"id": QUOTED},
    },
    "list reply": {
        "type": "interactive",
        "interactive": {"type": "list_reply", "list_reply": {"id": "o2", "title": "Gizi", "description": "Balita"}},
        "context": {"id": QUOTED},
    },
    "flow reply": {
        "type": "interactive",
        "interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": {"flow_token": "t1", "nama": "Warga"}}},
        "context": {"id": QUOTED},
    },
    "call permission": {
        "type": "interactive",
        "interactive": {
            "type": "call_permission_reply",
            "call_permission_reply": {"response": "accept", "expiration_timestamp": 1795400000},
        },
        "context": {"id": QUOTED},
    },
    "template button": {
        "type": "button",
        "button": {"text": "Berhenti", "payload": "stop"},
        "context": {"id": QUOTED},
    },
    "order": {
        "type": "order",
        "order": {
            "catalog_id": "194836987003835",
            "text": "",
            "product_items": [
                {"product_retailer_id": "vitamin", "quantity": 2, "item_price": 30, "currency": "IDR"},
            ],
        },
    },
    "unsupported": {"type": "unsupported", "unsupported": {"type": "poll_creation"}},
    "unavailable": {"type": "unsupported", "code": 131060},
    "edit": {"type": "edit", "edit": {"original_message_id": QUOTED, "message": text("halo, maaf")}},
    "revoke": {"type": "revoke", "revoke": {"original_message_id": QUOTED}},
}
"""What citizens send, as programs hand it to the simulator."""

STATUSES = ("sent", "delivered", "read", "failed")


def collect(simulator: Running, bot: StubBot) -> dict[str, bytes]:
    """The raw webhook of each kind, by its name."""
    found: dict[str, bytes] = {}

    def taken(name: str) -> None:
        until(lambda: len(bot.raw) > len(found))
        assert len(bot.raw) == len(found) + 1
        found[name] = bot.raw[-1]

    for name, form in FORMS.items():
        simulator.post(f"/api/contacts/{WA}/messages", form)
        taken(name)
    for status in STATUSES:
        simulator.post("/api/faults", {"statuses": [status]})
        payload = {**text("Halo"), "biz_opaque_callback_data": "keluar-7"}
        assert bot.post({"to": f"+{WA}", **payload}).status_code == 200
        taken(f"status {status}")
    simulator.post("/api/faults", {})
    hidden = simulator.post("/api/contacts", {"hidden": True})["wa_id"]
    simulator.says(hidden, "halo")
    taken("hidden")
    for value in ("stop", "resume"):
        simulator.post(f"/api/contacts/{WA}/preferences", {"value": value})
        taken(f"preference {value}")
    simulator.post(f"/api/contacts/{WA}/number", {"to": "628000000101"})
    taken("number")
    simulator.post("/api/contacts/628000000101/number", {"to": "628000000102", "by": "user_id_update"})
    taken("user id")
    simulator.post(f"/api/contacts/{hidden}/number", {})
    taken("hidden number")
    template = simulator.post(
        "/api/templates",
        {
            "name": "ingat_posyandu",
            "language": "id",
            "category": "UTILITY",
            "components": [{"type": "BODY", "text": "Besok jadwal posyandu."}],
        },
    )
    for status in ("PAUSED", "APPROVED", "REJECTED"):
        simulator.post(f"/api/templates/{template['id']}", {"status": status, "reason": "NONE"})
        taken(f"template {status}")
    value = {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SPAM"}}
    simulator.post("/api/webhooks?field=account_update", value)
    taken("account")
    assert bot.bad_signatures == 0
    assert not members_of_two(bot)
    return found


def members_of_two(bot: StubBot) -> list[dict[str, Any]]:
    """Webhooks that tell of more than one thing: there should be none here."""
    return [hook for hook in bot.webhooks if len(members(hook, "messages")) + len(members(hook, "statuses")) > 1]
