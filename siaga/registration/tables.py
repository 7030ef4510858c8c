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

from siaga.db import Base, EncryptedJSON, UtcDateTime


class Registration(Base):
    """One person's wish to be vaccinated, as one contact told it.

    ``told`` holds the name and birth date as told, where a person on file is told differently by a contact who does not
    look after them: ``{"name": …, "birth_date": "YYYY-MM-DD"}``. ``caused_by`` is the id of the message that
    confirmed it.
    """

    __tablename__ = "registration"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'confirmed', 'waiting_validation', 'cancelled')", name="status"),
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
    told = Column(EncryptedJSON("registration.told"))
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
    created_at = Column(UtcDateTime, nullable=False, server_default=func.now())
