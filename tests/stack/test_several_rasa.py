"""Three Rasa processes on one database: no lane is worked twice, order holds, and killing any of them loses nothing."""

from __future__ import annotations

import random
import time
from collections import Counter

from siaga.turns.messages import message_key
from tests.stack.conftest import Stack

CONTACTS = 6
ROUNDS = 9
# What compose gives a process to end (deploy/compose/compose.yml).
GRACE_SECONDS = 60.0
TEXTS = ["halo min", "makasih ya", "kamu bisa apa aja?", "vaksin halal ga?", "vaksin bayar ga?"]


def test_three_processes_share_the_work_while_they_are_killed(three: Stack) -> None:
    chance = random.Random(11)
    # Each of them dies once.
    doomed = ["rasa", "rasa.2", "rasa.3"]
    chance.shuffle(doomed)
    contacts = [three.contact() for _ in range(CONTACTS)]
    sent: dict[str, list[str]] = {contact: [] for contact in contacts}
    owners: set[str] = set()
    in_mid_turn = 0
    for turn in range(ROUNDS):
        for contact in contacts:
            sent[contact].append(three.write(contact, TEXTS[turn % len(TEXTS)]))
        # Longer than the pause that makes several texts one turn.
        time.sleep(chance.uniform(0.2, 0.5))
        owners |= _owners(three)
        if turn % 3 == 1:
            name = doomed.pop()
            pid = three.pid(name)
            in_mid_turn += any(owner.startswith(f"{pid}-") for owner in _owners(three))
            three.kill(name)
            three.restart(name)

    for contact in contacts:
        three.replies(contact, wait=100)
    keys = [message_key(message) for messages in sent.values() for message in messages]
    statuses = Counter(
        row.status for row in three.rows("SELECT status FROM inbound_message WHERE key = ANY(:keys)", keys=keys)
    )
    assert statuses == {"done": len(keys)}
    for contact, messages in sent.items():
        mine = [message_key(message) for message in messages]
        turns = three.rows(
            "SELECT i.id, count(o.id) AS replies FROM inbound_message i "
            "LEFT JOIN outbound_message o ON o.caused_by = i.id "
            "WHERE i.key = ANY(:mine) AND i.turn_id = i.id GROUP BY i.id ORDER BY min(o.seq)",
            mine=mine,
        )
        assert [row.replies for row in turns] == [1] * len(turns), "each turn has one answer"
        assert [row.id for row in turns] == sorted(row.id for row in turns), "in the order they came"
        assert len(three.replies(contact)) == len(turns), "and it reached the citizen once"
    assert len({owner.partition("-")[0] for owner in owners}) >= 2, "several processes have worked"


def test_a_process_that_is_gone_leaves_its_work_to_the_others(three: Stack) -> None:
    contact = three.contact()
    three.kill("rasa")
    # As an update ends the old one, at work.
    contacts = [three.contact() for _ in range(CONTACTS)]
    for other in contacts:
        three.write(other, "vaksin halal ga?")
    pid = three.pid("rasa.2")
    old = three.system.processes.release("rasa.2")
    old.terminate()
    assert old.wait(GRACE_SECONDS) == 0
    assert not [owner for owner in _owners(three) if owner.startswith(f"{pid}-")], "it has nothing left in its hands"
    for other in contacts:
        assert len(three.replies(other, wait=60)) == 1
    assert len(three.say(contact, "halo", wait=60)) == 1


def _owners(stack: Stack) -> set[str]:
    return {row.lease_owner for row in stack.rows("SELECT lease_owner FROM lane WHERE lease_owner IS NOT NULL")}
