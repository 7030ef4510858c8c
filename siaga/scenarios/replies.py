"""What a citizen can read and choose in a message of the bot's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Option:
    """A button or a row, and the message that offered it."""

    kind: str
    """``button_reply``, ``list_reply``, or ``button`` of a template"""
    reply: dict[str, str]
    message_id: str

    @property
    def label(self) -> str:
        return self.reply["title"]

    @property
    def answer(self) -> dict[str, Any]:
        """The message that a tap on it sends, less its context."""
        if self.kind == "button":
            return {"type": "button", "button": {"text": self.label, "payload": self.reply["payload"]}}
        return {"type": "interactive", "interactive": {"type": self.kind, self.kind: self.reply}}


def _interactive_text(block: dict[str, Any]) -> list[str]:
    parts = [(block.get(part) or {}).get("text") for part in ("header", "body", "footer")]
    action = block.get("action") or {}
    parts += [button["reply"]["title"] for button in action.get("buttons", [])]
    parts.append(action.get("button"))
    for section in action.get("sections", []):
        parts.append(section.get("title"))
        for row in section["rows"]:
            parts += [row["title"], row.get("description")]
    parameters = action.get("parameters") or {}
    parts += [parameters.get("display_text"), parameters.get("flow_cta")]
    return [part for part in parts if part]


def readable(message: dict[str, Any]) -> str:
    """Everything there is to read in a message, one part a line: text, caption, footer, labels, descriptions."""
    kind = message.get("type", "text")
    block = message.get(kind) or {}
    if kind == "text":
        return block.get("body", "")
    if kind == "interactive":
        return "\n".join(_interactive_text(block))
    if kind == "location":
        return "\n".join(part for part in (block.get("name"), block.get("address")) if part)
    if kind == "template":
        parameters = [value for part in block.get("components", []) for value in part.get("parameters", [])]
        return "\n".join([block.get("name", ""), *(value["text"] for value in parameters if "text" in value)])
    return block.get("caption", "") if isinstance(block, dict) else ""


def without_marks(text: str) -> str:
    """The text less WhatsApp's marks for bold, italic and struck out."""
    return re.sub(r"(?<![\w*])[*_~](?=\S)|(?<=\S)[*_~](?![\w*])", "", text)


def options(entry: dict[str, Any]) -> list[Option]:
    """The options of one entry of a chat."""
    action = (entry["message"].get("interactive") or {}).get("action") or {}
    buttons = [Option("button_reply", dict(button["reply"]), entry["id"]) for button in action.get("buttons", [])]
    rows = [
        Option("list_reply", dict(row), entry["id"])
        for section in action.get("sections", [])
        for row in section["rows"]
    ]
    return buttons + rows + _of_template(entry)


def _of_template(entry: dict[str, Any]) -> list[Option]:
    """The buttons of a template, as they are read; without a payload of its own, a button's text stands for it."""
    labels = (entry.get("shown") or {}).get("buttons", [])
    payloads = {
        int(part["index"]): part["parameters"][0]["payload"]
        for part in (entry["message"].get("template") or {}).get("components", [])
        if part.get("sub_type") == "quick_reply"
    }
    return [
        Option("button", {"title": label, "payload": payloads.get(place, label)}, entry["id"])
        for place, label in enumerate(labels)
    ]


def words(entry: dict[str, Any]) -> str:
    """Everything there is to read in one entry of a chat; of a template also its words, if the simulator has them."""
    shown = entry.get("shown") or {}
    said = [shown.get("header"), shown.get("body"), shown.get("footer"), *shown.get("buttons", [])]
    return "\n".join([readable(entry["message"]), *(part for part in said if part)])


def outline(entry: dict[str, Any]) -> str:
    """One message as a report shows it: its text, then its options in brackets."""
    message = entry["message"]
    kind = message.get("type", "text")
    block = message.get(kind) or {}
    if kind == "interactive":
        text = "\n".join(part for part in ((block.get(key) or {}).get("text") for key in ("header", "body")) if part)
        footer = (block.get("footer") or {}).get("text")
        text += f"\n{footer}" if footer else ""
    else:
        text = readable(message)
    if kind not in ("text", "interactive"):
        text = f"<{kind}> {text}".rstrip()
    if block.get("type") == "location_request_message":
        text += "\n[asks for a location]"
    labels = [option.label for option in options(entry)]
    return text + ("\n" + " ".join(f"[{label}]" for label in labels) if labels else "")
