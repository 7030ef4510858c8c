"""Several processes send what is due, and are killed while they do: each notice is sent once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import func, select

from siaga.db import transaction
from siaga.people.tables import Notice
from siaga.turns.tables import OutboundMessage
from tests.reminders.given import NINE, contact, planned

CONTACTS = 80
PROCESSES = 3
# Sends without end; between two rounds it moves a few notices, as capabilities do meanwhile.
_SENDS = """
import sys, time
from datetime import datetime
from siaga.reminders import sending
sending.ROOM = 10 ** 6
now = datetime.fromisoformat(sys.argv[1])
sending.words()
print("ready", flush=True)
while True:
    sending.send_due(now)
    time.sleep(0.01)
"""


def _start(now: datetime) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _SENDS, now.isoformat()]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ))


def _left() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(Notice).where(Notice.status == "planned"))


def test_each_is_sent_once_though_processes_are_killed(database: str) -> None:
    with transaction() as session:
        for number in range(1, CONTACTS + 1):
            who = contact(session, number)
            planned(session, who)
            planned(session, who, "next_dose", about=f"dose:{number}")
    running = [_start(NINE) for _ in range(PROCESSES)]
    kills = 0
    deadline = time.monotonic() + 120
    try:
        while _left() and time.monotonic() < deadline:
            one = random.choice(running)
            running.remove(one)
            assert one.stdout and one.stdout.readline() == "ready\n"
            time.sleep(random.uniform(0, 0.15))
            one.send_signal(signal.SIGKILL)
            one.wait()
            one.stdout.close()
            kills += 1
            running.append(_start(NINE))
            # What was planned again, for the same time, while it was being sent, is the same one.
            with transaction() as session:
                planned(session, contact(session, random.randint(1, CONTACTS)))
    finally:
        for one in running:
            one.kill()
            one.wait()
            if one.stdout:
                one.stdout.close()
    assert not _left()
    assert kills > 0
    with transaction() as session:
        messages = Counter(
            (message.contact_id, message.template["template"]["name"])
            for message in session.scalars(select(OutboundMessage))
        )
        numbers = session.execute(
            select(OutboundMessage.contact_id, func.array_agg(OutboundMessage.seq)).group_by(OutboundMessage.contact_id)
        ).all()
    assert len(messages) == CONTACTS * 2 and set(messages.values()) == {1}
    assert all(sorted(found) == [1, 2] for _, found in numbers)


def test_one_that_moves_while_it_is_sent_is_told_of_its_last_time(database: str) -> None:
    """Whoever comes first: it is sent for the time that holds, at the latest by its second message."""
    with transaction() as session:
        for number in range(1, 41):
            planned(session, contact(session, number))
    later = NINE + timedelta(days=1)
    sender = _start(NINE)
    try:
        assert sender.stdout and sender.stdout.readline() == "ready\n"
        for number in range(40, 0, -1):
            with transaction() as session:
                planned(session, contact(session, number), due_at=later, until=later + timedelta(hours=1))
    finally:
        sender.kill()
        sender.wait()
        if sender.stdout:
            sender.stdout.close()
    with transaction() as session:
        rows = session.execute(select(Notice.status, Notice.due_at)).all()
    assert {tuple(row) for row in rows} == {("planned", later)}
