"""What Meta says about a message: what it answers, whether it was passed on, and the ad that led to it."""

from __future__ import annotations

from typing import Any

from siaga.turns.messages import message_key
from siaga.whatsapp.inbound.values import ID_LENGTH, as_dict, some_text

# What is kept of an ad, and how much of it.
REFERRAL = {"source_type": 20, "source_id": 100, "headline": 300, "body": 1024, "source_url": 2000}


def around(raw: dict[str, Any]) -> dict[str, Any]:
    """``siaga.turns.messages.Incoming.around`` of a member of ``messages``; what is malformed is left out."""
    context = as_dict(raw.get("context"))
    referral = as_dict(raw.get("referral"))
    quoted = some_text(context.get("id"), ID_LENGTH)
    kept = {key: some_text(referral.get(key), length) for key, length in REFERRAL.items()}
    found = {
        "quotes": message_key(quoted) if quoted else None,
        "forwarded": _forwarded(context),
        "referral": {key: value for key, value in kept.items() if value},
    }
    return {key: value for key, value in found.items() if value}


def _forwarded(context: dict[str, Any]) -> str | None:
    if context.get("frequently_forwarded") is True:
        return "often"
    return "once" if context.get("forwarded") is True else None
