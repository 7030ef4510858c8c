"""Messages as a phone shows them: WhatsApp's marks in a text, buttons, lists. All is escaped before it is marked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup, escape

FOLDED = 768
"""Characters after which WhatsApp on a phone shows “Baca selengkapnya”."""
BUTTONS, ROWS = 3, 10
"""So many options are buttons; more are the rows of a list, at most ten of them at a time."""

_ITEM = re.compile(r"\s*[-*•]\s+(.+)")
_NUMBERED = re.compile(r"\s*(\d{1,3})[.)]\s+(.+)")
_QUOTED = re.compile(r">\s+(.+)")
_LINK = re.compile(r"https?://[^\s<]*[^\s<.,:;!?)\]*_~]")
_CODE = re.compile(r"`([^`\n]+)`")
_EMPTY = re.compile(r"\{([^\n{}]+?)\}")


_NOTHING = Markup("")


@dataclass(frozen=True)
class Option:
    """A button or a row."""

    title: str
    description: str = ""


@dataclass(frozen=True)
class Bubble:
    """One message. ``text`` and ``rest`` (behind “Baca selengkapnya”) are safe HTML; ``button`` opens the list whose
    rows the options are; ``note`` says what the message is; ``length`` counts its characters."""

    text: Markup
    rest: Markup = _NOTHING
    by_citizen: bool = False
    options: tuple[Option, ...] = ()
    button: str = ""
    footer: str = ""
    note: str = ""
    length: int = 0

    @property
    def buttons(self) -> tuple[Option, ...]:
        """The options, where they are shown below the message."""
        return () if self.button else self.options


def said(text: str, *options: Option, button: str = "Pilih", footer: str = "", note: str = "") -> Bubble:
    """What the bot says."""
    shown, rest = folded(text)
    opens = button if len(options) > BUTTONS or any(one.description for one in options) else ""
    return Bubble(as_shown(shown), as_shown(rest), False, options, opens, footer, note, len(text))


def asked(text: str) -> Bubble:
    """What a citizen writes or taps."""
    return Bubble(as_shown(text), by_citizen=True)


def folded(text: str) -> tuple[str, str]:
    """The text as it is shown at once, and what is shown when it is unfolded."""
    if len(text) <= FOLDED:
        return text, ""
    at = max(text.rfind(" ", 0, FOLDED), text.rfind("\n", 0, FOLDED))
    at = at if at > 0 else FOLDED
    return text[:at], text[at:].lstrip(" ")


def as_shown(text: str) -> Markup:
    """A text with WhatsApp's marks as safe HTML: *bold*, _italic_, ~struck~, `code`, lists, quotes, links; a name in
    braces, which is filled in when it is sent, is marked."""
    html: list[str] = []
    opened = ""

    def within(tag: str) -> None:
        nonlocal opened
        if opened != tag:
            if opened:
                html.append(f"</{opened}>")
            if tag:
                html.append(f"<{tag}>")
            opened = tag

    for line in text.split("\n"):
        if match := _ITEM.fullmatch(line):
            within("ul")
            html.append(f"<li>{_inline(match[1])}</li>")
        elif match := _NUMBERED.fullmatch(line):
            within("ol")
            html.append(f'<li value="{int(match[1])}">{_inline(match[2])}</li>')
        elif match := _QUOTED.fullmatch(line):
            within("")
            html.append(f"<blockquote>{_inline(match[1])}</blockquote>")
        else:
            within("")
            html.append(f"<p>{_inline(line)}</p>" if line.strip() else '<p class="sela"></p>')
    within("")
    # Each line was escaped on its own before it was marked.
    return Markup("".join(html) if text else "")  # noqa: S704


def _inline(line: str) -> str:
    kept: list[str] = []

    def keep(html: str) -> str:
        kept.append(html)
        return f"\ue000{len(kept) - 1}\ue001"

    text = str(escape(re.sub("[\ue000\ue001]", "", line)))
    text = _CODE.sub(lambda match: keep(f"<code>{match[1]}</code>"), text)
    text = _LINK.sub(lambda match: keep(f'<span class="tautan">{match[0]}</span>'), text)
    text = _EMPTY.sub(lambda match: keep(f'<mark title="Diisi saat dikirim">{match[1]}</mark>'), text)
    for sign, tag in (("*", "strong"), ("_", "em"), ("~", "s")):
        text = _marked(sign, tag)(text)
    while "\ue000" in text:
        text = re.sub("\ue000(\\d+)\ue001", lambda match: kept[int(match[1])], text)
    return text


def _marked(sign: str, tag: str) -> Callable[[str], str]:
    """A mark stands at the edge of a word, and not beside another of its kind: "3578********0001" is no bold text."""
    s = re.escape(sign)
    pattern = re.compile(rf"(?<![\w{s}]){s}(?!{s})([^\s{s}](?:[^\n{s}]*[^\s{s}])?){s}(?![\w{s}])")
    return lambda text: pattern.sub(rf"<{tag}>\1</{tag}>", text)
