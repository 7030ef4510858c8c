"""Writing doses down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Literal

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.doses.notices import plan_next
from siaga.doses.tables import Dose
from siaga.people.tables import Person

TOLD = "told"


def record_told(
    session: Session,
    person_id: int,
    received: int,
    *,
    last_on: date | None = None,
    last_vaccine: str | None = None,
    at: datetime | None = None,
) -> None:
    """Keep how many doses a person says they have had; day and vaccine are of the last one.

    Saying so again replaces what was told before, and leaves alone what an import or the registry knows. ``at`` (now
    if not given) is when it was said: the notice of the next dose is planned from there.
    """
    _lock(session, person_id)
    session.execute(delete(Dose).where(Dose.person_id == person_id, Dose.source == TOLD, Dose.number > received))
    for number in range(1, received + 1):
        last = number == received
        told = {"vaccine": last_vaccine if last else None, "given_on": last_on if last else None}
        row = insert(Dose).values(person_id=person_id, number=number, source=TOLD, **told)
        # An earlier dose keeps the day and vaccine that were told when it was the last.
        replaced = row.on_conflict_do_update(
            index_elements=[Dose.person_id, Dose.number], set_=told, where=Dose.source == TOLD
        )
        session.execute(replaced if last else row.on_conflict_do_nothing())
    plan_next(session, person_id, at or datetime.now(timezone.utc))


@dataclass(frozen=True)
class KnownDose:
    """A dose as an official list or another registry has it; ``outside_id`` is what the registry calls it."""

    number: int
    vaccine: str | None
    given_on: date | None
    place: str | None = None
    batch: str | None = None
    outside_id: str | None = None


@dataclass(frozen=True)
class Kept:
    """What became of a known dose: whether anything changed, and in which fields it differs from what was told, or
    from what another official source had (whose values stay)."""

    changed: bool
    differs_from_told: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


def record_known(
    session: Session,
    person_id: int,
    dose: KnownDose,
    source: Literal["import", "registry"],
    *,
    at: datetime | None = None,
) -> Kept:
    """Keep a dose that an official source knows. It replaces what was told, and what the same source said before;
    against another official source it changes nothing but what that one leaves open, and the conflict is told."""
    _lock(session, person_id)
    found = session.execute(
        select(Dose)
        .where(Dose.person_id == person_id, Dose.number == dose.number)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    values = {"vaccine": dose.vaccine, "given_on": dose.given_on, "place": dose.place, "batch": dose.batch}
    if dose.outside_id:
        values["outside_id"] = dose.outside_id
        _leave_to(session, dose.outside_id, person_id, dose.number)
    if found is None:
        session.add(Dose(person_id=person_id, number=dose.number, source=source, **values))
        kept = Kept(True)
    else:
        told = found.source == TOLD
        compared = ("vaccine", "given_on") if told else ("vaccine", "given_on", "place", "batch")
        differs = tuple(
            name for name in compared if None not in (getattr(found, name), values[name])
            and getattr(found, name) != values[name]
        )  # fmt: skip
        replaces = told or found.source == source
        changed = {
            name: value
            for name, value in {**values, "source": source if told else found.source}.items()
            if value is not None and getattr(found, name) != value and (replaces or getattr(found, name) is None)
        }
        for name, value in changed.items():
            setattr(found, name, value)
        kept = Kept(bool(changed), differs if told else (), () if replaces else differs)
    session.flush()
    if kept.changed:
        plan_next(session, person_id, at or datetime.now(timezone.utc))
    return kept


def hand_over_known(session: Session, former: int, person_id: int) -> None:
    """What official sources know of the doses of a NIK goes from one person on file under it to another."""
    for one in sorted((former, person_id)):
        _lock(session, one)
    kept = select(Dose.number).where(Dose.person_id == person_id, Dose.source != TOLD)
    known = (Dose.person_id == former, Dose.source != TOLD, Dose.number.not_in(kept.scalar_subquery()))
    numbers = list(session.execute(select(Dose.number).where(*known)).scalars())
    if not numbers:
        return
    session.execute(delete(Dose).where(Dose.person_id == person_id, Dose.number.in_(numbers)))
    session.execute(
        update(Dose)
        .where(Dose.person_id == former, Dose.source != TOLD, Dose.number.in_(numbers))
        .values(person_id=person_id)
    )
    for one in (former, person_id):
        plan_next(session, one, datetime.now(timezone.utc))


def _leave_to(session: Session, outside_id: str, person_id: int, number: int) -> None:
    """A registry's record is one dose: it may have been given another number since, or been somebody else's."""
    elsewhere = (Dose.outside_id == outside_id, or_(Dose.person_id != person_id, Dose.number != number))
    session.execute(delete(Dose).where(*elsewhere, Dose.person_id == person_id, Dose.source == "registry"))
    session.execute(update(Dose).where(*elsewhere).values(outside_id=None))


def _lock(session: Session, person_id: int) -> None:
    """Two who write a person's doses at once take turns, so that none plans a notice from half of them."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
