"""Putting a reply into the fewest messages that Twilio accepts, in Twilio's own parameters.

A payload is ``{"Body", "MediaUrl"?}``, or for options ``{"Body", "Content": {"types", "variables"}}``: ``Body`` is then
the same in words, with numbers, for where the template cannot be used. ``MediaUrl`` is ``media:<sha256>`` or a web
address. What WhatsApp has a button for and Twilio has none, to send a place or to open a page, is said in words; a
Flow is not offered.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from siaga.dialogue.reading import CANCEL
from siaga.turns.messages import PAGE, Draft, Option
from siaga.whatsapp.choosing import Sheet, readable, sheet
from siaga.whatsapp.limits import BODY, CAPTION, ROW_TITLE
from siaga.whatsapp.render import CHOOSE
from siaga.whatsapp.reply import Choice, Place, Reply
from siaga.whatsapp.shapes import is_web_address
from siaga.whatsapp.splitting import split
from siaga.whatsapp.twilio import content
from siaga.whatsapp.twilio.content import Row
from siaga.whatsapp.writing import cut, length, one_line, visible, writable

# Error 21617 beyond that.
TEXT = 1600

SEND_LOCATION = "📍 Untuk mengirim lokasi: ketuk 📎, pilih *Lokasi*, lalu kirim."
SEND_CONTACT = "Tulis juga nomor HP Anda, ya."
ANSWER = "Balas dengan nomor atau tulisannya, ya."
_MEDIA = "media:"

log = logging.getLogger(__name__)


def render(reply: Reply, key: str, *, use_content: bool = True) -> list[Draft]:
    """The messages that say ``reply``, in order.

    At most one has options, the last; their ids are ``<key>.<number>``. Without ``use_content`` they stand in the text.
    """
    first = [Draft({"Body": part}) for said in reply.before for part in split(writable(said), TEXT)]
    return [*first, *_render(reply, key, use_content=use_content)]


def _render(reply: Reply, key: str, *, use_content: bool) -> list[Draft]:
    """What is said after the texts that stand alone."""
    if reply.flow:
        log.warning("a form cannot be sent by Twilio")
    text = _text(reply)
    choices = readable(_without_sections(reply.choices))
    media = [reference for reference in _media(reply) if _can_be_sent(reference)]
    pictures = [Draft({"MediaUrl": reference}) for reference in media]
    if choices:
        return [*pictures, *_offering(text, choices, key, reply.list_button, use_content=use_content)]
    if not text:
        return pictures
    if media and media[-1] in reply.images and length(text) <= CAPTION:
        return [*pictures[:-1], Draft({"Body": text, "MediaUrl": media[-1]})]
    return [*pictures, *(Draft({"Body": part}) for part in split(text, TEXT))]


def page(options: Sequence[Option], number: int, key: str, *, use_content: bool = True) -> list[Draft]:
    """Show a page of options anew, that of all which is nearest to ``number``, under ids of ``key``."""
    choices = [
        Choice(option.label, option.payload, option.description)
        for option in options
        if not option.payload.startswith(PAGE)
    ]
    if not choices:
        return []
    if not use_content:
        return _in_numbers(CHOOSE, choices, key)
    shown = sheet(choices, key, number)
    body = f"Halaman {shown.number} dari {shown.pages}. {CHOOSE}" if shown.pages > 1 else CHOOSE
    return [_tappable(body, shown)]


def _text(reply: Reply) -> str:
    said = [reply.text]
    said += [f"{one_line(link.title)}: {link.url.strip()}".removeprefix(": ") for link in reply.links]
    said += map(_place, reply.places)
    if reply.ask_location:
        said.append(SEND_LOCATION)
    if reply.ask_contact:
        said.append(SEND_CONTACT)
    footer = one_line(reply.footer)
    if footer:
        said.append(f"_{footer}_")
    return writable("\n\n".join(filter(None, said)))


def _place(place: Place) -> str:
    named = ", ".join(filter(None, (one_line(place.name), one_line(place.address))))
    return f"📍 {named}\nhttps://maps.google.com/?q={place.lat:.6f},{place.lon:.6f}".replace("📍 \n", "📍 ")


def _media(reply: Reply) -> list[str]:
    """Files, then pictures: below the last of these the text may stand."""
    return [*(file.media for file in reply.documents), *reply.images]


def _can_be_sent(reference: str) -> bool:
    if reference.startswith(_MEDIA) or is_web_address(reference):
        return True
    log.warning("a picture or file with a reference that is none was left out")
    return False


def _without_sections(choices: Sequence[Choice]) -> list[Choice]:
    """Twilio's lists have no sections: below an option stands which it belongs to."""
    return [
        replace(choice, section="", description=" · ".join(filter(None, (choice.section, choice.description))))
        for choice in choices
    ]


