"""Single values of a webhook, whatever was put in their place."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

from siaga.turns.storable import clean

ID_LENGTH = 512
# Longer than anything that is typed; hoaxes that are passed on do come at several thousand characters.
TEXT_LENGTH = 8192

_PHONE = re.compile(r"[0-9]{5,20}")
_USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[0-9A-Za-z]{1,128}")
# No name of Meta's is a number, and a number may be somebody's.
_NAME = re.compile(r"(?!.*[0-9]{5})[A-Za-z0-9_.\-]{1,60}")
# Seconds since 1970 have ten digits until 2286; more are milliseconds.
_MILLISECONDS = 10**11
# Before WhatsApp there were no messages. As to the future, the simulator's clock may be put forward on purpose.
_EARLIEST = datetime(2009, 1, 1, tzinfo=timezone.utc)
_AHEAD = timedelta(days=400)


def as_dict(value: Any) -> dict[str, Any]:
    """The value, if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The value, if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text(value: Any, length: int | None = TEXT_LENGTH) -> str:
    """A text that can be stored.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, str):
        raise TypeError("text expected")
    return clean(value, length)


def some_text(value: Any, length: int = TEXT_LENGTH) -> str | None:
    """A text that can be stored, if there is one and it is not blank."""
    found = clean(value, length) if isinstance(value, str) else ""
    return found if found.strip() else None


def identifier(value: Any) -> str:
    """The channel's id of something.

    Raises:
        TypeError: it is no text.
        ValueError: it is empty.
    """
    found = text(value, ID_LENGTH)
    if not found:
        raise ValueError("an empty id")
    return found


def name(value: Any) -> str | None:
    """One of Meta's own words, such as the name of a type or field: it may be logged."""
    return value if isinstance(value, str) and _NAME.fullmatch(value) else None


def phone(value: Any) -> str | None:
    """A phone number as Meta writes it, in digits with the country code."""
    digits = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    digits = digits.lstrip("+") if isinstance(digits, str) else ""
    return digits if _PHONE.fullmatch(digits) else None


def user_id(value: Any) -> str | None:
    """A business-scoped user id, ``ID.…``."""
    return value if isinstance(value, str) and _USER_ID.fullmatch(value) else None


def moment(value: Any) -> datetime:
    """A Unix time in seconds, as a string, a number, or, as happens, in milliseconds; now if it makes no sense."""
    now = datetime.now(timezone.utc)
    try:
        seconds = float(value)
        if seconds >= _MILLISECONDS:
            seconds /= 1000
        at = datetime.fromtimestamp(seconds, timezone.utc)
    except (TypeError, ValueError, OverflowError, OSError):
        return now
    return at if _EARLIEST <= at <= now + _AHEAD else now
