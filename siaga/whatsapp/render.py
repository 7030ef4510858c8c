"""Putting a reply into the fewest messages that Meta accepts.

Limits from Meta's message reference and OpenAPI file (Graph API v25.0); where the two differ, the smaller. Lengths are
counted in UTF-16 units, in which an emoji counts twice: never shorter than Meta counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from siaga.turns.messages import Draft, Option
from siaga.whatsapp.parse import clean
from siaga.whatsapp.reply import LIST_BUTTON as LIST_BUTTON_LABEL
from siaga.whatsapp.reply import Choice, Reply

TEXT = 4096
BODY = 1024
CAPTION = 1024
FOOTER = 60
BUTTONS = 3
BUTTON_TITLE = 20
ROWS = 10
ROW_TITLE = 24
ROW_DESCRIPTION = 72
LIST_BUTTON = 20

# Stands above options when there is nothing else to say, since a body may not be empty.
CHOOSE = "Silakan pilih:"
SEND_LOCATION = "Kirim lokasi Anda, ya."

Payload = dict[str, Any]


def render(reply: Reply, key: str) -> list[Draft]:
    """The messages that say ``reply``, in order. At most one has options; their ids are ``<key>.<number>``."""
    choices = _offered(reply.choices)
    text = _writable(reply.text)
    if not (text or choices or reply.image or reply.ask_location):
        return []
    options = tuple(Option(f"{key}.{number}", choice.title, choice.payload) for number, choice in enumerate(choices, 1))
    footer = _writable(reply.footer)
    if footer and (length(footer) > FOOTER or not options):
        text, footer = f"{text}\n\n_{footer}_".strip(), ""
    if not options:
        return _without_options(text, reply)
    if _as_buttons(choices):
        # A picture may head reply buttons, and so share one message with them.
        before, body = _ahead(text)
        interactive = _interactive("button", body, footer, {"buttons": _buttons(choices, options)})
        if reply.image and before:
            return [Draft(_image(reply.image)), *before, Draft(interactive, options)]
        if reply.image:
            interactive["interactive"]["header"] = _image(reply.image)
        return [*before, Draft(interactive, options)]
    picture = [Draft(_image(reply.image))] if reply.image else []
    if len(options) <= ROWS:
        before, body = _ahead(text)
        action = {
            "button": cut(_writable(reply.list_button) or LIST_BUTTON_LABEL, LIST_BUTTON),
            "sections": [{"rows": _rows(choices, options)}],
        }
        return [*picture, *before, Draft(_interactive("list", body, footer, action), options)]
    numbered = "\n".join(_numbered(number, choice) for number, choice in enumerate(choices, 1))
    below = f"{numbered}\n\n_{footer}_" if footer else numbered
    *rest, last = [Draft(_text(part)) for part in split(f"{text or CHOOSE}\n\n{below}", TEXT)]
    return [*picture, *rest, Draft(last.payload, options)]


def length(text: str) -> int:
    """Characters as Meta may count them, at most."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """The text within ``limit``, with … where something is missing."""
    if length(text) <= limit:
        return text
    kept = text[: limit - 1]
    while length(kept) > limit - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def split(text: str, limit: int) -> list[str]:
    """The text in parts within ``limit``, cut between paragraphs if it can be, else lines, sentences, words."""
    parts = []
    while length(text) > limit:
        head = text[:limit]
        while length(head) > limit:
            head = head[:-1]
        # Not so early that the parts become many.
        places = (head.rfind(mark) + mark.count(".") for mark in ("\n\n", "\n", ". ", " "))
        at = next((place for place in places if place > len(head) // 3), len(head))
        part, text = text[:at], text[at:]
        if part.strip():
            parts.append(part.strip())
        text = text.strip()
    return [*parts, text] if text else parts


def _writable(text: str) -> str:
    return clean(text, len(text)).strip()


def _offered(choices: Sequence[Choice]) -> list[Choice]:
    """The choices with titles and descriptions on one line each."""
    tidy = [
        Choice(" ".join(_writable(c.title).split()), c.payload, " ".join(_writable(c.description).split()))
        for c in choices
    ]
    return [choice for choice in tidy if choice.title]


def _without_options(text: str, reply: Reply) -> list[Draft]:
    messages: list[Draft] = []
    if reply.image and not reply.ask_location and length(text) <= CAPTION:
        return [Draft(_image(reply.image, text))]
    if reply.image:
        messages.append(Draft(_image(reply.image)))
    if reply.ask_location:
        before, body = _ahead(text, SEND_LOCATION)
        return [
            *messages,
            *before,
            Draft(_interactive("location_request_message", body, "", {"name": "send_location"})),
        ]
    return messages + [Draft(_text(part)) for part in split(text, TEXT)]


def _ahead(text: str, otherwise: str = CHOOSE) -> tuple[list[Draft], str]:
    """What must be said before a body with options, and the body: the last paragraphs, where the question is."""
    if length(text) <= BODY:
        return [], text or otherwise
    paragraphs = text.split("\n\n")
    body = ""
    while paragraphs and length(f"{paragraphs[-1]}\n\n{body}".strip()) <= BODY:
        body = f"{paragraphs.pop()}\n\n{body}".strip()
    return [Draft(_text(part)) for part in split("\n\n".join(paragraphs), TEXT)], body or otherwise


def _as_buttons(choices: Sequence[Choice]) -> bool:
    titles = {choice.title.casefold() for choice in choices}
    return (
        len(choices) <= BUTTONS
        and len(titles) == len(choices)
        and all(length(choice.title) <= BUTTON_TITLE and not choice.description for choice in choices)
    )


def _buttons(choices: Sequence[Choice], options: Sequence[Option]) -> list[Payload]:
    pairs = zip(choices, options, strict=True)
    return [{"type": "reply", "reply": {"id": option.id, "title": choice.title}} for choice, option in pairs]


def _rows(choices: Sequence[Choice], options: Sequence[Option]) -> list[Payload]:
    rows = []
    for choice, option in zip(choices, options, strict=True):
        title, description = choice.title, choice.description
        if length(title) > ROW_TITLE:
            # What the title loses can still be read below it.
            title, description = cut(title, ROW_TITLE), f"{title}. {description}" if description else title
        row = {"id": option.id, "title": title}
        if description:
            row["description"] = cut(description, ROW_DESCRIPTION)
        rows.append(row)
    return rows


def _numbered(number: int, choice: Choice) -> str:
    return f"{number}. {choice.title}" + (f": {choice.description}" if choice.description else "")


def _text(body: str) -> Payload:
    return {"type": "text", "text": {"body": body, "preview_url": False}}


def _image(reference: str, caption: str = "") -> Payload:
    picture: Payload = {"link": reference} if reference.startswith(("http://", "https://")) else {"id": reference}
    if caption:
        picture["caption"] = caption
    return {"type": "image", "image": picture}


def _interactive(type_: str, body: str, footer: str, action: Payload) -> Payload:
    interactive: Payload = {"type": type_, "body": {"text": body}, "action": action}
    if footer:
        interactive["footer"] = {"text": footer}
    return {"type": "interactive", "interactive": interactive}
