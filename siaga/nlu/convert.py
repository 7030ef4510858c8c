"""Messages with labels as Rasa's own tools read them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable

from siaga.nlu.evaluate import Row

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_ENTITY_MARK = re.compile(r"\](?=[({\[])")


def to_yaml(rows: Iterable[Row]) -> str:
    """NLU examples in Rasa's YAML, the labels in the order in which they first come, without doubles.

    Rasa reads an example as one line, "[Malang](city)" in it as an entity, and a leading "/" as an intent's name:
    control characters become spaces, brackets get a space between them, and leading slashes are dropped.
    """
    texts: dict[str, dict[str, None]] = {}
    for row in rows:
        texts.setdefault(row.label.strip(), {})[_one_line(row.text)] = None
    lines = ['version: "3.1"', "", "nlu:"]
    for label, some in texts.items():
        name = label if _NAME.fullmatch(label) and label.lower() not in _NOT_NAMES else json.dumps(label)
        lines += [f"- intent: {name}", "  examples: |", *(f"    - {text}" for text in some), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


# What YAML takes for something else than a word.
_NOT_NAMES = frozenset("y n yes no on off true false null".split())


def _one_line(text: str) -> str:
    kept = "".join(" " if unicodedata.category(some) in ("Cc", "Cs", "Zl", "Zp") else some for some in text)
    kept = _ENTITY_MARK.sub("] ", " ".join(kept.split()))
    return kept.lstrip("/ ") or "…"
