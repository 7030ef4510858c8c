"""News about people: another number, another user id, whether they want to be written to.

A change of number also changes the user id. Meta says so in a ``system`` message (``user_changed_number``, or
``user_changed_user_id`` where it may not tell the number) in which ``from`` and ``previous_user_id`` are the old
aliases and ``wa_id`` and ``user_id`` the new ones. Its documentation had a field ``user_id_update``, too, until
August 2026.
"""

from __future__ import annotations

from typing import Any

from siaga.turns.messages import AliasChange, Preference
from siaga.whatsapp.inbound.values import as_dict, as_list, moment, phone, user_id

# The last one is how Meta's older, and other people's, documentation calls the first.
CHANGES = frozenset({"user_changed_number", "user_changed_user_id", "customer_changed_number"})
_WELCOME = {"stop": False, "resume": True, "signup": True}


def is_change(raw: dict[str, Any]) -> bool:
    """Whether a member of ``messages`` is news that somebody's aliases have changed."""
    type_ = as_dict(raw.get("system")).get("type")
    return raw.get("type") == "system" and isinstance(type_, str) and type_ in CHANGES


def system_change(raw: dict[str, Any]) -> AliasChange:
    """The change that a ``system`` message tells.

    Raises:
        ValueError: it does not say whose, or into what.
    """
    system = as_dict(raw.get("system"))
    new_user_id = user_id(system.get("user_id"))
    sender = user_id(raw.get("from_user_id"))
    return _change(
        raw.get("timestamp"),
        old=(
            phone(raw.get("from")) or phone(system.get("customer")),
            user_id(system.get("previous_user_id")) or (sender if sender != new_user_id else None),
        ),
        new=(phone(system.get("wa_id")) or phone(system.get("new_wa_id")), new_user_id),
    )


def update_change(raw: Any) -> AliasChange:
    """The change in a member of ``user_id_update``, ``{"wa_id"?, "user_id": {"previous", "current"}, "timestamp"}``.

    Raises:
        ValueError: it does not say whose, or into what.
    """
    update = as_dict(raw)
    ids = as_dict(update.get("user_id")) or update
    old, new = user_id(ids.get("previous")), user_id(ids.get("current"))
    return _change(update.get("timestamp"), old=(None, old), new=(phone(update.get("wa_id")), new))


def _change(timestamp: Any, old: tuple[str | None, str | None], new: tuple[str | None, str | None]) -> AliasChange:
    if not any(old) or not any(new):
        raise ValueError("a change of nobody, or into nothing")
    return AliasChange(moment(timestamp), old[0], old[1], new[0], new[1])


def preference(raw: Any, user_ids: dict[str, str]) -> Preference:
    """The wish in a member of ``user_preferences``, ``{"wa_id", "user_id"?, "value": stop|resume, "timestamp"}``.

    Raises:
        KeyError: no such wish is known.
        TypeError, ValueError: it is not in Meta's form, or does not say whose it is.
    """
    told = as_dict(raw)
    number = phone(told.get("wa_id"))
    known = user_id(told.get("user_id")) or user_ids.get(number or "")
    if not number and not known:
        raise ValueError("nobody's wish")
    return Preference(moment(told.get("timestamp")), _WELCOME[told["value"]], number, known)


def user_ids(value: dict[str, Any]) -> dict[str, str]:
    """User ids by phone number, from the ``contacts`` that come along."""
    cards = [as_dict(card) for card in as_list(value.get("contacts"))]
    pairs = ((phone(card.get("wa_id")), user_id(card.get("user_id"))) for card in cards)
    return {number: found for number, found in pairs if number and found}


def only_contact(value: dict[str, Any]) -> tuple[str | None, str | None]:
    """The phone number and user id of the one contact that comes along, if all messages may be theirs."""
    cards = as_list(value.get("contacts"))
    senders = {phone(as_dict(raw).get("from")) for raw in as_list(value.get("messages"))}
    card = as_dict(cards[0]) if len(cards) == 1 and len(senders) == 1 else {}
    return phone(card.get("wa_id")), user_id(card.get("user_id"))
