"""Results of checks for the tests, as the rules would give them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from siaga.selfcheck import Level, Result


def result(level: Level = "isolate", **differs: Any) -> Result:
    """A result of a level that is to be looked at again tomorrow."""
    values: dict[str, Any] = {
        "reasons": ("Ada demam dan kontak serumah.",),
        "advice": ("Tes antigen atau PCR.", "Tinggal di kamar sendiri."),
        "sources": ("SE HK.02.01/MENKES/18/2022",),
        "again_after": timedelta(days=1),
        "valid_for": timedelta(days=1),
        "version": "2022-01-17",
        "danger": ("breath",) if level == "emergency" else (),
        "until": None,
    }
    return Result(level=level, **{**values, **differs})
