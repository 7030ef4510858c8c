"""A message is answered exactly once, whatever dies, and however often it arrives."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from siaga.settings import settings
from siaga.start.processes import wait_until
from siaga.turns.messages import message_key
from tests.stack.conftest import Stack, body

KILLS = 6
TURN_SECONDS = 0.06
CONTACTS = 4
# Each is one turn with one bubble, and needs nothing that an earlier one left behind.
TEXTS = ["halo min", "makasih ya", "kamu bisa apa aja?", "vaksin halal ga?"]


def test_rasa_killed_in_mid_turn_again_and_again(stack: Stack) -> None:
    """Messages keep coming while their process is killed: nothing is lost, done twice, or out of order."""
    chance = random.Random(7)
    # One in each part of a turn: while it is understood, while actions run, and in its last transaction.
    moments = [TURN_SECONDS * (part + chance.random()) / KILLS for part in range(KILLS)]
    chance.shuffle(moments)
    contacts = [stack.contact() for _ in range(CONTACTS)]
    sent: dict[str, list[str]] = {contact: [] for contact in contacts}
    in_mid_turn = 0

    for turn, moment in enumerate(moments):
        for contact in contacts:
            sent[contact].append(stack.write(contact, TEXTS[turn % len(TEXTS)]))
        assert wait_until(lambda: _working(stack), 30, pause=0.002), "no turn has begun"
        time.sleep(moment)
        in_mid_turn += _working(stack)
        stack.kill("rasa")
        stack.restart("rasa")

    for contact in contacts:
        stack.replies(contact, wait=100)
    all_sent = [message for messages in sent.values() for message in messages]
    assert in_mid_turn >= KILLS // 2, f"only {in_mid_turn} of {KILLS} kills hit a turn: the test has lost its aim"

    statuses = Counter(row.status for row in _inbound(stack, all_sent))
    assert statuses == {"done": len(all_sent)}
    for contact, messages in sent.items():
        keys = [message_key(message) for message in messages]
        answered = stack.rows(
            "SELECT i.key FROM outbound_message o JOIN inbound_message i ON i.id = o.caused_by "
            "WHERE i.key = ANY(:messages) ORDER BY o.seq",
            messages=keys,
        )
        assert [row.key for row in answered] == keys, "each answered once, in the order they came"
        # And what lies in the outbox is what reached the citizen: no more, no less.
        assert len(stack.replies(contact)) == len(messages)


def test_five_hundred_duplicate_webhooks_are_one_turn(stack: Stack) -> None:
    contact = stack.contact()
    message = stack.write(contact, "halo")
    webhook = _webhook(contact, message, "halo")

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: _deliver(stack, webhook), range(500)))

    assert Counter(answers) == {200: 500}
    stack.replies(contact, wait=30)
    time.sleep(0.5)  # a second turn would begin now
    replies = stack.replies(contact, wait=30)
    assert len(replies) == 1
    assert len(_inbound(stack, [message])) == 1


def test_the_simulators_own_duplicates_and_disorder(stack: Stack) -> None:
    stack.post("/api/faults", {"duplicate": 5})
    contact = stack.contact()
    for number, text in enumerate(TEXTS, 1):
        assert len(stack.say(contact, text, wait=60)) == number


def test_what_is_typed_in_a_row_is_answered_at_once(stack: Stack) -> None:
    contact = stack.contact()
    messages = [stack.write(contact, text) for text in ("halo", "min", "vaksin halal ga?")]

    replies = stack.replies(contact, wait=60)

    assert len(replies) == 1
    assert re.search("halal|MUI", body(replies[0]))
    assert [row.status for row in _inbound(stack, messages)] == ["done"] * len(messages)


def test_a_webhook_that_nobody_signed_changes_nothing(stack: Stack) -> None:
    contact = stack.contact()
    webhook = _webhook(contact, "wamid.palsu", "halo")

    wrong = httpx.post(f"{stack.rasa}/webhooks/whatsapp/webhook", content=webhook, trust_env=False)
    forged = httpx.post(
        f"{stack.rasa}/webhooks/whatsapp/webhook",
        content=webhook,
        headers={"X-Hub-Signature-256": "sha256=" + "0" * 64},
        trust_env=False,
    )

    assert 400 <= wrong.status_code < 500
    assert 400 <= forged.status_code < 500
    assert _inbound(stack, ["wamid.palsu"]) == []


def test_without_its_action_server_the_citizen_hears_so_once(stack: Stack) -> None:
    contact = stack.contact()
    stack.say(contact, "halo")
    before = len(stack.replies(contact))
    stack.kill("actions")

    messages = [stack.write(contact, "mau daftar vaksin")]
    time.sleep(2.5)  # a breath apart: two turns
    messages.append(stack.write(contact, "halo?"))
    assert wait_until(lambda: len(stack.replies(contact)) > before, 30), "the citizen is left in silence"
    time.sleep(6)  # several more tries
    told = stack.replies(contact)[before:]
    assert len(told) == 1, [body(one) for one in told]
    assert [row.status for row in _inbound(stack, messages)] == ["waiting", "waiting"]

    stack.restart("actions")
    replies = stack.replies(contact, wait=60)[before + 1 :]

    assert [row.status for row in _inbound(stack, messages)] == ["done", "done"]
    assert len(replies) == len(messages)
    assert re.search("daftar|NIK|data|setuju", body(replies[0]), re.IGNORECASE)


def test_the_sender_killed_while_it_sends(stack: Stack) -> None:
    """What was queued is sent by the next sender, once."""
    contacts = [stack.contact() for _ in range(3)]
    stack.kill("sender")
    for contact in contacts:
        stack.write(contact, "halo")
    assert wait_until(lambda: _queued(stack) >= len(contacts), 30)
    assert all(stack.replies(contact) == [] for contact in contacts)

    stack.restart("sender")

    for contact in contacts:
        assert len(stack.replies(contact, wait=60)) == 1


def _working(stack: Stack) -> bool:
    return bool(stack.rows("SELECT 1 FROM lane WHERE lease_owner IS NOT NULL AND ready_at > now() LIMIT 1"))


def _queued(stack: Stack) -> int:
    return stack.rows("SELECT count(*) FROM outbound_message WHERE status = 'queued'")[0][0]


def _inbound(stack: Stack, messages: list[str]) -> list:
    return list(
        stack.rows(
            "SELECT status FROM inbound_message WHERE key = ANY(:messages) ORDER BY id",
            messages=[message_key(message) for message in messages],
        )
    )


def _webhook(contact: str, message: str, text: str) -> bytes:
    """What Meta posts for one text message."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "628000000000", "phone_number_id": settings().whatsapp_phone_number_id},
        "contacts": [{"profile": {"name": "Warga Uji"}, "wa_id": contact}],
        "messages": [
            {"from": contact, "id": message, "timestamp": str(int(time.time())), "type": "text", "text": {"body": text}}
        ],
    }
    change = {"field": "messages", "value": value}
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}).encode()


def _deliver(stack: Stack, webhook: bytes) -> int:
    key = settings().whatsapp_app_secret.encode()
    signature = "sha256=" + hmac.new(key, webhook, hashlib.sha256).hexdigest()
    return httpx.post(
        f"{stack.rasa}/webhooks/whatsapp/webhook",
        content=webhook,
        headers={"X-Hub-Signature-256": signature, "Content-Type": "application/json"},
        timeout=30,
        trust_env=False,
    ).status_code
