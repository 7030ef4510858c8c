"""What tells of somebody without a key that leads to them: stored sheets and pictures, what was not understood."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from siaga.certificates.issuing import issue
from siaga.certificates.pdf import drawn
from siaga.certificates.tables import Certificate
from siaga.doses.tables import Dose
from siaga.handoffs.tables import HandOff, HandOffMessage
from siaga.hoaxes.tables import HoaxAsker, HoaxQuestion
from siaga.media.store import PREFIX
from siaga.media.tables import Media
from siaga.people.tables import DataRequest, FormDraft
from siaga.radar.tables import RadarPicture
from siaga.registration.tables import Appointment, Registration, RegistrationForm
from siaga.registration.ticket import qr_png, qr_text
from siaga.reports.parting import without
from siaga.reports.tables import Report
from siaga.rights.subjects import Subject
from siaga.turns import trackers
from siaga.turns.tables import OutboundMessage, Quarantine

_REFERENCE = re.compile(re.escape(PREFIX) + r"([0-9a-f]{64})")


def pictures(session: Session, subject: Subject, now: datetime) -> set[str]:
    """The SHA-256 of stored sheets, tickets and pictures of the subject; call it while their rows are there.

    Sheets and tickets are drawn again, alike to the byte; what else was sent is known by its reference.
    """
    drawn_again = {hashlib.sha256(content).hexdigest() for content in _drawn(session, subject, now)}
    said = {found[1] for text in _said(session, subject) for found in _REFERENCE.finditer(text)}
    # What belongs to nobody has no time to be forgotten, or is a map that others were shown too.
    personal = session.execute(
        select(Media.sha256).where(
            Media.sha256.in_(said),
            Media.forget_after.is_not(None),
            ~select(RadarPicture.of).where(RadarPicture.reference == PREFIX + Media.sha256).exists(),
        )
    ).scalars()
    return drawn_again | set(personal)


def erase_pictures(session: Session, names: Collection[str]) -> int:
    """Erase them, but for those of reports that stay; how many."""
    gone = delete(Media).where(
        Media.sha256.in_(names), ~select(Report.id).where(Report.picture == PREFIX + Media.sha256).exists()
    )
    return int(session.execute(gone.execution_options(synchronize_session=False)).rowcount)


def erase_quarantine(session: Session, wanted: Collection[str]) -> int:
    """Erase what was not understood and holds one of these numbers; how many."""
    return _erase_holding(session, Quarantine, Quarantine.id, Quarantine.content, wanted)


def erase_drafts(session: Session, wanted: Collection[str]) -> int:
    """Erase what others are filling in about somebody with one of these NIK; how many forms."""
    return _erase_holding(session, FormDraft, FormDraft.contact_id, FormDraft.data, wanted) + _erase_holding(
        session, RegistrationForm, RegistrationForm.contact_id, RegistrationForm.answers, wanted
    )


def erase_claims(session: Session, contact_id: int, names: Collection[str]) -> int:
    """Erase claims that nobody else asked about; in the words of the others names are masked. How many were erased."""
    asked = select(HoaxAsker.question_id).where(HoaxAsker.contact_id == contact_id)
    others = select(HoaxAsker.question_id).where(HoaxAsker.contact_id != contact_id)
    erased = 0
    for question in session.scalars(select(HoaxQuestion).where(HoaxQuestion.id.in_(asked))).all():
        if session.execute(others.where(HoaxAsker.question_id == question.id)).first() is None:
            session.delete(question)
            erased += 1
        else:
            question.text = without(question.text, names)
    session.flush()
    return erased


def _drawn(session: Session, subject: Subject, now: datetime) -> Iterator[bytes]:
    holders = select(Dose.person_id).join(Certificate, Certificate.dose_id == Dose.id)
    for person_id in session.execute(holders.where(Dose.person_id.in_(subject.alone)).distinct()).scalars().all():
        yield from map(drawn, issue(session, person_id, now).certificates)
    mine = Registration.contact_id == subject.contact_id
    codes = (
        select(Appointment.code)
        .join(Registration, Registration.id == Appointment.registration_id)
        .where(Appointment.person_id.in_(subject.alone) | mine)
    )
    for code in session.execute(codes).scalars().all():
        yield qr_png(qr_text(code))


def _said(session: Session, subject: Subject) -> Iterator[str]:
    """All texts in which a picture's reference may stand."""
    if subject.contact_id is None or subject.key is None:
        return
    sent = select(OutboundMessage.payload, OutboundMessage.template)
    for row in session.execute(sent.where(OutboundMessage.contact_id == subject.contact_id)):
        yield json.dumps(list(row))
    spoken = select(HandOffMessage.content).join(HandOff, HandOff.id == HandOffMessage.hand_off_id)
    for content in session.execute(spoken.where(HandOff.contact_id == subject.contact_id)).scalars():
        yield json.dumps(content)
    reports = select(Report.picture).where(Report.contact_id == subject.contact_id, Report.picture.is_not(None))
    yield from session.execute(reports).scalars()
    files = select(DataRequest.file).where(DataRequest.contact_id == subject.contact_id, DataRequest.file.is_not(None))
    yield from session.execute(files).scalars()
    yield json.dumps(trackers.load(session, subject.key).events)


def _erase_holding(session: Session, table: Any, key: Any, column: Any, wanted: Collection[str]) -> int:
    found = {
        row[0]
        for row in session.execute(select(key, column).where(column.is_not(None)))
        if any(number in json.dumps(row[1]) for number in wanted if number)
    }
    gone = delete(table).where(key.in_(found)).execution_options(synchronize_session=False)
    return int(session.execute(gone).rowcount) if found else 0
