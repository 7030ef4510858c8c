"""What a turn wants to say, before it is put into Meta's shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

LIST_BUTTON = "Pilih"


@dataclass(frozen=True)
class Choice:
    """Something to choose: what is read, what it stands for, and a second line for lists."""

    title: str
    payload: str
    description: str = ""


@dataclass(frozen=True)
class Reply:
    """All that one turn says, as one message. ``image`` is ``media:<sha256>`` or a web address."""

    text: str = ""
    choices: tuple[Choice, ...] = ()
    image: str | None = None
    footer: str = ""
    ask_location: bool = False
    list_button: str = LIST_BUTTON


def merge(responses: Iterable[Mapping[str, Any]]) -> Reply:
    """Join Rasa's responses of one turn: texts below each other; of the rest, the last that was given."""
    texts: list[str] = []
    parts: dict[str, Any] = {}
    for response in responses:
        text = response.get("text")
        if isinstance(text, str) and text.strip():
            texts.append(text.strip())
        choices = _choices(response.get("buttons"))
        if choices:
            # What belongs to the options that are replaced goes with them.
            parts.pop("list_button", None)
            parts["choices"] = choices
        if isinstance(response.get("image"), str) and response["image"]:
            parts["image"] = response["image"]
        custom = response.get("custom")
        if isinstance(custom, Mapping):
            parts |= _custom(custom)
    return Reply(text="\n\n".join(texts), **parts)


def _choices(buttons: Any) -> tuple[Choice, ...]:
    return tuple(
        Choice(str(button["title"]).strip(), str(button["payload"]), str(button.get("description") or "").strip())
        for button in buttons or ()
        if str(button.get("title") or "").strip() and button.get("payload")
    )


def _custom(custom: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if isinstance(custom.get("footer"), str) and custom["footer"].strip():
        found["footer"] = custom["footer"].strip()
    if isinstance(custom.get("list_button"), str) and custom["list_button"].strip():
        found["list_button"] = custom["list_button"].strip()
    if "ask_location" in custom:
        found["ask_location"] = bool(custom["ask_location"])
    return found
