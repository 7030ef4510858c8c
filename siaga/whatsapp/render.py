"""Putting a reply into the fewest messages that Meta accepts.

A message that can be answered by a tap is the last one, and carries the text, or of a long text the end, where the
question is. Before it stand, in this order: pictures and files, the text's beginning, pins on the map.

=========================  ========================================================================================
asked                      message
=========================  ========================================================================================
up to 3 short options      buttons, with a picture or file above the text in the same message
more, or long, or grouped  a list of up to 10; with more, page by page (``page``); a picture comes before it
a form                     a button that opens it, with a picture or file above; options come after it
the location               a button that sends it; with options or a form, in words
the phone number           likewise; with the location, in words
nothing, but one link      a button that opens it, with a picture or file above; otherwise links stand in the text
nothing                    the text; or pictures and files, the last with the text below it if it fits, or its beginning
                           if that saves a message
=========================  ========================================================================================
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from siaga.turns.messages import PAGE, Draft, Option
from siaga.whatsapp import shapes
from siaga.whatsapp.choosing import readable, sheet
from siaga.whatsapp.limits import BODY, CAPTION, FLOW_TITLE, FOOTER, LINK_TITLE, TEXT
from siaga.whatsapp.reply import Choice, Document, Link, Reply
from siaga.whatsapp.shapes import Payload
from siaga.whatsapp.splitting import split
from siaga.whatsapp.writing import cut, label, length, one_line, visible, without_emoji, writable

# Stand in a message when there is nothing else to say, since its body may not be empty.
CHOOSE = "Silakan pilih:"
OR_CHOOSE = "Atau pilih:"
FILL_IN = "Silakan isi formulirnya."
SEND_LOCATION = "Kirim lokasi Anda, ya."
SEND_CONTACT = "Kirim nomor HP Anda, ya."
OPEN_LINK = "Ketuk tombol di bawah untuk membukanya."
LINK_LABEL = "Buka tautan"
# Ask for what there is no button left for.
LOCATION_IN_WORDS = "📍 Lokasi juga bisa dikirim: ketuk 📎, lalu *Lokasi*."
CONTACT_IN_WORDS = "Tulis juga nomor HP Anda, ya."

# A picture by its reference, or a file.
Medium = str | Document

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Tap:
    """A message to answer by a tap: what it says if nothing else is to be said, and what may stand around its body."""

    kind: str
    action: Payload
    otherwise: str
    header: bool = False
    footer: bool = False
    options: tuple[Option, ...] = ()


def render(reply: Reply, key: str) -> list[Draft]:
    """The messages that say ``reply``, in order.

    At most one has options, the last; their ids are ``<key>.<number>``. ``key`` is a message's key of the outbox.
    """
    first = [Draft(shapes.text(part)) for said in reply.before for part in split(writable(said), TEXT)]
    return [*first, *_render(reply, key)]


def _render(reply: Reply, key: str) -> list[Draft]:
    """What is said after the texts that stand alone."""
    choices = readable(reply.choices)
    links = [Link(label(link.title), link.url.strip()) for link in reply.links]
    taps = _taps(reply, choices, links, key)
    text = writable("\n\n".join(filter(None, (reply.text, *_in_words(reply, links, taps)))))
    footer = one_line(reply.footer)
    tap = taps[0] if taps else None
    if footer and not (tap and tap.footer and length(footer) <= FOOTER):
        text, footer = f"{text}\n\n_{footer}_".strip(), ""
    media = _media(reply)
    if not tap:
        drafts, _ = _spread(reply, text, media)
        return drafts
    header = _medium(media.pop(_place_of_header(media))) if media and tap.header else None
    drafts, body = _spread(reply, text, media, body=True)
    answered = shapes.interactive(tap.kind, body or tap.otherwise, tap.action, header=header, footer=footer)
    drafts.append(Draft(answered, tap.options))
    drafts += [Draft(shapes.interactive(more.kind, OR_CHOOSE, more.action), more.options) for more in taps[1:]]
    return drafts


def page(options: Sequence[Option], number: int, key: str) -> list[Draft]:
    """Show a page of options anew, that of all which is nearest to ``number``.

    ``options`` are a draft's, with or without those that turn pages. All are offered again, under ids of ``key``.
    """
    choices = [
        Choice(option.label, option.payload, option.description, also=option.also)
        for option in options
        if not option.payload.startswith(PAGE)
    ]
    if not choices:
        return []
    shown = sheet(choices, key, number)
    body = f"Halaman {shown.number} dari {shown.pages}. {CHOOSE}" if shown.pages > 1 else CHOOSE
    return [Draft(shapes.interactive(shown.kind, body, shown.action), shown.options)]


def _taps(reply: Reply, choices: Sequence[Choice], links: Sequence[Link], key: str) -> list[_Tap]:
    """What is asked by buttons: at most a form and then options."""
    taps = []
    if reply.flow:
        taps.append(_Tap("flow", shapes.flow(reply.flow), FILL_IN, header=True, footer=True))
    if choices:
        shown = sheet(choices, key, list_button=reply.list_button)
        taps.append(
            _Tap(shown.kind, shown.action, CHOOSE, header=shown.kind == "button", footer=True, options=shown.options)
        )
    if taps:
        return taps
    if reply.ask_location:
        return [_Tap("location_request_message", shapes.request("send_location"), SEND_LOCATION)]
    if reply.ask_contact:
        return [_Tap("contact_request", shapes.request("request_contact_info"), SEND_CONTACT)]
    if len(links) == 1 and shapes.is_web_address(links[0].url):
        shown_as = cut(links[0].title or LINK_LABEL, LINK_TITLE)
        return [_Tap("cta_url", shapes.link(shown_as, links[0].url), OPEN_LINK, header=True, footer=True)]
    return []


def _in_words(reply: Reply, links: Sequence[Link], taps: Sequence[_Tap]) -> list[str]:
    """What there is no button for, and labels that did not fit on theirs."""
    kinds = {tap.kind for tap in taps}
    if "cta_url" in kinds:
        return [link.title for link in links if length(link.title) > LINK_TITLE]
    said = [f"{link.title}: {link.url}" if link.title else link.url for link in links]
    if reply.ask_location and "location_request_message" not in kinds:
        said.append(LOCATION_IN_WORDS)
    if reply.ask_contact and "contact_request" not in kinds:
        said.append(CONTACT_IN_WORDS)
    if reply.flow and length(without_emoji(label(reply.flow.title))) > FLOW_TITLE:
        said.append(label(reply.flow.title))
    return said


def _spread(reply: Reply, text: str, media: Sequence[Medium], *, body: bool = False) -> tuple[list[Draft], str]:
    """Pictures and files, the text, pins; and what is left of the text for a last message's ``body``."""
    last = BODY if body else None
    parts = split(text, TEXT, last=last)
    caption = ""
    if media:
        # A caption takes the beginning of the text, if that saves a message.
        below, *others = split(text, TEXT, first=CAPTION, last=last) or [""]
        if len(others) < len(parts):
            caption, parts = below, others
    *before, end = parts if body else [*parts, ""]
    shown = [_medium(medium) for medium in media[:-1]] + [_medium(medium, caption) for medium in media[-1:]]
    said = [shapes.text(part, preview=reply.preview) for part in before if visible(part)]
    pins = [shapes.location(place) for place in reply.places]
    return [Draft(payload) for payload in (*shown, *said, *pins)], end if visible(end) else ""


def _place_of_header(media: Sequence[Medium]) -> int:
    """Which of them stands above the text: the last picture, or else the last file."""
    pictures = [place for place, medium in enumerate(media) if isinstance(medium, str)]
    return pictures[-1] if pictures else len(media) - 1


def _medium(medium: Medium, caption: str = "") -> Payload:
    caption = caption if visible(caption) else ""
    return shapes.image(medium, caption) if isinstance(medium, str) else shapes.document(medium, caption)


def _media(reply: Reply) -> list[Medium]:
    """Pictures, then files, that can be sent."""
    named: list[tuple[str, Medium]] = [(reference, reference) for reference in reply.images]
    named += [(file.media, file) for file in reply.documents]
    found = [medium for reference, medium in named if shapes.is_media(reference)]
    if len(found) < len(named):
        log.warning("a picture or file in a reply is neither one of ours nor a web address: left out")
    return found
