"""What shall go wrong: the current set of faults, as ``POST /api/faults`` gave it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from siaga.simulator.catalogue import STATUSES as TEMPLATE_STATUSES
from siaga.simulator.errors import GraphRefusal

STATUSES = ("sent", "delivered", "read", "played", "failed")
LADDER = ("sent", "delivered", "read")
PLACES = ("messages", "read", "media", "templates")
MEDIA = ("expired", "corrupt", "large")
UNDELIVERABLE = 131026


class FaultsUnclear(ValueError):
    """The wanted faults are not in the documented form."""


@dataclass
class PlannedError:
    """Refuse the next ``times`` requests (for one contact, or for all) with a code.

    ``by``: ``answer``, the request is refused; ``webhook``, it is accepted, and a failed status follows. ``on`` is what
    is refused: sending, marking as read, media (upload, link, download) or templates. ``status`` and ``retry_after``
    (seconds) change the answer's HTTP status and headers.
    """

    code: int
    times: int
    to: str | None = None
    by: str = "answer"
    on: str = "messages"
    status: int | None = None
    retry_after: float | None = None

    def left(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"code": self.code, "times": self.times, "by": self.by}
        if self.on != "messages":
            shown["on"] = self.on
        more = {"to": self.to, "status": self.status, "retry_after": self.retry_after}
        return {**shown, **{key: value for key, value in more.items() if value is not None}}


@dataclass
class Faults:
    """One set of faults; the empty set is the default.

    ``errors``, ``timeouts`` and ``media`` are used up, one a request; the rest holds until the set is replaced.
    """

    duplicate: int = 0
    reorder: bool = False
    delay: float = 0.0
    hold: bool = False
    batch: int = 1
    raw_utf8: bool = False
    milliseconds: bool = False
    no_phone: bool = False
    no_user_id: bool = False
    no_contacts: bool = False
    statuses: tuple[str, ...] = LADDER
    status_delay: float = 0.0
    status_error: int = UNDELIVERABLE
    drop_status: tuple[str, ...] = ()
    errors: list[PlannedError] = field(default_factory=list)
    timeouts: int = 0
    timeout_accepted: bool = True
    media: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MEDIA, 0))
    templates: str = "APPROVED"
    """How the review of a template ends; PENDING: it does not."""

    def take_error(self, to: str | None, on: str = "messages") -> PlannedError | None:
        """The error planned for the next request of this kind for this contact, used up by the call."""
        for planned in self.errors:
            if planned.times > 0 and planned.on == on and planned.to in (None, to):
                planned.times -= 1
                return planned
        return None

    def take_timeout(self) -> bool:
        """Whether the next answer shall never come; used up by the call."""
        if self.timeouts <= 0:
            return False
        self.timeouts -= 1
        return True

    def take_media(self, kind: str) -> bool:
        """Whether the next download shall go wrong in this way; used up by the call."""
        if self.media[kind] <= 0:
            return False
        self.media[kind] -= 1
        return True

    def as_json(self) -> dict[str, Any]:
        """What still holds, in the form it was given."""
        return {
            "duplicate": self.duplicate,
            "reorder": self.reorder,
            "delay": self.delay,
            "hold": self.hold,
            "batch": self.batch,
            "raw_utf8": self.raw_utf8,
            "milliseconds": self.milliseconds,
            "no_phone": self.no_phone,
            "no_user_id": self.no_user_id,
            "no_contacts": self.no_contacts,
            "statuses": list(self.statuses),
            "status_delay": self.status_delay,
            "status_error": self.status_error,
            "drop_status": list(self.drop_status),
            "errors": [planned.left() for planned in self.errors if planned.times > 0],
            "timeout": {"times": self.timeouts, "accepted": self.timeout_accepted},
            "media": self.media,
            "templates": self.templates,
        }


def refusal(planned: PlannedError) -> GraphRefusal:
    """A planned error as Meta would put it."""
    return GraphRefusal(
        planned.code, "Planned by POST /api/faults", status=planned.status, retry_after=planned.retry_after
    )


def _number(given: dict[str, Any], key: str, default: float, least: float, most: float) -> float:
    value = given.get(key, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        raise FaultsUnclear(f"{key}: a number from {least:g} to {most:g}")
    return value


def _planned_error(given: Any) -> PlannedError:
    if not isinstance(given, dict) or isinstance(given.get("code"), bool) or not isinstance(given.get("code"), int):
        raise FaultsUnclear('errors: a list of {"code": 131056, "times": 3, "to": "62…", "by": "answer"|"webhook"}')
    by, on = given.get("by", "answer"), given.get("on", "messages")
    if by not in ["answer", "webhook"]:
        raise FaultsUnclear("errors: by is answer or webhook")
    if on not in list(PLACES):
        raise FaultsUnclear(f"errors: on is one of {', '.join(PLACES)}")
    to = given.get("to")
    return PlannedError(
        code=given["code"],
        times=int(_number(given, "times", 1, 0, 1e6)),
        to=None if to is None else str(to),
        by=by,
        on=on,
        status=int(_number(given, "status", 400, 400, 599)) if "status" in given else None,
        retry_after=float(_number(given, "retry_after", 0, 0, 86400)) if "retry_after" in given else None,
    )


def _media(given: Any) -> dict[str, int]:
    if not isinstance(given, dict) or not set(given) <= set(MEDIA):
        raise FaultsUnclear('media: {"expired": 1, "corrupt": 1, "large": 1}, how many downloads go wrong so')
    return {kind: int(_number(given, kind, 0, 0, 1e6)) for kind in MEDIA}


def _statuses(given: Any, key: str) -> tuple[str, ...]:
    if not isinstance(given, list) or any(status not in STATUSES for status in given):
        raise FaultsUnclear(f"{key}: a list of some of {', '.join(STATUSES)}")
    return tuple(given)


def parse(given: Any) -> Faults:
    """The faults asked for.

    Raises:
        FaultsUnclear: an unknown name, or a value of the wrong kind; the text says which and what is wanted.
    """
    if not isinstance(given, dict):
        raise FaultsUnclear("faults are a JSON object; {} clears them")
    known = set(Faults().as_json())
    unknown = sorted(set(given) - known)
    if unknown:
        raise FaultsUnclear(f"unknown fault {unknown[0]!r}; known: {', '.join(sorted(known))}")
    drop = given.get("drop_status", [])
    drop = ["sent", "delivered", "read", "played"] if drop is True else [] if drop is False else drop
    drop = [drop] if isinstance(drop, str) else drop
    errors = given.get("errors", [])
    if not isinstance(errors, list):
        raise FaultsUnclear("errors: a list")
    timeout = given.get("timeout", {})
    if not isinstance(timeout, dict):
        raise FaultsUnclear('timeout: {"times": 1, "accepted": true}')
    verdict = given.get("templates", "APPROVED")
    if not isinstance(verdict, str) or verdict not in TEMPLATE_STATUSES:
        raise FaultsUnclear(f"templates: one of {', '.join(TEMPLATE_STATUSES)}")
    return Faults(
        duplicate=int(_number(given, "duplicate", 0, 0, 1000)),
        reorder=bool(given.get("reorder", False)),
        delay=float(_number(given, "delay", 0, 0, 3600)),
        hold=bool(given.get("hold", False)),
        batch=int(_number(given, "batch", 1, 1, 1000)),
        raw_utf8=bool(given.get("raw_utf8", False)),
        milliseconds=bool(given.get("milliseconds", False)),
        no_phone=bool(given.get("no_phone", False)),
        no_user_id=bool(given.get("no_user_id", False)),
        no_contacts=bool(given.get("no_contacts", False)),
        statuses=_statuses(given.get("statuses", list(LADDER)), "statuses"),
        status_delay=float(_number(given, "status_delay", 0, 0, 3600)),
        status_error=int(_number(given, "status_error", UNDELIVERABLE, 0, 1e7)),
        drop_status=_statuses(drop, "drop_status"),
        errors=[_planned_error(error) for error in errors],
        timeouts=int(_number(timeout, "times", 1 if timeout else 0, 0, 1e6)),
        timeout_accepted=bool(timeout.get("accepted", True)),
        media=_media(given.get("media", {})),
        templates=verdict,
    )
