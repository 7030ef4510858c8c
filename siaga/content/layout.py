"""How entries are laid out in a file, so that a changed one is written back and all around it stays as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from siaga.content.files import ContentError, Entry, parse_entry, parse_nodes, take_entries
from siaga.content.kinds import Kind

# Blank lines and comments, then the dash of an entry.
_TO_DASH = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*-")
_BETWEEN = "\n\n"
_INDENT = 2


@dataclass(frozen=True)
class Piece:
    """An entry in a file: ``before`` are the comments and blank lines above it, ``raw`` its lines as they stand."""

    key: str
    before: str
    raw: str
    body: str
    line: int = 1
    """where it stands in the file"""


@dataclass(frozen=True)
class Layout:
    """A file in pieces: ``start + (before + raw of each piece) + end`` is its text, to the last byte."""

    start: str
    pieces: tuple[Piece, ...]
    end: str
    head: str
    """the text without its entries"""
    indent: int = _INDENT
    """the column of the entries' dashes"""
    opening: str = ""
    """what has to stand above the first entry of a file that had none"""

    @property
    def bodies(self) -> dict[str, str]:
        """The entries' texts by their keys, in the file's order."""
        return {piece.key: piece.body for piece in self.pieces}

    def join(self, bodies: Mapping[str, str]) -> str | None:
        """The file with these entries: one with the same text as before untouched, another written anew in its place,
        new ones at the end; None if there were entries and none is left."""
        if self.pieces and not bodies:
            return None
        newline = "\r\n" if "\r\n" in self.start else "\n"
        joined = self.start

        def add(text: str) -> None:
            # What was taken out, or written anew, may have had a line end that is missing now, or there twice.
            nonlocal joined
            if joined.endswith("\n"):
                text = text.lstrip("\r\n")
            elif joined and text and not text.startswith(("\n", "\r\n")):
                text = newline + text
            joined += text

        def new(body: str) -> str:
            return _indented(body, self.indent).replace("\n", newline)

        if bodies and self.opening:
            add(self.opening.replace("\n", newline))
        known = self.bodies
        for piece in self.pieces:
            if piece.key in bodies:
                body = bodies[piece.key]
                add(piece.before + (piece.raw if body == piece.body else new(body)))
        for key, body in bodies.items():
            if key not in known:
                add(_BETWEEN.replace("\n", newline) + new(body))
        add(self.end)
        return joined


@dataclass(frozen=True)
class WholeFile(Layout):
    """A file that is one entry: its only piece is all of its text."""

    def join(self, bodies: Mapping[str, str]) -> str | None:
        """The file with this text, in the line ends that it had; None if it is not there any more."""
        for body in bodies.values():
            for piece in self.pieces:
                if body == piece.body:
                    return piece.raw
                if "\r\n" in piece.raw:
                    return body.replace("\n", "\r\n")
            return body
        return None


def new_layout(list_key: str | None) -> Layout:
    """Of a file that is not there yet."""
    if list_key is None:
        return WholeFile("", (), "", "")
    return Layout("", (), "\n", "", opening=f"{list_key}:\n")


def split(text: str, path: Path, list_key: str | None) -> Layout:
    """The pieces of a file's text; without a ``list_key`` all of it is one.

    Raises:
        ContentError: it cannot be read, an entry has no id, or two have the same, or the entries are not written one
            below another.
    """
    if list_key is None:
        return WholeFile("", (Piece(path.stem, "", text, tidy_file(text, path)),), "", "")
    content, root = parse_nodes(text, path)
    found = next(((key, value) for key, value in root.value if key.value == list_key), None)
    if found is None:
        return Layout(text, (), "", text, opening=f"{list_key}:\n")
    name, listed = found
    entries = take_entries(content, list_key)
    if root.flow_style or listed.flow_style:
        raise content.error("write the entries one below another, each after a dash.", list_key)
    pieces: list[Piece] = []
    start = end = text.rfind("\n", 0, listed.start_mark.index) + 1
    for entry, node in zip(entries, listed.value, strict=True):
        dash = _TO_DASH.match(text, end)
        if dash is None:
            raise entry.error("this entry cannot be told apart: begin it with “- id: …” on a line of its own.")
        first_line = text.rfind("\n", 0, dash.end()) + 1
        before, end_of_entry = text[end:first_line], _end(node, text)
        piece = _piece(entry, node, before, text[first_line:end_of_entry], text, end_of_entry)
        if any(piece.key == other.key for other in pieces):
            raise entry.error(f"“{piece.key}” is already an id in this file.", "id")
        pieces.append(piece)
        end = first_line + len(piece.raw)
    head = text[: name.start_mark.index] + text[end:].lstrip("\r\n")
    # All that is above the first entry belongs to the file.
    first = pieces[0]
    pieces[0] = Piece(first.key, "", first.raw, first.body, first.line)
    column = len(first.raw) - len(first.raw.lstrip(" "))
    return Layout(text[:start] + first.before, tuple(pieces), text[end:], head, column)


