"""What was said, told so that two runs of the same can be compared."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

# Drawn by lot: keys of contacts (32 digits), and of messages, which stand before an option's id (24).
_DRAWN = re.compile(r"(?<![0-9a-zA-Z])(?:[0-9a-f]{24}|[0-9a-f]{32})(?![0-9a-zA-Z])")


def transcript(said: Sequence[Any]) -> str:
    """JSON of all that was said, without what is drawn by lot."""
    return _DRAWN.sub("…", json.dumps(said, ensure_ascii=False, indent=1))
