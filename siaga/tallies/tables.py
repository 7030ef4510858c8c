"""Counts by hour, and who was there in an hour so that people are counted once."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, ForeignKey, SmallInteger, String
from sqlalchemy import text as sql

from siaga.db import Base


class Tally(Base):
    """How often something happened in an hour of the programme's zone.

    ``what`` is what is counted (``message``, ``conversation``, ``capability``, …), ``key`` which of it, ``regency`` the
    kabupaten/kota, empty where it is not known. The count is the sum over the shards: those who count at the same time
    write into different rows.
    """

    __tablename__ = "tally"

    day = Column(Date, primary_key=True)
    hour = Column(SmallInteger, primary_key=True)
    what = Column(String(30), primary_key=True)
    key = Column(String(60), primary_key=True, server_default="")
    regency = Column(String(5), primary_key=True, server_default="")
    shard = Column(SmallInteger, primary_key=True)
    n = Column(BigInteger, nullable=False, server_default=sql("0"))


class TallyPerson(Base):
    """A contact wrote in this hour. Kept for a while only, to count people once a day; then the counts stay."""

    __tablename__ = "tally_person"

    day = Column(Date, primary_key=True)
    hour = Column(SmallInteger, primary_key=True)
    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True, index=True)
    regency = Column(String(5), nullable=False, server_default="")
