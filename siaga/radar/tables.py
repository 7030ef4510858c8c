"""Figures as they arrived and are fetched, published colours, who wants to be told of a place, and pictures drawn."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from siaga.db import Base, UtcDateTime


class RadarImport(Base):
    """A file or an answer of an outside service, taken in whole or not at all.

    ``source`` names the series it continues ("nasional", "jatim"): of one region's figures, only those of one source
    are read together. ``digest`` is the SHA-256 of its bytes: the same is not taken in twice. ``notes`` are what was
    repaired, in words for the office that sent it. ``sample`` figures are made up, and are passed over as soon as there
    are real ones of their disease.
    """

    __tablename__ = "radar_import"
    __table_args__ = (
        Index("uq_radar_import_digest", "digest", "source", unique=True, postgresql_where=text("undone_at IS NULL")),
        CheckConstraint("taken >= 0", name="taken"),
    )

    id = Column(BigInteger, primary_key=True)
    shape = Column(String(20), nullable=False)
    """which reader read it, ``siaga.radar.shapes``"""
    source = Column(String(40), nullable=False)
    said_by = Column(Text, nullable=False)
    """who published the figures, as citizens are told"""
    file = Column(Text, nullable=False)
    """a file's name or an address, without what is secret in it"""
    digest = Column(String(64), nullable=False)
    disease = Column(String(20), nullable=False)
    arrived_at = Column(UtcDateTime, nullable=False, server_default=func.now())
    first_day = Column(Date)
    last_day = Column(Date)
    taken = Column(Integer, nullable=False)
    """how many figures and colours it brought"""
    notes = Column(JSONB, nullable=False, server_default=text("'[]'"))
    sample = Column(Boolean, nullable=False, server_default=text("false"))
    undone_at = Column(UtcDateTime)


class RadarFigure(Base):
    """How many on a day, in a region ("ID", "35", "35.78", "35.78.04"), of a disease's measure.

    ``count`` tells what the number is: ``total`` since the beginning, ``new`` on that day, ``now`` as things stood that
    day. A ``new`` number may be negative, where an office took cases back.
    """

    __tablename__ = "radar_figure"
    __table_args__ = (
        Index("ix_radar_figure_import", "import_id"),
        CheckConstraint("count IN ('total', 'new', 'now')", name="count"),
        CheckConstraint("value >= 0 OR count = 'new'", name="value"),
    )

    region_code = Column(String(8), primary_key=True)
    disease = Column(String(20), primary_key=True)
    measure = Column(String(20), primary_key=True)
    count = Column(String(5), primary_key=True)
    day = Column(Date, primary_key=True)
    import_id = Column(ForeignKey("radar_import.id", ondelete="CASCADE"), primary_key=True)
    value = Column(BigInteger, nullable=False)


class RadarColour(Base):
    """The colour of a region's zone as an office published it; nothing that is computed here."""

    __tablename__ = "radar_colour"
    __table_args__ = (
        Index("ix_radar_colour_import", "import_id"),
        CheckConstraint("colour IN ('green', 'yellow', 'orange', 'red')", name="colour"),
    )

    region_code = Column(String(8), primary_key=True)
    disease = Column(String(20), primary_key=True)
    day = Column(Date, primary_key=True)
    import_id = Column(ForeignKey("radar_import.id", ondelete="CASCADE"), primary_key=True)
    colour = Column(String(6), nullable=False)


class RadarSubscription(Base):
    """Somebody wants to be told when the level of a place changes.

    ``level`` is what they were last told (1 to 4, null while unknown), ``measures`` those that it was known from
    ("confirmed,deaths"), and ``colour`` the published colour, which they are told where no level is known. ``told_on``
    is the day of the last notice: there is at most one a day.
    """

    __tablename__ = "radar_subscription"
    __table_args__ = (
        Index("ix_radar_subscription_region", "region_code", "disease", postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("level BETWEEN 1 AND 4", name="level"),
        CheckConstraint("colour IN ('green', 'yellow', 'orange', 'red')", name="colour"),
    )

    contact_id = Column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    region_code = Column(String(8), primary_key=True)
    disease = Column(String(20), primary_key=True)
    created_at = Column(UtcDateTime, nullable=False)
    ended_at = Column(UtcDateTime)
    level = Column(SmallInteger)
    measures = Column(String(40))
    colour = Column(String(6))
    told_on = Column(Date)
    message_id = Column(Text, nullable=False)
    """the key of the message that began or ended it last"""


class RadarPicture(Base):
    """A picture already drawn: of what (region, disease, measure and day), from which state of the data."""

    __tablename__ = "radar_picture"
    __table_args__ = (Index("ix_radar_picture_drawn_at", "drawn_at"),)

    of = Column(String(80), primary_key=True)
    version = Column(String(40), primary_key=True)
    reference = Column(Text, nullable=False)
    """in ``siaga.media``"""
    drawn_at = Column(UtcDateTime, nullable=False)
    asked_at = Column(UtcDateTime)
    """when somebody asked for it last, by the hour; null: it was drawn ahead"""


class RadarFetch(Base):
    """How the fetching of an outside service goes; one row a source of ``content/radar/sources.yml``.

    ``etag``, ``last_modified`` and ``digest`` are of what was last taken in, so that nothing is taken twice, and not
    again after it was undone: a refused answer changes none of them.
    """

    __tablename__ = "radar_fetch"
    __table_args__ = (CheckConstraint("failures >= 0", name="failures"),)

    name = Column(String(40), primary_key=True)
    address = Column(Text, nullable=False)
    """what the three below are of; another address is asked anew"""
    etag = Column(Text)
    last_modified = Column(Text)
    digest = Column(String(64))
    series = Column(String(40))
    """``radar_import.source`` of what it brought last"""
    next_at = Column(UtcDateTime, nullable=False)
    """not before this it is asked again; who asks puts it off, so that nobody else does"""
    tried_at = Column(UtcDateTime)
    good_at = Column(UtcDateTime)
    """when it last answered with what could be used, new or the same"""
    failures = Column(Integer, nullable=False, server_default=text("0"))
    """how often in a row it has not"""
    problem = Column(Text)
    """what was wrong the last time, in words for operators: "http_503", "refused: …"; null: nothing"""