def read_head(text: str, path: Path) -> Entry:
    """What stands in a file beside its entries; nothing at all is an empty mapping.

    Raises:
        ContentError: it cannot be read.
    """
    if all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines()):
        empty = Entry()
        empty.path, empty.line, empty.lines = path, 1, {}
        return empty
    return parse_entry(text, path)


def tidy(body: str, path: Path) -> str:
    """An entry's text as it is kept: without indentation, with plain line ends, without blank lines around it.

    Raises:
        ContentError: it is not one mapping, or could not stand in a list.
    """
    body = body.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()
    # What a program writes may end with the mark of a document's end.
    body = body.removesuffix("\n...").rstrip()
    # A text in a block ("|") ends with its line: then that belongs to the entry.
    for kept in (body, f"{body}\n"):
        entry = parse_entry(kept, path)
        if _stands_in_a_list(kept, entry):
            return kept
    raise entry.error("this cannot stand in a list: begin with “id: …” in the first column.")


def tidy_file(text: str, path: Path) -> str:
    """The text of a file that is one entry as it is kept: with plain line ends, and one at its end.

    Raises:
        ContentError: it cannot be read.
    """
    tidied = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    parse_entry(tidied, path)
    return tidied


def entry_of(text: str, key: str, kind: Kind, path: Path) -> str:
    """One entry's text out of what somebody wrote: the entry alone, with or without its dash, or a whole file with it.

    Where each file is an entry, it is the file's text.

    Raises:
        ContentError: it cannot be read, or no entry in it has that id.
    """
    text = text.removeprefix("\ufeff")
    if kind.list_key is None:
        return tidy_file(text, path)
    first = next((line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")), "")
    if not re.match(rf" *-(?: |$)|{kind.list_key} *:", first) and not re.search(rf"^{kind.list_key} *:", text, re.M):
        entry = parse_entry(text, path)
        if entry.get("id") != key:
            raise entry.error(f"“id” must be “{key}”, as in the command.", "id")
        return text
    above = 0
    if first.lstrip().startswith("-"):
        text, above = f"{kind.list_key}:\n{text}", 1
    try:
        bodies = split(text, path, kind.list_key).bodies
    except ContentError as error:
        raise ContentError(path, max(1, error.line - above), error.reason) from error
    if key not in bodies:
        raise ContentError(path, 1, f"no entry here has the id “{key}”, as in the command. Here: {', '.join(bodies)}.")
    return bodies[key]


def _stands_in_a_list(body: str, entry: Entry) -> bool:
    """Whether it reads the same as the last in a file and above another: blank lines below may count as its text."""
    for others in ({}, {"other": "id: other"}):
        text = new_layout("list").join({"": body, **others})
        if text is None or take_entries(parse_entry(text, entry.path), "list")[0] != entry:
            return False
    return True


def _piece(entry: Entry, node: yaml.Node, before: str, raw: str, text: str, end: int) -> Piece:
    key = entry.get("id")
    if not isinstance(key, str) or not key.strip():
        raise entry.error("“id” is missing, or is not text.", "id")
    # Blank lines at the end of a text may be part of it ("|+"); most often they only part it from the next entry.
    for kept in (raw.rstrip(), raw.rstrip("\n"), raw):
        body = _dedented(text[node.start_mark.index : end - len(raw) + len(kept)], node.start_mark.column)
        try:
            alone = parse_entry(body, entry.path)
        except ContentError:
            continue
        if alone == entry and _stands_in_a_list(body, entry):
            return Piece(key.strip(), before, kept, body, entry.line)
    raise entry.error("this entry cannot stand alone: does it use an anchor (“&…”, “*…”) of another one?")


def _end(node: yaml.Node, text: str) -> int:
    """Where the line ends on which the node's last value does."""
    last = node
    while isinstance(last, yaml.CollectionNode) and not last.flow_style and last.value:
        child = last.value[-1]
        last = child[1] if isinstance(child, tuple) else child
    end: int = last.end_mark.index
    if text[end - 1 : end] == "\n":  # a block of text ends where the next line begins
        return end
    line_end = text.find("\n", end)
    return len(text) if line_end < 0 else line_end


def _dedented(text: str, column: int) -> str:
    first, *others = text.replace("\r\n", "\n").split("\n")
    shorter = [line[min(column, len(line) - len(line.lstrip(" "))) :] for line in others]
    return "\n".join([first, *shorter])


def _indented(body: str, column: int) -> str:
    first, *others = body.split("\n")
    space = " " * column
    return "\n".join([f"{space}- {first}", *(f"{space}  {line}" if line else "" for line in others)])
