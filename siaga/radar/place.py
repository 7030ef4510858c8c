"""A place, and all that is known of it."""

from __future__ import annotations

from dataclasses import dataclass

from siaga.places import regions
from siaga.radar.figures import NATION, Figures
from siaga.radar.situation import Situation

NEIGHBOURS = 3
"""So many are told beside a place."""


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


def name_of(code: str) -> str:
    """A place as it is told: "Kota Surabaya", "Kab. Malang", "Kec. Wonokromo", "Jawa Timur", "Indonesia"."""
    return "Indonesia" if code == NATION else regions.short_name(code) or code
