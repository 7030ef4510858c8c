"""The channel from end to end: what WhatsApp does to a message on its way, and what the citizen sees of it."""

from __future__ import annotations

import re

import httpx

from siaga.settings import settings
from siaga.start.processes import wait_until
from siaga.turns.messages import message_key
from siaga.whatsapp.signature import HEADER, sign
from tests.stack.conftest import Stack, body
from tests.whatsapp import webhooks


def _text(stack: Stack, contact: str, words: str, **rest: object) -> str:
    return stack.post(f"/api/contacts/{contact}/messages", {"type": "text", "text": {"body": words}, **rest})["id"]


def test_what_was_written_during_a_long_outage_gets_one_apology(stack: Stack) -> None:
    contact = stack.contact()
    for hours, words in ((5, "mau daftar"), (4, "ibu saya sesak napas berat"), (3, "halo?")):
        _text(stack, contact, words, age=f"{hours}h")
    replies = stack.replies(contact, wait=60)
    said = "\n".join(body(reply) for reply in replies)
    # Webhooks come one by one: the first may be worked before the last is there.
    assert 1 <= len(replies) <= 3
    assert re.search(r"terganggu", said) and "119" in said
    assert "NIK" not in said, "nothing old is answered as if it were new"


def test_who_gets_another_number_goes_on_where_they_were(stack: Stack) -> None:
    contact = stack.contact()
    stack.say(contact, "mau daftar vaksin")
    stack.say(contact, "setuju")
    moved = stack.post(f"/api/contacts/{contact}/number", {})["wa_id"]
    keys = "SELECT count(*) AS n FROM contact"
    before = stack.rows(keys)[0].n
    assert wait_until(lambda: len(stack.rows("SELECT 1 FROM contact")) == before, 5)
    replies = stack.say(moved, "saya sendiri")
    assert re.search("NIK", body(replies[-1]))
    assert stack.rows(keys)[0].n == before, "nobody new was made"


def test_a_refusal_for_a_while_delays_the_reply_and_loses_nothing(stack: Stack) -> None:
    contact = stack.contact()
    stack.post("/api/faults", {"errors": [{"code": 131000, "times": 2, "to": contact}]})
    assert len(stack.say(contact, "halo", wait=60)) == 1


def test_an_answer_that_never_comes_is_not_a_second_message(stack: Stack) -> None:
    contact = stack.contact()
    stack.post("/api/faults", {"timeout": {"times": 1, "accepted": True}})
    stack.write(contact, "halo")
    assert wait_until(lambda: len(stack.replies(contact)) == 1, 60)
    # The status tells that it arrived, long before the answer is given up.
    assert wait_until(lambda: _statuses(stack) <= {"sent", "delivered", "read"}, 60)
    assert len(stack.replies(contact)) == 1


def test_a_photo_is_fetched_and_kept_and_the_citizen_told_how_to_go_on(stack: Stack) -> None:
    contact = stack.contact()
    photo = stack.post(f"/api/contacts/{contact}/messages", {"type": "image", "image": {}})["id"]
    (reply,) = stack.replies(contact, wait=60)
    assert re.search("gambar|foto", body(reply), re.IGNORECASE)
    kept = "SELECT status, mime FROM received_media WHERE message_key = :key"
    assert wait_until(lambda: stack.rows(kept, key=message_key(photo))[0].status == "kept", 30)
    assert stack.rows(kept, key=message_key(photo))[0].mime == "image/png"


def test_rubbish_is_set_aside_and_the_rest_of_the_batch_is_answered(stack: Stack) -> None:
    contact = stack.contact()
    good = webhooks.message(wamid=f"wamid.good.{contact}") | {"from": contact}
    batch = webhooks.webhook([{"type": "text", "text": None}, good, {"id": 5}, "x"])
    content = webhooks.body(batch)
    answer = httpx.post(
        f"http://127.0.0.1:{stack.system.ports.receive}/webhooks/whatsapp/webhook",
        content=content,
        headers={HEADER: sign(content, settings().whatsapp_app_secret)},
        trust_env=False,
    )
    assert answer.status_code == 200
    done = "SELECT status FROM inbound_message WHERE key = :key"
    key = message_key(f"wamid.good.{contact}")
    assert wait_until(lambda: [row.status for row in stack.rows(done, key=key)] == ["done"], 30)
    assert len(stack.rows("SELECT 1 FROM quarantine WHERE reason LIKE 'malformed%'")) >= 3


def _statuses(stack: Stack) -> set[str]:
    return {row.status for row in stack.rows("SELECT DISTINCT status FROM outbound_message")} - {"failed", "accepted"}
