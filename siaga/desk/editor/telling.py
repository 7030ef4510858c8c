"""What is wrong with a text, or cannot be done with it, in Indonesian: the readers and the store say it in English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).parent / "mistakes.yml"
_ANYTHING = re.compile(r"\\{\\}")
_GRAVE = re.compile(r"^(?P<where>\S+/\S+), line (?P<line>\d+): (?P<reason>.*)$", re.DOTALL)


@lru_cache(maxsize=1)
def _known() -> list[tuple[re.Pattern[str], str]]:
    entries = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return [(re.compile(_ANYTHING.sub("(.+?)", re.escape(each["en"])), re.DOTALL), each["id"]) for each in entries]


def find(reason: str) -> tuple[str, tuple[str, ...]] | None:
    """The sentence in Indonesian that fits, and what goes into it; None if there is none."""
    for pattern, told in _known():
        if match := pattern.fullmatch(reason):
            return told, match.groups()
    return None


def told(reason: str, labels: Mapping[str, str] | None = None) -> str:
    """A reason in Indonesian; ``labels`` are what staff call the keys that it may name. One that is not known is told
    as it is."""
    found = find(reason)
    if found is None:
        # What the store refuses to publish names the file and the line, too.
        if where := _GRAVE.match(reason):
            name = where["where"].partition("#")[2] or where["where"]
            return f"{name}, baris {where['line']}: {told(where['reason'], labels)}"
        return reason
    sentence, things = found
    return sentence.format(*(_thing(each, labels or {}) for each in things))


def _thing(text: str, labels: Mapping[str, str]) -> str:
    """What goes into a sentence: a key that the form calls otherwise, a phrase of ours, or what somebody wrote."""
    if text in labels:
        return labels[text]
    found = find(text)
    return found[0].format(*found[1]) if found else text
