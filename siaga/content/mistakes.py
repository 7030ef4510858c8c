"""Why a file cannot be read as YAML, in the words of whoever wrote it, and the line that is really at fault.

YAML tells where it gave up, which may be lines below the slip: a quote that is missing is noticed at the next one.
"""

from __future__ import annotations

import re

_UNSEEN = {
    "\u00a0": "a space that does not break (as Word and web pages have it)",
    "\u200b": "a character without width (as web pages have it)",
    "\u200e": "a mark of the writing direction",
    "\u202f": "a narrow space (as Word has it)",
    "\u2007": "a wide space",
    "\u2060": "a character without width",
    "\ufeff": "a byte order mark in the middle of the file",
}
_ODD = "".join(_UNSEEN)
# In front of a name, right behind its colon, or behind a dash: where only plain spaces may be.
_ODD_SPACE = re.compile(rf"^[ \t]*(?:-[ \t]*)?([{_ODD}])|^[ \t]*-([{_ODD}])|^[ \t]*(?:- +)?[\w-]+:[ \t]*([{_ODD}])")
_TAB = re.compile(r"^ *(?:- *)?\t|^ *(?:- +)?[\w-]+:[ ]*\t")
_MERGE = re.compile(r"^(?:<<<<<<<|=======|>>>>>>>)")
_KEY = re.compile(r"^( *)((?:- +)*)([A-Za-z_][\w-]*):(?= |$)(?: +(.*))?$")
_NO_SPACE = re.compile(r"^ *(?:- +)?([A-Za-z_][\w-]*):(?=[^\s:/])")
_BARE = re.compile(r"^( *)(- +)?([A-Za-z_]\w*)(?: +([^\s:#][^:]*))?$")
_ITEM = re.compile(r"^( *)- +(.*)$")
_RESERVED = "%@`*&!|>#"


