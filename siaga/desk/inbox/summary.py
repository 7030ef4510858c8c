"""What the bot knows of a citizen, for whoever answers: masked, until something is asked for, which is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.db import audit
from siaga.desk import showing
from siaga.desk.inbox import shown
from siaga.doses.history import recorded
from siaga.handoffs.tables import HandOff
from siaga.people.ages import age_on
from siaga.people.consents import is_taken_back
from siaga.people.tables import Contact, ContactPerson, Person
from siaga.places import regions
from siaga.privacy import mask_name, mask_nik, mask_phone
from siaga.registration.people import registered_by
from siaga.registration.records import Registered
from siaga.reports.kinds import kinds_now
from siaga.reports.tables import Report
from siaga.selfcheck.tables import Monitoring, SelfCheck
from siaga.turns import trackers
from siaga.turns.trackers import Events

BEFORE = 8
"""So many of the citizen's messages before the hand-off are shown."""
CHECKS = 3
SHOWN_SECONDS = 30
"""What was asked for is shown for so long."""

RELATIONS: Mapping[str, str] = {
    "self": "Diri sendiri",
    "mother": "Ibu",
    "father": "Ayah",
    "spouse": "Suami/istri",
    "child": "Anak",
    "grandparent": "Kakek/nenek",
    "sibling": "Saudara",
    "other": "Keluarga lain",
}
_STATUS = {
    "confirmed": "Terdaftar",
    "waiting_validation": "Menunggu pencocokan data",
    "refused": "Data tidak cocok",
}
TAKEN_BACK = "Persetujuan dicabut oleh warga"
DISPUTED = "NIK ini sudah didaftarkan dengan data lain: cocokkan dengan KTP"
_LEVELS = {
    "emergency": "Darurat",
    "doctor": "Perlu ke dokter",
    "isolate": "Isolasi",
    "watch": "Pantau gejala",
    "none": "Tanpa gejala berarti",
}
_TOLD = {"better": "membaik", "same": "sama saja", "worse": "memburuk"}
_REPORTS = {"new": "baru", "seen": "sudah dibaca", "working": "ditangani"}
FORMS: Mapping[str, str] = {
    "registration_form": "Pendaftaran vaksinasi",
    "appointment_form": "Memilih atau mengubah jadwal",
    "cancel_form": "Membatalkan jadwal",
    "certificate_form": "Sertifikat vaksin",
    "dose_form": "Dosis berikutnya",
    "eligibility_form": "Cek boleh divaksin",
    "selfcheck_form": "Periksa gejala",
    "report_form": "Laporan kejadian",
    "facility_form": "Cari tempat vaksinasi",
    "radar_form": "Kabar wilayah",
    "details_form": "Pertanyaan untuk perencanaan",
    "erase_form": "Hapus semua data",
    "withdraw_form": "Mencabut persetujuan",
}
QUESTIONS: Mapping[str, str] = {
    "consent": "persetujuan",
    "beneficiary": "untuk siapa",
    "nik": "NIK",
    "birth_date": "tanggal lahir",
    "guardian": "wali anak",
    "official_match": "apakah namanya benar",
    "full_name": "nama lengkap",
    "nik_check": "mencocokkan NIK",
    "residence": "tempat tinggal",
    "health": "kesehatan",
    "facility": "tempat vaksinasi",
    "session": "hari dan jam",
    "confirmed": "ringkasan pendaftaran",
    "appointment_person": "jadwal siapa",
    "appointment_facility": "tempat vaksinasi",
    "appointment_session": "hari dan jam",
    "appointment_confirmed": "apakah sudah benar",
    "cancel_which": "jadwal yang mana",
    "cancel_confirmed": "yakin dibatalkan",
    "withdraw_person": "untuk siapa",
    "withdraw_confirmed": "yakin dicabut",
    "certificate_person": "sertifikat siapa",
    "certificate_nik": "NIK",
    "certificate_birth_date": "tanggal lahir",
    "certificate_code": "kode verifikasi",
    "certificate_wrong": "apa yang salah",
    "certificate_words": "data yang benar",
    "dose_person": "dosis siapa",
    "dose_number": "dosis keberapa",
    "dose_vaccine": "jenis vaksin",
    "dose_date": "tanggal dosis terakhir",
    "dose_age": "umur",
    "selfcheck_change": "membaik atau memburuk",
    "selfcheck_answer": "gejala",
}
"""What the bot asks, by the slot of its domain that is to be filled; forms with one question are told by their name."""
_ABOUT = {"report": ("Laporan", "/laporan"), "task": ("Tugas", "/tugas"), "hoax": ("Cek kabar", "/kabar")}
PARTS = ("nik", "name", "birth_date")
"""What of a person may be asked for; ``phone`` is the contact's own."""


