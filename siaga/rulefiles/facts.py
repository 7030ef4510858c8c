"""A fact that rules may look at: its name, what values it takes, and how a stored or typed value is read back.

Values are kept as JSON keeps them (true, 3, "P", "2022-03-01"); here they become what conditions compare.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

_TRUE = ("true", "yes", "ya", "1")
_FALSE = ("false", "no", "tidak", "0")
_PRESSURE = re.compile(r"^(\d{2,3})/(\d{2,3})$")


class FactError(ValueError):
    """A fact that is not known, or a value that it cannot have. Never holds the value: it may be personal."""


@dataclass(frozen=True)
class Fact:
    """``kind`` is yesno, choice (one of ``values``), several (any of ``values``), number, weeks, decimal, pressure, or
    date. Rules compare numbers with what lies between ``least`` and ``most``, where these are known."""

    name: str
    kind: str
    values: tuple[str, ...] = ()
    most: int = 0
    least: int = 0

    @property
    def expects(self) -> str:
        """What a value looks like, in words."""
        return {
            "yesno": "yes or no",
            "choice": f"one of {', '.join(self.values)}",
            "several": f"any of {', '.join(self.values)}",
            "number": f"a whole number up to {self.most}",
            "weeks": f"whole weeks up to {self.most}",
            "decimal": "a number such as 37.5",
            "pressure": "two numbers such as 180/110",
            "date": "a date such as 2023-01-24",
        }[self.kind]

    def read(self, value: Any) -> Any:
        """The value as conditions compare it.

        Raises:
            FactError: the fact cannot have this value.
        """
        try:
            return getattr(self, f"_{self.kind}")(value)
        except (ValueError, TypeError, AttributeError, StopIteration):
            raise FactError(f"{self.name} must be {self.expects}") from None

    def _yesno(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        word = str(value).strip().lower()
        if word not in _TRUE + _FALSE:
            raise ValueError
        return word in _TRUE

    def _choice(self, value: Any) -> str:
        return next(known for known in self.values if known.lower() == value.strip().lower())

    def _several(self, value: Any) -> frozenset[str]:
        given = value.split(",") if isinstance(value, str) else value
        # A list, not a generator: StopIteration would not come through one.
        return frozenset([self._choice(each) for each in given])

    def _number(self, value: Any) -> int:
        number = int(str(value))
        if isinstance(value, bool) or not 0 <= number <= self.most:
            raise ValueError
        return number

    _weeks = _number

    def _decimal(self, value: Any) -> float:
        number = float(value)
        if isinstance(value, bool) or not 0 < number < 1000:
            raise ValueError
        return number

    def _pressure(self, value: Any) -> tuple[int, int]:
        found = _PRESSURE.match(str(value).replace(" ", ""))
        if not found:
            raise ValueError
        return int(found.group(1)), int(found.group(2))

    def _date(self, value: Any) -> date:
        return value if type(value) is date else date.fromisoformat(value)
