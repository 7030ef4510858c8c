"""The registry: who is registered, and which places are free.

``Registry`` is the seam. The conversation knows nothing else, and only the plain values of ``records`` cross it, so
that an outside registry can take the local database's place.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from siaga.registration import booking, moving, offers, people, waiting
from siaga.registration.records import (
    AlreadyRegistered,
    AppointmentView,
    Bookable,
    FacilityView,
    FullFacility,
    Registered,
    SessionFull,
    SessionView,
    Submission,
    Ticket,
    WaitingView,
)
from siaga.registration.waiting import CannotWait

__all__ = [
    "AlreadyRegistered",
    "AppointmentView",
    "Bookable",
    "CannotWait",
    "FacilityView",
    "FullFacility",
    "LocalRegistry",
    "Registered",
    "Registry",
    "SessionFull",
    "SessionView",
    "Submission",
    "Ticket",
    "WaitingView",
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

    def bookable(self, contact_key: str, person_id: int) -> Bookable | None:
        """What is known of somebody for whom this contact may look for a place; None if they may not."""
        ...

    def book(
        self, contact_key: str, person_id: int, session_id: int, message_id: str, at: datetime
    ) -> AppointmentView | None:
        """Book a place for somebody registered without one; None if this contact may not.

        Raises:
            AlreadyRegistered: the person holds an appointment that is not over.
            SessionFull: no free place in the session, or it has begun.
        """
        ...

    def move(
        self, contact_key: str, appointment_code: str, session_id: int, message_id: str, at: datetime
    ) -> AppointmentView | None:
        """Move an appointment to another session, under the same code; None if this contact has no such appointment.

        Raises:
            SessionFull: no free place in the session, or it has begun; the appointment stays where it was.
        """
        ...

    def cancel(self, contact_key: str, appointment_code: str, message_id: str, at: datetime) -> AppointmentView | None:
        """Give an appointment's place back; None if this contact has no such appointment."""
        ...

    def restore(self, contact_key: str, appointment_code: str, message_id: str, at: datetime) -> AppointmentView | None:
        """Take a cancelled appointment's place back; None if this contact has no such appointment.

        Raises:
            AlreadyRegistered: the person holds another appointment by now.
            SessionFull: the place has gone to somebody else.
        """
        ...

    def full_facilities(self, regency_code: str, district_code: str | None, now: datetime) -> list[FullFacility]:
        """Places of the regency without a free place to come, whose waiting lists one can join."""
        ...

    def wait(self, contact_key: str, person_id: int, facility_id: int, message_id: str, at: datetime) -> WaitingView:
        """Put somebody on a place's waiting list.

        Raises:
            CannotWait: this contact may not, or the person holds an appointment.
        """
        ...

    def waits(self, contact_key: str) -> list[WaitingView]:
        """The people from this contact who are on a waiting list, or are offered a place."""
        ...

    def take(self, contact_key: str, waiting_id: int, message_id: str, at: datetime) -> AppointmentView | None:
        """Take the place that is held for somebody who waited; None if it is held for them no more."""
        ...

    def leave(self, contact_key: str, waiting_id: int, message_id: str, at: datetime) -> WaitingView | None:
        """Take somebody off a waiting list; None if this contact has no such entry."""
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

    def bookable(self, contact_key: str, person_id: int) -> Bookable | None:
        return people.bookable(self._session, contact_key, person_id)

    def book(
        self, contact_key: str, person_id: int, session_id: int, message_id: str, at: datetime
    ) -> AppointmentView | None:
        return booking.book(self._session, contact_key, person_id, session_id, message_id, at)

    def move(
        self, contact_key: str, appointment_code: str, session_id: int, message_id: str, at: datetime
    ) -> AppointmentView | None:
        return moving.move(self._session, contact_key, appointment_code, session_id, message_id, at)

    def cancel(self, contact_key: str, appointment_code: str, message_id: str, at: datetime) -> AppointmentView | None:
        return booking.cancel(self._session, contact_key, appointment_code, message_id, at)

    def restore(self, contact_key: str, appointment_code: str, message_id: str, at: datetime) -> AppointmentView | None:
        return moving.restore(self._session, contact_key, appointment_code, message_id, at)

    def full_facilities(self, regency_code: str, district_code: str | None, now: datetime) -> list[FullFacility]:
        return waiting.full_facilities(self._session, regency_code, district_code, now)

    def wait(self, contact_key: str, person_id: int, facility_id: int, message_id: str, at: datetime) -> WaitingView:
        return waiting.join(self._session, contact_key, person_id, facility_id, message_id, at)

    def waits(self, contact_key: str) -> list[WaitingView]:
        return waiting.listed(self._session, contact_key)

    def take(self, contact_key: str, waiting_id: int, message_id: str, at: datetime) -> AppointmentView | None:
        return waiting.take(self._session, contact_key, waiting_id, message_id, at)

    def leave(self, contact_key: str, waiting_id: int, message_id: str, at: datetime) -> WaitingView | None:
        return waiting.leave(self._session, contact_key, waiting_id, message_id, at)
