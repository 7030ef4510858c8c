"""What a turn wants to say, before it is put into Meta's shapes."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Choice:
    """Something to choose: what is read, what it stands for, a second line, and the group it belongs to in a list.

    ``also`` are other words for it, when it is typed.
    """

    title: str
    payload: str
    description: str = ""
    section: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """A web page to open."""

    title: str
    url: str


@dataclass(frozen=True)
class Document:
    """A file: ``media`` is ``media:<sha256>`` or a web address, ``name`` what it is called where it is saved."""

    media: str
    name: str = ""


@dataclass(frozen=True)
class Place:
    """A pin on the map; degrees."""

    lat: float
    lon: float
    name: str = ""
    address: str = ""


@dataclass(frozen=True)
class Flow:
    """A WhatsApp Flow to fill in, by its id or its name; ``data`` goes to its first screen.

    With ``exchange`` the Flow's own end point says which screen is first, and fills it.
    """

    id: str = ""
    name: str = ""
    title: str = ""
    token: str = ""
    screen: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    exchange: bool = False
    draft: bool = False


@dataclass(frozen=True)
class Reply:
    """All that one turn says. ``images`` are ``media:<sha256>`` or web addresses.

    ``choices``, ``list_button``, ``flow``, ``ask_location`` and ``ask_contact`` are what is asked. ``before`` are
    messages of text by themselves, such as one to forward; all else comes after them.
    """

    text: str = ""
    choices: tuple[Choice, ...] = ()
    list_button: str = ""
    flow: Flow | None = None
    ask_location: bool = False
    ask_contact: bool = False
    images: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    places: tuple[Place, ...] = ()
    links: tuple[Link, ...] = ()
    footer: str = ""
    preview: bool = False
    before: tuple[str, ...] = ()
    opens: bool = field(default=False, compare=False)
    """the first of ``before`` is no text that stands alone: what is said before it belongs to the same message"""

    def asks(self) -> bool:
        """Whether there is anything to tap in answer."""
        return bool(self.choices or self.flow or self.ask_location or self.ask_contact)


def merge(responses: Iterable[Mapping[str, Any]]) -> Reply:
    """Join Rasa's responses of one turn.

    Texts stand below each other; pictures, files, places and links are all kept. What is asked is what the last
    response that asks something asks: one question a turn. The footer is the last one given. A text that is to stand
    alone is a message of its own, and so is what was said before it.
    """
    return reduce(join, map(read, responses), Reply())


def join(before: Reply, after: Reply) -> Reply:
    """Two replies as one."""
    if after.before:
        before, after = _closed(before, after)
    asking = after if after.asks() else before
    return Reply(
        before=before.before + after.before,
        opens=before.opens if before.before else after.opens,
        text="\n\n".join(text for text in (before.text, after.text) if text),
        choices=asking.choices,
        # A later response may name the list of an earlier one; its own list has its own name.
        list_button=after.list_button if after.asks() else after.list_button or before.list_button,
        flow=asking.flow,
        ask_location=asking.ask_location,
        ask_contact=asking.ask_contact,
        images=before.images + after.images,
        documents=before.documents + after.documents,
        places=before.places + after.places,
        links=before.links + after.links,
        footer=after.footer or before.footer,
        preview=before.preview or after.preview,
    )


def _closed(before: Reply, after: Reply) -> tuple[Reply, Reply]:
    """The same two, where ``after`` begins with messages of its own: what was said before is one, or part of one."""
    if not before.text:
        return before, after
    said, rest = before.text, after.before
    if after.opens:
        said, rest = f"{said}\n\n{rest[0]}", rest[1:]
    opens = before.opens if before.before else True
    return replace(before, text="", before=(*before.before, said), opens=opens), replace(after, before=rest)


def read(response: Mapping[str, Any]) -> Reply:
    """One response of Rasa's: ``text``, ``buttons``, ``image`` and what ``custom`` holds of the keys known here.

    What cannot be understood is left out, and its key is logged.
    """
    said = Reply(text=_text(response, "text"), choices=_choices(response.get("buttons")))
    image = _text(response, "image")
    if image:
        said = replace(said, images=(image,))
    custom = response.get("custom")
    if isinstance(custom, Mapping) and custom.get("alone") is True and said.text:
        said = replace(said, before=(said.text,), text="")
    for key, value in custom.items() if isinstance(custom, Mapping) else ():
        if key in _CUSTOM and value not in (None, "", False, {}, []):
            try:
                said = replace(said, **_CUSTOM[key](value))
            except (KeyError, TypeError, ValueError) as error:
                log.warning("%s in a reply cannot be understood: %s", key, type(error).__name__)
    return said


def _text(values: Any, key: str) -> str:
    if not isinstance(values, Mapping):
        raise TypeError("a mapping expected")
    value = values.get(key)
    return value.strip() if isinstance(value, str) else ""


def _choices(buttons: Any) -> tuple[Choice, ...]:
    found = []
    for button in buttons if isinstance(buttons, (list, tuple)) else ():
        if isinstance(button, Mapping) and button.get("payload"):
            words = {key: str(button.get(key) or "").strip() for key in ("title", "description", "section")}
            also = button.get("also")
            others = tuple(str(word) for word in also) if isinstance(also, (list, tuple)) else ()
            if words["title"]:
                found.append(Choice(payload=str(button["payload"]), **words, also=others))
    return tuple(found)


def _footer(value: Any) -> dict[str, Any]:
    return {"footer": _given(value)}


def _list_button(value: Any) -> dict[str, Any]:
    return {"list_button": _given(value)}


def _link(value: Any) -> dict[str, Any]:
    return {"links": (Link(_text(value, "title"), _given(value["url"])),)}


def _document(value: Any) -> dict[str, Any]:
    return {"documents": (Document(_given(value["media"]), _text(value, "name")),)}


def _location(value: Any) -> dict[str, Any]:
    lat, lon = float(value["lat"]), float(value["lon"])
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        raise ValueError("nowhere on earth")
    return {"places": (Place(lat, lon, _text(value, "name"), _text(value, "address")),)}


def _flow(value: Any) -> dict[str, Any]:
    flow_id, name = _text(value, "flow_id"), _text(value, "flow_name")
    if bool(flow_id) == bool(name):
        raise ValueError("a flow has either an id or a name")
    data = value.get("data") or {}
    if not isinstance(data, Mapping):
        raise TypeError("data for a flow is a mapping")
    flow = Flow(
        id=flow_id,
        name=name,
        title=_text(value, "cta"),
        token=_text(value, "token"),
        screen=_text(value, "screen"),
        data=data,
        exchange=bool(value.get("exchange")),
        draft=bool(value.get("draft")),
    )
    return {"flow": flow}


def _given(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("text expected")
    return value.strip()


_CUSTOM: dict[str, Callable[[Any], dict[str, Any]]] = {
    "footer": _footer,
    "list_button": _list_button,
    "ask_location": lambda value: {"ask_location": bool(value)},
    "contact_request": lambda value: {"ask_contact": bool(value)},
    "cta_url": _link,
    "document": _document,
    "location": _location,
    "flow": _flow,
    "preview": lambda value: {"preview": bool(value)},
}
