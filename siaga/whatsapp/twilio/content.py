"""Buttons and lists as content templates: Twilio sends these only from templates made beforehand.

A template here is nothing but a shape: so many lines of text, so many options. All words are variables, so that few
templates are ever made and none holds anything that was said to somebody. A variable may hold neither an empty text nor
the end of a line (Twilio's error 21656): each line of the text is one. Shapes from the Content API's pages
"twilio/quick-reply", "twilio/list-picker" and "Using variables", read in November 2026.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LANGUAGE = "id"
# A template has at most 100 variables; a list's button and ten rows take up to 31.
MOST_LINES = 60
# What stands in a template for each variable.
SAMPLE = "contoh"


@dataclass(frozen=True)
class Row:
    """An option as it is shown: within Meta's limits."""

    id: str
    title: str
    description: str = ""


class _Variables:
    """Gives each text its placeholder."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def place(self, text: str) -> str:
        """The placeholder that stands for this text."""
        number = str(len(self.values) + 1)
        self.values[number] = " ".join(text.split())
        return "{{" + number + "}}"

    def place_lines(self, text: str) -> str:
        """The same with a placeholder for each line that is not empty."""
        return "\n".join(self.place(line) if line.strip() else "" for line in text.split("\n"))


def fits(body: str) -> bool:
    """Whether a text has few enough lines."""
    return sum(1 for line in body.split("\n") if line.strip()) <= MOST_LINES


def quick_reply(body: str, rows: Sequence[Row]) -> dict[str, Any]:
    """Up to three buttons, as ``{"types", "variables"}``."""
    variables = _Variables()
    shape = {
        "body": variables.place_lines(body),
        "actions": [
            {"type": "QUICK_REPLY", "title": variables.place(row.title), "id": variables.place(row.id)} for row in rows
        ],
    }
    return {"types": {"twilio/quick-reply": shape}, "variables": variables.values}


def list_picker(body: str, opener: str, rows: Sequence[Row]) -> dict[str, Any]:
    """A list of up to ten, as ``{"types", "variables"}``."""
    variables = _Variables()
    shape: dict[str, Any] = {"body": variables.place_lines(body), "button": variables.place(opener), "items": []}
    for row in rows:
        item = {"item": variables.place(row.title), "id": variables.place(row.id)}
        if row.description:
            item["description"] = variables.place(row.description)
        shape["items"].append(item)
    return {"types": {"twilio/list-picker": shape}, "variables": variables.values}


def digest(types: Mapping[str, Any], account_sid: str) -> bytes:
    """The name of a shape in an account."""
    return hashlib.sha256(json.dumps([account_sid, types], sort_keys=True).encode()).digest()


def definition(types: Mapping[str, Any], variables: Mapping[str, str], name: bytes) -> dict[str, Any]:
    """What is posted to make the template."""
    return {
        "friendly_name": f"siaga_{name.hex()[:16]}",
        "language": LANGUAGE,
        "variables": dict.fromkeys(variables, SAMPLE),
        "types": types,
    }
