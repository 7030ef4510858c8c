"""The radar's pictures, each drawn once for a state of the data and kept as long as it may be asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga import media
from siaga.radar import knowing, store
from siaga.radar.diseases import disease_name
from siaga.radar.drawing.png import described, draw
from siaga.radar.drawing.view import View
from siaga.radar.figures import NATION, Measure
from siaga.radar.levels import rules_in_force
from siaga.radar.showing import HISTORY, Known, map_codes, show, which_map
from siaga.radar.tables import RadarPicture

KEPT = timedelta(days=3)
"""A picture is of one day, so that nobody asks for an older one."""
_TO_SEND = timedelta(days=7)
"""What is on its way may still be sent, after a fault of the channel."""
_DRAWING = "1"
"""Change this when pictures come out otherwise than before: those already drawn are then drawn anew."""
_LOCKS = 0x52505043
"""The first of the two numbers of our advisory locks; the second is made of what is drawn."""


@dataclass(frozen=True)
class Of:
    """What a picture is of: a place and a disease as they are known on a day of the programme."""

    code: str
    disease: str
    day: date
    measure: Measure = "confirmed"

    @property
    def key(self) -> str:
        return f"{self.code} {self.disease} {self.measure} {self.day}"


def picture(session: Session, of: Of, *, at: datetime) -> str | None:
    """The reference of a picture (``siaga.media``); None where there is nothing to be drawn.

    Who asks first draws it, in a good third of a second; whoever asks meanwhile waits for it.
    """
    version = _version(session, of)
    if reference := _drawn(session, of, version, at):
        return reference
    session.execute(text("SELECT pg_advisory_xact_lock(:space, hashtext(:key))"), {"space": _LOCKS, "key": of.key})
    if reference := _drawn(session, of, version, at):
        return reference
    shown = view(session, of)
    if shown is None:
        return None
    reference = media.put(session, draw(shown), "image/png", until=at + KEPT + _TO_SEND)
    row = insert(RadarPicture).values(of=of.key, version=version, reference=reference, drawn_at=at)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[RadarPicture.of, RadarPicture.version],
            set_={"reference": row.excluded.reference, "drawn_at": row.excluded.drawn_at},
        )
    )
    session.execute(
        delete(RadarPicture).where(RadarPicture.drawn_at < at - KEPT).execution_options(synchronize_session=False)
    )
    return reference


def alt(session: Session, reference: str) -> str:
    """What a picture shows, in words.

    Raises:
        KeyError: there is no such picture any more.
    """
    return described(media.get(session, reference).content)


def view(session: Session, of: Of) -> View | None:
    """What is shown; None where nothing is known."""
    own = _known(session, of, [of.code], days=HISTORY)[of.code]
    around = _known(session, of, map_codes(of.code))
    if which_map(of.code, around) == NATION != of.code:
        around |= _known(session, of, map_codes(NATION))
    return show(
        of.code,
        own,
        around,
        disease=disease_name(of.disease),
        today=of.day,
        measure=of.measure,
    )


def _known(session: Session, of: Of, codes: Sequence[str], *, days: int | None = knowing.RECENT) -> dict[str, Known]:
    places = knowing.know(session, codes, of.disease, of.day, days=days)
    return {code: Known(place.figures, place.situation) for code, place in places.items()}


def _drawn(session: Session, of: Of, version: str, at: datetime) -> str | None:
    return session.scalar(
        select(RadarPicture.reference).where(
            RadarPicture.of == of.key, RadarPicture.version == version, RadarPicture.drawn_at >= at - KEPT
        )
    )


def _version(session: Session, of: Of) -> str:
    """Another one whenever the picture may be another: the data, the thresholds, or how it is drawn."""
    rules = rules_in_force(of.day, of.disease)
    parts = f"{store.version(session)} {rules.version if rules else ''} {_DRAWING}"
    return hashlib.sha256(parts.encode()).hexdigest()[:40]