class NothingThere(LookupError):
    """There is no such thing of anybody in this conversation."""


@dataclass(frozen=True)
class Somebody:
    """A person whom the contact looks after. ``may_see`` is false where the contact knows no more than a number."""

    id: int
    relation: str
    name: str
    nik: str
    age: int
    region: str
    registration: str | None
    appointment: str | None
    doses: str | None
    may_see: bool = True


@dataclass(frozen=True)
class Summary:
    """What is known. ``before`` are the citizen's own words before the hand-off, masked when they were kept."""

    since: datetime
    phone: str | None
    reminders_off: bool
    form: str | None
    before: tuple[tuple[datetime, str], ...] = field(repr=False)
    people: tuple[Somebody, ...] = ()
    checks: tuple[str, ...] = ()
    monitored: tuple[str, ...] = ()
    reports: tuple[tuple[str, str], ...] = ()
    about: tuple[str, str] | None = None


def summary(session: Session, hand_off: HandOff, now: datetime) -> Summary:
    """What the bot knows of the citizen of a hand-off."""
    contact = session.get(Contact, hand_off.contact_id)
    events = trackers.load(session, contact.key).events
    return Summary(
        since=contact.created_at,
        phone=mask_phone(contact.phone) if contact.phone else None,
        reminders_off=contact.reminders_off_at is not None,
        form=_open_form(events),
        before=_before(events, hand_off.opened_at),
        people=_people(session, contact, now),
        checks=_checks(session, contact.id),
        monitored=_monitored(session, contact.id),
        reports=_reports(session, contact.id),
        about=_about(hand_off.about),
    )


def reveal(session: Session, hand_off: HandOff, what: str, which: int | None, login: str) -> str:
    """One thing unmasked, which the audit log notes: who, what kind, whose; never what it is.

    Args:
        what: ``phone``; a part of the person ``which``; or ``message``, the words of the message ``which``.

    Raises:
        NothingThere
    """
    detail: dict[str, Any] = {"hand_off": hand_off.id, "what": what, "contact": hand_off.contact_id}
    if what == "message":
        words = shown.unmasked(session, hand_off.id, which)
        detail["message"] = which
        if words is None:
            raise NothingThere("no such message")
    else:
        words = _phone(session, hand_off) if what == "phone" else _of_person(session, hand_off, what, which)
        detail["person"] = which
    audit.note(session, login, "inbox.reveal", detail)
    return words


def _phone(session: Session, hand_off: HandOff) -> str:
    phone = session.scalar(select(Contact.phone).where(Contact.id == hand_off.contact_id))
    if not phone:
        raise NothingThere("no phone number is known")
    return f"+{phone}"


def _of_person(session: Session, hand_off: HandOff, what: str, person_id: int | None) -> str:
    if what not in PARTS or person_id is None:
        raise NothingThere("no such part")
    query = (
        select(Person)
        .join(ContactPerson, ContactPerson.person_id == Person.id)
        .where(ContactPerson.contact_id == hand_off.contact_id, Person.id == person_id, ContactPerson.sees_name)
    )
    person = session.execute(query).scalar_one_or_none()
    if person is None:
        raise NothingThere("no such person")
    if what == "birth_date":
        return showing.day(date.fromisoformat(person.birth_date)).partition(", ")[2]
    return str(getattr(person, what))


# ---------------------------------------------------------------------- parts
def _people(session: Session, contact: Contact, now: datetime) -> tuple[Somebody, ...]:
    registered = {one.person_id: one for one in registered_by(session, contact.key, now)}
    query = (
        select(Person, ContactPerson.relation, ContactPerson.sees_name, is_taken_back(ContactPerson))
        .join(ContactPerson, ContactPerson.person_id == Person.id)
        .where(ContactPerson.contact_id == contact.id)
        .order_by(ContactPerson.id)
    )
    return tuple(
        Somebody(
            id=person.id,
            relation=RELATIONS.get(relation, RELATIONS["other"]),
            name=mask_name(person.name),
            nik=mask_nik(person.nik),
            age=age_on(date.fromisoformat(person.birth_date), showing.today()),
            region=regions.short_name(person.regency_code) or "wilayah tidak diketahui",
            registration=_registration(registered.get(person.id), taken_back, person.disputed),
            appointment=_appointment(registered.get(person.id)),
            doses=_doses(session, person.id),
            may_see=bool(sees_name),
        )
        for person, relation, sees_name, taken_back in session.execute(query)
    )


