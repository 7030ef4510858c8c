"""Changing values in the YAML that somebody wrote, so that all around them stays as it was: comments, order, layout.

A value that is the same is not touched, to the last byte. A list is changed item by item. A comment that stood within
what is replaced is put above it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import yaml

from siaga.content.files import ContentError, parse_entry, parse_nodes

_PATH = Path("isi.yml")
_WIDTH = 10**6
_FLOW = 100
"""A list in brackets that is longer than this is written one below another."""
_HEADER = re.compile(r"[|>][-+\d]*[ \t]*(#[^\n]*)")
_COMMENT = re.compile(r"#[^\n]*")
_BARE = ("yes", "no")
"""Words to the content's own loader, which PyYAML would put between quotes."""


class PatchError(ValueError):
    """The text is written in a way that cannot be changed value by value; it has to be changed as YAML."""


def patched(text: str, wanted: Mapping[str, Any]) -> str:
    """The text with these values: ``parse(patched(text, wanted)) == wanted``, and none of its comments lost.

    Raises:
        ContentError: the text cannot be read.
        PatchError: it is written in a way (anchors, braces around all of it) that cannot be changed value by value.
    """
    old, root = parse_nodes(text, _PATH)
    if same(old, wanted):
        return text
    for finely in (True, False):
        patch = _Patch(text, finely)
        try:
            patch.mapping(root, old, wanted, 0)
            made = patch.applied()
            if same(parse_entry(made, _PATH), wanted) and not Counter(comments(text)) - Counter(comments(made)):
                return made
        except (PatchError, ContentError):
            continue
    raise PatchError


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same to a reader: ``2026-01-01`` and ``"2026-01-01"`` are not."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)


def comments(text: str) -> list[str]:
    """The comments of a text, in order."""
    return [found for _, found in _comments(text)]


def _comments(text: str) -> Iterator[tuple[int, str]]:
    """Each comment with its place: they stand between YAML's tokens, or behind the mark of a block of text."""
    at = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        for found in _COMMENT.finditer(text, at, max(at, token.start_mark.index)):
            yield found.start(), found.group().rstrip()
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            header = _HEADER.match(text, token.start_mark.index)
            if header:
                yield header.start(1), header[1].rstrip()
        at = max(at, token.end_mark.index)
    for found in _COMMENT.finditer(text, at):
        yield found.start(), found.group().rstrip()


@dataclass(frozen=True)
class _Edit:
    start: int
    end: int
    new: str


