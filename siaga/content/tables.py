"""Entries of content in their versions, what was published together, and the sentence vectors they are found by."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    func,
    text,
)
from sqlalchemy.orm import relationship

from siaga.db import Base, UtcDateTime


class ContentRelease(Base):
    """Versions that were published at once, and are taken back at once."""

    __tablename__ = "content_release"

    id = Column(BigInteger, primary_key=True)
    at = Column(UtcDateTime, nullable=False, server_default=func.now())
    by = Column(String(60), nullable=False)
    """who published it; "berkas": it came with the files"""
    remark = Column(Text, nullable=False, server_default="")
    undone_at = Column(UtcDateTime)
    undone_by = Column(String(60))


class ContentFile(Base):
    """A file of content/ as it was read: what stands in it beside its entries, and how they are laid out in it.

    Of a file's texts (their release not undone) the one of the latest release stands.
    """

    __tablename__ = "content_file"

    release_id = Column(ForeignKey("content_release.id"), primary_key=True)
    kind = Column(String(20), primary_key=True)
    name = Column(String(80), primary_key=True)
    text = Column(Text)
    """null: the file is gone"""


class ContentVersion(Base):
    """One wording of one entry. What was published is never changed: a change is another version.

    Of an entry's published versions (their release not undone, begun and not ended) the one of the latest release
    stands; an entry without any is not there.
    """

    __tablename__ = "content_version"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'review', 'approved', 'published', 'dropped')", name="state"),
        CheckConstraint("(state = 'published') = (release_id IS NOT NULL)", name="released"),
        CheckConstraint("ends_at IS NULL OR starts_at IS NULL OR ends_at > starts_at", name="span"),
        Index("ix_content_version_entry", "kind", "key", "id"),
        Index("uq_content_version_release", "release_id", "kind", "key", unique=True),
    )

    id = Column(BigInteger, primary_key=True)
    kind = Column(String(20), nullable=False)
    """which content it is: ``siaga.content.kinds``"""
    key = Column(String(80), nullable=False)
    """the entry's id"""
    file = Column(String(80), nullable=False)
    """the file it stands in when it is exported, such as "covid.yml" """
    place = Column(Integer, nullable=False)
    """where in that file: entries are in the order of their places, then of their keys"""
    body = Column(Text)
    """the entry as it would stand in the file, one YAML mapping without indentation; null: it is taken away"""
    base_id = Column(ForeignKey("content_version.id"))
    """the latest published version when this was written: where it is another by now, somebody was quicker"""
    state = Column(String(10), nullable=False, server_default="draft")
    release_id = Column(ForeignKey("content_release.id"))
    starts_at = Column(UtcDateTime)
    ends_at = Column(UtcDateTime)
    from_file = Column(Boolean, nullable=False, server_default=text("false"))
    """a file of content/ says it: it was read from there, or has been written there since staff published it"""
    made_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    made_by = Column(String(60), nullable=False)
    reviewed_at = Column(UtcDateTime)
    reviewed_by = Column(String(60))
    remark = Column(Text, nullable=False, server_default="")

    release = relationship(ContentRelease, lazy="joined")


class ContentVector(Base):
    """The sentence vector of a text of the content, so that each process need not compute it again."""

    __tablename__ = "content_vector"

    encoder = Column(String(10), primary_key=True)
    digest = Column(LargeBinary, primary_key=True)
    """SHA-256 of the plain text"""
    vector = Column(LargeBinary, nullable=False)
    """half-precision numbers"""
