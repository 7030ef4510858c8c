"""Keeping programmers' warnings of other people's packages off the operator's screen."""

from __future__ import annotations

import re

_DEPRECATION = re.compile(r"\.py:\d+: \w*(Deprecation|Future)Warning: ")
_LONGEST = 4


class Chatter:
    """Tells a deprecation warning in a stream of lines from everything else.

    Python prints one as a line with file and category, perhaps more lines of text, then the source line, indented.
    ``PYTHONWARNINGS`` cannot switch them off: Sanic switches them on again when it is imported.
    """

    def __init__(self) -> None:
        self._left = 0

    def is_chatter(self, line: str) -> bool:
        """Whether this line, the next of the stream, belongs to a deprecation warning."""
        if line.startswith("{"):
            # A line of JSON is whole, and was looked at before it was written.
            self._left = 0
            return False
        if _DEPRECATION.search(line):
            self._left = _LONGEST
            return True
        if self._left == 0:
            return False
        self._left = 0 if line.startswith("  ") else self._left - 1
        return True