class _Patch:
    """The edits of one text; ``finely``: within lists and mappings, too."""

    def __init__(self, text: str, finely: bool) -> None:
        self._text = text
        self._finely = finely
        self._edits: list[_Edit] = []
        self._known = list(_comments(text))

    def applied(self) -> str:
        made = self._text
        # Of two at one place the one that was noted first stands above.
        ordered = sorted(enumerate(self._edits), key=lambda each: (each[1].start, each[1].end, each[0]), reverse=True)
        for _, edit in ordered:
            made = made[: edit.start] + edit.new + made[edit.end :]
        return made

    # -------------------------------------------------------------- mappings
    def mapping(self, node: yaml.Node, old: Mapping[str, Any], new: Mapping[str, Any], column: int) -> None:
        """Change what differs between two mappings, the first of which stands at ``node``."""
        if not isinstance(node, yaml.MappingNode) or node.flow_style or not new:
            raise PatchError
        pairs = {str(key.value): (key, value) for key, value in node.value}
        if pairs.keys() != old.keys():
            raise PatchError
        for key, (key_node, value_node) in pairs.items():
            if key not in new:
                if self._line_start(key_node.start_mark.index) != key_node.start_mark.index - column:
                    raise PatchError  # it stands behind a dash, which has to stay
                self._delete(self._line_start(key_node.start_mark.index), self._line_end(value_node), column)
            elif not same(old[key], new[key]):
                self._value(key_node, value_node, old[key], new[key], column)
        before: yaml.Node | None = None
        for key, value in new.items():
            if key in pairs:
                before = pairs[key][1]
            else:
                last = before if before is not None else node.value[-1][1]
                self._insert(self._line_end(last), _pair(key, value, column))

    def _value(self, key_node: yaml.Node, node: yaml.Node, old: Any, new: Any, column: int) -> None:
        if self._finely:
            edits = len(self._edits)
            try:
                if isinstance(old, Mapping) and isinstance(new, Mapping) and new:
                    self.mapping(node, old, new, node.start_mark.column)
                    return
                if isinstance(old, list) and isinstance(new, list) and new:
                    self._list(node, old, new)
                    return
            except PatchError:
                del self._edits[edits:]
        self._replace(key_node, node, new, column)

    def _replace(self, key_node: yaml.Node, node: yaml.Node, new: Any, column: int) -> None:
        """Write another value behind a key."""
        flow = isinstance(node, yaml.SequenceNode) and bool(node.flow_style)
        written = _written(new, column, flow=flow)
        key_end = key_node.end_mark.index
        colon = self._text.index(":", key_end) + 1
        of_one_line = isinstance(node, yaml.ScalarNode) and node.style not in ("|", ">")
        if "\n" not in written and of_one_line and node.start_mark.index > colon:
            self._edits.append(_Edit(node.start_mark.index, node.end_mark.index, written))
            return
        end = self._line_end(node)
        line = self._line_start(key_node.start_mark.index)
        self._rescue(colon, end, line, len(self._text[line:]) - len(self._text[line:].lstrip(" ")))
        space = "" if written.startswith("\n") else " "
        # A text need not end its last line, but a block that ends with its line does.
        ends = "\n" if self._text[end - 1] == "\n" or written.startswith("|\n") else ""
        self._edits.append(_Edit(colon, end, f"{space}{written}{ends}"))

    # -------------------------------------------------------------- lists
    def _list(self, node: yaml.Node, old: list[Any], new: list[Any]) -> None:
        """Change what differs between two lists, item by item."""
        if not isinstance(node, yaml.SequenceNode) or node.flow_style or len(node.value) != len(old) or not old:
            raise PatchError
        column = node.start_mark.column
        spans = [self._item(child, column) for child in node.value]
        for what, one, one_end, other, other_end in SequenceMatcher(
            None, _hashable(old), _hashable(new), autojunk=False
        ).get_opcodes():
            if what == "equal":
                continue
            paired = min(one_end - one, other_end - other)
            for place in range(paired):
                self._change(node.value[one + place], spans[one + place], old[one + place], new[other + place], column)
            for place in range(one + paired, one_end):
                self._delete(*spans[place], column)
            added = "".join(_item(each, column) for each in new[other + paired : other_end])
            if added:
                at = one + paired
                self._insert(spans[at - 1][1] if at else spans[0][0], added)

    def _change(self, node: yaml.Node, span: tuple[int, int], old: Any, new: Any, column: int) -> None:
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            edits = len(self._edits)
            try:
                self.mapping(node, old, new, node.start_mark.column)
                return
            except PatchError:
                del self._edits[edits:]
        self._rescue(*span, span[0], column)
        self._edits.append(_Edit(*span, _item(new, column)))

    def _item(self, node: yaml.Node, column: int) -> tuple[int, int]:
        """The lines of an item, from its dash on."""
        dash = self._text.rfind("-", 0, node.start_mark.index)
        start = self._line_start(dash)
        if dash < 0 or dash - start != column or self._text[start:dash].strip(" "):
            raise PatchError
        return start, self._line_end(node)

    # -------------------------------------------------------------- lines
    def _delete(self, start: int, end: int, column: int) -> None:
        self._rescue(start, end, start, column)
        self._edits.append(_Edit(start, end, ""))

    def _insert(self, at: int, lines: str) -> None:
        ends = at == 0 or self._text[at - 1] == "\n"
        self._edits.append(_Edit(at, at, lines if ends else "\n" + lines.removesuffix("\n")))

    def _rescue(self, start: int, end: int, to: int, column: int) -> None:
        """Put the comments between two places on lines of their own at ``to``."""
        kept = [found for at, found in self._known if start <= at < end]
        if kept:
            space = " " * column
            self._edits.insert(0, _Edit(to, to, "".join(f"{space}{comment}\n" for comment in kept)))

    def _line_start(self, at: int) -> int:
        return self._text.rfind("\n", 0, at) + 1

    def _line_end(self, node: yaml.Node) -> int:
        """Where the line after a value begins; blank lines below are none of its."""
        last = node
        while isinstance(last, yaml.CollectionNode) and not last.flow_style and last.value:
            child = last.value[-1]
            last = child[1] if isinstance(child, tuple) else child
        end: int = last.end_mark.index
        if end and self._text[end - 1] == "\n":
            while self._text[: end - 1].endswith("\n"):
                end -= 1
            return end
        line_end = self._text.find("\n", end)
        return len(self._text) if line_end < 0 else line_end + 1