def _registration(found: Registered | None, taken_back: bool, disputed: bool) -> str | None:
    if taken_back:
        return TAKEN_BACK
    if found is None:
        return None
    status = _STATUS.get(found.status, found.status)
    return f"{status}; {DISPUTED}" if disputed else status


def _appointment(found: Registered | None) -> str | None:
    if found is None or found.appointment is None:
        return None
    held = found.appointment
    return f"{held.facility}, {showing.day(held.starts_at.date())} {held.starts_at:%H.%M} {held.zone_letters}"


def _doses(session: Session, person_id: int) -> str | None:
    doses = recorded(session, person_id)
    if not doses:
        return None
    last = doses[-1]
    when = f", terakhir {showing.day(last.given_on).partition(', ')[2]}" if last.given_on else ""
    return f"{len(doses)} dosis tercatat{when}"


def _checks(session: Session, contact_id: int) -> tuple[str, ...]:
    query = select(SelfCheck).where(SelfCheck.contact_id == contact_id).order_by(SelfCheck.at.desc()).limit(CHECKS)
    return tuple(
        f"{RELATIONS.get(check.who, check.who)}: {_LEVELS[check.level]} ({showing.moment(check.at)})"
        for check in session.scalars(query)
    )


def _monitored(session: Session, contact_id: int) -> tuple[str, ...]:
    query = select(Monitoring).where(Monitoring.contact_id == contact_id, Monitoring.ended_at.is_(None))
    found = []
    for row in session.scalars(query):
        told = f", terakhir {_TOLD[row.answer]}" if row.answer else ""
        found.append(f"{RELATIONS.get(row.who, row.who)}: dipantau sampai {showing.moment(row.until)}{told}")
    return tuple(found)


def _reports(session: Session, contact_id: int) -> tuple[tuple[str, str], ...]:
    query = (
        select(Report.code, Report.kind, Report.status)
        .where(Report.contact_id == contact_id, Report.status.in_(tuple(_REPORTS)))
        .order_by(Report.id.desc())
    )
    kinds = kinds_now()
    found = []
    for row in session.execute(query):
        kind = kinds.by_id(row.kind)
        found.append((row.code, f"{kind.label if kind else row.kind}, {_REPORTS[row.status]}"))
    return tuple(found)


def _about(about: str | None) -> tuple[str, str] | None:
    """What it is about, in words, and where that is."""
    kind, _, number = (about or "").partition(":")
    if kind not in _ABOUT or not number:
        return None
    label, path = _ABOUT[kind]
    return f"{label} {number}", f"{path}/{number}"


# ---------------------------------------------------------------------- from the conversation's state
def _before(events: Events, opened_at: datetime) -> tuple[tuple[datetime, str], ...]:
    """The citizen's last messages before the hand-off; taps are told as such, what the bot said is not kept."""
    found = []
    for event in reversed(events):
        if event.get("event") != "user" or float(event.get("timestamp") or 0.0) > opened_at.timestamp():
            continue
        text = str(event.get("text") or "").strip()
        if text:
            at = datetime.fromtimestamp(float(event["timestamp"]), timezone.utc)
            found.append((at, "[memilih tombol]" if text.startswith("/") else text))
        if len(found) == BEFORE:
            break
    return tuple(reversed(found))


def _open_form(events: Events) -> str | None:
    """The form that is open, and what is asked in it."""
    form, asked = _last(events, "active_loop"), _last(events, "slot", "requested_slot")
    if not form:
        return None
    named = FORMS.get(form, "Formulir lain")
    question = QUESTIONS.get(asked or "")
    return f"{named}, ditanya: {question}" if question else named


def _last(events: Events, kind: str, name: str | None = None) -> str | None:
    """The name of the last event of a kind, or of a slot its value."""
    for event in reversed(events):
        if event.get("event") == kind and name in (None, event.get("name")):
            return event.get("name") if name is None else event.get("value")
    return None
