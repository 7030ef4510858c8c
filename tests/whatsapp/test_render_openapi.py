"""Our messages have the shape of Meta's own request examples.

The expectations are written after the examples of "Send Message" in Meta's OpenAPI file (github.com/facebook/openapi,
business-messaging-api v23.0), named above each, with our words in them; where the file has none, after Meta's page
that is named instead. The recipient's fields are the client's.
"""

from __future__ import annotations

from typing import Any

import pytest

from siaga.whatsapp.render import render
from siaga.whatsapp.reply import Choice, Document, Flow, Link, Place, Reply

YES_NO = (Choice("Ya", "/affirm"), Choice("Tidak", "/deny"))
BUTTONS = [
    {"type": "reply", "reply": {"id": "k.1", "title": "Ya"}},
    {"type": "reply", "reply": {"id": "k.2", "title": "Tidak"}},
]
EXAMPLES: dict[str, tuple[Reply, dict[str, Any]]] = {
    "Send Text Message": (
        Reply("Halo"),
        {"type": "text", "text": {"body": "Halo", "preview_url": False}},
    ),
    "Send Text Message with Preview URL": (
        Reply("Lihat https://contoh.id/video.", preview=True),
        {"type": "text", "text": {"body": "Lihat https://contoh.id/video.", "preview_url": True}},
    ),
    "Send Image Message by ID": (
        Reply(images=("media:ab",)),
        {"type": "image", "image": {"id": "media:ab"}},
    ),
    "Send Image Message by URL": (
        Reply(images=("https://contoh.id/a.png",)),
        {"type": "image", "image": {"link": "https://contoh.id/a.png"}},
    ),
    "Send Document Message by ID": (
        Reply("Jadwal bulan ini", documents=(Document("media:ab", "Jadwal.pdf"),)),
        {"type": "document", "document": {"caption": "Jadwal bulan ini", "filename": "Jadwal.pdf", "id": "media:ab"}},
    ),
    "Send Document Message by URL": (
        Reply("Jadwal", documents=(Document("https://contoh.id/a.pdf"),)),
        {"type": "document", "document": {"caption": "Jadwal", "link": "https://contoh.id/a.pdf"}},
    ),
    "Send Location Message": (
        Reply(places=(Place(-7.25, 112.75, "RSUD Uji", "Jl. Uji 1, Surabaya"),)),
        {
            "type": "location",
            "location": {"address": "Jl. Uji 1, Surabaya", "latitude": -7.25, "longitude": 112.75, "name": "RSUD Uji"},
        },
    ),
    "Send Reply Button": (
        Reply("Setuju?", YES_NO),
        {
            "type": "interactive",
            "interactive": {"type": "button", "body": {"text": "Setuju?"}, "action": {"buttons": BUTTONS}},
        },
    ),
    # HeaderObject, FooterObject
    "Send Reply Button, with a header and a footer": (
        Reply("Setuju?", YES_NO, images=("media:ab",), footer="Langkah 1"),
        {
            "type": "interactive",
            "interactive": {
                "type": "button",
                "header": {"type": "image", "image": {"id": "media:ab"}},
                "body": {"text": "Setuju?"},
                "footer": {"text": "Langkah 1"},
                "action": {"buttons": BUTTONS},
            },
        },
    ),
    "Send List Message": (
        Reply(
            "Mana?",
            (
                Choice("A", "/a", "dekat", "Surabaya"),
                Choice("B", "/b", "jauh", "Surabaya"),
                Choice("C", "/c", "dekat", "Malang"),
                Choice("D", "/d", "jauh", "Malang"),
            ),
            list_button="Pilih tempat",
            footer="Langkah 6",
        ),
        {
            "type": "interactive",
            "interactive": {
                "type": "list",
                "body": {"text": "Mana?"},
                "footer": {"text": "Langkah 6"},
                "action": {
                    "button": "Pilih tempat",
                    "sections": [
                        {
                            "title": "Surabaya",
                            "rows": [
                                {"id": "k.1", "title": "A", "description": "dekat"},
                                {"id": "k.2", "title": "B", "description": "jauh"},
                            ],
                        },
                        {
                            "title": "Malang",
                            "rows": [
                                {"id": "k.3", "title": "C", "description": "dekat"},
                                {"id": "k.4", "title": "D", "description": "jauh"},
                            ],
                        },
                    ],
                },
            },
        },
    ),
    "Send Published Flow by ID": (
        Reply("Daftar di sini.", flow=Flow("99", title="📝 Isi", token="t", screen="DIRI", data={"nama": "Warga"})),
        {
            "type": "interactive",
            "interactive": {
                "type": "flow",
                "body": {"text": "Daftar di sini."},
                "action": {
                    "name": "flow",
                    "parameters": {
                        "flow_message_version": "3",
                        "flow_id": "99",
                        "flow_cta": "Isi",
                        "flow_token": "t",
                        "flow_action": "navigate",
                        "flow_action_payload": {"screen": "DIRI", "data": {"nama": "Warga"}},
                    },
                },
            },
        },
    ),
    "Send Draft Flow by Name": (
        Reply(flow=Flow(name="daftar", token="t", exchange=True, draft=True)),
        {
            "type": "interactive",
            "interactive": {
                "type": "flow",
                "body": {"text": "Silakan isi formulirnya."},
                "action": {
                    "name": "flow",
                    "parameters": {
                        "flow_message_version": "3",
                        "flow_name": "daftar",
                        "flow_cta": "Isi formulir",
                        "flow_token": "t",
                        "mode": "draft",
                        "flow_action": "data_exchange",
                    },
                },
            },
        },
    ),
    # Meta's page on interactive CTA URL buttons
    "CTA URL": (
        Reply("Petanya:", links=(Link("Buka peta", "https://contoh.id/peta"),)),
        {
            "type": "interactive",
            "interactive": {
                "type": "cta_url",
                "body": {"text": "Petanya:"},
                "action": {
                    "name": "cta_url",
                    "parameters": {"display_text": "Buka peta", "url": "https://contoh.id/peta"},
                },
            },
        },
    ),
    # Meta's page on location requests
    "location request": (
        Reply("Di mana?", ask_location=True),
        {
            "type": "interactive",
            "interactive": {
                "type": "location_request_message",
                "body": {"text": "Di mana?"},
                "action": {"name": "send_location"},
            },
        },
    ),
    # Meta's page on business-scoped user ids
    "contact request": (
        Reply(ask_contact=True),
        {
            "type": "interactive",
            "interactive": {
                "type": "contact_request",
                "body": {"text": "Kirim nomor HP Anda, ya."},
                "action": {"name": "request_contact_info"},
            },
        },
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_like_metas_example(name: str) -> None:
    reply, expected = EXAMPLES[name]
    (draft,) = render(reply, "k")
    assert draft.payload == expected
