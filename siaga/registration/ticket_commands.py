"""``siaga ticket``: whether a ticket is one of ours, for who stands at the door of a place that vaccinates."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.db import transaction
from siaga.people.tables import Person
from siaga.registration.appointments import appointment
from siaga.registration.people import name_mask
from siaga.registration.tables import Appointment, Registration
from siaga.registration.ticket import verify

app = typer.Typer(no_args_is_help=True, help="Whether a ticket is one of ours.")


@app.callback()
def _group() -> None:
    """Whether a ticket is one of ours."""


@dataclass(frozen=True)
class Booked:
    """What the database knows of a code. ``today``: the session is on this day, on the clocks of the place.

    ``disputed``: somebody else has registered the NIK with other data, so the card is to be looked at with care.
    """

    status: str
    today: bool
    facility: str
    starts_at: datetime
    ends_at: datetime
    vaccine: str
    masked_name: str
    registration: str
    disputed: bool
    bring: tuple[str, ...]


def look_up(session: Session, code: str, now: datetime) -> Booked | None:
    """The appointment with a code, without telling whose it is but by a mask; None if there is none."""
    place = appointment(session, Appointment.code == code)
    if place is None:
        return None
    row = session.execute(
        select(Registration.status, Person.disputed, Person.name)
        .select_from(Appointment)
        .join(Registration, Registration.id == Appointment.registration_id)
        .join(Person, Person.id == Appointment.person_id)
        .where(Appointment.code == code)
    ).one()
    here = now.astimezone(place.starts_at.tzinfo)
    return Booked(
        status=place.status,
        today=place.starts_at.date() == here.date(),
        facility=place.facility,
        starts_at=place.starts_at,
        ends_at=place.ends_at,
        vaccine=place.vaccine,
        masked_name=name_mask(row.name),
        registration=row.status,
        disputed=row.disputed,
        bring=place.bring,
    )


def check(scanned: str, now: datetime | None = None) -> dict[str, Any]:
    """What a scanned text is, as JSON: whether we signed it; with ``now`` also whether it admits anybody today."""
    code = verify(scanned)
    if code is None:
        return {"valid": False}
    answer: dict[str, Any] = {"valid": True, "code": code}
    if now is None:
        return answer
    with transaction() as session:
        booked = look_up(session, code, now)
    if booked is None:
        return {**answer, "admit": False, "status": "unknown"}
    return {
        **answer,
        "admit": booked.status == "booked" and booked.today,
        "status": booked.status,
        "today": booked.today,
        "facility": booked.facility,
        "starts_at": booked.starts_at.isoformat(),
        "ends_at": booked.ends_at.isoformat(),
        "vaccine": booked.vaccine,
        "name": booked.masked_name,
        "registration": booked.registration,
        "disputed": booked.disputed,
        "bring": list(booked.bring),
    }


def _lines() -> Iterator[str | None]:
    """What stands on each line of the standard input: a JSON string, or ``{"text": …}``; None for anything else."""
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            request = json.loads(line)
        except (ValueError, RecursionError):
            request = None
        text = request.get("text") if isinstance(request, dict) else request
        yield text if isinstance(text, str) else None


@app.command("verify")
def verify_command(
    text: Annotated[str | None, typer.Argument(help="What the QR says; without, JSON lines are read.")] = None,
    online: Annotated[bool, typer.Option("--online", help="Ask the database, too.")] = False,
) -> None:
    """Whether we signed a ticket, without a network; with --online also whether it admits anybody today."""
    now = datetime.now(timezone.utc) if online else None
    fine = True
    for scanned in [text] if text is not None else _lines():
        answer = {"error": "no text"} if scanned is None else check(scanned, now)
        fine = fine and bool(answer.get("admit" if online else "valid"))
        typer.echo(json.dumps(answer, ensure_ascii=False))
    if not fine:
        raise typer.Exit(1)
