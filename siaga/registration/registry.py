"""The registry: who is registered, and which places are free.

``Registry`` is the seam. The conversation knows nothing else, and only the plain values of ``records`` cross it, so
that an outside registry can take the local database's place.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from siaga.registration import booking, offers, people
from siaga.registration.records import (
    AlreadyRegistered,
    AppointmentView,
    FacilityView,
    Registered,
    SessionFull,
    SessionView,
    Submission,
    Ticket,
)

__all__ = [
    "AlreadyRegistered",
    "AppointmentView",
    "FacilityView",
    "LocalRegistry",
    "Registered",
    "Registry",
    "SessionFull",
    "SessionView",
    "Submission",
    "Ticket",
]

OFFERED = 24
"""How many places or sessions are offered: more than three pages of a list nobody reads through."""


class Registry(Protocol):
    """What a registry can do. All times have a time zone."""

    def find(self, nik: str, now: datetime | None = None) -> Registered | None:
        """The registered person with this NIK, masked. With ``now``, an appointment that is over is left out."""
        ...

    def mine(self, contact_key: str, now: datetime | None = None) -> list[Registered]:
        """The people that a contact registered, with names. With ``now``, appointments that are over are left out."""
        ...

    def facilities(
        self,
        regency_code: str,
        district_code: str | None = None,
        point: tuple[float, float] | None = None,
        *,
        now: datetime,
        limit: int = OFFERED,
    ) -> list[FacilityView]:
        """Places with free places to come: of the district, of the regency, then the nearest of the province.

        ``point`` is latitude and longitude in degrees.
        """
        ...

    def sessions(self, facility_id: int, now: datetime, limit: int = OFFERED) -> list[SessionView]:
        """A place's sessions to come with free places, the earliest first."""
        ...

    def register(self, submission: Submission) -> Ticket:
        """Register a person and book the chosen session; the same ``message_id`` again gives the same ticket.

        Raises:
            AlreadyRegistered: the person holds an appointment that is not over.
            SessionFull: no free place in the session, or it has begun.
        """
        ...

    def ticket_of(self, message_id: str) -> Ticket | None:
        """The ticket that ``register`` made for a message, if it did."""
        ...

    def cancel(self, contact_key: str, appointment_code: str, message_id: str) -> AppointmentView | None:
        """Give an appointment's place back; None if this contact has no such appointment."""
        ...


class LocalRegistry:
    """The registry in our own database, in the caller's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, nik: str, now: datetime | None = None) -> Registered | None:
        return people.find(self._session, nik, now)

    def mine(self, contact_key: str, now: datetime | None = None) -> list[Registered]:
        return people.registered_by(self._session, contact_key, now)

    def facilities(
        self,
        regency_code: str,
        district_code: str | None = None,
        point: tuple[float, float] | None = None,
        *,
        now: datetime,
        limit: int = OFFERED,
    ) -> list[FacilityView]:
        return offers.facilities(self._session, regency_code, district_code, point, now, limit)

    def sessions(self, facility_id: int, now: datetime, limit: int = OFFERED) -> list[SessionView]:
        return offers.sessions(self._session, facility_id, now, limit)

    def register(self, submission: Submission) -> Ticket:
        return booking.register(self._session, submission)

    def ticket_of(self, message_id: str) -> Ticket | None:
        return booking.ticket_of(self._session, message_id)

    def cancel(self, contact_key: str, appointment_code: str, message_id: str) -> AppointmentView | None:
        return booking.cancel(self._session, contact_key, appointment_code, message_id)
