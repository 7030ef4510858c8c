"""Our own project as somebody would run it with what Rasa ships: its files, and the model, trained once and kept.

Domain, rules, stories and examples are ours, and so are the actions, behind the action server of ``rasa_sdk``.
Pipeline and policies are Rasa's own default. They learn for a few epochs only: how long a network has learned does not
change how long it computes. What it would understand wrongly is told (``bench.stock.told``).
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from bench.stock.training import MODEL, trained
from bench.understanding.candidates import STOCK, candidate
from bench.understanding.data import examples, thin
from siaga.settings import ROOT

DATA = ("data/nlu", "data/rules", "data/stories")
_TOLD = {"name": "bench.stock.told.Told"}
_RULES_A_STORY = 4


def config(epochs: int) -> dict[str, Any]:
    """Rasa's default, with so many epochs for each network, and what is told at the end of the pipeline."""
    stock = candidate(STOCK).config

    def fewer(part: dict[str, Any]) -> dict[str, Any]:
        return {**part, "epochs": epochs} if "epochs" in part else part

    pipeline = [fewer(part) for part in stock["pipeline"]]
    return {
        **stock,
        "assistant_id": "stock",
        "pipeline": [*pipeline, _TOLD],
        "policies": [fewer(part) for part in stock["policies"]],
    }


def write(folder: Path, epochs: int, part: int, *, stories: bool) -> None:
    """Make the project in an empty folder, but for where it finds what runs beside it.

    Args:
        folder: it.
        epochs: for each network.
        part: of each intent's examples every so many; 1 for all.
        stories: with conversations made of our rules, from which TED and UnexpecTED learn; we have none of our own.
    """
    for name in DATA:
        shutil.copytree(ROOT / name, folder / name)
    if part > 1:
        thin(folder / "data" / "nlu", part)
    shutil.copyfile(ROOT / "domain.yml", folder / "domain.yml")
    _write(folder / "config.yml", config(epochs))
    _write(folder / "credentials.yml", {"rest": None})
    if stories:
        rules = [rule for path in sorted((folder / "data" / "rules").glob("*.yml")) for rule in _rules(path)]
        _write(folder / "data" / "stories" / "of_rules.yml", {"version": "3.1", "stories": list(of_rules(rules))})


def of_rules(rules: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Conversations that go from one rule to the next: of those with one message and one answer, in no form."""
    plain = [rule["steps"] for rule in rules if "condition" not in rule and _is_plain(rule["steps"])]
    for first in range(0, len(plain), _RULES_A_STORY):
        steps = [step for one in plain[first : first + _RULES_A_STORY] for step in one]
        yield {"story": f"rules from {first + 1}", "steps": steps}


def model(folder: Path, keep: Path, epochs: int, say: Callable[[str], None]) -> Path:
    """The model of the project in ``folder``, of this very data: a kept one, else trained now.

    Raises:
        Failed: Rasa did not train it.
    """
    kept = keep / f"same-{_digest(folder)}" / MODEL
    return trained(folder, kept, f"{len(examples(folder / 'data' / 'nlu'))} examples, for {epochs} epochs", say)


def connect(folder: Path, actions: str, tracker_store: dict[str, Any]) -> None:
    """Write down where the action server is, and where trackers are kept; all else is as Rasa has it."""
    _write(folder / "endpoints.yml", {"action_endpoint": {"url": actions}, "tracker_store": tracker_store})


def _is_plain(steps: list[dict[str, Any]]) -> bool:
    return [set(step) for step in steps] == [{"intent"}, {"action"}]


def _rules(path: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load(path.read_text(encoding="utf-8")).get("rules") or ())


def _digest(folder: Path) -> str:
    """A short name of all that the model is made of."""
    seen = hashlib.sha256(json.dumps(yaml.safe_load((folder / "config.yml").read_text("utf-8"))).encode())
    for path in sorted(path for path in (folder / "data").rglob("*.yml")):
        seen.update(f"{path.relative_to(folder).as_posix()}={hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    seen.update((folder / "domain.yml").read_bytes())
    return seen.hexdigest()[:16]


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
