"""Reading Meta's webhooks: whatever arrives, what can be understood is, the rest is set aside, and nothing raises."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from typing import Any

from siaga.turns.messages import Batch, Incoming, Kind, Oddity
from siaga.turns.roads import FIRST
from siaga.turns.storable import SIZE, loads
from siaga.whatsapp.inbound import people, statuses
from siaga.whatsapp.inbound.content import UnknownType, content
from siaga.whatsapp.inbound.surroundings import around
from siaga.whatsapp.inbound.values import as_dict, as_list, identifier, moment, name, phone, user_id

_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)

log = logging.getLogger(__name__)


def read(body: bytes, first: str | None = None, others: Collection[str] = ()) -> Batch:
    """What a webhook's bytes bring for our numbers; of what is not JSON, the beginning is set aside."""
    try:
        found = loads(body)
    except (ValueError, RecursionError) as error:
        log.error("a signed webhook that is not JSON: %s", type(error).__name__)
        return Batch(oddities=[Oddity(f"not JSON: {type(error).__name__}", body[: SIZE // 8].decode("latin-1"))])
    return parse(found, first, others)


def parse(body: Any, first: str | None = None, others: Collection[str] = ()) -> Batch:
    """What a webhook's JSON brings for our numbers, given by their ids; all are the first without these.

    An account's further numbers share its webhook: what came to them is not ours.
    """
    batch = Batch()
    entries = as_dict(body).get("entry")
    if not isinstance(entries, list):
        _odd(batch, "no webhook", body)
    for entry in as_list(entries):
        changes = as_dict(entry).get("changes")
        if not isinstance(changes, list):
            _odd(batch, "an entry without changes", entry)
        for change in as_list(changes):
            _change(batch, change, first, others)
    return batch


def _change(batch: Batch, change: Any, first: str | None, others: Collection[str]) -> None:
    field = as_dict(change).get("field", "messages")
    value = as_dict(change).get("value")
    if not isinstance(value, dict):
        _odd(batch, "a change without a value", change)
    elif field == "messages":
        to = as_dict(value.get("metadata")).get("phone_number_id")
        number = to if isinstance(to, str) and to in others else FIRST
        if first and isinstance(to, str) and to != first and not number:
            log.warning("a webhook for another number of the account")
            return
        _messages(batch, value, number)
    elif field == "user_preferences":
        user_ids = people.user_ids(value)
        _each(batch, value, field, lambda raw: batch.preferences.append(people.preference(raw, user_ids)))
    elif field == "user_id_update":
        members = value if isinstance(value.get(field), list) else {field: [value.get(field, value)]}
        _each(batch, members, field, lambda raw: batch.alias_changes.append(people.update_change(raw)))
    else:
        # Meta speaks of the account: for people to read.
        log.warning("a webhook of the field %s", name(field))
        _odd(batch, f"field {name(field) or 'unknown'}", change)


def _messages(batch: Batch, value: dict[str, Any], number: str) -> None:
    known = False
    if "messages" in value:
        known = True
        user_ids, only = people.user_ids(value), people.only_contact(value)
        _each(batch, value, "messages", lambda raw: _message(batch, raw, user_ids, only, number))
    if "statuses" in value:
        known = True
        _each(batch, value, "statuses", lambda raw: batch.deliveries.append(statuses.delivery(raw, number)))
    if "errors" in value:
        known = True
        _odd(batch, "errors of the account", value["errors"])
    if not known:
        _odd(batch, "neither messages nor statuses", value)


def _each(batch: Batch, value: dict[str, Any], member: str, take: Callable[[Any], None]) -> None:
    """Take each member of a list; one that is malformed is set aside, and the rest goes on."""
    members = value.get(member)
    if not isinstance(members, list):
        _odd(batch, f"{member} is no list", value)
    for raw in as_list(members):
        try:
            take(raw)
        except _MALFORMED as error:
            _odd(batch, f"malformed {member}: {type(error).__name__}", raw)


def _message(batch: Batch, raw: Any, user_ids: dict[str, str], only: tuple[str | None, str | None], to: str) -> None:
    raw = as_dict(raw)
    if people.is_change(raw):
        batch.alias_changes.append(people.system_change(raw))
        return
    wamid = identifier(raw.get("id"))
    number = phone(raw.get("from"))
    known = user_id(raw.get("from_user_id")) or user_ids.get(number or "") or only[1]
    number = number or (only[0] if not known or known == only[1] else None)
    if not number and not known:
        raise ValueError("nobody sent it")
    kind, said = _said(batch, raw)
    batch.messages.append(Incoming(wamid, moment(raw.get("timestamp")), kind, said, number, known, around(raw), to))


def _said(batch: Batch, raw: dict[str, Any]) -> tuple[Kind, dict[str, Any]]:
    """What a message says. Somebody wrote something: where we cannot read it, better a kind word than silence."""
    type_ = name(raw.get("type"))
    try:
        return content(raw)
    except UnknownType as error:
        _odd(batch, f"unknown type {error}".strip(), raw)
    except _MALFORMED as error:
        _odd(batch, f"malformed {type_}: {type(error).__name__}", raw)
    return "unsupported", {"type": type_} if type_ else {}


def _odd(batch: Batch, reason: str, raw: Any) -> None:
    batch.oddities.append(Oddity(reason, raw))
