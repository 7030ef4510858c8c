"""Tasks at the desk: in which order they are done, and by whom."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import select

from siaga.db import transaction
from siaga.db.audit import Audit
from siaga.people import tasks
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Task

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime.now(timezone.utc).replace(microsecond=0)
HOUR = timedelta(hours=1)


def opened(kind: str, cause: str, *, due: datetime | None = None, made: datetime = NOW) -> int:
    with transaction() as session:
        contact_id = int(ensure_contact(session, phone="628000000001").id)
        tasks.open_task(session, kind, {"n": 1}, contact_id=contact_id, message_id=cause, due_at=due)
        task = session.scalars(select(Task).where(Task.caused_by == f"{cause}:{kind}")).one()
        task.created_at = made
        return int(task.id)


def test_what_is_due_comes_first_then_the_oldest_then_what_is_promised_for_later() -> None:
    later = opened(tasks.CALLBACK, "later", due=NOW + HOUR, made=NOW - 9 * HOUR)
    young = opened("correct_person", "young", made=NOW - HOUR)
    old = opened("report", "old", made=NOW - 5 * HOUR)
    due = opened(tasks.CALLBACK, "due", due=NOW - HOUR / 2)
    overdue = opened(tasks.CALLBACK, "overdue", due=NOW - 2 * HOUR)
    with transaction() as session:
        assert [task.id for task in tasks.listed(session, NOW)] == [overdue, due, old, young, later]
        assert [task.id for task in tasks.listed(session, NOW, kind=tasks.CALLBACK)] == [overdue, due, later]
        assert [task.id for task in tasks.listed(session, NOW, skip=1, limit=2)] == [due, old]
        assert tasks.counts(session) == {"callback": 3, "report": 1, "correct_person": 1}


def test_of_two_who_do_a_task_the_second_learns_of_the_first() -> None:
    task_id = opened("correct_person", "a")
    with transaction() as session:
        tasks.close(session, task_id, by="sari", at=NOW, remark="  sudah dicek di KTP ")
    with pytest.raises(tasks.TaskOver), transaction() as session:
        tasks.close(session, task_id, by="budi", at=NOW, refused=True)
    with transaction() as session:
        (task,) = tasks.listed(session, NOW, ended=True)
        assert (task.status, task.done_by, task.done_at, task.remark) == ("done", "sari", NOW, "sudah dicek di KTP")
        assert tasks.listed(session, NOW) == []
        (noted,) = session.scalars(select(Audit))
        assert (noted.actor, noted.detail) == ("sari", {"task": task_id, "kind": "correct_person", "status": "done"})


def test_a_task_that_is_not_there_is_told() -> None:
    with pytest.raises(tasks.UnknownTask), transaction() as session:
        tasks.close(session, 1, by="sari", at=NOW)


def test_a_promised_callback_is_done_by_the_conversation_that_came_of_it() -> None:
    opened(tasks.CALLBACK, "a", due=NOW)
    kept = opened("correct_person", "b")
    with transaction() as session:
        contact_id = int(ensure_contact(session, phone="628000000001").id)
        assert tasks.done_meanwhile(session, contact_id, [tasks.CALLBACK], by="sari", at=NOW) == 1
        assert tasks.done_meanwhile(session, contact_id, [tasks.CALLBACK], by="sari", at=NOW) == 0
        assert [task.id for task in tasks.listed(session, NOW)] == [kept]
