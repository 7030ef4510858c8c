"""Which capability an intent or a form belongs to, and what it is called: ``content/conversation/capabilities.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from siaga.settings import ROOT

FILE = ROOT / "content/conversation/capabilities.yml"
OTHER = "other"
"""What belongs to no capability of its own."""
PEOPLE = "handoffs"
"""What people answer."""


@dataclass(frozen=True)
class Capabilities:
    """``labels`` by the capability's name, in the order in which they are shown."""

    labels: Mapping[str, str]
    of_intent: Mapping[str, str]
    of_form: Mapping[str, str]

    def label(self, name: str) -> str:
        """What it is called; of one that is no longer there, its name."""
        return self.labels.get(name, name)


def load(path: Path = FILE) -> Capabilities:
    """The capabilities of a file.

    Raises:
        ValueError: an intent or a form belongs to two of them, or one has no label.
    """
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    labels: dict[str, str] = {}
    owners: dict[str, dict[str, str]] = {"intents": {}, "forms": {}}
    for name, entry in entries.items():
        if not entry.get("label"):
            raise ValueError(f"{path.name}: {name} has no label")
        labels[name] = entry["label"]
        for kind, owner in owners.items():
            for one in entry.get(kind) or ():
                if owner.setdefault(one, name) != name:
                    raise ValueError(f"{path.name}: {one} belongs to {owner[one]} and to {name}")
    return Capabilities(labels, owners["intents"], owners["forms"])


@lru_cache(maxsize=1)
def capabilities() -> Capabilities:
    """The capabilities, read once."""
    return load()
