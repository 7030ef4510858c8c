"""Asking the registry about a person while somebody waits: an answer in time, or why there is none."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as OutOfTime
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeVar

from siaga.db import transaction
from siaga.registration.gateways import access
from siaga.registration.gateways.base import Gateway, Known, KnownDose, Refused, Unavailable
from siaga.registration.gateways.local import LocalGateway
from siaga.settings import settings

AT_ONCE = 16
"""Questions under way in one process; of more, those that wait too long have no answer."""

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Looked:
    """What a lookup came to. ``unavailable``: nobody could be asked in time; go on, and validate later."""

    known: Known | None
    reason: Literal["found", "unknown", "unavailable"]


def known(nik: str) -> Looked:
    """What the registry knows about the person with this NIK, within ``registry_lookup_seconds``; never raises for it.

    It blocks for that long at most: in an event loop, call it in a thread.
    """
    if not access.is_outside():
        with transaction() as session:
            found = LocalGateway(session).lookup(nik)
        return Looked(found, "found" if found else "unknown")
    done, found = _in_time(lambda gateway: gateway.lookup(nik))
    if not done:
        return Looked(None, "unavailable")
    return Looked(found, "found" if found else "unknown")


def known_doses(nik: str, outside_id: str | None = None) -> list[KnownDose] | None:
    """The doses that the registry knows of, within the same time; None if nobody could be asked."""
    if not access.is_outside():
        with transaction() as session:
            return LocalGateway(session).doses(nik)
    _, doses = _in_time(lambda gateway: gateway.doses(nik, outside_id))
    return doses


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="registry")


def _in_time(ask: Callable[[Gateway], T]) -> tuple[bool, T | None]:
    """Whether there was an answer in time, and what it was.

    In a thread of its own, since the time to resolve a host's name is bounded by nothing.
    """
    gateway = access.for_forms()
    answer: Future[T] = _threads().submit(ask, gateway)
    try:
        return True, answer.result(settings().registry_lookup_seconds)
    except OutOfTime:
        answer.cancel()
        log.warning("the registry cannot be asked: time")
    except (Unavailable, Refused) as problem:
        log.warning("%s", problem)
    except Exception as problem:
        # An answer that nobody foresaw; its text may quote what was asked, or what came.
        log.error("the registry's answer cannot be used: %s", type(problem).__name__)
    return False, None
