"""A table of the dashboard as a file for spreadsheets."""

from __future__ import annotations

import csv
import io

from siaga.desk.dashboard.tables import Cell, Table
from siaga.text.cells import harmless

BOM = "\ufeff"
"""By which a spreadsheet knows that it is UTF-8."""


def sheet(table: Table) -> str:
    """The table as CSV, its total last. What is hidden on the page is hidden here."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\r\n")
    rows.writerow(map(harmless, table.columns))
    for row in table.rows:
        rows.writerow([harmless(row.key or row.label), *(_written(table, cell) for cell in row.cells)])
    if table.total is not None:
        rows.writerow(["Jumlah", *(_written(table, cell) for cell in table.total)])
    return BOM + file.getvalue()


def _written(table: Table, cell: Cell) -> str:
    return str(cell) if isinstance(cell, int) else harmless(table.said(cell))
