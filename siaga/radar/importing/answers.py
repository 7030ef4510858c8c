"""JSON as outside services answer with it: strict, and nothing of a cut answer passes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

from siaga.radar.importing.refused import Refused

_JAKARTA = ZoneInfo("Asia/Jakarta")
_DAY = 86_400_000
_MOST = 10**12
"""Nobody counts as many; beyond, numbers stop being exact, and then finite."""


class NotAsExpected(ValueError):
    """A value that is none of its kind; the text names it."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found and found[key] != value:
            raise ValueError(f"“{key}” dua kali dengan isi yang berbeda")
        found[key] = value
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} bukan angka")


def load(text: str) -> Any:
    """The contents of a JSON text.

    Raises:
        Refused: it is cut, or not what JSON allows.
    """
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise Refused(
            [f"JSON tidak terbaca, mungkin terpotong ({problem}). Ambil ulang; angka lama tetap dipakai."]
        ) from None


def mapping(value: Any, name: str) -> Mapping[str, Any]:
    """A value that must be an object.

    Raises:
        Refused: it is not.
    """
    if not isinstance(value, dict):
        raise Refused([f"Bagian “{name}” tidak ada atau bentuknya berubah. Hubungi pengelola Siaga."])
    return value


def items(value: Any, name: str) -> list[Mapping[str, Any]]:
    """A value that must be a list of objects.

    Raises:
        Refused: it is not.
    """
    if not isinstance(value, list) or not value:
        raise Refused([f"Daftar “{name}” tidak ada atau kosong. Ambil ulang dari sumbernya."])
    return [mapping(item, name) for item in value]


def whole(value: Any) -> int | None:
    """How many: 12, 12.0, "12", {"value": 12}; None for null.

    Raises:
        NotAsExpected: it is none of these.
    """
    if isinstance(value, dict):
        value = value.get("value")
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,12}", value.strip()):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotAsExpected(f"“{value}” bukan jumlah.")
    if abs(value) > _MOST:
        raise NotAsExpected("Sebuah jumlah terlalu besar.")
    return value


def share(value: Any) -> float | None:
    """A percentage, None for null.

    Raises:
        NotAsExpected: it is no number.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotAsExpected(f"“{value}” bukan persentase.")
    return float(value)


def day_of(value: Any) -> date:
    """A day: "2020-05-09", "2020-05-09T00:00:00.000Z", or milliseconds since 1970.

    Midnight in UTC stands for the day itself; any other moment is of the day it is in Jakarta.

    Raises:
        NotAsExpected: it is none.
    """
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            moment = datetime.fromtimestamp(value / 1000, timezone.utc)
            return moment.date() if value % _DAY == 0 else moment.astimezone(_JAKARTA).date()
        text = str(value).strip()
        if len(text) == 10:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        if moment.tzinfo is None or moment.timetz().replace(tzinfo=None).isoformat() == "00:00:00":
            return moment.date()
        return moment.astimezone(_JAKARTA).date()
    except (ValueError, OverflowError, OSError):
        raise NotAsExpected(f"tanggal “{value}” tidak terbaca.") from None
