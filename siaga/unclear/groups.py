"""Messages that say the same in nearly the same words, to be reviewed together."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from rapidfuzz import fuzz, process

from siaga.text.normalise import normalise
from siaga.unclear.review import Message

# "vaksin di mana" and "di mana vaksin ya" are alike, "daftar vaksin" and "batal daftar vaksin" are not.
ALIKE = 88.0


def grouped(messages: Sequence[Message]) -> list[list[Message]]:
    """The messages in groups, in their order: each joins the group whose first message says nearly the same.

    Where the likeliest meaning is another one they stay apart: "aktifkan pengingat" is nearly spelt as its
    opposite.
    """
    groups: dict[str, list[Message]] = {}
    leads: dict[str, str] = {}
    leaders: dict[str | None, list[str]] = defaultdict(list)
    for message in messages:
        plain = _plain(message.text)
        if plain not in leads:
            near = leaders[message.ranking[0][0] if message.ranking else None]
            found = process.extractOne(plain, near, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE)
            leads[plain] = found[0] if found else plain
            if not found:
                near.append(plain)
        groups.setdefault(leads[plain], []).append(message)
    return list(groups.values())


def _plain(text: str) -> str:
    """The words in plain Indonesian, without marks."""
    text = normalise(text).casefold()
    return " ".join(re.findall(r"\w+", text)) or text


def likeliest(group: Sequence[Message], intents: Collection[str], most: int = 3) -> list[str]:
    """The likeliest meanings of a group: what was given before, what citizens chose, then by confidence."""
    given = Counter(message.label for message in group if message.label)
    chosen = Counter(message.suggested for message in group if message.suggested)
    sure: dict[str, float] = defaultdict(float)
    for message in group:
        for intent, confidence in message.ranking:
            sure[intent] += confidence
    people = [intent for counts in (given, chosen) for intent, _ in counts.most_common()]
    ordered = people + sorted(sure, key=lambda intent: -sure[intent])
    return [intent for intent in dict.fromkeys(ordered) if intent in intents][:most]
