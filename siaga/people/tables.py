"""Contacts, persons, consent, answers on their way, and what they are to be told or done for later."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)

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
    reminders_off_at = Column(UtcDateTime)
    """since when nothing is to be sent that was not asked for; None: reminders are welcome"""
    preview = Column(Boolean, nullable=False, server_default=text("false"))
    """content that is not published yet is shown to them: a chat of the simulator's"""
    forget_after = Column(UtcDateTime)
    """when a contact goes that is there only for a last message to be sent; None for all who have written"""


class Person(Base):
    """Someone who is registered, found by NIK.

    A NIK has at most one row that is not ``disputed``. Who tells another name or birth date for it than is on file, and
    does not look after that person, is given a row of their own, which is treated as any other is.
    """

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_nik_index", "nik_index"),
        Index("uq_person_nik_index", "nik_index", unique=True, postgresql_where=text("NOT disputed")),
    )

    id = Column(BigInteger, primary_key=True)
    nik = Column(EncryptedText("person.nik"), nullable=False)
    nik_index = Column(LargeBinary, nullable=False)
    disputed = Column(Boolean, nullable=False, server_default=text("false"))
    """somebody else was first to register this NIK, with another name or birth date: the card will tell"""
    name = Column(EncryptedText("person.name"), nullable=False)
    birth_date = Column(EncryptedText("person.birth_date"), nullable=False)
    name_birth_index = Column(LargeBinary, index=True)
    """``siaga.people.names.name_birth_index``, to find one whose NIK has a digit wrong"""
    sex = Column(String(1), nullable=False)
    regency_code = Column(String(5), nullable=False)
    district_code = Column(String(8))
    phone = Column(EncryptedText("person.phone"))
    """the phone on record, digits with country code: where one-time codes go; from an official list or their own"""
    validated_at = Column(UtcDateTime)
    validated_by = Column(String(10))
    """what their data agreed with: list (an official one), outside (another registry), staff"""
    created_at = Column(UtcDateTime, nullable=False, server_default=func.now())


class ContactPerson(Base):
    """A contact looks after a person: themselves, or a member of the family."""

    __tablename__ = "contact_person"
    __table_args__ = (UniqueConstraint("contact_id", "person_id"),)

    id = Column(BigInteger, primary_key=True)
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), nullable=False, index=True)
    person_id = Column(ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True)
    relation = Column(String(20), nullable=False)
    guardian = Column(Boolean, nullable=False, server_default=text("false"))
    """the contact has said that they are the parent or guardian, who decides for somebody under 18"""
    sees_name = Column(Boolean, nullable=False, server_default=text("true"))
    """false: they only said yes to the mask of a name on an official list, and are shown no more than that"""


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


class Notice(Base):
    """Something that a contact is to be told later, or now without having asked: a reminder, a place that is free.

    There is one of a ``kind`` ``about`` a thing for a contact, so that planning it again changes it; and once more for
    each time (``again``, 1 or 2) that the contact put it off. What it is about is an appointment's code, say: when that
    is gone, all about it can be taken back. It is sent from ``due_at`` on, in the daytime of ``zone`` unless it is
    ``urgent``, and not at all after ``until``. ``values`` fill in the words of its ``kind``.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("status IN ('planned', 'sent', 'cancelled', 'skipped')", name="status"),
        UniqueConstraint("contact_id", "kind", "about", "again"),
        Index("ix_notice_due", "due_at", postgresql_where=text("status = 'planned'")),
    )

    id = Column(BigInteger, primary_key=True)
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), nullable=False)
    person_id = Column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind = Column(String(40), nullable=False)
    about = Column(String(80), nullable=False, index=True)
    again = Column(SmallInteger, nullable=False, server_default=text("0"))
    values = Column(EncryptedJSON("notice.values"), nullable=False)
    zone = Column(String(40), nullable=False)
    urgent = Column(Boolean, nullable=False, server_default=text("false"))
    due_at = Column(UtcDateTime, nullable=False)
    until = Column(UtcDateTime, nullable=False)
    status = Column(String(10), nullable=False, server_default="planned")
    status_at = Column(UtcDateTime, nullable=False, server_default=func.now())


class Task(Base):
    """Something that a person at the desk has to do for a contact, such as correcting a name."""

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'done', 'refused')", name="status"),
        Index("ix_task_open", "id", postgresql_where=text("status = 'open'")),
    )

    id = Column(BigInteger, primary_key=True)
    kind = Column(String(40), nullable=False)
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    """null: nobody is to be told, such as who reported something and wished to stay unknown"""
    person_id = Column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    data = Column(EncryptedJSON("task.data"), nullable=False)
    status = Column(String(10), nullable=False, server_default="open")
    caused_by = Column(Text, nullable=False, unique=True)
    created_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    due_at = Column(UtcDateTime)
    """when it was promised for"""
    done_at = Column(UtcDateTime)
    done_by = Column(String(60))
    remark = Column(EncryptedText("task.remark"))
    """what whoever did it, or refused, writes for colleagues"""


class DataRequest(Base):
    """A contact wants the file of what is known of them, or all of it erased: carried out beside the conversation.

    With an erasure the row goes, too: what stays of it is in the list of those who were erased.
    """

    __tablename__ = "data_request"
    __table_args__ = (
        CheckConstraint("kind IN ('see', 'erase')", name="kind"),
        Index("ix_data_request_open", "asked_at", postgresql_where=text("done_at is null")),
    )

    id = Column(BigInteger, primary_key=True)
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), nullable=False, index=True)
    kind = Column(String(10), nullable=False)
    number = Column(String(20), nullable=False, unique=True)
    """what the contact was told to name it by"""
    caused_by = Column(Text, nullable=False, unique=True)
    asked_at = Column(UtcDateTime, nullable=False)
    done_at = Column(UtcDateTime)
    attempts = Column(SmallInteger, nullable=False, server_default=text("0"))
    not_before = Column(UtcDateTime)
    """after a failure, when it is tried again"""
    file = Column(String(80))
    """the reference of the file that was made, in ``siaga.media``"""
