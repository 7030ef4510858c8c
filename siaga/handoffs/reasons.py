"""What the reasons of a hand-off are called at the desk, and how urgent each is by itself."""

from __future__ import annotations

from collections.abc import Mapping

USUAL, SOON, AT_ONCE = 0, 1, 2
"""The urgencies."""

REASONS: Mapping[str, str] = {
    "asked": "Minta bicara dengan petugas",
    "unsure": "Bot berkali-kali tidak paham",
    "worsened": "Gejalanya memburuk",
    "hoax": "Tanya kabar yang belum dicek",
    "correction": "Minta perbaikan data sertifikat",
    "incident": "Melaporkan kejadian",
    "danger": "Ada tanda bahaya",
}
"""What a volunteer reads, by the reasons of ``siaga.handoffs.tables``."""

QUIET = frozenset({"worsened", "correction", "incident"})
"""Put before the desk without their asking: nobody has been promised an answer."""

ENDS: Mapping[str, str] = {
    "solved": "Selesai, terjawab",
    "referred": "Dirujuk ke layanan lain",
    "no_reply": "Warga tidak membalas",
    "abuse": "Penyalahgunaan",
    "back_to_bot": "Warga kembali ke bot",
    "silence": "Lama tidak ada pesan",
    "merged": "Digabung dengan percakapan lain dari orang yang sama",
    "other": "Lainnya",
}
"""Why one was closed; a volunteer chooses among ``CHOSEN``."""
CHOSEN = ("solved", "referred", "no_reply", "abuse", "other")

URGENCIES: Mapping[int, str] = {USUAL: "Biasa", SOON: "Segera", AT_ONCE: "Sekarang juga"}

_URGENT: Mapping[str, int] = {"danger": AT_ONCE, "worsened": AT_ONCE}


def urgency_of(reason: str) -> int:
    """How urgent a hand-off of this reason is, where nothing more is known.

    Raises:
        ValueError: there is no such reason.
    """
    if reason not in REASONS:
        raise ValueError(f"there is no reason {reason!r}")
    return _URGENT.get(reason, USUAL)
