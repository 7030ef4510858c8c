"""One task as a page shows it: its data in words, whom it is about, masked until somebody asks to see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.desk import showing
from siaga.desk.sessions import Here
from siaga.desk.tasks.kinds import HIDDEN, Kind, Line, Link, kind_of
from siaga.handoffs import state
from siaga.people.consents import is_taken_back
from siaga.people.tables import ContactPerson, Person, Task
from siaga.privacy import mask_name, mask_nik, mask_phone
from siaga.text.written import long_date

PERSONAL = ("volunteer", "programme")
"""Who may be shown personal data here; an admin sees them in conversations only."""


@dataclass(frozen=True)
class Row:
    """A task in the list."""

    id: int
    kind: Kind
    status: str
    created_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    done_by: str | None
    overdue: bool
    danger: bool


@dataclass(frozen=True)
class Shown:
    """A task by itself. ``hides``: something in it is masked that this person may have shown."""

    row: Row
    lines: tuple[Line, ...] = field(repr=False)
    link: Link | None
    hand_off: int | None
    person_id: int | None
    remark: str | None = field(repr=False)
    told: bool
    """whether there is a contact who could be told"""
    hides: bool
    revealed: bool


def row_of(task: Task, now: datetime) -> Row:
    """A task in the list."""
    due = task.due_at is not None and task.due_at <= now and task.status == "open"
    danger = bool(task.data.get("danger")) or task.data.get("priority") == "urgent"
    kind = kind_of(task.kind)
    return Row(task.id, kind, task.status, task.created_at, task.due_at, task.done_at, task.done_by, due, danger)


def shown(session: Session, task: Task, here: Here, *, reveal: bool = False) -> Shown:
    """A task by itself; with ``reveal`` with what is personal in it."""
    reveal = reveal and here.may(*PERSONAL)
    kind = kind_of(task.kind)
    lines = [*kind.lines(task.data), *_of_person(session, task.person_id), *_of_consent(session, task)]
    personal = any(line.masked is not None for line in lines)
    open_ = None if task.contact_id is None else state.open_of(session, task.contact_id)
    link = kind.link(task.data)
    return Shown(
        row_of(task, showing.now()),
        tuple(line if reveal or line.masked is None else Line(line.label, line.masked) for line in lines),
        link if link is not None and (not link.roles or here.may(*link.roles)) else None,
        open_.id if open_ is not None and here.may("volunteer", "admin") else None,
        task.person_id,
        task.remark,
        task.contact_id is not None,
        personal and not reveal and here.may(*PERSONAL),
        reveal,
    )


def _of_person(session: Session, person_id: int | None) -> list[Line]:
    person = None if person_id is None else session.get(Person, person_id)
    if person is None:
        return []
    lines = [
        Line("Nama", person.name, mask_name(person.name)),
        Line("NIK", person.nik, mask_nik(person.nik)),
        Line("Tanggal lahir", long_date(date.fromisoformat(person.birth_date)), HIDDEN),
    ]
    return [*lines, Line("HP tercatat", person.phone, mask_phone(person.phone))] if person.phone else lines


def _of_consent(session: Session, task: Task) -> list[Line]:
    """Whether the contact has taken back what they had agreed to for this person: then the registration has ended."""
    bond = select(is_taken_back(ContactPerson)).where(
        ContactPerson.contact_id == task.contact_id, ContactPerson.person_id == task.person_id
    )
    if not session.execute(bond).scalar_one_or_none():
        return []
    return [Line("Persetujuan", "sudah dicabut oleh warga; pendaftarannya sudah berakhir")]
