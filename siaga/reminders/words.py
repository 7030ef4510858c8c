"""The words of each kind of notice, from ``content/notices``: as a message of our own, and as a template for later.

Which values a kind has is in ``siaga.people.notices.KINDS``; docs/notices.md tells designers what they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siaga.content import ContentError, Entry, live, only_keys, take_entries, take_text
from siaga.content.kinds import Entries, read_folder
from siaga.people.notices import KINDS
from siaga.radar.subscriptions import place_of
from siaga.settings import ROOT
from siaga.whatsapp.limits import BODY, FOOTER
from siaga.whatsapp.templates import Template, templates

DIRECTORY = ROOT / "content" / "notices"
LANGUAGE = "id"
LABEL = 20
OPTIONS = 3
LONGEST_VALUE = 150
"""Characters of a value; the rest is left out, so that the message stays within what the channel takes."""

_KEYS = ("purpose", "words", "footer", "template", "options")
_OPTION_KEYS = ("label", "does", "also")
_VARIABLE = re.compile(r"\{([^{}]*)\}")


class NoticeFileError(ContentError):
    """A notice's file that cannot be used."""


@dataclass(frozen=True)
class Subject:
    """What a message is about: ``abouts`` are those of the notices in it, one for each person; ``again`` as there.

    ``people`` are the ids of those persons who are known.
    """

    kind: str
    abouts: tuple[str, ...]
    again: int = 0
    people: tuple[int, ...] = ()


def _choice(slot: str, value: str) -> str:
    return "/choose_option" + json.dumps({"option": f"{slot}={value}"})


def _for_each(slot: str) -> Callable[[Subject], str]:
    return lambda subject: _choice(slot, ",".join(subject.abouts))


def _for_one(slot: str, intent: str) -> Callable[[Subject], str]:
    """An option for the only one that it is about; of several, it is asked which."""
    return lambda subject: _choice(slot, subject.abouts[0]) if len(subject.abouts) == 1 else f"/{intent}"


def _appointment_of(otherwise: str) -> Callable[[Subject], str]:
    """Opens the conversation about somebody's appointment; of several, or nobody known, ``otherwise``."""

    def payload(subject: Subject) -> str:
        if len(subject.people) != 1:
            return f"/{otherwise}"
        return "/reschedule_appointment" + json.dumps({"option": f"appointment_person={subject.people[0]}"})

    return payload


def _later(subject: Subject) -> str:
    return _choice("later", f"{subject.kind}/{subject.again + 1}/{','.join(subject.abouts)}")


def _of_place(slot: str) -> Callable[[Subject], str]:
    """An option for the place that a notice is about: ``radar:35.78:covid19`` stands for 35.78/covid19."""

    def payload(subject: Subject) -> str:
        place = place_of(subject.abouts[0])
        return _choice(slot, "/".join(place)) if place else "/ask_case_data"

    return payload


def _told(answer: str) -> Callable[[Subject], str]:
    """How somebody who is asked every day is, who is the only one in the message."""
    return lambda subject: _choice("monitored", f"{answer}/{subject.abouts[0].rpartition(':')[2]}")


DEEDS: Mapping[str, Callable[[Subject], str]] = {
    "come": _for_each("come"),
    "move": _appointment_of("reschedule_appointment"),
    "cancel": _for_one("ask_cancel", "cancel_appointment"),
    "keep": _for_each("come"),
    "search": _appointment_of("reschedule_appointment"),
    "later": _later,
    "take_place": _for_one("take_place", "check_registration"),
    "leave_place": _for_one("leave_place", "check_registration"),
    "status": lambda subject: "/check_registration",
    "report": _for_one("report", "report_incident"),
    "person": lambda subject: "/talk_to_human",
    "back_to_bot": lambda subject: "/back_to_bot",
    "better": _told("better"),
    "same": _told("same"),
    "worse": _told("worse"),
    "watch_again": lambda subject: _choice("monitor_again", subject.abouts[0].rpartition(":")[2]),
    "check": lambda subject: "/start_self_check",
    "hoax": lambda subject: _choice("hoax", subject.abouts[0].rpartition(":")[2]),
    "radar": _of_place("radar"),
    "radar_stop": _of_place("radar_unsubscribe"),
}
"""What a button does, and what it stands for in the conversation."""


@dataclass(frozen=True)
class Button:
    """What is read, what it does (one of ``DEEDS``), and other words for it."""

    label: str
    does: str
    also: tuple[str, ...] = ()

    def payload(self, subject: Subject) -> str:
        """What it stands for in a message about ``subject``."""
        return DEEDS[self.does](subject)


@dataclass(frozen=True)
class Words:
    """A kind's message: ``words`` with ``{names}`` of values, and the template with the same buttons."""

    kind: str
    purpose: str
    words: str
    footer: str
    template: Template
    buttons: tuple[Button, ...]

    def said(self, values: Mapping[str, str]) -> str:
        """The message of our own, filled in."""
        return _VARIABLE.sub(lambda found: values[found[1]], self.words)

    def of_template(self, values: Mapping[str, str]) -> dict[str, str]:
        """The values that the template takes."""
        return {name: values[name] for name in self.template.variables}


