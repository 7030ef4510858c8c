"""Messages with known labels: the sets beside this file, texts from elsewhere, and what is trained on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import yaml

from siaga.nlu.convert import to_yaml
from siaga.nlu.evaluate import Row, read_rows
from siaga.settings import ROOT
from siaga.text.words import clean, split_words

SETS = Path(__file__).parent
EXAMPLES = ROOT / "data" / "nlu"

_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]+\)|\{[^}]+\})")


def fold(text: str) -> str:
    """The words of a text in lower case without marks, by which two texts are the same; of no words, the text."""
    return " ".join(word.text.casefold() for word in split_words(clean(text))) or text.strip()


def read_sets(paths: Iterable[Path], labels: Iterable[str]) -> list[Row]:
    """The rows of files, and of the ``*.tsv`` in folders.

    A row's source is its file's name, followed by a slash and the source it names, if any.

    Raises:
        ValueError: there is no file, a column is missing, or a label is none of ``labels``.
    """
    known = set(labels)
    rows: list[Row] = []
    for path in paths:
        files = sorted(path.glob("*.tsv")) if path.is_dir() else [path]
        if not files:
            raise ValueError(f"{path} holds no .tsv")
        for file in files:
            found = [
                replace(row, source=f"{file.stem}/{row.source}" if row.source else file.stem) for row in read_rows(file)
            ]
            if strange := sorted({row.label for row in found} - known):
                raise ValueError(f"{file} has labels that nothing is trained for: {', '.join(strange)}")
            rows += found
    return rows


def file_of(row: Row) -> str:
    """The name of the file that a row comes from."""
    return row.source.partition("/")[0]


def examples(folder: Path = EXAMPLES) -> list[tuple[str, str]]:
    """The training examples: text and intent, without marks of entities."""
    found = []
    for file in sorted(folder.rglob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8")).get("nlu") or []:
            for line in (block.get("examples") or "").splitlines() if "intent" in block else ():
                if line.strip().startswith("- "):
                    found.append((_ANNOTATION.sub(r"\1", line.strip()[2:]), block["intent"]))
    return found


def thin(folder: Path, part: int) -> None:
    """Leaves of each intent's examples in ``folder`` every ``part``-th, the first one included, all in one file."""
    of_intent: dict[str, list[str]] = {}
    for text, intent in examples(folder):
        of_intent.setdefault(intent, []).append(text)
    kept = [Row(text, intent, "", "") for intent, texts in of_intent.items() for text in texts[::part]]
    for file in folder.rglob("*.yml"):
        file.unlink()
    (folder / "examples.yml").write_text(to_yaml(kept), encoding="utf-8")
