"""The front that stands now."""

from __future__ import annotations

from siaga.content import live
from siaga.front.front import Front, read_front


def front(*, preview: bool = False) -> Front:
    """As published; with ``preview`` as it would be with what waits to be published."""
    return live.built("front", read_front, preview=preview)
