"""What somebody reads in a message of ours, told from its payload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siaga.turns.messages import Draft, Shown


def shown(draft: Draft) -> Shown:
    """Of a message in Meta's shapes, as ``siaga.whatsapp.shapes`` makes them."""
    payload = draft.payload
    block: Mapping[str, Any] = payload.get(str(payload.get("type")), {})
    options = tuple(option.label for option in draft.options)
    if payload.get("type") == "interactive":
        header: Mapping[str, Any] = block.get("header", {})
        lines = [_file(header), block.get("body", {}).get("text"), block.get("footer", {}).get("text")]
        return Shown(_joined(*lines), options, _picture(header))
    if payload.get("type") == "text":
        return Shown(str(block.get("body", "")), options)
    if payload.get("type") == "location":
        return Shown(_joined("📍 " + ", ".join(filter(None, (block.get("name"), block.get("address"))))), options)
    return Shown(_joined(_file(payload), block.get("caption")), options, _picture(payload))


def shown_by_twilio(draft: Draft) -> Shown:
    """Of a message in Twilio's parameters, whose words name what can be chosen, too."""
    return Shown(str(draft.payload.get("Body", "")), (), draft.payload.get("MediaUrl"))


def _file(block: Mapping[str, Any]) -> str:
    document = block.get("document")
    return f"📄 {document.get('filename', '')}".strip() if document else ""


def _picture(block: Mapping[str, Any]) -> str | None:
    image: Mapping[str, Any] = block.get("image", {})
    return image.get("id") or image.get("link")


def _joined(*lines: str | None) -> str:
    return "\n\n".join(line.strip() for line in lines if line and line.strip())
