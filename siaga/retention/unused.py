"""Contacts and persons of whom nothing has been heard for a long time, as conditions on their rows.

Nobody goes with whom something is still open, whoever has to do it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_

from siaga.doses.tables import Dose
from siaga.handoffs.tables import HandOff
from siaga.people.tables import Contact, ContactPerson, DataRequest, Notice, Person, Task
from siaga.radar.tables import RadarSubscription
from siaga.registration.people import LIVE
from siaga.registration.tables import Appointment, Registration
from siaga.registration.tables import Session as VaccinationSession
from siaga.reports.tables import Report
from siaga.selfcheck.tables import Monitoring
from siaga.turns.tables import OPEN, InboundMessage, OutboundMessage

HEARD = func.coalesce(Contact.last_message_at, Contact.created_at)
"""When a contact was last heard of."""
_WRITTEN = exists().where(InboundMessage.contact_id == Contact.id)
_SENDING = exists().where(OutboundMessage.contact_id == Contact.id, OutboundMessage.status.in_(OPEN))
# Persons of a contact: whom they look after, and whom they have registered.
_CARED_FOR = ContactPerson.contact_id == Contact.id
_REGISTERED = Registration.contact_id == Contact.id


def only_for_a_last_message(before: datetime) -> Any:
    """Contacts that were made to be told something, which was sent, and who have not written."""
    return and_(Contact.forget_after < before, Contact.last_message_at.is_(None), ~_WRITTEN, ~_SENDING)


def has_nothing(before: datetime) -> Any:
    """Contacts that have not written since then, and who are neither registered nor vaccinated."""
    return and_(_silent(before), ~_attached())


def has_done_nothing(before: datetime) -> Any:
    """Contacts with registrations or doses, of whom, or of whose persons, there is nothing younger than that."""
    young = or_(
        _of_persons(Registration, or_(Registration.created_at >= before, Registration.updated_at >= before)),
        exists().where(_REGISTERED, or_(Registration.created_at >= before, Registration.updated_at >= before)),
        _of_persons(Appointment, _recent_place(before)),
        _of_persons(Dose, Dose.given_on >= before.date()),
    )
    return and_(_silent(before), _attached(), ~young)


def belongs_to_nobody(before: datetime) -> Any:
    """Persons whom no contact looks after or has registered, and of whom there is nothing younger than that."""
    return and_(
        Person.created_at < before,
        ~exists().where(ContactPerson.person_id == Person.id),
        ~exists().where(Registration.person_id == Person.id),
        ~exists().where(Appointment.person_id == Person.id, _recent_place(before)),
        ~exists().where(Dose.person_id == Person.id, Dose.given_on >= before.date()),
        ~exists().where(Task.person_id == Person.id, Task.status == "open"),
    )


def _silent(before: datetime) -> Any:
    """Nothing was heard of a contact since then, and nothing of theirs is open or on its way."""
    busy = or_(
        exists().where(
            InboundMessage.contact_id == Contact.id,
            or_(InboundMessage.status.in_(("waiting", "parked")), InboundMessage.received_at >= before),
        ),
        _SENDING,
        exists().where(Task.contact_id == Contact.id, Task.status == "open"),
        _of_persons(Task, Task.status == "open"),
        exists().where(Report.contact_id == Contact.id, Report.status.not_in(("done", "closed"))),
        exists().where(HandOff.contact_id == Contact.id, HandOff.state != "closed"),
        exists().where(Monitoring.contact_id == Contact.id, Monitoring.ended_at.is_(None)),
        exists().where(RadarSubscription.contact_id == Contact.id, RadarSubscription.ended_at.is_(None)),
        exists().where(Notice.contact_id == Contact.id, Notice.status == "planned"),
        exists().where(DataRequest.contact_id == Contact.id, DataRequest.done_at.is_(None)),
    )
    for_a_last_message = and_(Contact.forget_after.is_not(None), Contact.last_message_at.is_(None))
    return and_(before > HEARD, ~for_a_last_message, ~busy)


def _attached() -> Any:
    """A registration that counts, or a dose (with its certificate), of a contact's or of somebody they look after."""
    return or_(
        exists().where(_REGISTERED, Registration.status.in_(LIVE)),
        _of_persons(Registration, Registration.status.in_(LIVE)),
        _of_persons(Dose, Dose.id > 0),
        exists().where(_REGISTERED, Dose.person_id == Registration.person_id),
    )


def _of_persons(table: Any, which: Any) -> Any:
    return exists().where(_CARED_FOR, table.person_id == ContactPerson.person_id, which)


def _recent_place(before: datetime) -> Any:
    """An appointment made since then, or in a session since then."""
    ends = exists().where(VaccinationSession.id == Appointment.session_id, VaccinationSession.ends_at >= before)
    return or_(Appointment.created_at >= before, ends)
