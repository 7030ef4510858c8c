"""Registrations, and the places and sessions that people are registered for."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)

from siaga.db import Base, EncryptedJSON, EncryptedText, UtcDateTime


class Registration(Base):
    """One person's wish to be vaccinated, as one contact told it; ``caused_by``: the message that confirmed it."""

    __tablename__ = "registration"
    __table_args__ = (
        CheckConstraint(
            "status IN ('draft', 'confirmed', 'waiting_validation', 'refused', 'cancelled')", name="status"
        ),
    )

    id = Column(BigInteger, primary_key=True)
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), nullable=False, index=True)
    person_id = Column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    status = Column(String(20), nullable=False)
    caused_by = Column(Text, nullable=False, unique=True)
    answers = Column(EncryptedJSON("registration.answers"), nullable=False)
    outcome = Column(String(20))
    postponed_until = Column(Date)
    rules_version = Column(String(40))
    birth_date_matches_nik = Column(Boolean, nullable=False, server_default=text("true"))
    validated_at = Column(UtcDateTime)
    refused_for = Column(String(40))
    """why it does not agree with the official data: name, birth_date, sex, unknown"""
    created_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    updated_at = Column(UtcDateTime, nullable=False, server_default=func.now(), onupdate=func.now())


class RegistrationForm(Base):
    """A form that a contact was offered besides the chat, and what has been filled in; one a contact.

    ``token_index`` is a blind index: whoever holds the token fills in this contact's form, until ``expires_at``.
    ``answers`` is null until there is consent; ``sent_at`` is when the form was filled in to its end.
    """

    __tablename__ = "registration_form"

    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    token_index = Column(LargeBinary, nullable=False, unique=True)
    answers = Column(EncryptedJSON("registration_form.answers"))
    expires_at = Column(UtcDateTime, nullable=False)
    sent_at = Column(UtcDateTime)


class Facility(Base):
    """A place that vaccinates; ``is_sample`` marks invented ones."""

    __tablename__ = "facility"

    id = Column(BigInteger, primary_key=True)
    code = Column(String(40), nullable=False, unique=True)
    name = Column(Text, nullable=False)
    regency_code = Column(String(5), nullable=False, index=True)
    district_code = Column(String(8))
    lat = Column(Float)
    lon = Column(Float)
    address = Column(Text, nullable=False)
    phone = Column(Text)
    opening = Column(Text)
    """days and hours in the citizen's words: "Senin–Jumat 08.00–12.00" """
    is_open = Column(Boolean, nullable=False, server_default=text("true"))
    emergency = Column(Boolean, nullable=False, server_default=text("false"))
    """has an emergency department (IGD) that is open day and night"""
    is_sample = Column(Boolean, nullable=False, server_default=text("false"))


class Session(Base):
    """Some hours at a facility with a number of places.

    ``booked`` counts the appointments that hold a place; the database keeps it between 0 and ``quota``.
    """

    __tablename__ = "session"
    __table_args__ = (
        CheckConstraint("booked >= 0 AND booked <= quota", name="booked"),
        UniqueConstraint("facility_id", "starts_at", "vaccine"),
    )

    id = Column(BigInteger, primary_key=True)
    facility_id = Column(ForeignKey("facility.id", ondelete="CASCADE"), nullable=False)
    starts_at = Column(UtcDateTime, nullable=False)
    ends_at = Column(UtcDateTime, nullable=False)
    vaccine = Column(String(20), nullable=False)
    quota = Column(Integer, nullable=False)
    booked = Column(Integer, nullable=False, server_default=text("0"))
    cancelled_at = Column(UtcDateTime)
    """when the place called it off; nobody can book it since"""