def fit(values: Mapping[str, str]) -> dict[str, str]:
    """Values as a message can have them: one line each, and not too long."""
    lines = {name: " ".join(str(value).split()) for name, value in values.items()}
    return {
        name: line if len(line) <= LONGEST_VALUE else line[: LONGEST_VALUE - 1] + "…" for name, line in lines.items()
    }


def names(found: Sequence[str]) -> str:
    """``A``, ``A dan B``, ``A, B, dan C``; the same name twice stays, as it may be two people."""
    if len(found) < 3:
        return " dan ".join(found)
    return f"{', '.join(found[:-1])}, dan {found[-1]}"


def words() -> dict[str, Words]:
    """The words by kind that stand.

    Raises:
        ContentError: neither what stands nor the files can be read.
    """
    return live.built("notice", read_notices)


def load(directory: Path = DIRECTORY, known: Mapping[tuple[str, str], Template] | None = None) -> dict[str, Words]:
    """The words of every kind, from a directory with a file for each.

    Raises:
        NoticeFileError: with the file and the line; a file that lacks counts as one that is empty.
    """
    return _read_all(read_folder(directory, None, NoticeFileError), directory, templates() if known is None else known)


def read_notices(entries: Entries) -> dict[str, Words]:
    """The words of every kind, of files that each are an entry.

    Raises:
        NoticeFileError: with the file and the line.
        TemplateFileError: a template cannot be read.
    """
    return _read_all(entries, DIRECTORY, templates())


def _read_all(entries: Entries, directory: Path, known: Mapping[tuple[str, str], Template]) -> dict[str, Words]:
    by_kind = {entry.id: entry for entry in entries}
    for kind, entry in by_kind.items():
        if kind not in KINDS:
            raise NoticeFileError(entry.path, 1, f"there is no such notice. There are: {', '.join(KINDS)}.")
    for kind in KINDS:
        if kind not in by_kind:
            raise NoticeFileError(directory / f"{kind}.yml", 1, f"there is no “{kind}”, which is sent: write it.")
    return {kind: _read(by_kind[kind], known) for kind in KINDS}


def _read(entry: Entry, known: Mapping[tuple[str, str], Template]) -> Words:
    only_keys(entry, _KEYS, NoticeFileError)
    values = KINDS[entry.id]
    said = take_text(entry, "words", NoticeFileError, longest=BODY // 2)
    _check_names(entry, said, values)
    template = _template(entry, known)
    foreign = [name for name in template.variables if name not in values]
    if foreign:
        raise entry.error(
            f"the template {template.name} needs {', '.join(foreign)}, which this notice does not have. "
            f"It has: {', '.join(values)}.",
            "template",
            NoticeFileError,
        )
    buttons = _buttons(entry)
    if tuple(one.label for one in buttons) != template.buttons:
        shown = ", ".join(f"“{label}”" for label in template.buttons) or "none"
        raise entry.error(
            f"the options must be those of the template {template.name}, in its order: {shown}.",
            "options",
            NoticeFileError,
        )
    return Words(
        kind=entry.id,
        purpose=take_text(entry, "purpose", NoticeFileError),
        words=said,
        footer=take_text(entry, "footer", NoticeFileError, longest=FOOTER, optional=True),
        template=template,
        buttons=buttons,
    )


def _check_names(entry: Entry, said: str, values: Sequence[str]) -> None:
    if re.search(r"[{}]", _VARIABLE.sub("", said)):
        raise entry.error("“words” has a “{” or “}” that belongs to no value; write {nama}.", "words", NoticeFileError)
    wrong = [name for name in _VARIABLE.findall(said) if name not in values]
    if wrong:
        raise entry.error(
            f"“words” has {{{wrong[0]}}}, which this notice does not have. It has: {', '.join(values)}.",
            "words",
            NoticeFileError,
        )


def _template(entry: Entry, known: Mapping[tuple[str, str], Template]) -> Template:
    name = take_text(entry, "template", NoticeFileError)
    template = known.get((name, LANGUAGE))
    if template is None:
        raise entry.error(f"content/templates has no template {name} in “{LANGUAGE}”.", "template", NoticeFileError)
    return template


def _buttons(entry: Entry) -> tuple[Button, ...]:
    if "options" not in entry:
        return ()
    given = take_entries(entry, "options", NoticeFileError)
    if len(given) > OPTIONS:
        raise entry.error(f"“options” has {len(given)}; at most {OPTIONS} fit.", "options", NoticeFileError)
    return tuple(_button(one) for one in given)


def _button(entry: Entry) -> Button:
    only_keys(entry, _OPTION_KEYS, NoticeFileError)
    does = take_text(entry, "does", NoticeFileError)
    if does not in DEEDS:
        raise entry.error(f"“does” must be one of {', '.join(DEEDS)}.", "does", NoticeFileError)
    also: Any = entry.get("also", [])
    if not isinstance(also, list) or not all(isinstance(words, str) and words.strip() for words in also):
        raise entry.error("“also” must be a list of texts.", "also", NoticeFileError)
    label = take_text(entry, "label", NoticeFileError, longest=LABEL)
    return Button(label, does, tuple(words.strip() for words in also))
