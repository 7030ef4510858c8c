"""How many messages of somebody in danger are seen, by sign, and how many harmless ones raise an alarm.

    python -m bench.understanding.red_flags [--model models/NAME.tar.gz | --words] [--missed]

Two sets stand in ``tests/text``: ``red_flags_dev.tsv`` may be read while the rules are mended, ``red_flags.tsv`` is
only ever measured. ``--missed`` prints the misses of the first alone.
"""

from __future__ import annotations

import csv
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from bench.understanding.measures import EMERGENCY
from siaga.settings import ROOT
from siaga.text.danger import LOW_OXYGEN, find_danger
from siaga.text.danger_signs import CLUES
from siaga.text.normalise import normalise
from siaga.text.oxygen import find_oxygen

DEVELOPMENT = ROOT / "tests" / "text" / "red_flags_dev.tsv"
MEASURED = ROOT / "tests" / "text" / "red_flags.tsv"
HARMLESS = "-"


@dataclass(frozen=True)
class Flag:
    """A message, the danger sign it tells of (``HARMLESS`` when none) and the style it is written in."""

    text: str
    sign: str
    style: str


@dataclass(frozen=True)
class Score:
    """What a way of reading made of a set: texts by sign, those of them seen, harmless ones and alarms among them."""

    texts: Counter[str]
    seen: Counter[str]
    missed: tuple[Flag, ...]
    harmless: int
    alarms: tuple[Flag, ...]

    @property
    def recall(self) -> float:
        """The share of messages of danger that is seen."""
        return self.seen.total() / self.texts.total()

    @property
    def false_per_100(self) -> float:
        """Alarms per 100 harmless messages."""
        return 100 * len(self.alarms) / self.harmless


def read_flags(path: Path) -> list[Flag]:
    """The messages of a tab-separated file with the columns text, sign and style.

    Raises:
        KeyError: a column is missing.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Flag(row["text"], row["sign"], row["style"]) for row in rows]


def score(flags: Iterable[Flag], alarm: Callable[[str], bool]) -> Score:
    """Which of these messages ``alarm`` rings for."""
    texts: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    missed: list[Flag] = []
    alarms: list[Flag] = []
    harmless = 0
    for flag in flags:
        rings = alarm(flag.text)
        if flag.sign == HARMLESS:
            harmless += 1
            if rings:
                alarms.append(flag)
            continue
        texts[flag.sign] += 1
        if rings:
            seen[flag.sign] += 1
        else:
            missed.append(flag)
    return Score(texts, seen, tuple(missed), harmless, tuple(alarms))


def by_words(text: str) -> bool:
    """Whether the word list alone raises an alarm."""
    return find_danger(text) is not None


def on_the_list(text: str) -> bool:
    """Whether words of a danger sign, or a low saturation, are in a text, whatever is said of them."""
    return any(clue.pattern.search(reading) for reading in (text.lower(), normalise(text)) for clue in CLUES) or any(
        found.percent < LOW_OXYGEN for found in find_oxygen(text)
    )


def table(columns: Sequence[tuple[str, Score]]) -> str:
    """The scores side by side as a Markdown table, signs in alphabetical order."""
    signs = sorted({sign for _, one in columns for sign in one.texts})
    lines = ["| sign | " + " | ".join(name for name, _ in columns) + " |", "|---|" + "--:|" * len(columns)]
    for sign in signs:
        lines.append(f"| {sign} | " + " | ".join(f"{one.seen[sign]}/{one.texts[sign]}" for _, one in columns) + " |")
    lines.append("| **all** | " + " | ".join(_share(one) for _, one in columns) + " |")
    false = " | ".join(f"{one.false_per_100:.1f} ({len(one.alarms)} of {one.harmless})" for _, one in columns)
    lines.append(f"| false alarms per 100 harmless | {false} |")
    return "\n".join(lines)


def _share(one: Score) -> str:
    return f"{one.seen.total()}/{one.texts.total()} ({100 * one.recall:.1f} %)"


def _understood(model: Path | None) -> tuple[Callable[[str], bool], Callable[[str], bool]] | None:
    """Whether the whole understanding takes a text for an emergency, and whether it at least warns; None without a
    model."""
    # Rasa is loaded only for this; left alone it writes a line about each message.
    from rasa.utils.log_utils import configure_structlog

    from siaga.nlu.emergency import HINT
    from siaga.nlu.evaluate import NoModel, load_parser

    configure_structlog(logging.WARNING)
    try:
        parse = load_parser(model)
    except NoModel:
        return None
    kept: dict[str, dict[str, Any]] = {}

    def read(text: str) -> dict[str, Any]:
        if text not in kept:
            kept[text] = parse(text)
        return kept[text]

    def emergency(text: str) -> bool:
        return bool(read(text)["intent"]["name"] == EMERGENCY)

    def warned(text: str) -> bool:
        return emergency(text) or any(found["entity"] == HINT for found in read(text)["entities"])

    return emergency, warned


def main(
    model: Annotated[Path | None, typer.Option(help="A trained model; without it the newest in models/.")] = None,
    words: Annotated[bool, typer.Option("--words", help="By words alone, without a model.")] = False,
    missed: Annotated[bool, typer.Option("--missed", help="Print what goes wrong in the development set.")] = False,
) -> None:
    """Measure both sets and print a table of each."""
    ways: list[tuple[str, Callable[[str], bool]]] = [("by words", by_words)]
    if not words and (understood := _understood(model)):
        ways += [("emergency", understood[0]), ("emergency or a warning", understood[1])]
    for path in (DEVELOPMENT, MEASURED):
        flags = read_flags(path)
        columns = [(name, score(flags, alarm)) for name, alarm in ways]
        listed = [flag for flag in flags if flag.sign != HARMLESS and on_the_list(flag.text)]
        print(f"### {path.name}\n\n{table(columns)}\n")
        print(f"With words of the list: {len(listed)}; missed of these: {len(score(listed, by_words).missed)}.\n")
        if missed and path == DEVELOPMENT:
            for name, one in columns:
                for flag in (*one.missed, *one.alarms):
                    print(f"{name}\t{flag.sign}\t{flag.text}")


if __name__ == "__main__":
    typer.run(main)
