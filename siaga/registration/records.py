"""What crosses the registry's seam: plain values that a local database and an outside registry can both give."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class FacilityView:
    """A place with free places in sessions to come.

    ``km`` is known only if a point was given; ``free`` counts all its sessions; ``next_at`` is in the place's own zone.
    """

    id: int
    name: str
    district_name: str | None
    regency_name: str
    km: float | None
    free: int
    next_at: datetime
    is_sample: bool


@dataclass(frozen=True)
class SessionView:
    """A session that can be booked; times are in the place's own zone, whose letters are ``WIB``, ``WITA`` or
    ``WIT``."""

    id: int
    facility_id: int
    facility_name: str
    address: str
    starts_at: datetime
    ends_at: datetime
    zone_letters: str
    vaccine: str
    free: int


@dataclass(frozen=True)
class AppointmentView:
    """A person's place in a session; ``status`` is ``booked``, ``cancelled``, ``attended`` or ``lapsed``.

    ``lat`` and ``lon`` are the place's, in degrees; ``bring`` are the papers of ``siaga.registration.bringing``.
    """

    code: str
    facility: str
    address: str
    starts_at: datetime
    ends_at: datetime
    zone_letters: str
    vaccine: str
    status: str
    is_sample: bool
    person_id: int | None = None
    facility_id: int | None = None
    session_id: int | None = None
    lat: float | None = None
    lon: float | None = None
    bring: tuple[str, ...] = ()


@dataclass(frozen=True)
class WaitingView:
    """Somebody's place on a facility's waiting list.

    ``status`` is ``waiting``, ``offered``, ``taken``, ``lapsed`` (not taken in time) or ``left``. While ``waiting``,
    ``position`` says how many come first, oneself included; while ``offered``, ``starts_at`` and ``ends_at`` are the
    session's in which a place is held until ``until``: all in the place's own zone.
    """

    id: int
    person_id: int
    facility_id: int
    facility: str
    zone_letters: str
    status: str
    position: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class FullFacility:
    """A place without a free place in any session to come, and how many wait for one."""

    id: int
    name: str
    district_name: str | None
    regency_name: str
    waiting: int


@dataclass(frozen=True)
class Bookable:
    """What is known of a person on file when a place is looked for: where they live, and what their health answers
    gave.

    ``outcome`` and ``postponed_until`` are as in ``Submission``.
    """

    person_id: int
    regency_code: str
    district_code: str | None
    outcome: str | None
    postponed_until: date | None


@dataclass(frozen=True)
class Registered:
    """Someone on file. ``name`` and ``relation`` are given only to the contact who registered them.

    ``refused_for`` is for staff: it would tell who knows no more than a NIK whether somebody has it.
    """

    person_id: int
    masked_nik: str
    masked_name: str
    status: str
    appointment: AppointmentView | None
    name: str | None = field(default=None, repr=False)
    relation: str | None = None
    refused_for: str | None = None

    def ticket(self) -> Ticket:
        """The same as a ticket, made out to the mask where the name is not ours to tell."""
        return ticket_for(self.name or self.masked_name, self.masked_nik, self.status, self.appointment)


@dataclass(frozen=True)
class Submission:
    """A registration as the citizen confirmed it.

    ``answers`` are the health answers by question (dates as ISO text), ``outcome`` the kind that the rules found
    (``eligible``, ``postpone``, ``refer``, ``not_eligible``). ``session_id`` None registers without an appointment.
    ``message_id`` is the message that confirmed it: the same one again changes nothing. ``consent_message_id`` is the
    message that consented, if it was another. ``guardian``: the contact said that they are the child's parent or
    guardian. ``doubted``: something about it is to be compared before it is believed. ``agrees_outside``: an outside
    registry says the same.
    """

    contact_key: str
    relation: str
    nik: str = field(repr=False)
    birth_date: date = field(repr=False)
    birth_date_matches_nik: bool
    name: str = field(repr=False)
    regency_code: str
    district_code: str | None
    answers: dict[str, Any] = field(repr=False)
    outcome: str
    rules_version: str
    session_id: int | None
    consent_version: str
    consented_at: datetime
    message_id: str
    at: datetime
    consent_message_id: str | None = None
    postponed_until: date | None = None
    guardian: bool = False
    doubted: bool = False
    agrees_outside: bool = False

    def __repr__(self) -> str:
        """Without personal data, since it may end in a log."""
        return f"Submission(message_id={self.message_id!r}, session_id={self.session_id!r})"


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """What a registered person is given. Without an appointment everything about it is None, ``code`` too.

    ``status`` is the registration's: ``confirmed``, or ``waiting_validation`` when the place must compare it with the
    card.
    """

    code: str | None = None
    person_name: str = field(repr=False)
    masked_nik: str
    facility: str | None = None
    address: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    zone_letters: str | None = None
    vaccine: str | None = None
    status: str
    is_sample: bool = False
    person_id: int | None = None
    facility_id: int | None = None
    session_id: int | None = None
    lat: float | None = None
    lon: float | None = None
    bring: tuple[str, ...] = ()

    @property
    def appointment(self) -> AppointmentView | None:
        """What the ticket admits to."""
        if self.code is None:
            return None
        details = {known.name: getattr(self, known.name) for known in fields(AppointmentView) if known.name != "status"}
        return AppointmentView(status="booked", **details)


def ticket_for(person_name: str, masked_nik: str, status: str, appointment: AppointmentView | None) -> Ticket:
    """A ticket for a person whose registration has ``status``."""
    place = {} if appointment is None else {**vars(appointment)}
    place.pop("status", None)
    return Ticket(person_name=person_name, masked_nik=masked_nik, status=status, **place)


class SessionFull(Exception):
    """The session has no free place, has begun, or is gone."""


class AlreadyRegistered(Exception):
    """The person holds an appointment already; ``registered`` says which."""

    def __init__(self, registered: Registered) -> None:
        super().__init__("already registered")
        self.registered = registered
