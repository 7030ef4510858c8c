"""Training examples in YAML as Rasa reads it: what is there, and adding to it without touching anything else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

# Ten times as fast as PyYAML alone; the two count a byte order mark differently.
_QUICK = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LINE_END = re.compile(r"\r\n|\n|\r")
_JOINER = "\u200d"
_BULLETS = " \t-•*–—/"


class NoBlock(ValueError):
    """No block of examples in which an intent's could be written."""


@dataclass(frozen=True)
class Block:
    """A ``- intent: …`` with its examples; new ones go to ``end``, in a line each that begins with ``indent``."""

    intent: str
    examples: tuple[str, ...] = field(repr=False)
    end: int
    indent: str


def blocks(text: str) -> list[Block]:
    """The blocks of a file, in order; examples that are not written as ``|`` are passed over.

    Raises:
        yaml.YAMLError: the file is not YAML.
    """
    return [
        _block(text, values["intent"], values["examples"])
        for item in _items(yaml.compose(text, Loader=_QUICK if "\ufeff" not in text else yaml.SafeLoader))
        if {"intent", "examples"} <= (values := _mapping(item)).keys() and _is_literal(values["examples"])
    ]


def insert(text: str, intent: str, examples: Sequence[str]) -> str:
    """The file with these examples at the end of the intent's largest block; every other character stays.

    Raises:
        NoBlock: the file has none for this intent.
        yaml.YAMLError: the file is not YAML.
    """
    block = largest(blocks(text), intent)
    if block is None:
        raise NoBlock(intent)
    ends = _LINE_END.search(text)
    new_line = ends.group() if ends else "\n"
    added = "".join(f"{block.indent}- {example}{new_line}" for example in examples)
    if not text[: block.end].endswith(("\n", "\r")):
        # The file's last line has no end, and the new last line has none either.
        added = new_line + added.removesuffix(new_line)
    return text[: block.end] + added + text[block.end :]


def largest(some: Iterable[Block], intent: str) -> Block | None:
    """The intent's block with the most examples, of several the first."""
    own = [block for block in some if block.intent == intent]
    return max(own, key=lambda block: len(block.examples), default=None)


def files(folder: Path) -> list[Path]:
    """The files with examples in a folder and below, in the order of their names."""
    return sorted(path for path in folder.rglob("*") if path.suffix in (".yml", ".yaml"))


def read(path: Path) -> str:
    """A file's text with the line ends it has."""
    return path.read_bytes().decode("utf-8")


def intents(folder: Path) -> list[str]:
    """The intents that have examples, by name."""
    return sorted({block.intent for path in files(folder) for block in blocks(read(path))})


def as_example(text: str) -> str:
    """A message as one line of a file: no line breaks or bullets, nothing that Rasa or YAML reads otherwise."""
    # "[ibu](relation)" would be an entity.
    text = "".join(_legible(letter) for letter in text).replace("[", "(").replace("]", ")")
    return " ".join(text.split()).lstrip(_BULLETS)


def alike(text: str) -> str:
    """Examples with the same result are the same."""
    return " ".join(text.split()).casefold()


def _legible(letter: str) -> str:
    """A character that can be seen; of the unseen only the one that joins emoji."""
    kind = unicodedata.category(letter)
    if kind == "Cf":
        return letter if letter == _JOINER else ""
    return " " if kind.startswith("C") else letter


def _items(root: Any) -> Iterator[yaml.MappingNode]:
    if isinstance(root, yaml.MappingNode):
        nlu = _mapping(root).get("nlu")
        if isinstance(nlu, yaml.SequenceNode):
            yield from (item for item in nlu.value if isinstance(item, yaml.MappingNode))


def _mapping(node: yaml.MappingNode) -> dict[str, Any]:
    return {key.value: value for key, value in node.value}


def _is_literal(node: Any) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style == "|"


def _block(text: str, intent: yaml.ScalarNode, scalar: yaml.ScalarNode) -> Block:
    written = text[scalar.start_mark.index : scalar.end_mark.index].rstrip()
    last = scalar.start_mark.index + len(written)
    ends = _LINE_END.search(text, last)
    lines = (line.strip() for line in scalar.value.splitlines())
    # The header is the first line; the first example tells how far all are moved in.
    first = re.search(r"[\r\n]([ \t]*)\S", written)
    return Block(
        intent=str(intent.value),
        examples=tuple(line[1:].strip() for line in lines if line.startswith("-")),
        end=ends.end() if ends else len(text),
        indent=first[1] if first else " " * (_column(text, scalar) + 2),
    )


def _column(text: str, scalar: yaml.ScalarNode) -> int:
    """How far the line of a scalar's key is moved in."""
    line = text[scalar.start_mark.index - scalar.start_mark.column : scalar.start_mark.index]
    return len(line) - len(line.lstrip(" -"))
