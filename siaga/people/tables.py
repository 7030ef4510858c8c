"""Contacts, persons, consent, and answers on their way."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, String, Text, UniqueConstraint, func

from siaga.db import Base, EncryptedJSON, EncryptedText, UtcDateTime


class Contact(Base):
    """Somebody's WhatsApp.

    ``key`` is random and is Rasa's ``sender_id``; phone and user id are aliases that may change.
    """

    __tablename__ = "contact"

    id = Column(BigInteger, primary_key=True)
    key = Column(String(32), nullable=False, unique=True)
    phone = Column(EncryptedText("contact.phone"))
    phone_index = Column(LargeBinary, unique=True)
    user_id = Column(EncryptedText("contact.user_id"))
    user_id_index = Column(LargeBinary, unique=True)
    created_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    last_message_at = Column(UtcDateTime)


class Person(Base):
    """Someone who is registered, found by NIK."""

    __tablename__ = "person"

    id = Column(BigInteger, primary_key=True)
    nik = Column(EncryptedText("person.nik"), nullable=False)
    nik_index = Column(LargeBinary, nullable=False, unique=True)
    name = Column(EncryptedText("person.name"), nullable=False)
    birth_date = Column(EncryptedText("person.birth_date"), nullable=False)
    sex = Column(String(1), nullable=False)
    regency_code = Column(String(5), nullable=False)
    district_code = Column(String(8))
    created_at = Column(UtcDateTime, nullable=False, server_default=func.now())


class ContactPerson(Base):
    """A contact looks after a person: themselves, or a member of the family."""

    __tablename__ = "contact_person"
    __table_args__ = (UniqueConstraint("contact_id", "person_id"),)

    id = Column(BigInteger, primary_key=True)
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), nullable=False, index=True)
    person_id = Column(ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True)
    relation = Column(String(20), nullable=False)


class Consent(Base):
    """What was agreed to, for whom, in which wording, and by which message."""

    __tablename__ = "consent"

    id = Column(BigInteger, primary_key=True)
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), nullable=False, index=True)
    person_id = Column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    purpose = Column(String(40), nullable=False)
    version = Column(String(20), nullable=False)
    given_at = Column(UtcDateTime, nullable=False)
    withdrawn_at = Column(UtcDateTime)
    message_id = Column(Text, nullable=False)


class FormDraft(Base):
    """The answers of a form that is still being filled in; one a contact and form."""

    __tablename__ = "form_draft"

    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    form = Column(String(40), primary_key=True)
    # Sealed for the name that the table once had.
    data = Column(EncryptedJSON("registration_draft.data"), nullable=False)
    updated_at = Column(UtcDateTime, nullable=False, server_default=func.now(), onupdate=func.now())
