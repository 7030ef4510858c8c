"""Messages as a phone shows them: WhatsApp's marks in a text, buttons, lists. All is escaped before it is marked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup

from siaga.desk.marks import inline

FOLDED = 768
"""Characters after which WhatsApp on a phone shows “Baca selengkapnya”."""
BUTTONS, ROWS = 3, 10
"""So many options are buttons; more are the rows of a list, at most ten of them at a time."""

_ITEM = re.compile(r"\s*[-*•]\s+(.+)")
_NUMBERED = re.compile(r"\s*(\d{1,3})[.)]\s+(.+)")
_QUOTED = re.compile(r">\s+(.+)")

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
            html.append(f"<li>{inline(match[1])}</li>")
        elif match := _NUMBERED.fullmatch(line):
            within("ol")
            html.append(f'<li value="{int(match[1])}">{inline(match[2])}</li>')
        elif match := _QUOTED.fullmatch(line):
            within("")
            html.append(f"<blockquote>{inline(match[1])}</blockquote>")
        else:
            within("")
            html.append(f"<p>{inline(line)}</p>" if line.strip() else '<p class="sela"></p>')
    within("")
    # Each line was escaped on its own before it was marked.
    return Markup("".join(html) if text else "")  # noqa: S704
