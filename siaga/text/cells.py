"""Text as a cell of a table that is opened in a spreadsheet."""

from __future__ import annotations

# What begins a formula, in the shapes of a wide keyboard, too. A line break or tab in front may be dropped on the way.
_FORMULA = tuple("=+-@\t\n＝＋－＠")
_PASSED_OVER = " \"'\u00a0\u200b\ufeff"


def harmless(cell: str) -> str:
    """``cell`` with an apostrophe in front where a spreadsheet would work it out, also behind spaces and quotes."""
    # A return by itself begins a new line, and `csv` puts it in no quotes where lines end otherwise.
    cell = cell.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{cell}" if cell.lstrip(_PASSED_OVER).startswith(_FORMULA) else cell
