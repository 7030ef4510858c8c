"""Measuring understanding on messages with known labels."""

from __future__ import annotations

import asyncio
import csv
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siaga.settings import ROOT

FALLBACK = "nlu_fallback"
OUT_OF_SCOPE = "out_of_scope"
Parse = Callable[[str], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """A message with its label, the style it is written in and where it comes from ("" when unknown)."""

    text: str
    label: str
    style: str = ""
    source: str = ""


class NoModel(Exception):
    """There is no trained model to use; the message says how to make one."""


def read_rows(path: Path) -> list[Row]:
    """The rows of a tab-separated file with the columns text, label and, if any, style and source.

    Raises:
        ValueError: a column is missing, or the file has no row.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        missing = {"text", "label"} - set(reader.fieldnames or ())
        if missing:
            raise ValueError(f"{path.name} has no column {' and '.join(sorted(missing))}")
        rows = [
            Row(row["text"], row["label"], row.get("style") or "", row.get("source") or "")
            for row in reader
            if row["text"]
        ]
    if not rows:
        raise ValueError(f"{path.name} has no row")
    return rows


def newest_model(folder: Path = ROOT / "models") -> Path:
    """The newest trained model of a folder.

    Raises:
        NoModel: it holds none.
    """
    models = sorted(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not models:
        raise NoModel("There is no model yet: run `rasa train nlu` (or `make start`) first.")
    return models[-1]


def load_parser(model: Path | None = None) -> Parse:
    """A function that parses a text as the running system would, without database or action server."""
    from rasa.core.agent import Agent

    path = model or newest_model()
    if not path.exists():
        raise NoModel(f"There is no model at {path}.")
    agent = Agent.load(str(path))
    if agent.processor is None:
        raise NoModel(f"The model at {path} cannot be loaded.")
    loop = asyncio.new_event_loop()

    def parse(text: str) -> dict[str, Any]:
        parsed: dict[str, Any] = loop.run_until_complete(agent.parse_message(text.lstrip("/") or "…"))
        return parsed

    return parse


def scores(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, float]]:
    """Precision, recall, F1 and support per true label, from (true, predicted)."""
    pairs = list(pairs)
    truth, predicted, right = (
        Counter(t for t, _ in pairs),
        Counter(p for _, p in pairs),
        Counter(t for t, p in pairs if t == p),
    )
    found = {}
    for label in sorted(truth):
        precision = right[label] / predicted[label] if predicted[label] else 0.0
        recall = right[label] / truth[label]
        f1 = 2 * precision * recall / (precision + recall) if right[label] else 0.0
        found[label] = {
            "precision": round(precision, 4),
            "recall": round(recall, 4),
            "f1": round(f1, 4),
            "n": truth[label],
        }
    return found


def summary(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """How many (true, predicted) there are, the share that is right, and the mean of the labels' F1."""
    found = scores(pairs)
    return {
        "n": len(pairs),
        "accuracy": round(sum(true == guess for true, guess in pairs) / len(pairs), 4),
        "macro_f1": round(sum(score["f1"] for score in found.values()) / len(found), 4),
    }


def open_set(pairs: Iterable[tuple[str, str]]) -> dict[str, float]:
    """Of the messages within scope, the share answered rightly, wrongly and with ``nlu_fallback``; of those out of
    scope, the share not answered as if understood."""
    pairs = list(pairs)
    inside = [pair for pair in pairs if pair[0] != OUT_OF_SCOPE]
    outside = [guess for true, guess in pairs if true == OUT_OF_SCOPE]
    found: dict[str, float] = {}
    if inside:
        unsure = sum(guess == FALLBACK for _, guess in inside)
        right = sum(true == guess for true, guess in inside)
        found |= {
            "right": round(right / len(inside), 4),
            "wrong": round((len(inside) - right - unsure) / len(inside), 4),
            "fallback": round(unsure / len(inside), 4),
        }
    if outside:
        found["out_of_scope_refused"] = round(
            sum(guess in (OUT_OF_SCOPE, FALLBACK) for guess in outside) / len(outside), 4
        )
    return found


def evaluate(rows: list[Row], parse: Parse) -> dict[str, Any]:
    """How well ``parse`` understands the rows.

    Returns ``n``, ``accuracy``, ``macro_f1`` (the mean of the labels' F1), ``labels`` (label -> precision, recall,
    f1, n), ``styles``
    (style -> n, accuracy, macro_f1), ``confusions`` (label, predicted, n; the most frequent first) and ``open_set``.
    """
    pairs = [(row.label, str(parse(row.text)["intent"]["name"])) for row in rows]
    by_style: dict[str, list[tuple[str, str]]] = {}
    for row, pair in zip(rows, pairs, strict=True):
        by_style.setdefault(row.style or "-", []).append(pair)
    wrong = Counter(pair for pair in pairs if pair[0] != pair[1])
    return {
        **summary(pairs),
        "labels": scores(pairs),
        "styles": {style: summary(some) for style, some in sorted(by_style.items())},
        "confusions": [
            {"label": true, "predicted": guess, "n": count} for (true, guess), count in wrong.most_common(25)
        ],
        "open_set": open_set(pairs),
    }
