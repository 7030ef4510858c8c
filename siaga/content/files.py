"""Reading the YAML files that staff write, so that a mistake can be told with its file and line."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from siaga.content.mistakes import explain, unreadable_character
from siaga.text.files import content_of


class ContentError(ValueError):
    """A content file that cannot be used: ``file, line 12: what is wrong and what is expected``."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        where = f"{path.parent.name}/{path.name}" if path.parent.name else path.name
        super().__init__(f"{where}, line {line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class Entry(dict[str, Any]):
    """A mapping of a file, which knows its first line and the line of each key."""

    path: Path
    line: int
    lines: dict[str, int]
    head: Entry | None = None
    """For an item of a file's list: the file's own mapping, in which "topic" and the like stand."""
    text: str | None = None
    """For a file that is one entry: all that stands in it."""

    @property
    def id(self) -> str:
        """What it is known by: the file's name without its ending where the file is one entry, else what “id” says."""
        return self.path.stem if self.text is not None else str(self.get("id", ""))

    def error(self, reason: str, key: str | None = None, kind: type[ContentError] = ContentError) -> ContentError:
        """The error to raise about this entry, or about one key of it."""
        return kind(self.path, self.lines.get(key, self.line) if key else self.line, reason)


class _Rules:
    """Plain YAML, with lines remembered and keys given twice refused. Put before one of PyYAML's safe loaders."""

    path: Path
    # "no" is a word here, not a truth value.
    yaml_implicit_resolvers = {
        start: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool"]
        for start, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)  # type: ignore[misc]  # the loader's
        except ContentError:
            raise
        except ValueError as error:  # e.g. the date 2023-02-30
            line = node.start_mark.line + 1
            value = f"“{node.value}”" if isinstance(node, yaml.ScalarNode) else "a value"
            raise ContentError(self.path, line, f"{value} cannot be read: {error}.") from error

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        entry = Entry()
        entry.path = self.path
        entry.line = node.start_mark.line + 1
        entry.lines = {}
        for key_node, value_node in node.value:
            key = str(self.construct_object(key_node, deep=True))
            line = key_node.start_mark.line + 1
            if key in entry:
                raise ContentError(self.path, line, f"“{key}” is given twice.")
            entry.lines[key] = line
            entry[key] = self.construct_object(value_node, deep=True)
        return entry  # type: ignore[return-value]


class _Loader(_Rules, yaml.SafeLoader):
    """The one that says what is wrong in a text, and where."""


class _QuickLoader(_Rules, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same, ten times as fast where PyYAML came with libyaml."""


def _mapping(loader: _Loader | _QuickLoader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_QuickLoader.add_constructor("tag:yaml.org,2002:map", _mapping)

_LARGEST_BYTES = 5_000_000
_MOST_VALUES = 20_000
"""In one text; the largest of ours has a tenth of it."""
_LENIENT = re.compile(r"[\t\ufeff]|[|>][-+\d]*#")
"""What libyaml takes and PyYAML refuses, as it is a slip: a tab, a byte order mark, a comment right behind a bar."""


def read_entry(path: Path, kind: type[ContentError] = ContentError) -> Entry:
    """The file's content, which must be a mapping of names to values.

    Raises:
        ContentError: (as ``kind``) the file is missing, is not YAML, or is not a mapping.
    """
    return parse_entry(read_file(path, kind), path, kind)


def read_file(path: Path, kind: type[ContentError] = ContentError) -> str:
    """The file's text as it is, its line ends included.

    Raises:
        ContentError: (as ``kind``) the file is missing, or is not UTF-8.
    """
    try:
        content = content_of(path, _LARGEST_BYTES)
        if len(content) > _LARGEST_BYTES:
            raise kind(path, 1, f"the file is larger than {_LARGEST_BYTES // 1_000_000} MB.")
        return content.decode("utf-8")
    except OSError as error:
        raise kind(path, 1, "the file cannot be read.") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise kind(path, line, "the file is not UTF-8 text; save it as UTF-8.") from error


def parse_entry(text: str, path: Path, kind: type[ContentError] = ContentError) -> Entry:
    """What ``read_entry`` makes of a text; ``path`` is told with a mistake.

    Raises:
        ContentError: (as ``kind``) the text is not YAML, or is not a mapping.
    """
    return _construct(text, path, kind)[0]


def whole_entry(text: str, path: Path, kind: type[ContentError] = ContentError) -> Entry:
    """A file that is one entry, and knows its text.

    Raises:
        ContentError: as ``parse_entry``.
    """
    entry = parse_entry(text, path, kind)
    entry.text = text
    return entry


def parse_nodes(text: str, path: Path, kind: type[ContentError] = ContentError) -> tuple[Entry, yaml.MappingNode]:
    """As ``parse_entry``, with YAML's nodes, which know where in the text each value stands."""
    return _construct(text, path, kind)


def _construct(text: str, path: Path, kind: type[ContentError]) -> tuple[Entry, yaml.MappingNode]:
    try:
        content, node = _load(text, path)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        if (slip := explain(text, line)) is not None:
            raise kind(path, *slip) from error
        problem = error.problem or "this is not YAML"
        reason = f"this cannot be read as YAML: {problem}. Look at this line and the one above: quotes, colons, spaces."
        raise kind(path, line, reason) from error
    except yaml.reader.ReaderError as error:
        raise kind(path, *unreadable_character(text, error.position)) from error
    except yaml.YAMLError as error:
        raise kind(path, 1, "the file holds characters that YAML does not allow.") from error
    except ContentError as error:
        raise kind(path, error.line, error.reason) from None
    if not isinstance(content, Entry) or not isinstance(node, yaml.MappingNode):
        raise kind(path, 1, "the file must start with names and values, such as “title: …”.")
    return content, node


def _load(text: str, path: Path) -> tuple[Any, yaml.Node | None]:
    if not _LENIENT.search(text):
        try:
            return _load_with(_QuickLoader, text, path)
        except (yaml.YAMLError, ContentError):
            pass  # the other one tells it as it always has
    return _load_with(_Loader, text, path)


def _load_with(kind: type[_Loader] | type[_QuickLoader], text: str, path: Path) -> tuple[Any, yaml.Node | None]:
    loader = kind(text)
    loader.path = path
    try:
        node = loader.get_single_node()
        if node is None:
            return None, None
        _check_growth(node, path)
        return loader.construct_document(node), node
    except RecursionError:
        raise ContentError(path, 1, "too many values stand inside each other.") from None


def _check_growth(root: yaml.Node, path: Path) -> None:
    """Refuse a text whose values, each written out where it is named, are more than any file has, or never end."""
    sizes: dict[int, int] = {}
    within: set[int] = set()
    waiting: list[tuple[yaml.Node, bool]] = [(root, False)]
    while waiting:
        node, inside_is_known = waiting.pop()
        if id(node) in sizes:
            continue
        inside = _inside(node)
        if inside_is_known:
            within.discard(id(node))
            sizes[id(node)] = 1 + sum(sizes[id(one)] for one in inside)
        elif id(node) not in within:
            within.add(id(node))
            waiting += [(node, True), *((one, False) for one in inside)]
            continue
        if sizes.get(id(node), _MOST_VALUES + 1) > _MOST_VALUES:
            raise ContentError(path, node.start_mark.line + 1, "there are too many values in this.")


def _inside(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [one for pair in node.value for one in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def only_keys(entry: Entry, allowed: Iterable[str], kind: type[ContentError] = ContentError) -> None:
    """Refuse a key that nobody reads: most likely a slip of the pen."""
    names = tuple(allowed)
    for key in entry:
        if key not in names:
            raise entry.error(f"“{key}” is not known here. Known: {', '.join(names)}.", key, kind)


def take_text(
    entry: Entry, key: str, kind: type[ContentError] = ContentError, longest: int | None = None, optional: bool = False
) -> str:
    """The text under ``key``, trimmed; ``""`` when it is absent and ``optional``."""
    value = entry.get(key)
    if value is None and optional:
        return ""
    if not isinstance(value, str) or not value.strip():
        raise entry.error(f"“{key}” is missing, or is not text. Put it between quotes if it has a colon.", key, kind)
    value = value.strip()
    if longest is not None and len(value) > longest:
        raise entry.error(f"“{key}” has {len(value)} characters; at most {longest} fit.", key, kind)
    return value


def take_date(entry: Entry, key: str, kind: type[ContentError] = ContentError) -> date:
    """The date under ``key``, written 2023-01-24."""
    value = entry.get(key)
    if type(value) is not date:
        raise entry.error(f"“{key}” must be a date, such as 2023-01-24.", key, kind)
    return value


def take_entries(entry: Entry, key: str, kind: type[ContentError] = ContentError) -> list[Entry]:
    """The list of mappings under ``key``; at least one."""
    value = entry.get(key)
    if not isinstance(value, list) or not value or not all(isinstance(item, Entry) for item in value):
        raise entry.error(f"“{key}” must be a list with at least one “- id: …”.", key, kind)
    for item in value:
        item.head = entry
    return value


def take_texts(
    entry: Entry,
    key: str,
    fewest: int,
    kind: type[ContentError] = ContentError,
    *,
    what: str = "texts",
    most: int | None = None,
) -> tuple[str, ...]:
    """The list of texts under ``key``, trimmed; it may be absent if ``fewest`` is 0. ``what`` they are is told."""
    given = entry.get(key, [])
    if not isinstance(given, list) or len(given) < fewest or (most is not None and len(given) > most):
        number = f"{fewest} to {most} " if most is not None else f"at least {fewest} " if fewest else ""
        raise entry.error(f"“{key}” must be a list of {number}{what}, each after a dash.", key, kind)
    for place, text in enumerate(given, 1):
        if not isinstance(text, str) or not text.strip():
            raise entry.error(f"number {place} of “{key}” must be text; put it between quotes.", key, kind)
    return tuple(text.strip() for text in given)


def take_review(entry: Entry, kind: type[ContentError] = ContentError) -> tuple[date, date]:
    """The days “checked” and “review_by”, of which the second comes later."""
    checked, review_by = take_date(entry, "checked", kind), take_date(entry, "review_by", kind)
    if review_by <= checked:
        raise entry.error("“review_by” must be after “checked”.", "review_by", kind)
    return checked, review_by
