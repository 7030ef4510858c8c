"""Options as Meta shows them: up to three buttons, or a list of up to ten rows, or such lists page by page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from siaga.turns.messages import PAGE, Option
from siaga.whatsapp import shapes
from siaga.whatsapp.limits import (
    BUTTON_TITLE,
    BUTTONS,
    LIST_BUTTON,
    ROW_DESCRIPTION,
    ROW_TITLE,
    ROWS,
    SECTION_TITLE,
)
from siaga.whatsapp.reply import Choice
from siaga.whatsapp.shapes import Payload
from siaga.whatsapp.writing import cut, label, length, one_line

OPEN = "Pilih"
NEXT = "Pilihan lainnya"
BACK = "Sebelumnya"
OTHERS = "Lainnya"
# The ways out stand on every page: who finds nothing that fits should not have to look for them.
EVERYWHERE = ("/talk_to_human", "/cancel")


@dataclass(frozen=True)
class Sheet:
    """What is shown of some options: an interactive message's kind and action, and which page of how many it is.

    ``options`` are all of them, with those that turn the pages.
    """

    kind: str
    action: Payload
    options: tuple[Option, ...]
    number: int = 1
    pages: int = 1


def readable(choices: Iterable[Choice]) -> list[Choice]:
    """Choices as they can be read and told apart, those of a section beside each other.

    One without a title is called by its description; one without either cannot be offered. One like another before it,
    in title and description, gets a number.
    """
    found: list[Choice] = []
    taken: set[tuple[str, str]] = set()
    for choice in choices:
        title, description = label(choice.title), one_line(choice.description)
        if not title:
            title, description = label(description), ""
        if title:
            title = _apart(title, cut(description, ROW_DESCRIPTION), taken)
            found.append(Choice(title, choice.payload, description, label(choice.section), choice.also))
    # Those that belong nowhere come last.
    sections = [*dict.fromkeys(choice.section for choice in found if choice.section), ""]
    return sorted(found, key=lambda choice: sections.index(choice.section))


def sheet(choices: Sequence[Choice], key: str, number: int = 1, list_button: str = "") -> Sheet:
    """Show choices that are ``readable``: all of them, or page ``number``, or the page nearest to it.

    The options' ids are ``<key>.<place among all>``, of those that turn pages ``<key>.page.<number>``.
    """
    paged = len(choices) > ROWS
    if paged:
        # Pages have no sections; below an option stands which it belongs to.
        below = ((choice, " · ".join(filter(None, (choice.section, choice.description)))) for choice in choices)
        choices = [replace(choice, description=description, section="") for choice, description in below]
    options = tuple(
        Option(f"{key}.{place}", choice.title, choice.payload, choice.description, choice.also)
        for place, choice in enumerate(choices, 1)
    )
    if _as_buttons(choices):
        return Sheet("button", shapes.buttons(options), options)
    rows = _rows(options)
    opener = cut(label(list_button) or OPEN, LIST_BUTTON)
    if not paged:
        sections = _titled([choice.section for choice in choices])
        grouped: dict[str, list[Payload]] = {title: [] for title in sections}
        for title, row in zip(sections, rows, strict=True):
            grouped[title].append(row)
        return Sheet("list", shapes.rows(opener, grouped), options)
    pages, ways_out = _pages(options)
    number = min(max(number, 1), len(pages))
    turners = [
        Option(f"{key}.page.{there}", title, f"{PAGE}{there}", f"Halaman {there} dari {len(pages)}")
        for there, title in ((number + 1, NEXT), (number - 1, BACK))
        if 1 <= there <= len(pages)
    ]
    shown = [
        *(rows[place] for place in pages[number - 1]),
        *(shapes.row(turner, turner.label, turner.description) for turner in turners),
        *(rows[place] for place in ways_out),
    ]
    return Sheet("list", shapes.rows(opener, {"": shown}), (*options, *turners), number, len(pages))


def _as_buttons(choices: Sequence[Choice]) -> bool:
    return len(choices) <= BUTTONS and not any(
        choice.description or choice.section or length(choice.title) > BUTTON_TITLE for choice in choices
    )


def _rows(options: Sequence[Option]) -> list[Payload]:
    """A row for each option. What a title loses can still be read below it."""
    rows = []
    taken: set[tuple[str, str]] = set()
    for option in options:
        title, description = option.label, option.description
        if length(title) > ROW_TITLE:
            title, description = cut(title, ROW_TITLE), f"{title}. {description}" if description else title
        description = cut(description, ROW_DESCRIPTION)
        rows.append(shapes.row(option, _apart(title, description, taken, ROW_TITLE), description))
    return rows


def _titled(sections: Sequence[str]) -> list[str]:
    """The title above each option, by the section it belongs to."""
    if not any(sections):
        return list(sections)
    sections = [section or OTHERS for section in sections]
    taken: set[tuple[str, str]] = set()
    titles = {name: _apart(cut(name, SECTION_TITLE), "", taken, SECTION_TITLE) for name in dict.fromkeys(sections)}
    return [titles[section] for section in sections]


def _pages(options: Sequence[Option]) -> tuple[list[list[int]], list[int]]:
    """The places of the options on each page, and of those that are on every page."""
    # What an option carries besides says only why it was taken.
    payloads = [option.payload.partition("{")[0].strip() for option in options]
    ways_out = [payloads.index(payload) for payload in EVERYWHERE if payload in payloads]
    left = [place for place in range(len(options)) if place not in ways_out]
    # One row goes on or back, on the pages between two.
    room = ROWS - len(ways_out) - 1
    pages, left = [left[:room]], left[room:]
    while len(left) > room:
        pages.append(left[: room - 1])
        left = left[room - 1 :]
    return [*pages, left], ways_out


def _apart(title: str, description: str, taken: set[tuple[str, str]], limit: int | None = None) -> str:
    """The title, with a number if there is already one like it with the same description."""
    found, number = title, 1
    while (found.casefold(), description.casefold()) in taken:
        number += 1
        mark = f" ({number})"
        found = (cut(title, limit - len(mark)) if limit else title) + mark
    taken.add((found.casefold(), description.casefold()))
    return found
