"""Many rows in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import cast, column, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine


def as_rows(name: str, **columns: tuple[TypeEngine, Sequence[Any]]) -> Any:
    """A table of these values, given column by column and all of one length, to update or select from.

    Each column travels as one array, so that the statement is the same for one row and for a thousand.
    """
    arrays = [cast(list(values), ARRAY(kind)) for kind, values in columns.values()]
    names = [column(key, kind) for key, (kind, _) in columns.items()]
    return func.unnest(*arrays).table_valued(*names, name=name).render_derived()
