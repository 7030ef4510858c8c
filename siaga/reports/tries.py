"""How many numbers of reports that nobody has may be asked about: enough for slips, too few to find one by chance.

There are 6.4 million numbers. A number that is right is never counted, one that was asked before not again.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.people.tables import Contact
from siaga.privacy import blind_index
from siaga.reports.tables import ReportTried
from siaga.settings import settings


def hold(session: Session, contact_key: str) -> int:
    """The id of a contact, who cannot ask twice at the same time until the transaction ends.

    Raises:
        sqlalchemy.exc.NoResultFound: no such contact.
    """
    return int(session.execute(select(Contact.id).where(Contact.key == contact_key).with_for_update()).scalar_one())


def is_over(session: Session, contact_id: int, day: date) -> bool:
    """Whether a contact has asked about too many wrong numbers on ``day``."""
    count = select(func.count()).where(ReportTried.contact_id == contact_id, ReportTried.day == day)
    return int(session.scalar(count)) >= settings().report_tries_per_day


def note_wrong(session: Session, contact_id: int, code: str, day: date) -> None:
    """Count a number that nobody has; what was counted on other days is forgotten."""
    session.execute(
        delete(ReportTried)
        .where(ReportTried.contact_id == contact_id, ReportTried.day < day)
        .execution_options(synchronize_session=False)
    )
    row = insert(ReportTried).values(contact_id=contact_id, day=day, code_index=blind_index(code, "report.tried"))
    session.execute(row.on_conflict_do_nothing())
