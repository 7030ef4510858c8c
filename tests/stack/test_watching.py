"""What an operator sees of the running system: it is ready, counts, and one search shows a message's whole way."""

from __future__ import annotations

import json
import os
import signal
from typing import Any

import httpx

from siaga.start.processes import wait_until
from siaga.turns.messages import message_key
from tests.stack.conftest import WATCHED, Stack

SECRET = "saya Warga Uji 931, NIK 3578014507619931, demam sejak 14 Maret"


def told(stack: Stack, name: str, path: str) -> httpx.Response:
    port = dict(stack.system.ports.watch)[name]
    return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=10, trust_env=False)


def figure(stack: Stack, name: str, sample: str) -> float:
    lines = told(stack, name, "/metrics").text.splitlines()
    return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{sample} "))


def way(stack: Stack, key: str) -> list[dict[str, Any]]:
    """The lines that one search for a message's key finds."""
    return [json.loads(line) for _, line in stack.log if key in line]


def test_every_process_is_alive_and_ready(stack: Stack) -> None:
    answers = {name: (told(stack, name, "/health").json(), told(stack, name, "/ready").json()) for name in WATCHED}
    fine = {name: {"process": name.partition(".")[0], "ok": True, "wrong": {}} for name in WATCHED}
    assert answers == {name: (one, one) for name, one in fine.items()}


def test_one_search_shows_the_whole_way_of_a_message_and_nothing_of_what_it_says(stack: Stack) -> None:
    contact = stack.contact()
    stack.say(contact, "berapa kasus di surabaya?")
    key = message_key(stack.write(contact, SECRET))
    stack.replies(contact, 30.0)
    assert wait_until(lambda: {"turn", "sent"} <= {line["event"] for line in way(stack, key)}, 10)

    found = way(stack, key)
    assert {line["process"] for line in found} == {"receiver", "rasa", "actions", "sender"}
    assert {line["event"] for line in found} == {"received", "turn", "action", "sent"}
    assert all(line["trace"] == key for line in found)
    written = [line for _, line in stack.log] + [told(stack, name, "/metrics").text for name in WATCHED]
    for word in ("Warga Uji 931", "3578014507619931", "demam", contact):
        assert [line for line in written if word in line] == []


def test_what_happens_is_counted(stack: Stack) -> None:
    before = [figure(stack, *one) for one in COUNTED]
    stack.say(stack.contact(), "halo")
    assert wait_until(lambda: all(figure(stack, *one) > old for one, old in zip(COUNTED, before, strict=True)), 15)
    assert figure(stack, "remind", "siaga_figures_up") == 1


COUNTED = [
    ("receiver", 'siaga_received_total{what="message"}'),
    ("receiver", 'siaga_latency_seconds_count{part="webhook"}'),
    ("rasa", 'siaga_turns_total{outcome="answered"}'),
    *(("rasa", f'siaga_latency_seconds_count{{part="{part}"}}') for part in ("queue", "dialogue", "commit", "turn")),
    ("rasa", "siaga_understanding_confidence_count"),
    ("sender", 'siaga_sends_total{outcome="accepted"}'),
    ("sender", 'siaga_latency_seconds_count{part="outbox"}'),
]


def test_a_process_that_stands_still_is_not_ready_for_what_it_needs_and_says_which(stack: Stack) -> None:
    """The action server is stopped as it stands, not ended: it accepts, and answers nobody."""
    os.killpg(stack.pid("actions"), signal.SIGSTOP)
    try:
        assert wait_until(lambda: told(stack, "rasa", "/ready").status_code == 503, 15)
        wrong = told(stack, "rasa", "/ready").json()["wrong"]
        assert set(wrong) == {"actions"}
        assert told(stack, "rasa", "/health").status_code == 200, "it is not to be started anew for that"
    finally:
        os.killpg(stack.pid("actions"), signal.SIGCONT)
    assert wait_until(lambda: told(stack, "rasa", "/ready").status_code == 200, 15)
