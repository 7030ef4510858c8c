"""What the simulator sends and answers, against Meta's OpenAPI file, written anew in ``meta.yaml``.

Where the file itself lies beside the project (or ``SIAGA_META_OPENAPI`` names it), its own examples are read too: all
of them must fit ``meta.yaml``, and pass our check of what may be sent.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from siaga.simulator.config import BUSINESS_ACCOUNT
from siaga.simulator.errors import GraphRefusal
from siaga.simulator.limits import MIME_TYPES, check_message, check_read
from siaga.simulator.samples import sample
from tests.simulator.conftest import Running
from tests.simulator.kinds import FORMS, STATUSES
from tests.simulator.stub_bot import NUMBER, TOKEN, StubBot, text
from tests.simulator.test_limits import upload

HERE = Path(__file__).resolve().parent
ORIGINAL = Path(
    os.environ.get("SIAGA_META_OPENAPI")
    or HERE.parents[2] / "shared" / "data" / "whatsapp" / "business-messaging-api_v23.0.yaml"
)
MESSAGES = [*FORMS, *(f"status {status}" for status in STATUSES), "hidden", "number", "hidden number"]
AUTH = {"Authorization": f"Bearer {TOKEN}"}
SCHEMA = yaml.safe_load((HERE / "meta.yaml").read_text(encoding="utf-8"))


def problems(kind: str, value: Any) -> list[str]:
    """Where a value breaks the rules of its kind."""
    schema = {**SCHEMA, "$ref": f"#/definitions/{kind}"}
    return [f"{list(error.absolute_path)}: {error.message}" for error in Draft7Validator(schema).iter_errors(value)]


@pytest.mark.parametrize("name", MESSAGES)
def test_webhooks_have_metas_form(every_kind: dict[str, bytes], name: str) -> None:
    assert problems("webhook", json.loads(every_kind[name])) == []


def test_the_schema_can_refuse(every_kind: dict[str, bytes]) -> None:
    webhook = json.loads(every_kind["text"])
    value = webhook["entry"][0]["changes"][0]["value"]
    for part in ("contacts", "metadata", "messaging_product"):
        kept = value.pop(part)
        assert problems("webhook", webhook), part
        value[part] = kept
    value["messages"][0]["timestamp"] = 1795327399
    assert problems("webhook", webhook)


def test_system_messages_come_without_contacts(every_kind: dict[str, bytes]) -> None:
    webhook = json.loads(every_kind["number"])
    value = webhook["entry"][0]["changes"][0]["value"]
    value["contacts"] = [{"profile": {"name": "Warga Uji 001"}}]
    assert problems("webhook", webhook)


def test_everything_beyond_ascii_is_escaped_in_lower_case(every_kind: dict[str, bytes]) -> None:
    assert b"\\ud83d\\udc4b" in every_kind["text"]
    assert all(raw.isascii() for raw in every_kind.values())


def test_answers_have_metas_form(simulator: Running, bot: StubBot) -> None:
    received = simulator.says("628000000001", "halo")
    assert problems("accepted", bot.post({"to": "+628000000001", **text("Halo")}).json()) == []
    assert problems("success", bot.post({"status": "read", "message_id": received}).json()) == []
    refused = bot.post({"to": "+628000000001", **text("")})
    assert refused.status_code == 400
    assert problems("refused", refused.json()) == []

    uploaded = upload(simulator, "image/png", sample("image")).json()
    assert problems("uploaded", uploaded) == []
    path = f"/v25.0/{uploaded['id']}"
    assert problems("described", simulator.client.get(path, headers=AUTH).json()) == []
    assert problems("success", simulator.client.delete(path, headers=AUTH).json()) == []
    assert problems("refused", simulator.client.get(path, headers=AUTH).json()) == []

    templates = f"/v25.0/{BUSINESS_ACCOUNT}/message_templates"
    form = {
        "name": "ingat",
        "language": "id",
        "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Besok jadwal posyandu."}],
    }
    assert problems("submitted", simulator.client.post(templates, headers=AUTH, json=form).json()) == []
    listed = simulator.client.get(templates, headers=AUTH).json()
    assert problems("listed", listed) == []
    assert [one["name"] for one in listed["data"]] == ["ingat"]
    deleted = simulator.client.delete(templates, headers=AUTH, params={"name": "ingat"})
    assert problems("success", deleted.json()) == []
    assert simulator.client.get(templates, headers=AUTH).json()["data"] == []
    assert simulator.client.get(templates, headers={"Authorization": "Bearer x"}).status_code == 401
    assert simulator.client.get(f"/v25.0/{NUMBER}/message_templates", headers=AUTH).status_code == 400


# ---- the file itself ------------------------------------------------------------------------------------------------

original = pytest.mark.skipif(not ORIGINAL.exists(), reason="Meta's OpenAPI file is not beside the project")

# Messages that we neither send nor take: a catalogue's, orders' and payments'. The reply to a list has no type there.
NOT_TAKEN = {
    "Send Catalog Message",
    "Send Multi-Product Message",
    "Send Order Details Message",
    "Send Order Status Message",
    "Send Reply to List Message",
    "Send Single Product Message",
}


@lru_cache(maxsize=1)
def paths() -> dict[str, Any]:
    with ORIGINAL.open(encoding="utf-8") as file:
        return yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["paths"]


def examples(path: str, method: str) -> dict[str, Any]:
    content = paths()[path][method]["requestBody"]["content"]["application/json"]
    return {name: example["value"] for name, example in content["examples"].items()}


def filled(value: Any) -> Any:
    """An example with its placeholders for links replaced."""
    if isinstance(value, dict):
        links = ("link", "url")
        return {key: "https://contoh.go.id/a" if key in links else filled(part) for key, part in value.items()}
    return [filled(part) for part in value] if isinstance(value, list) else value


@original
def test_metas_own_webhooks_fit_the_schema() -> None:
    found = {name: webhook for name, webhook in examples("/whatsapp/webhooks", "post").items() if "Group" not in name}
    assert len(found) >= 12
    assert {name: problems("webhook", webhook) for name, webhook in found.items()} == {name: [] for name in found}


@original
def test_metas_own_messages_pass_our_checks() -> None:
    refused = set()
    found = examples("/{Version}/{Phone-Number-ID}/messages", "post")
    for name, message in found.items():
        mime = next(iter(MIME_TYPES.get(message.get("type", ""), {"image/png"})))
        try:
            if "status" in message:
                check_read(message)
            else:
                check_message(filled(message), lambda media_id, mime=mime: mime)
        except GraphRefusal:
            refused.add(name)
    assert refused == NOT_TAKEN
    assert len(found) >= 50
