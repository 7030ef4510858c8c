"""Webhooks as Meta writes them."""

from __future__ import annotations

import json
from typing import Any

PHONE = "628000000001"


def webhook(
    messages: list[Any] | None = None, statuses: list[Any] | None = None, contacts: list[Any] | None = None
) -> dict[str, Any]:
    """The envelope around messages or statuses."""
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "628000009999", "phone_number_id": "100000000000001"},
    }
    if messages is not None:
        value["messages"] = messages
    if statuses is not None:
        value["statuses"] = statuses
    if contacts is not None:
        value["contacts"] = contacts
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}],
    }


def message(type_: str = "text", content: Any = None, wamid: str = "wamid.1", **rest: Any) -> dict[str, Any]:
    """One message of ``type_``."""
    content = {"body": "halo"} if content is None and type_ == "text" else content
    return {"id": wamid, "from": PHONE, "timestamp": "1795316400", "type": type_, type_: content, **rest}


def body(content: Any) -> bytes:
    """The bytes Meta would send: everything beyond ASCII escaped."""
    return json.dumps(content).encode("ascii")
