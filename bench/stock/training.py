"""A stock model: trained once by `rasa train`, and kept."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.understanding.candidates import Failed
from siaga.settings import ROOT
from siaga.start.environment import quiet

MODEL = "model.tar.gz"


def environment() -> dict[str, str]:
    """Of the stock bot's processes. Rasa's warnings nobody reads unless it fails."""
    return quiet() | {"PYTHONWARNINGS": "ignore", "PYTHONPATH": str(ROOT)}


def trained(folder: Path, kept: Path, what: str, say: Callable[[str], None]) -> Path:
    """The model of the project in ``folder``: ``kept``, else trained now and put there; ``what`` tells people of it.

    Raises:
        Failed: Rasa did not train it.
    """
    if kept.exists():
        say(f"the stock model is kept from {kept}")
        return kept
    say(f"the stock model is trained once, on {what}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="siaga-stock-") as models:
        # With all of Rasa's warnings beside the log.
        done = subprocess.run(
            [sys.executable, "-m", "rasa", "train", "--quiet", "--fixed-model-name", "model", "--out", models],
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        made = Path(models) / MODEL
        if done.returncode or not made.exists():
            last = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
            raise Failed(f"stock: exit code {done.returncode}, ending with\n{last}")
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, kept)
    say(f"the stock model was trained in {time.monotonic() - began:.0f} s")
    return kept
