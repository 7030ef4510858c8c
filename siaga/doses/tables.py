"""Doses given."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, Integer, String, Text, UniqueConstraint

from siaga.db import Base


class Dose(Base):
    """A dose a person has had; ``vaccine`` and ``given_on`` are null where nobody knows.

    ``source``: ``told`` by the citizen, or from an ``import`` or the ``registry``, which win over what was told.
    """

    __tablename__ = "dose"
    __table_args__ = (
        UniqueConstraint("person_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("source IN ('told', 'import', 'registry')", name="source"),
    )

    id = Column(BigInteger, primary_key=True)
    person_id = Column(ForeignKey("person.id", ondelete="CASCADE"), nullable=False)
    number = Column(Integer, nullable=False)
    vaccine = Column(String(20))
    given_on = Column(Date)
    source = Column(String(10), nullable=False)
    place = Column(Text)
    batch = Column(String(40))
    outside_id = Column(String(80), unique=True)
    """what an outside registry calls it"""
