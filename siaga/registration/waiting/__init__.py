"""The waiting lists of places that are full: who waits first is offered the place that somebody gives back.

Whoever gives up a place offers it in the same transaction: it goes on counting as booked and is held for the first who
waits, until a deadline, by which they take it or it is held for the next. ``expire`` is called by a process that runs
anyway. A list changes only under its lock (``locks``); whoever registers, books or moves somebody who waits takes that
lock, too, so that nobody who has a place is offered another.
"""

from siaga.registration.waiting.expiring import expire
from siaga.registration.waiting.joining import CannotWait, full_facilities, join, leave, listed, take
from siaga.registration.waiting.offering import PLACE_FREE, close, facility_of, offer_free, offer_until, place_freed
from siaga.registration.waiting.rows import OPEN, Entry, entry_of, re_register

__all__ = [
    "OPEN",
    "PLACE_FREE",
    "CannotWait",
    "Entry",
    "close",
    "entry_of",
    "expire",
    "facility_of",
    "full_facilities",
    "join",
    "leave",
    "listed",
    "offer_free",
    "offer_until",
    "place_freed",
    "re_register",
    "take",
]
