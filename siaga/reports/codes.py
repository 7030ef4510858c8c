"""The number that a reporter asks by: ``LP-7K2M-9Q``."""

from __future__ import annotations

from siaga.privacy.codes import Codes

CODES = Codes("LP", groups=(4, 2), purpose="report.code")


def find_code(text: str) -> str | None:
    """The number of a report in a text, however it is spaced or cased; None without one that could be ours."""
    return CODES.find(text)
