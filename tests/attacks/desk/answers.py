"""Small files of content with ``{}`` where somebody's words go."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml

_VARIANTS = ["{} vaksin satu", "satu dua tiga", "tiga empat lima", "enam tujuh ini", "delapan itu apa", "sembilan mana"]
_DATES = {"checked": date(2026, 1, 1), "review_by": date(2027, 12, 31)}

ANSWERS: dict[str, Any] = {
    "topic": "vaccine",
    "answers": [
        {
            "id": "satu", "label": "Satu", "question": "{} itu apa?", "variants": _VARIANTS, "short": "Pendek {}",
            "source": "{}", **_DATES,
        },
        {
            "id": "dua", "label": "Dua", "question": "Dua {} apa?", "variants": [f"{one} lagi" for one in _VARIANTS],
            "short": "Dua {}", "source": "{}", "related": ["satu"], **_DATES,
        },
    ],
}  # fmt: skip
CANNED: dict[str, Any] = {"canned": [{"id": "siap", "title": "Siap {}", "text": "Halo {}", "keywords": ["halo {}"]}]}
CLAIMS: dict[str, Any] = {
    "hoaxes": [
        {
            "id": "klaim", "label": "Klaim", "claim": "{} lockdown total tiga hari di seluruh jawa timur.",
            "variants": [f"lockdown {one}" for one in _VARIANTS], "verdict": "false", "short": "Salah {}",
            "share": "Salah {}. Sumber: Kemenkes, 2021.", "source": "Kemenkes, 2021", **_DATES,
        },
    ],
}  # fmt: skip
NEWS: dict[str, Any] = {
    "news": [
        {
            "id": "kabar", "title": "Kabar {}", "lines": ["Baris {}", "Lagi {}"], "date": date(2026, 2, 13),
            "source": "{}", "seen_in": "{}", "limit_days": 90,
        },
    ],
}  # fmt: skip


class Plainly(yaml.SafeDumper):
    """Each value is written where it stands."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def written(entries: Any) -> str:
    """As a file of content."""
    return yaml.dump(entries, Dumper=Plainly, allow_unicode=True, sort_keys=False, width=1000)
