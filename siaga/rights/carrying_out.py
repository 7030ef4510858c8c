"""Carrying out what contacts want with their data, and what a rule says, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from psycopg2.errors import DeadlockDetected
from sqlalchemy import select, true
from sqlalchemy.exc import OperationalError

from siaga.db import transaction
from siaga.db.audit import note
from siaga.people.tables import Contact
from siaga.rights.erasing import erase
from siaga.rights.subjects import of_contact

BY_RULE = "siaga.rule"
"""Who did it, in the audit log."""
_TRIES = 3

T = TypeVar("T")


def erase_by_rule(contact_id: int, now: datetime, *, only_if: Any = None) -> bool:
    """Erase a contact, as nobody has written for too long; no receipt is sent. Whether they were there to be erased.

    Args:
        only_if: a condition on ``Contact`` that must still hold once the contact is locked, as they may have written
            since they were found.

    Raises:
        sqlalchemy.exc.OperationalError: the database is away.
    """

    def work() -> bool:
        with transaction() as session:
            contact = session.execute(
                select(Contact)
                .where(Contact.id == contact_id, true() if only_if is None else only_if)
                .with_for_update()
                .execution_options(populate_existing=True)
            ).scalar_one_or_none()
            receipt = contact and erase(session, of_contact(session, contact), now, by="rule")
            if not receipt:
                return False
            note(session, BY_RULE, "person.erase", receipt.for_audit())
            return True

    return again_if_deadlocked(work)


def again_if_deadlocked(work: Callable[[], T]) -> T:
    """Do work, which opens its transaction itself, again if it met others who hold what it needs and wait for it."""
    for _ in range(_TRIES - 1):
        try:
            return work()
        except OperationalError as problem:
            if not isinstance(problem.orig, DeadlockDetected):
                raise
    return work()
