"""From what was understood of each message to shares: pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.understanding.data import file_of
from siaga.nlu.evaluate import FALLBACK, OUT_OF_SCOPE, Row, open_set, scores, summary

EMERGENCY = "emergency"


@dataclass(frozen=True)
class Parsed:
    """What was understood of a message, and how long that took."""

    intent: str
    confidence: float
    best: str
    """The likeliest intent, whatever the thresholds say."""
    seconds: float = 0.0

    @classmethod
    def of(cls, found: dict[str, Any]) -> Parsed:
        """From what the worker wrote."""
        name, confidence = found["intent"]
        ranked = [one for one, _ in found["ranking"] if one != FALLBACK]
        return cls(name, confidence, ranked[0] if ranked else name, found["seconds"])


Judged = Sequence[tuple[Row, Parsed]]


def measure(judged: Judged) -> dict[str, Any]:
    """Shares of some messages, none of them empty.

    ``n``, ``accuracy`` and ``macro_f1`` as they are with the pipeline's thresholds; ``by_rank`` the same with the
    likeliest intent instead; ``open_set`` as ``siaga nlu evaluate`` has it, with ``sent_away`` (within scope, taken for
    out of scope; part of ``wrong``) and ``out_of_scope_answered``; ``inside`` and ``outside`` the numbers they are
    shares of; ``emergency``.
    """
    pairs = [(row.label, parsed.intent) for row, parsed in judged]
    inside = [guess for true, guess in pairs if true != OUT_OF_SCOPE]
    shares = open_set(pairs)
    if inside:
        shares["sent_away"] = _share(guess == OUT_OF_SCOPE for guess in inside)
    if "out_of_scope_refused" in shares:
        shares["out_of_scope_answered"] = round(1 - shares["out_of_scope_refused"], 4)
    return {
        **summary(pairs),
        "by_rank": summary([(row.label, parsed.best) for row, parsed in judged]),
        "inside": len(inside),
        "outside": len(pairs) - len(inside),
        "open_set": shares,
        "emergency": emergencies(pairs),
    }


def emergencies(pairs: Iterable[tuple[str, str]]) -> dict[str, float]:
    """How many emergencies there are (``n``) and which share is seen; how many others, and alarms per 100 of them."""
    pairs = list(pairs)
    seen = [guess == EMERGENCY for true, guess in pairs if true == EMERGENCY]
    raised = [guess == EMERGENCY for true, guess in pairs if true != EMERGENCY]
    found: dict[str, float] = {"n": len(seen), "others": len(raised)}
    if seen:
        found["recall"] = _share(seen)
    if raised:
        found["false_per_100"] = round(100 * sum(raised) / len(raised), 2)
    return found


def by(judged: Judged, part: Callable[[Row], str]) -> dict[str, dict[str, Any]]:
    """The measures of each part of the messages."""
    parts: dict[str, list[tuple[Row, Parsed]]] = {}
    for row, parsed in judged:
        parts.setdefault(part(row) or "-", []).append((row, parsed))
    return {name: measure(some) for name, some in sorted(parts.items())}


def wrong(judged: Judged) -> list[dict[str, Any]]:
    """The messages misunderstood or not understood, by file and place in it (from 0), without their text."""
    places: Counter[str] = Counter()
    found = []
    for row, parsed in judged:
        place = places[file_of(row)]
        places[file_of(row)] += 1
        if parsed.intent != row.label:
            one = {"file": file_of(row), "index": place, "source": row.source, "style": row.style, "label": row.label}
            one |= {"predicted": parsed.intent, "confidence": parsed.confidence, "best": parsed.best}
            found.append(one)
    return found


def confusions(judged: Judged, most: int = 40) -> list[dict[str, Any]]:
    """Which label was taken for which intent, the most frequent first."""
    pairs = Counter((row.label, parsed.intent) for row, parsed in judged if row.label != parsed.intent)
    return [{"label": true, "predicted": guess, "n": count} for (true, guess), count in pairs.most_common(most)]


def labels(judged: Judged) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 of each label."""
    return scores((row.label, parsed.intent) for row, parsed in judged)


def _share(values: Iterable[bool]) -> float:
    values = list(values)
    return round(sum(values) / len(values), 4)
