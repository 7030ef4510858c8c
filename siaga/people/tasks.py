"""What a person at the desk has to do for a contact."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.db import audit
from siaga.people.tables import Task

CALLBACK = "callback"
"""The kind of a task that is a promise: somebody is written to at ``due_at``."""
REMARK = 500
"""Characters of a remark for colleagues."""


class UnknownTask(LookupError):
    """There is no task with this number."""


class TaskOver(ValueError):
    """Somebody has done or refused it already."""


def open_task(
    session: Session,
    kind: str,
    data: Mapping[str, Any],
    *,
    contact_id: int | None,
    message_id: str,
    person_id: int | None = None,
    due_at: datetime | None = None,
) -> int:
    """Put a task on the desk; the same message opens no second one. ``contact_id`` None: nobody is to be told.

    ``due_at`` is when it was promised for. Returns its number.
    """
    cause = f"{message_id}:{kind}"
    row = insert(Task).values(
        kind=kind,
        data=dict(data),
        contact_id=contact_id,
        person_id=person_id,
        caused_by=cause,
        due_at=due_at,
    )
    session.execute(row.on_conflict_do_nothing(index_elements=[Task.caused_by]))
    return int(session.execute(select(Task.id).where(Task.caused_by == cause)).scalar_one())


def listed(
    session: Session, at: datetime, *, kind: str | None = None, ended: bool = False, skip: int = 0, limit: int = 100
) -> list[Task]:
    """Open tasks: those first that are due, the longest overdue at the top, then the oldest, then what is promised for
    later. With ``ended`` instead those done or refused, the last of them first."""
    query = select(Task).where(Task.status != "open" if ended else Task.status == "open")
    if kind is not None:
        query = query.where(Task.kind == kind)
    if ended:
        query = query.order_by(Task.done_at.desc(), Task.id.desc())
    else:
        due = case((Task.due_at <= at, 0), else_=1)
        query = query.order_by(due, func.coalesce(Task.due_at, Task.created_at), Task.id)
    return list(session.scalars(query.offset(skip).limit(limit)))


def counts(session: Session) -> dict[str, int]:
    """How many tasks of each kind are open."""
    query = select(Task.kind, func.count()).where(Task.status == "open").group_by(Task.kind)
    return {str(kind): int(count) for kind, count in session.execute(query)}


def get(session: Session, task_id: int, *, lock: bool = False) -> Task:
    """A task, with ``lock`` until the transaction ends.

    Raises:
        UnknownTask
    """
    query = select(Task).where(Task.id == task_id).execution_options(populate_existing=True)
    task = session.execute(query.with_for_update() if lock else query).scalar_one_or_none()
    if task is None:
        raise UnknownTask(f"there is no task {task_id}")
    return task


def close(session: Session, task_id: int, *, by: str, at: datetime, refused: bool = False, remark: str = "") -> Task:
    """Say that a task is done, or ``refused``: of two who do so at once the second learns of the first.

    Raises:
        UnknownTask
        TaskOver: it is not open.
    """
    task = get(session, task_id, lock=True)
    if task.status != "open":
        raise TaskOver(f"task {task_id} is {task.status}")
    task.status = "refused" if refused else "done"
    task.done_at, task.done_by = at, by
    task.remark = remark.strip()[:REMARK] or None
    audit.note(session, by, "task.close", {"task": task_id, "kind": task.kind, "status": task.status})
    session.flush()
    return task


def done_meanwhile(session: Session, contact_id: int, kinds: Collection[str], *, by: str, at: datetime) -> int:
    """A contact's open tasks of these kinds are done by something else that happened, such as a promised callback by a
    conversation; how many were."""
    done = session.execute(
        update(Task)
        .where(Task.contact_id == contact_id, Task.kind.in_(tuple(kinds)), Task.status == "open")
        .values(status="done", done_at=at, done_by=by)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)
