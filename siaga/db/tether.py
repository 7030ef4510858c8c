"""Children that do not outlive their parent, even one that is killed."""

from __future__ import annotations

import ctypes
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def end_with_parent(ending: signal.Signals) -> Callable[[], None] | None:
    """A ``preexec_fn`` for ``subprocess.Popen``: the kernel sends the child ``ending`` when its parent is gone.

    Its parent is the thread that started it: start such children from the main thread. Linux only; elsewhere ``None``,
    and a killed parent leaves its children behind.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up here: the child must not load anything between fork and exec

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, int(ending), 0, 0, 0)

    return tie
