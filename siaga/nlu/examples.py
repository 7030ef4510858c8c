"""The training examples as they stand in the files: with file and line, so that a designer finds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Example:
    """A training example: what a citizen might type, what it asks for, and where it is written."""

    text: str
    intent: str
    file: str
    line: int

    @property
    def place(self) -> str:
        """As editors understand it: ``data/nlu/registration.yml:37``."""
        return f"{self.file}:{self.line}"


class UnreadableExamples(Exception):
    """The examples cannot be read; the message says where."""


def read_examples(path: Path, shown_from: Path | None = None) -> list[Example]:
    """All intent examples of a file or folder, doubles included, in the order in which they are written.

    Args:
        path: a YAML file, or a folder that is searched for them.
        shown_from: a folder; files below it are named as seen from there.

    Raises:
        UnreadableExamples: there is no such file, it is no YAML, or there is no example.
    """
    if not path.exists():
        raise UnreadableExamples(f"Tidak ada berkas atau folder {path}.")
    files = [path] if path.is_file() else sorted(file for kind in ("yml", "yaml") for file in path.rglob(f"*.{kind}"))
    examples: list[Example] = []
    for file in files:
        name = str(file)
        if shown_from and file.resolve().is_relative_to(shown_from.resolve()):
            name = str(file.resolve().relative_to(shown_from.resolve()))
        try:
            text = file.read_text(encoding="utf-8")
            examples += (Example(plain(written), intent, name, line) for intent, written, line in _written(text))
        except (yaml.YAMLError, UnicodeDecodeError) as problem:
            raise UnreadableExamples(f"{name} tidak dapat dibaca: {problem}") from None
    if not examples:
        raise UnreadableExamples(f"Tidak ada contoh di {path}.")
    return [example for example in examples if example.text]


def plain(written: str) -> str:
    """The text without the marks of entities: ``vaksin di [Malang](regency)`` becomes ``vaksin di Malang``."""
    if "[" not in written:
        return written
    from rasa.shared.nlu.training_data.entities_parser import replace_entities

    text: str = replace_entities(written)
    return text


def _written(document: str) -> Iterator[tuple[str, str, int]]:
    """Intent, example and line of each example in a YAML document."""
    for item in _items(_child(yaml.compose(document, Loader=yaml.SafeLoader), "nlu")):
        intent, examples = _child(item, "intent"), _child(item, "examples")
        if not isinstance(intent, yaml.ScalarNode):
            continue
        if isinstance(examples, yaml.ScalarNode):
            yield from ((intent.value, text, line) for text, line in _in_block(examples))
        for example in _items(examples):
            text = _child(example, "text")
            if isinstance(text, yaml.ScalarNode):
                yield intent.value, text.value.strip("\n\r "), _first_line(text)


def _in_block(examples: yaml.ScalarNode) -> Iterator[tuple[str, int]]:
    """The ``- `` lines of a ``|`` block; lines without the dash are no examples (Rasa says so)."""
    for place, line in enumerate(examples.value.split("\n")):
        if line.startswith("-"):
            yield line[1:].strip("\n\r "), _first_line(examples) + place


def _first_line(node: yaml.ScalarNode) -> int:
    """The line, from 1, on which a value begins: the one after ``|``."""
    return int(node.start_mark.line) + (2 if node.style in ("|", ">") else 1)


def _items(node: yaml.Node | None) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)
