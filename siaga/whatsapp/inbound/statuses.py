"""How far our own messages have come."""

from __future__ import annotations

from typing import Any

from siaga.turns.messages import Delivery
from siaga.turns.roads import FIRST
from siaga.turns.storable import clean
from siaga.whatsapp.errors import at_home, verdict, verdict_for
from siaga.whatsapp.inbound.values import as_dict, as_list, identifier, moment, phone, user_id

STATUSES = {"sent": "sent", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed"}
# What we give along is no longer than this.
KEY_LENGTH = 32


def delivery(raw: Any, number: str = FIRST) -> Delivery:
    """A member of ``statuses``; ``number`` is that of ours which it is about.

    Raises:
        KeyError: a status that nobody knows.
        TypeError, ValueError: it is not in Meta's form.
    """
    told = as_dict(raw)
    wamid = identifier(told.get("id"))
    status = STATUSES[told["status"]]
    key = told.get("biz_opaque_callback_data")
    key = clean(key) if isinstance(key, str) and len(key) <= KEY_LENGTH else None
    code = _code(told) if status == "failed" else None
    home = at_home(phone(told.get("recipient_id")), user_id(told.get("recipient_user_id")))
    return Delivery(
        wamid,
        status,
        moment(told.get("timestamp")),
        key or None,
        code,
        verdict_for(code, verdict(code), home) if status == "failed" else None,
        number,
    )


def _code(told: dict[str, Any]) -> int | None:
    """The first error's code."""
    code = as_dict(next(iter(as_list(told.get("errors"))), None)).get("code")
    if isinstance(code, str) and code.isascii() and code.isdigit():
        code = int(code[:10])
    return code if isinstance(code, int) and not isinstance(code, bool) and abs(code) < 2**31 else None