# ------------------------------------------------------------------ writing values
def _hashable(values: Sequence[Any]) -> list[str]:
    return [repr(value) for value in values]


def _pair(key: str, value: Any, column: int) -> str:
    written = _written(value, column)
    return f"{' ' * column}{_scalar(key)}:{'' if written.startswith(chr(10)) else ' '}{written}\n"


def _item(value: Any, column: int) -> str:
    """An item of a list, from its dash on."""
    space = " " * column
    if isinstance(value, Mapping) and value:
        lines = "".join(_pair(str(key), each, column + 2) for key, each in value.items())
        return f"{space}- {lines[column + 2 :]}"
    return f"{space}- {_written(value, column)}\n"


def _written(value: Any, column: int, *, flow: bool = False) -> str:
    """A value as it stands behind its key, or its dash, which is in this column; with a line break in front where it
    begins on a line of its own."""
    if isinstance(value, Mapping) and value:
        return "\n" + "".join(_pair(str(key), each, column + 2) for key, each in value.items()).rstrip("\n")
    if isinstance(value, list) and value:
        short = _dumped(value, flow=True) if flow and not any(isinstance(one, (Mapping, list)) for one in value) else ""
        if short and "\n" not in short and len(short) <= _FLOW:
            return short
        return "\n" + "".join(_item(each, column + 2) for each in value).rstrip("\n")
    if isinstance(value, str) and "\n" in value and (block := _block(value, column)):
        return block
    return _scalar(value)


def _block(value: str, column: int) -> str:
    """Lines of text as a block; nothing if they cannot stand in one as they are."""
    space = " " * (column + 2)
    body = value.removesuffix("\n")
    mark = "|" if body != value else "|-"
    block = mark + "".join(f"\n{space}{line}" if line else "\n" for line in body.split("\n"))
    try:
        if yaml.safe_load(f"{' ' * column}a: {block}\n{' ' * column}b: 1\n") == {"a": value, "b": 1}:
            return block
    except yaml.YAMLError:
        return ""
    return ""


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        if value in _BARE:
            return value
        plain = _dumped(value)
        if plain[:1] not in ('"', "'") and "\n" not in plain:
            return plain
        quoted = yaml.safe_dump(value, default_style='"', allow_unicode=True, width=_WIDTH)
        return str(quoted).strip("\n")
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (bool, int, float, list, Mapping)):
        return _dumped(value, flow=True)
    raise PatchError


def _dumped(value: Any, *, flow: bool = False) -> str:
    plain = [_plain(each) for each in value] if isinstance(value, list) else _plain(value)
    written = yaml.safe_dump(plain, allow_unicode=True, width=_WIDTH, default_flow_style=flow)
    return str(written).removesuffix("...\n").strip("\n")


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value
