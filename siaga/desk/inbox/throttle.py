"""How often a citizen is shown that somebody is writing: the channel shows it for 25 seconds at a time."""

from __future__ import annotations

import threading
import time

EVERY_SECONDS = 20.0

_lock = threading.Lock()
_shown: dict[int, float] = {}


def is_time(hand_off_id: int) -> bool:
    """Whether it is time to show it again; from then on it is not for a while."""
    now = time.monotonic()
    with _lock:
        for number in [number for number, at in _shown.items() if now - at >= EVERY_SECONDS]:
            del _shown[number]
        if hand_off_id in _shown:
            return False
        _shown[hand_off_id] = now
        return True
