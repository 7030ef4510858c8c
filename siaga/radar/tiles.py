"""A map without map files: one square for each place, laid out like its province, or like Indonesia.

Squares are as large for a small city as for a wide regency, so that each can be read on a phone
(``data/tiles.csv``, which says how they were laid).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from siaga.radar.figures import NATION

_TILES = Path(__file__).parent / "data" / "tiles.csv"
LONGEST_LABEL = 3


@dataclass(frozen=True)
class Square:
    """Where a place lies on its map, counted from 0: rows from the north, columns from the west."""

    code: str
    row: int
    column: int
    label: str


class BadTiles(ValueError):
    """The file of squares can not be used; says which line, and why."""


def read(lines: Iterable[str]) -> dict[str, tuple[Square, ...]]:
    """The maps in a file's lines: code of the province or "ID" -> its squares.

    Raises:
        BadTiles: a line that can not be read, or two places on one square, or with one name.
    """
    maps: dict[str, list[Square]] = {}
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if not line.startswith("#")]
    for (number, _), row in zip(numbered[1:], csv.DictReader(line for _, line in numbered), strict=True):
        try:
            square = Square(row["code"], int(row["row"]), int(row["column"]), row["label"])
        except (KeyError, TypeError, ValueError) as error:
            raise BadTiles(f"line {number}: {error!r}") from error
        if min(square.row, square.column) < 0 or not 1 <= len(square.label) <= LONGEST_LABEL:
            raise BadTiles(f"line {number}: a square is counted from 0, its label has 1 to {LONGEST_LABEL} letters")
        others = maps.setdefault(square.code.rpartition(".")[0] or NATION, [])
        for other in others:
            if other.code == square.code or (other.row, other.column) == (square.row, square.column):
                raise BadTiles(f"line {number}: {square.code} lies where {other.code} does")
        others.append(square)
    return {code: tuple(squares) for code, squares in maps.items()}


@lru_cache(maxsize=1)
def _maps() -> dict[str, tuple[Square, ...]]:
    with _TILES.open(encoding="utf-8", newline="") as file:
        return read(file)


def squares(code: str) -> tuple[Square, ...]:
    """The map of a province's regencies ("35"), or of Indonesia's provinces ("ID"); empty for a place without a map."""
    return _maps().get(code, ())


def map_of(code: str) -> str:
    """Which map shows a place: Indonesia's shows itself, a province's shows all that lies in it. A province that has
    since been divided ("91-2022") has none: its figures are not those of today's squares."""
    return code if code == NATION or "-" in code else code[:2]


def on_map(code: str) -> str | None:
    """The code of the square that a place lies on, on the map that shows it: a district lies in its regency's.

    None for a province and for Indonesia, which are the whole map.
    """
    return code[:5] if "." in code else None
