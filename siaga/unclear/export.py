"""Reviewed messages become training examples."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from siaga.unclear import review
from siaga.unclear.examples import alike, as_example, blocks, files, insert, largest, read
from siaga.unclear.personal import leftover
from siaga.unclear.review import Message


@dataclass(frozen=True)
class Refused:
    """A message that was not written, and why; it waits for review again."""

    message: Message = field(repr=False)
    why: str


@dataclass(frozen=True)
class Export:
    """What an export did: examples by file and intent, those that were there already, and those refused."""

    written: dict[Path, dict[str, list[str]]]
    doubles: list[Message]
    refused: list[Refused]


@dataclass(frozen=True)
class Changes:
    """An export before it is done: each file that changes with its text before and after."""

    texts: dict[Path, tuple[str, str]] = field(repr=False)
    report: Export = field(repr=False)
    done: list[int]
    """the messages that are among the examples with it"""


def export(session: Session, folder: Path) -> Export:
    """Write the labelled messages into the files of ``folder`` and mark them; the caller commits.

    If that fails, the next export finds them in the files and only marks them.

    Raises:
        OSError, UnicodeDecodeError, yaml.YAMLError: a file cannot be read or written.
    """
    made = changes(session, folder)
    for path, (_, after) in made.texts.items():
        _replace(path, after)
    mark(session, made)
    return made.report


def changes(session: Session, folder: Path, only: Collection[int] | None = None) -> Changes:
    """What an export would do with the labelled messages, or ``only`` with some of them; nothing is written or marked.

    Raises:
        OSError, UnicodeDecodeError, yaml.YAMLError: a file cannot be read.
    """
    texts = {path: read(path) for path in files(folder)}
    found = [(path, block) for path, text in texts.items() for block in blocks(text)]
    homes = {block.intent: largest((other for _, other in found), block.intent) for _, block in found}
    where = {intent: next(path for path, block in found if block is home) for intent, home in homes.items()}
    known = {alike(example): block.intent for _, block in found for example in block.examples}

    written: dict[Path, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    doubles, refused, done = [], [], []
    for message in review.labelled(session):
        if only is not None and message.id not in only:
            continue
        intent, example = str(message.label), as_example(message.text)
        if why := _objection(example, intent, where, known):
            refused.append(Refused(message, why))
            continue
        done.append(message.id)
        if alike(example) in known:
            doubles.append(message)
            continue
        known[alike(example)] = intent
        written[where[intent]][intent].append(example)

    changed: dict[Path, tuple[str, str]] = {}
    for path, by_intent in written.items():
        text = texts[path]
        for intent, new in by_intent.items():
            text = insert(text, intent, new)
        changed[path] = (texts[path], text)
    report = Export({path: dict(by_intent) for path, by_intent in written.items()}, doubles, refused)
    return Changes(changed, report, done)


def mark(session: Session, made: Changes) -> None:
    """What was written is among the examples now, and what was refused waits for review again."""
    review.mark_exported(session, made.done)
    review.send_back(session, [one.message.id for one in made.report.refused])


def _objection(example: str, intent: str, where: dict[str, Path], known: dict[str, str]) -> str | None:
    if intent not in where:
        return f"tidak ada contoh untuk {intent} di data/nlu"
    if not any(letter.isalpha() for letter in example):
        return "tidak berisi kata"
    if (other := known.get(alike(example), intent)) != intent:
        return f"sudah menjadi contoh {other}, bukan {intent}"
    return leftover(example)


def _replace(path: Path, text: str) -> None:
    """Write a file so that it is never there by halves."""
    mode = path.stat().st_mode
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        file.write(text.encode("utf-8"))
    new = Path(file.name)
    new.chmod(mode & 0o777)
    new.replace(path)
