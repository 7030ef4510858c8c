"""The sentence vectors by which answers and claims are found, computed before anybody waits for them.

Thousands of them take a minute or more, once; a process that had to do it beside its turns would keep citizens
waiting. ``python -m siaga.start.search`` computes those of the files of ``content/``, in a process of its own.
"""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from siaga.db.tether import end_with_parent
from siaga.settings import ROOT
from siaga.start.environment import quiet

_SOURCES = ("content/answers", "content/hoaxes", "siaga/knowledge", "siaga/hoaxes", "siaga/text")


def ensure(tell: Callable[[str], None], root: Path = ROOT) -> None:
    """Compute the vectors of these files' content, if it was not done yet. Where that fails, the processes that search
    compute them themselves, and tell what is wrong."""
    done = root / ".rasa" / "content" / f"ready-{_mark(root)}"
    if done.exists():
        return
    tell("Reading the answers for the search (a minute or two, once) ...")
    # The database may be another one tomorrow: the vectors are kept in a file, from which it is filled.
    away = ("DATABASE_URL", "DATABASE_URL_FILE")
    environment = {name: value for name, value in quiet().items() if name not in away}
    ended = subprocess.run(
        [sys.executable, "-m", "siaga.start.search"],
        cwd=root,
        env=environment,
        preexec_fn=end_with_parent(signal.SIGTERM),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if ended.returncode == 0:
        done.parent.mkdir(parents=True, exist_ok=True)
        for old in done.parent.glob("ready-*"):
            old.unlink(missing_ok=True)
        done.touch()


def _mark(root: Path) -> str:
    seen = hashlib.sha256()
    for source in _SOURCES:
        for path in sorted((root / source).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                seen.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return seen.hexdigest()[:16]


def _compute() -> None:
    from siaga.hoaxes.claims import load_claims
    from siaga.hoaxes.matching import Checker
    from siaga.knowledge import Knowledge

    Knowledge.load()
    Checker(load_claims())


if __name__ == "__main__":
    _compute()
