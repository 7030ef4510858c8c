"""Writing doses down."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.doses.tables import Dose

TOLD = "told"


def record_told(
    session: Session, person_id: int, received: int, *, last_on: date | None = None, last_vaccine: str | None = None
) -> None:
    """Keep how many doses a person says they have had; day and vaccine are of the last one.

    Saying so again replaces what was told before, and leaves alone what an import or the registry knows.
    """
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