def explain(text: str, stopped: int) -> tuple[int, str] | None:
    """The line at fault (from 1) and what to do there; None if it is none of the usual slips.

    Args:
        stopped: the line at which YAML gave up.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    # The slip stands where YAML stopped, or above; a line below it has not been looked at.
    seen = lines[: stopped + 1]
    for look in (_merge, _odd_space, _tab, _quote):
        if (found := look(seen)) is not None:
            return found
    for place in sorted(
        {stopped - 1, stopped - 2, stopped} & set(range(len(lines))), key=lambda at: (at > stopped, -at)
    ):
        if (reason := _of_line(lines[place])) is not None:
            return place + 1, reason
    place = min(stopped, len(lines)) - 1
    return _no_colon(lines, place) or _indent(lines, place)


def unreadable_character(text: str, at: int) -> tuple[int, str]:
    """The line of a character that YAML does not allow at all, and what to do."""
    line = text.count("\n", 0, at) + 1
    return line, f"the invisible character U+{ord(text[at]):04X} stands here, which YAML does not allow: delete it."


def _merge(lines: list[str]) -> tuple[int, str] | None:
    for number, line in enumerate(lines, 1):
        if _MERGE.match(line):
            return number, "git left a mark of a conflict here: keep one of the two texts, and delete the three marks."
    return None


def _odd_space(lines: list[str]) -> tuple[int, str] | None:
    for number, line in enumerate(lines, 1):
        if number == 1:
            line = line.removeprefix("\ufeff")
        if match := _ODD_SPACE.match(line):
            odd = next(one for one in match.groups() if one)
            return number, (
                f"{_UNSEEN[odd]} stands where only plain spaces may be. You do not see it: delete all that is "
                "empty in front of the words, and type spaces."
            )
    return None


def _tab(lines: list[str]) -> tuple[int, str] | None:
    for number, line in enumerate(lines, 1):
        if _TAB.match(line):
            return number, "there is a tab here. Delete it, and type spaces instead: as many as the lines around have."
    return None


def _quote(lines: list[str]) -> tuple[int, str] | None:
    """A text whose quote at the end is missing, or behind which more is written."""
    for number, line in enumerate(lines, 1):
        value = _value(line)
        if value[:1] not in ('"', "'"):
            continue
        mark = value[0]
        end = _closes(value)
        if end is None:
            following = next((one for one in lines[number:] if one.strip()), "")
            if not following or _KEY.match(following) or _ITEM.match(following):
                return number, f"the text begins with {mark} but does not end with it: put {mark} at its end."
        elif (rest := value[end + 1 :].strip()) and not rest.startswith("#"):
            return number, (
                f"behind the second {mark} there is more text. Inside of a text in quotes write “…”, and let {mark} "
                "stand only where it begins and where it ends."
            )
    return None


def _value(line: str) -> str:
    """What stands behind a name or a dash."""
    if match := _KEY.match(line):
        return match[4] or ""
    match = _ITEM.match(line)
    return match[2] if match else ""


def _closes(value: str) -> int | None:
    """Where a text in quotes ends; None if it does not on this line."""
    mark = value[0]
    at = 1
    while at < len(value):
        if mark == '"' and value[at] == "\\":
            at += 1
        elif value[at] == mark:
            if mark == "'" and value[at + 1 : at + 2] == "'":
                at += 1
            else:
                return at
        at += 1
    return None


def _of_line(line: str) -> str | None:
    """What is wrong with a line, looked at by itself."""
    if match := _NO_SPACE.match(line):
        return f"behind “{match[1]}:” a space is missing."
    value = _value(line)
    if value[:1] and value[0] in _RESERVED and not re.fullmatch(r"[|>][-+\d]*(?: +#.*)?", value):
        return f'a text that begins with {value[0]} has to stand between quotes: "{value[0]}…".'
    if value[:1] in ("[", "{"):
        closing = "]" if value[0] == "[" else "}"
        if not value.split(" #")[0].rstrip().endswith(closing):
            return f"what begins with {value[0]} has to end with {closing} (a text that begins with it needs quotes)."
    if value and value[0] not in "\"'[{" and re.search(r":(?: |$)", value):
        return 'a text with a colon has to stand between quotes: "Jadwal: pukul 08.00".'
    return None


def _no_colon(lines: list[str], place: int) -> tuple[int, str] | None:
    """A name without a colon, above a line that belongs to it."""
    above = next((at for at in range(place - 1, -1, -1) if lines[at].strip()), None)
    bare = _BARE.match(lines[above].rstrip()) if above is not None else None
    here = (_KEY.match(lines[place]) or _ITEM.match(lines[place])) if place < len(lines) else None
    if above is None or bare is None or here is None or len(here[1]) <= len(bare[1]) or (bare[4] and not bare[2]):
        return None
    return above + 1, f"behind “{bare[3]}” a colon is missing."


def _too_far_left(lines: list[str], place: int, column: int) -> tuple[int, str] | None:
    """The name above that stands left of its like, so that its like below cannot follow."""
    keys = [(at, match) for at in range(place) if (match := _KEY.match(lines[at])) and not match[2]]
    parent = next(((at, match) for at, match in reversed(keys) if len(match[1]) < column), None)
    if parent is None:
        return None
    at, name = parent
    inside = next((line for line in lines[at + 1 : place] if line.strip()), "")
    like = next((match for before, match in reversed(keys) if before < at and len(match[1]) == column), None)
    item = _ITEM.match(inside)
    if like is None or item is None or len(item[1]) <= column:
        return None
    return at + 1, (
        f"“{name[3]}” begins after {len(name[1])} spaces, but “{like[3]}” above it after {column}: what belongs to one "
        "entry begins in the same column."
    )


def _indent(lines: list[str], place: int) -> tuple[int, str] | None:
    """A line that begins in another column than the name above it."""
    here = _KEY.match(lines[place]) if place < len(lines) else None
    if here is None:
        return None
    above = next((match for line in reversed(lines[:place]) if (match := _KEY.match(line))), None)
    if above is None:
        return None
    dash = next((match for line in reversed(lines[:place]) if (match := _KEY.match(line)) and match[2]), None)
    if here[2] and dash is not None and len(dash[1]) != len(here[1]):
        return place + 1, (
            f"this dash stands after {len(here[1])} spaces, but the one of “{dash[3]}: {dash[4]}” above it after "
            f"{len(dash[1])}: the dashes of a list stand in the same column."
        )
    column, before = (len(match[1]) + len(match[2]) for match in (here, above))
    if column == before:
        return None
    if not here[2] and (found := _too_far_left(lines, place, column)) is not None:
        return found
    return place + 1, (
        f"“{here[3]}” begins after {column} spaces, but “{above[3]}” above it after {before}: what belongs to one "
        "entry begins in the same column."
    )