class Appointment(Base):
    """A person's place in a session.

    A person holds at most one that is ``booked``. ``lapsed``: the session is over and nobody noted whether they came.
    ``caused_by`` and ``cancelled_by`` are ids of messages.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("status IN ('booked', 'cancelled', 'attended', 'lapsed')", name="status"),
        Index("uq_appointment_booked_person", "person_id", unique=True, postgresql_where=text("status = 'booked'")),
    )

    id = Column(BigInteger, primary_key=True)
    registration_id = Column(ForeignKey("registration.id", ondelete="CASCADE"), nullable=False, index=True)
    person_id = Column(ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True)
    session_id = Column(ForeignKey("session.id"), nullable=False, index=True)
    code = Column(String(16), nullable=False, unique=True)
    status = Column(String(20), nullable=False)
    caused_by = Column(Text, nullable=False)
    cancelled_by = Column(Text)
    moved_by = Column(Text)
    """the message that moved it here last"""
    confirmed_at = Column(UtcDateTime)
    """when somebody answered a reminder that they will come; to be forgotten when it moves"""
    created_at = Column(UtcDateTime, nullable=False, server_default=func.now())


class Waiting(Base):
    """Somebody who waits for a place at a facility, in the order of ``id``.

    ``offered``: a place in ``session_id`` is held for them until ``offered_until``; it counts as booked meanwhile.
    """

    __tablename__ = "waiting"
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'offered', 'taken', 'lapsed', 'left')", name="status"),
        Index(
            "uq_waiting_open_person",
            "person_id",
            unique=True,
            postgresql_where=text("status IN ('waiting', 'offered')"),
        ),
        Index("ix_waiting_facility", "facility_id", "id", postgresql_where=text("status = 'waiting'")),
        Index("ix_waiting_offered_until", "offered_until", postgresql_where=text("status = 'offered'")),
    )

    id = Column(BigInteger, primary_key=True)
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), nullable=False, index=True)
    person_id = Column(ForeignKey("person.id", ondelete="CASCADE"), nullable=False)
    registration_id = Column(ForeignKey("registration.id", ondelete="CASCADE"), nullable=False, index=True)
    facility_id = Column(ForeignKey("facility.id", ondelete="CASCADE"), nullable=False)
    session_id = Column(ForeignKey("session.id"), index=True)
    offered_until = Column(UtcDateTime)
    status = Column(String(10), nullable=False, server_default="waiting")
    caused_by = Column(Text, nullable=False)
    created_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    status_at = Column(UtcDateTime, nullable=False, server_default=func.now())


class OfficialPerson(Base):
    """Somebody on a list that the programme was given by an authority, against which registrations are validated.

    ``group`` is the list's own (health worker, elderly …). What is not on the list is null.
    """

    __tablename__ = "official_person"

    id = Column(BigInteger, primary_key=True)
    nik = Column(EncryptedText("official_person.nik"), nullable=False)
    nik_index = Column(LargeBinary, nullable=False, unique=True)
    name = Column(EncryptedText("official_person.name"), nullable=False)
    name_birth_index = Column(LargeBinary, nullable=False, index=True)
    """a blind index of plain name and birth date, to find one whose NIK has a digit wrong"""
    birth_date = Column(EncryptedText("official_person.birth_date"), nullable=False)
    sex = Column(String(1))
    regency_code = Column(String(5))
    district_code = Column(String(8))
    phone = Column(EncryptedText("official_person.phone"))
    group = Column(String(40))
    import_id = Column(ForeignKey("import_run.id"), nullable=False, index=True)


class NikTried(Base):
    """A NIK that a contact named on a day (of the programme's zone), so that nobody can try one after the other.

    ``name_index`` is of a name that they told of it, with the birth date; empty for the NIK alone.
    """

    __tablename__ = "nik_tried"

    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    day = Column(Date, primary_key=True)
    nik_index = Column(LargeBinary, primary_key=True)
    name_index = Column(LargeBinary, primary_key=True, server_default=text("''"))


class ImportRun(Base):
    """A file that staff handed in, and what came of it."""

    __tablename__ = "import_run"

    id = Column(BigInteger, primary_key=True)
    kind = Column(String(20), nullable=False)
    """people, facilities, sessions, doses"""
    file_name = Column(Text, nullable=False)
    actor = Column(String(80), nullable=False)
    at = Column(UtcDateTime, nullable=False, server_default=func.now())
    rows = Column(Integer, nullable=False)
    taken = Column(Integer, nullable=False)
    refused = Column(Integer, nullable=False)


class RegistryWrite(Base):
    """Something that an outside registry has still to be told; ``key`` lets it be told there only once."""

    __tablename__ = "registry_write"
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'done', 'refused')", name="status"),
        Index("ix_registry_write_due", "not_before", postgresql_where=text("status = 'waiting'")),
    )

    id = Column(BigInteger, primary_key=True)
    key = Column(String(80), nullable=False, unique=True)
    kind = Column(String(20), nullable=False)
    person_id = Column(ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True)
    payload = Column(EncryptedJSON("registry_write.payload"), nullable=False)
    status = Column(String(10), nullable=False, server_default="waiting")
    attempts = Column(Integer, nullable=False, server_default=text("0"))
    not_before = Column(UtcDateTime, nullable=False, server_default=func.now())
    outside_id = Column(String(80))
    """what the other registry calls it"""
    error = Column(String(40))
    created_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    done_at = Column(UtcDateTime)
