"""What shall go wrong: the current set of faults, as ``POST /api/faults`` gave it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from siaga.simulator.errors import GraphRefusal

STATUSES = ("sent", "delivered", "read")


class FaultsUnclear(ValueError):
    """The wanted faults are not in the documented form."""


@dataclass
class PlannedError:
    """Refuse the next ``times`` sends (to one contact, or to all) with a code."""

    code: int
    times: int
    to: str | None = None
    by: str = "answer"
    """``answer``: the request is refused. ``webhook``: it is accepted, and a failed status follows."""

    def left(self) -> dict[str, Any]:
        return {"code": self.code, "times": self.times, "by": self.by, **({"to": self.to} if self.to else {})}


@dataclass
class Faults:
    """One set of faults; the empty set is the default.

    ``errors`` and ``timeouts`` are used up, one a send; the rest holds until the set is replaced.
    """

    duplicate: int = 0
    reorder: bool = False
    delay: float = 0.0
    batch: int = 1
    drop_status: tuple[str, ...] = ()
    errors: list[PlannedError] = field(default_factory=list)
    timeouts: int = 0
    timeout_accepted: bool = True

    def take_error(self, to: str) -> PlannedError | None:
        """The error planned for the next message to this contact, used up by the call."""
        for planned in self.errors:
            if planned.times > 0 and planned.to in (None, to):
                planned.times -= 1
                return planned
        return None

    def take_timeout(self) -> bool:
        """Whether the next answer shall never come; used up by the call."""
        if self.timeouts <= 0:
            return False
        self.timeouts -= 1
        return True

    def as_json(self) -> dict[str, Any]:
        """What still holds, in the form it was given."""
        return {
            "duplicate": self.duplicate,
            "reorder": self.reorder,
            "delay": self.delay,
            "batch": self.batch,
            "drop_status": list(self.drop_status),
            "errors": [planned.left() for planned in self.errors if planned.times > 0],
            "timeout": {"times": self.timeouts, "accepted": self.timeout_accepted},
        }


def refusal(planned: PlannedError) -> GraphRefusal:
    """A planned error as Meta would put it."""
    return GraphRefusal(planned.code, "Planned by POST /api/faults")


def _number(given: dict[str, Any], key: str, default: float, least: float, most: float) -> float:
    value = given.get(key, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        raise FaultsUnclear(f"{key}: a number from {least:g} to {most:g}")
    return value


def _planned_error(given: Any) -> PlannedError:
    if not isinstance(given, dict) or not isinstance(given.get("code"), int):
        raise FaultsUnclear('errors: a list of {"code": 131056, "times": 3, "to": "62…", "by": "answer"|"webhook"}')
    by = given.get("by", "answer")
    if by not in ("answer", "webhook"):
        raise FaultsUnclear("errors: by is answer or webhook")
    to = given.get("to")
    return PlannedError(
        code=given["code"], times=int(_number(given, "times", 1, 0, 1e6)), to=None if to is None else str(to), by=by
    )


def parse(given: Any) -> Faults:
    """The faults asked for.

    Raises:
        FaultsUnclear: an unknown name, or a value of the wrong kind; the text says which and what is wanted.
    """
    known = {"duplicate", "reorder", "delay", "batch", "drop_status", "errors", "timeout"}
    if not isinstance(given, dict):
        raise FaultsUnclear("faults are a JSON object; {} clears them")
    unknown = sorted(set(given) - known)
    if unknown:
        raise FaultsUnclear(f"unknown fault {unknown[0]!r}; known: {', '.join(sorted(known))}")
    drop = given.get("drop_status", [])
    drop = list(STATUSES) if drop is True else [] if drop is False else drop
    if isinstance(drop, str):
        drop = [drop]
    if not isinstance(drop, list) or not set(drop) <= {*STATUSES, "failed"}:
        raise FaultsUnclear("drop_status: true, or some of sent, delivered, read, failed")
    errors = given.get("errors", [])
    if not isinstance(errors, list):
        raise FaultsUnclear("errors: a list")
    timeout = given.get("timeout", {})
    if not isinstance(timeout, dict):
        raise FaultsUnclear('timeout: {"times": 1, "accepted": true}')
    return Faults(
        duplicate=int(_number(given, "duplicate", 0, 0, 1000)),
        reorder=bool(given.get("reorder", False)),
        delay=float(_number(given, "delay", 0, 0, 3600)),
        batch=int(_number(given, "batch", 1, 1, 1000)),
        drop_status=tuple(drop),
        errors=[_planned_error(error) for error in errors],
        timeouts=int(_number(timeout, "times", 1 if timeout else 0, 0, 1e6)),
        timeout_accepted=bool(timeout.get("accepted", True)),
    )
