"""Making any text fit to be sent: what WhatsApp can show stays, what it cannot show or store goes."""

from __future__ import annotations

import re

import regex

# All that ends a line somewhere.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
# Controls, lone surrogates and noncharacters cannot be sent. Marks that turn the direction of writing would turn the
# rest of the message too; those without width make equal what looks different.
_UNWRITABLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
    + "]"
)
_VISIBLE = regex.compile(r"[^\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{M}\p{Default_Ignorable_Code_Point}\u2800]")
_MARKED = re.compile(r"(?<![\w*_~`])([*_~`])(?=\S)([^*_~`\n]+)(?<=\S)\1(?![\w*_~`])")
_CLUSTER = regex.compile(r"\X")
_EMOJI = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}\u200d\ufe0f\u20e3]")
_NOT_LAST = " ,;:.–—-(/·&"


def writable(text: str) -> str:
    """The text as it can be sent: at most one empty line in a row; empty if there is nothing to see in it."""
    text = re.sub(r"[^\S\n]+\n", "\n", unbroken(text))
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    return text if visible(text) else ""


def unbroken(text: str) -> str:
    """The text without what can neither be sent nor stored, its lines ended by line feeds alone."""
    return _UNWRITABLE.sub("", _LINE_ENDS.sub("\n", text).replace("\t", " "))


def one_line(text: str) -> str:
    """The same on one line, with one space between words."""
    return " ".join(writable(text).split()) if text else ""


def label(text: str) -> str:
    """What stands on a button or in a row, where WhatsApp shows no *bold*: one line without such marks."""
    line = one_line(text)
    bare = _MARKED.sub(r"\2", line)
    return bare if visible(bare) else line


def without_emoji(text: str) -> str:
    """The text without emoji, on one line."""
    return one_line(_EMOJI.sub("", text))


def visible(text: str) -> bool:
    """Whether there is anything to see: not only spaces, marks and characters without a shape."""
    return _VISIBLE.search(text) is not None


def length(text: str) -> int:
    """The text's UTF-16 units, in which an emoji counts at least twice: never fewer characters than Meta counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clusters(text: str) -> list[str]:
    """What a reader takes for one character each: an emoji with its skin colour, a letter with its marks."""
    return _CLUSTER.findall(text)


def cut(text: str, limit: int) -> str:
    """The text within ``limit``, which is at least 3; after a whole word if one is near, with … for what is missing."""
    if length(text) <= limit:
        return text
    kept = _first(clusters(text), limit - 1) or _first(list(text), limit - 1)
    if not text[len(kept)].isspace():
        # Not in the middle of a word, unless little would be left.
        at = max((place for place, letter in enumerate(kept) if letter.isspace()), default=0)
        kept = kept[:at] if at >= len(kept) // 3 and visible(kept[:at]) else kept
    return (kept.rstrip(_NOT_LAST) or kept) + "…"


def _first(pieces: list[str], limit: int) -> str:
    kept, used = [], 0
    for piece in pieces:
        used += length(piece)
        if used > limit:
            break
        kept.append(piece)
    return "".join(kept)