def _offering(text: str, choices: Sequence[Choice], key: str, list_button: str, *, use_content: bool) -> list[Draft]:
    if not use_content:
        return _in_numbers(text or CHOOSE, choices, key)
    *before, body = split(text, TEXT, last=BODY) if text else [CHOOSE]
    shown = sheet(choices, key, list_button=list_button)
    tappable = _tappable(body if visible(body) else CHOOSE, shown)
    return [*(Draft({"Body": part}) for part in before if visible(part)), tappable]


def _tappable(body: str, shown: Sheet) -> Draft:
    """Buttons or a list."""
    if shown.kind == "button":
        rows = [Row(button["reply"]["id"], button["reply"]["title"]) for button in shown.action["buttons"]]
    else:
        rows = [
            Row(row["id"], row["title"], row.get("description", ""))
            for section in shown.action["sections"]
            for row in section["rows"]
        ]
    payload: dict[str, Any] = {"Body": _in_words(body, rows, shown.options)}
    if content.fits(body):
        payload["Content"] = (
            content.quick_reply(body, rows)
            if shown.kind == "button"
            else content.list_picker(body, shown.action["button"], rows)
        )
    return Draft(payload, shown.options)


def _in_words(body: str, rows: Sequence[Row], options: Sequence[Option]) -> str:
    """A body and the options shown below it as one text; shorter ones where the whole would be too long."""
    wanted = {row.id for row in rows}
    shown = [line for option, line in zip(options, _lines(options), strict=True) if option.id in wanted]
    said = f"{body}\n\n" + "\n".join(shown) + f"\n\n{ANSWER}"
    if length(said) <= TEXT:
        return said
    short = [replace(option, label=cut(option.label, ROW_TITLE), description="") for option in options]
    shown = [line for option, line in zip(short, _lines(short), strict=True) if option.id in wanted]
    return f"{body}\n\n" + "\n".join(shown) + f"\n\n{ANSWER}"


def _in_numbers(text: str, choices: Sequence[Choice], key: str) -> list[Draft]:
    """All options below the text."""
    options = tuple(
        Option(f"{key}.{number}", choice.title, choice.payload, choice.description, choice.also)
        for number, choice in enumerate(choices, 1)
    )
    said = f"{text}\n\n" + "\n".join(_lines(options)) + f"\n\n{ANSWER}"
    *before, last = split(said, TEXT)
    return [*(Draft({"Body": part}) for part in before), Draft({"Body": last}, options)]


def _lines(options: Sequence[Option]) -> list[str]:
    """Each option with the number under which it can be answered; those that turn pages come last.

    To stop, and to turn a page, must be written: a number typed in answer to something else should do neither.
    """
    lines = []
    for number, option in enumerate(options, 1):
        said = f"{option.label}: {option.description}" if option.description else option.label
        must_be_written = option.payload.startswith(PAGE) or option.payload == CANCEL
        lines.append(f"• {option.label}" if must_be_written else f"{number}. {said}")
    return lines
