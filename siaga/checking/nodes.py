"""YAML in which every value knows its line, read by libyaml where PyYAML came with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from siaga.checking.mistake import Mistake, meant
from siaga.content.files import ContentError, read_file
from siaga.content.mistakes import explain, unreadable_character
from siaga.desk.editor.telling import told

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SCALARS = yaml.SafeLoader("")


@dataclass(frozen=True)
class Value:
    """A value and the line on which it begins (of a text after ``|``: on which its words begin), from 1.

    One of ``text`` (None for nothing), ``items`` and ``pairs`` holds it, as ``kind`` says.
    """

    line: int
    kind: str
    plain: Any = None
    text: str | None = None
    block: bool = False
    items: tuple[Value, ...] = ()
    pairs: tuple[tuple[Value, Value], ...] = ()

    @cached_property
    def _by_key(self) -> dict[str, tuple[Value, Value]]:
        return {key.text or "": (key, value) for key, value in self.pairs}

    def get(self, key: str) -> Value | None:
        """What stands under a key."""
        found = self._by_key.get(key)
        return found[1] if found else None

    def line_of(self, key: str) -> int:
        """The key's line; the mapping's if it is not there."""
        found = self._by_key.get(key)
        return found[0].line if found else self.line

    def listed(self, key: str) -> tuple[Value, ...]:
        """The items of the list under a key; none if it is not there or is no list."""
        found = self.get(key)
        return found.items if found else ()

    def strange(self, allowed: tuple[str, ...], file: str, kind: str, where: str) -> Iterator[Mistake]:
        """A mistake for each key that nobody reads: most likely a slip of the pen. ``where`` completes "di …"."""
        for key, _ in self.pairs:
            if key.text not in allowed:
                sentence = f"“{key.text}” tidak dikenal di {where}.{meant(key.text or '', allowed)}"
                yield Mistake(file, key.line, kind, sentence)


class Files:
    """The YAML files below a folder, each read once. What cannot be read is one of ``mistakes``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.mistakes: list[Mistake] = []
        self.unread: set[str] = set()
        """Files of which nothing is known but that they cannot be read."""

    def shown(self, path: Path) -> str:
        """A file as it is told: from the project's folder."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)

    def below(self, *folders: str) -> list[Path]:
        """All YAML files of some folders, by their names."""
        return [
            path
            for folder in folders
            for path in sorted((self.root / folder).rglob("*"))
            if path.suffix in (".yml", ".yaml") and path.is_file()
        ]

    def read(self, path: Path) -> Value | None:
        """The file's mapping; None if it holds none, of which a mistake tells."""
        return self._read(path, "map", "Berkas ini kosong, atau isinya bukan “nama: isi”.")

    def read_list(self, path: Path) -> Value | None:
        """The file's list; None if it holds none, of which a mistake tells."""
        return self._read(path, "list", "Berkas ini kosong, atau isinya bukan daftar (“- …”).")

    def _read(self, path: Path, kind: str, otherwise: str) -> Value | None:
        file = self.shown(path)
        found = self._document(path, file, kind, otherwise)
        if found is None:
            self.unread.add(file)
        return found

    def _document(self, path: Path, file: str, kind: str, otherwise: str) -> Value | None:
        try:
            text = read_file(path)
        except ContentError as problem:
            self.mistakes.append(Mistake(file, problem.line, "yaml", told(problem.reason)))
            return None
        try:
            node = yaml.compose(text, Loader=_LOADER)
        except yaml.YAMLError as problem:
            self.mistakes.append(Mistake(file, *_slip(text, problem)))
            return None
        try:
            found = self._value(node, file) if node is not None else None
        except RecursionError:
            self.mistakes.append(Mistake(file, 1, "yaml", "Isinya menunjuk ke dirinya sendiri (&… dan *…)."))
            return None
        if found is None or found.kind != kind:
            self.mistakes.append(Mistake(file, 1, "yaml", otherwise))
            return None
        # Which of two sections counts nobody can tell; that there are two is told.
        return None if len({key.text for key, _ in found.pairs}) < len(found.pairs) else found

    def _value(self, node: yaml.Node, file: str) -> Value:
        line = node.start_mark.line + 1
        if isinstance(node, yaml.SequenceNode):
            return Value(line, "list", items=tuple(self._value(one, file) for one in node.value))
        if isinstance(node, yaml.MappingNode):
            pairs = tuple((self._value(key, file), self._value(value, file)) for key, value in node.value)
            first: dict[str | None, int] = {}
            for key, _ in pairs:
                if first.setdefault(key.text, key.line) != key.line:
                    sentence = (
                        f"“{key.text}” sudah ada di baris {first[key.text]}; yang dipakai hanya satu. Hapus salah satu."
                    )
                    self.mistakes.append(Mistake(file, key.line, "twice", sentence))
            return Value(line, "map", pairs=pairs)
        if not isinstance(node, yaml.ScalarNode):
            raise TypeError(type(node).__name__)
        block = node.style in ("|", ">")
        plain = node.value if node.tag.endswith((":timestamp", ":str")) else _plain(node)
        text = None if plain is None else node.value
        return Value(line + block, "text", plain, text, block)


def _plain(node: yaml.ScalarNode) -> Any:
    """A number, a truth value or nothing, where it is written without quotes."""
    try:
        return _SCALARS.construct_object(node)
    except (ValueError, yaml.YAMLError):
        return node.value


def _slip(text: str, problem: yaml.YAMLError) -> tuple[int, str, str]:
    """Line, kind and sentence of what makes a file unreadable."""
    if isinstance(problem, yaml.MarkedYAMLError):
        mark = problem.problem_mark or problem.context_mark
        line = mark.line + 1 if mark else 1
        if (slip := explain(text, line)) is not None:
            return slip[0], "yaml", told(slip[1])
        return (
            line,
            "yaml",
            "Baris ini tidak bisa dibaca. Periksa baris ini dan yang di atasnya: kutip, titik dua, spasi.",
        )
    if isinstance(problem, yaml.reader.ReaderError):
        line, reason = unreadable_character(text, problem.position)
        return line, "yaml", told(reason)
    return 1, "yaml", "Ada huruf yang tidak bisa dibaca di berkas ini."
