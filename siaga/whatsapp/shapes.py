"""Meta's JSON of each kind of message we send, without its recipient.

Shapes as in the request examples of Meta's OpenAPI file v23 and its message reference, read in November 2026. What is
put in must be within ``siaga.whatsapp.limits`` already.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from siaga.turns.messages import Option
from siaga.whatsapp.limits import FILE_NAME, FLOW_TITLE, LINK, PLACE
from siaga.whatsapp.reply import Document, Flow, Place
from siaga.whatsapp.writing import cut, label, length, one_line, unbroken, without_emoji

Payload = dict[str, Any]
FLOW_LABEL = "Isi formulir"

_WEB = re.compile(r"https?://[^\s/?#\"<>\\^`{|}]+[^\s\"<>\\^`{|}]*", re.IGNORECASE)
# One of ours, or one that the Graph API gave.
_MEDIA = re.compile(r"media:[0-9a-f]+|[0-9]{5,30}")
_NAME_END = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def is_web_address(text: str) -> bool:
    """Whether a link to it can be sent."""
    return bool(_WEB.fullmatch(text)) and length(text) <= LINK and unbroken(text) == text


def is_media(reference: str) -> bool:
    """Whether it names a picture or a file that can be sent."""
    return bool(_MEDIA.fullmatch(reference)) or is_web_address(reference)


def text(body: str, *, preview: bool = False) -> Payload:
    """Words; ``preview`` shows what the first link in it leads to."""
    return {"type": "text", "text": {"body": body, "preview_url": preview and _WEB.search(body) is not None}}


def image(reference: str, caption: str = "") -> Payload:
    """A picture; without a caption it may also head an interactive message."""
    return {"type": "image", "image": _media(reference) | ({"caption": caption} if caption else {})}


def document(file: Document, caption: str = "") -> Payload:
    """A file; without a caption it may also head an interactive message."""
    block = _media(file.media)
    if caption:
        block["caption"] = caption
    name = one_line(file.name.replace("/", "-").replace("\\", "-"))
    if name:
        ending = _NAME_END.search(name)
        kept = ending[0] if ending and length(name) > FILE_NAME else ""
        block["filename"] = cut(name.removesuffix(kept), FILE_NAME - len(kept)) + kept
    return {"type": "document", "document": block}


def location(place: Place) -> Payload:
    """A pin on the map."""
    block: Payload = {"latitude": place.lat, "longitude": place.lon}
    for key, value in (("name", one_line(place.name)), ("address", one_line(place.address))):
        if value:
            block[key] = cut(value, PLACE)
    return {"type": "location", "location": block}


def interactive(kind: str, body: str, action: Payload, *, header: Payload | None = None, footer: str = "") -> Payload:
    """A message that can be answered by a tap. ``header`` is an image or a document as made here."""
    block: Payload = {"type": kind}
    if header:
        block["header"] = header
    block["body"] = {"text": body}
    if footer:
        block["footer"] = {"text": footer}
    return {"type": "interactive", "interactive": {**block, "action": action}}


def buttons(options: Iterable[Option]) -> Payload:
    """The action of up to three buttons."""
    return {
        "buttons": [{"type": "reply", "reply": {"id": option.id, "title": option.label}} for option in options],
    }


def rows(opener: str, sections: Mapping[str, list[Payload]]) -> Payload:
    """The action of a list that opens at ``opener``; rows by their section's title, empty if it is the only one."""
    return {
        "button": opener,
        "sections": [({"title": title} if title else {}) | {"rows": held} for title, held in sections.items()],
    }


def row(option: Option, title: str, description: str) -> Payload:
    """A row of a list, as it is shown."""
    return {"id": option.id, "title": title} | ({"description": description} if description else {})


def link(title: str, url: str) -> Payload:
    """The action of one button that opens a web page."""
    return {"name": "cta_url", "parameters": {"display_text": title, "url": url}}


def request(what: Literal["send_location", "request_contact_info"]) -> Payload:
    """The action of one button that sends where, or who, the citizen is."""
    return {"name": what}


def flow(form: Flow) -> Payload:
    """The action of one button that opens a form."""
    parameters: Payload = {
        "flow_message_version": "3",
        # Meta asks for no emoji here.
        "flow_cta": cut(without_emoji(label(form.title)) or FLOW_LABEL, FLOW_TITLE),
    }
    given = {"flow_id": one_line(form.id), "flow_name": one_line(form.name), "flow_token": one_line(form.token)}
    parameters |= {key: value for key, value in given.items() if value}
    if form.draft:
        parameters["mode"] = "draft"
    if form.exchange:
        return {"name": "flow", "parameters": {**parameters, "flow_action": "data_exchange"}}
    first: Payload = {}
    if one_line(form.screen):
        first["screen"] = one_line(form.screen)
    if form.data:
        # An empty object would be refused.
        first["data"] = _sendable(form.data)
    if first:
        parameters |= {"flow_action": "navigate", "flow_action_payload": first}
    return {"name": "flow", "parameters": parameters}


def _media(reference: str) -> Payload:
    return {"link" if is_web_address(reference) else "id": reference}


def _sendable(value: Any) -> Any:
    if isinstance(value, str):
        return unbroken(value)
    if isinstance(value, Mapping):
        return {unbroken(str(key)): _sendable(held) for key, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [_sendable(held) for held in value]
    # JSON knows no infinite numbers.
    return None if isinstance(value, float) and not math.isfinite(value) else value
