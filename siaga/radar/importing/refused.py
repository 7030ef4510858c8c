"""Files that are not taken."""

from __future__ import annotations

from collections.abc import Iterable


class Refused(Exception):
    """A file of which nothing counts; the last good figures stand.

    ``reasons`` are in Indonesian for the office, each with its row or place and what to do about it.
    """

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = list(reasons)
        super().__init__("\n".join(self.reasons))
