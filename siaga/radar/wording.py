"""What the radar says: an answer in words, from what is known of the places that were asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from siaga.radar.asking import Question
from siaga.radar.figures import Figures

if TYPE_CHECKING:
    from siaga.radar.situation import Situation


@dataclass(frozen=True)
class Place:
    """A place that is told of, with all that is known of it; ``figures`` and ``situation`` are None where nothing is.

    ``name`` is as told: "Kota Surabaya". ``asked`` is what was asked for, where the figures are of what it lies in:
    "Kec. Wonokromo". ``where`` is a pin's place in words, "Kel. Ketintang, Kec. Gayungan, Kota Surabaya".
    """

    code: str
    name: str
    figures: Figures | None = None
    situation: Situation | None = None
    asked: str = ""
    where: str = ""
    neighbours: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Answer:
    """An answer in Indonesian. ``lines`` may be empty lines, too. ``picture``: the picture goes with it, as was asked
    for. ``tip`` is one piece of advice, told last; empty where none fits."""

    title: str
    lines: tuple[str, ...]
    picture: bool = False
    tip: str = ""

    @property
    def text(self) -> str:
        """All of it, as a message of WhatsApp."""
        parts = [f"*{self.title}*", *self.lines]
        if self.tip:
            parts += ["", self.tip]
        return "\n".join(parts)


def tell(
    question: Question,
    places: Sequence[Place],
    *,
    today: date,
    listed: Sequence[Place] = (),
    short: bool = False,
    pin: bool = False,
) -> Answer:
    """The answer to a question about places, the first of which is the one that is told at length.

    Args:
        today: the day of the programme.
        listed: for a list ("zona merah mana saja") all places of the region asked for.
        short: for the middle of another conversation: the figures, and nothing beside them.
        pin: the place came as a pin: it is said that it is not kept.
    """
    return Answer("", ())
