"""What a rule of retention is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from siaga.settings import Settings, settings

Which = Callable[[datetime], Any]


@dataclass(frozen=True)
class Rule:
    """Which rows of a table go, and when. There may be several for one table, each of another part of it.

    ``which`` makes the condition on the table's rows, given the moment from before which they are old: ``days`` (or as
    many as ``setting`` says) before now, or now itself where rows say by themselves until when they stay. ``since`` is
    what a row's age is counted from.
    """

    name: str
    table: Any
    which: Which
    since: Any
    when: str
    """what the days are counted from, in words; without days, when a row goes"""
    why: str
    days: int | None = None
    setting: str | None = None
    """a setting that counts days; 0: never"""
    blank: tuple[str, ...] = ()
    """columns that are emptied; without any, the row is deleted"""
    each: Callable[[int, datetime, Any], bool] | None = None
    """takes one row by its id, now, and the condition that must still hold; whether it was done. For what is more than
    a row: in a transaction of its own"""
    elsewhere: str = ""
    """the dotted name of the function that does it, where something has to be done before"""

    @property
    def table_name(self) -> str:
        """The table's name in the database."""
        return str(self.table.__tablename__)

    def life(self, config: Settings | None = None) -> timedelta | None:
        """How long rows stay; None: for ever."""
        if self.setting is None:
            return timedelta(days=self.days or 0)
        days = getattr(config or settings(), self.setting)
        return timedelta(days=days) if days else None

    def condition(self, now: datetime) -> Any:
        """Which rows are to go now; None if none ever is."""
        life = self.life()
        return None if life is None else self.which(now - life)

    def in_words(self, config: Settings | None = None) -> str:
        """``90 days after it was closed``; with ``config`` as set there, else as set here."""
        if self.days is None and self.setting is None:
            words = self.when
        elif (life := self.life(config)) is None:
            words = f"never, as `{self.setting}` is 0; else so many days {self.when}"
        else:
            words = f"{life.days} day{'' if life.days == 1 else 's'} {self.when}"
        return f"{' and '.join(self.blank)} emptied {words}" if self.blank else words
