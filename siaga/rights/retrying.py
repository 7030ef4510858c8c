"""What to do when a transaction meets others that wait for it while it waits for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from psycopg2.errors import DeadlockDetected
from sqlalchemy.exc import DBAPIError

TRIES = 3

T = TypeVar("T")


def again_if_deadlocked(work: Callable[[], T]) -> T:
    """Do work, which opens its transaction itself, up to ``TRIES`` times until it meets no such others.

    An erasure takes rows of many tables: whoever takes a few of them in another order may be one.
    """
    for _ in range(TRIES - 1):
        try:
            return work()
        except Exception as problem:
            if not is_deadlock(problem):
                raise
    return work()


def is_deadlock(problem: BaseException | None) -> bool:
    """Whether that is what it failed for, by itself or at its root."""
    if isinstance(problem, DBAPIError):
        return isinstance(problem.orig, DeadlockDetected)
    return problem is not None and is_deadlock(problem.__cause__)
