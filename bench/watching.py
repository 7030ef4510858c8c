"""What being watched costs: processor time of one count, one timing, one line, one page of figures.

    python -m bench.watching

How many of each there are in a turn is told by the figures themselves (docs/watching.md).
"""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable

from prometheus_client import generate_latest

from siaga.watch import logs, metrics, trace
from siaga.watch.families import REGISTRY

KEY = "0123456789abcdef0123456789abcdef"


def microseconds(work: Callable[[], object], times: int) -> float:
    """Processor time of one, the best of five rounds."""
    rounds = []
    for _ in range(5):
        began = time.process_time()
        for _ in range(times):
            work()
        rounds.append((time.process_time() - began) / times * 1e6)
    return min(rounds)


def timed() -> None:
    """One part of a turn, timed."""
    with metrics.LATENCY.timed("queue"):
        pass


def line() -> None:
    """One station of a message's way."""
    trace.station("turn", KEY, contact=KEY, messages=1, answers=1)


def main() -> None:
    """Measure each, and print it."""
    print(f"a count          {microseconds(lambda: metrics.TURNS.add('answered'), 50_000):8.2f} microseconds")
    print(f"a timing         {microseconds(timed, 50_000):8.2f}")
    print(f"a silent station {microseconds(line, 50_000):8.2f}")
    way = logging.getLogger(trace.WAY)
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(logs.formatter("rasa"))
    way.addHandler(handler)
    way.propagate = False
    way.setLevel(logging.INFO)
    print(f"a line as JSON   {microseconds(line, 5_000):8.2f}")
    print(f"a page of figures{microseconds(lambda: generate_latest(REGISTRY), 50):8.0f}")


if __name__ == "__main__":
    main()
