"""Whoever wants `siaga start` to stop is heard, whatever it is doing at that moment."""

from __future__ import annotations

import os
import signal
import sys
import time

import pytest

from siaga.start.commands import _Interrupted, _interruptible


class _Dropping:
    """Python goes on after what is raised in a destructor."""

    def __init__(self, number: signal.Signals) -> None:
        self.number = number

    def __del__(self) -> None:
        os.kill(os.getpid(), self.number)
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_interrupts(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with pytest.raises(_Interrupted), _interruptible():
        os.kill(os.getpid(), number)
        time.sleep(5)
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_python_drops_is_raised_again(number: signal.Signals) -> None:
    began, hook = time.monotonic(), sys.unraisablehook
    gone_on = False
    with pytest.raises(_Interrupted), _interruptible():
        _Dropping(number)
        gone_on = True
        time.sleep(5)
    assert gone_on, "the destructor has swallowed it, or this tests nothing"
    assert time.monotonic() - began < 3
    assert sys.unraisablehook is hook
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
