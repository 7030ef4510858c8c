"""Provinces that have since been divided, as regions of their own.

Figures of "Papua" before 2022 are of a land five times as populous as today's Papua: told as today's they would be
wrong by far. So the old provinces keep codes of their own, which no region of today has: the Kemendagri code that
they had, a hyphen, and the year in which they ended ("91-2022", "92-2022").

Sources: UU 14, 15 and 16/2022, all of 25 July 2022 (Papua Selatan, Papua Tengah, Papua Pegunungan); UU 29/2022 of
8 December 2022 (Papua Barat Daya). Before them nothing had changed since UU 20/2012 (Kalimantan Utara, 16 November
2012); divisions before that one are not told apart here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class FormerProvince:
    """A province as it was. ``last_day``: the last day of it. ``heir``: the code of today's province that kept its
    name. ``parts``: the codes of today's provinces that it held, the heir among them."""

    code: str
    name: str
    short_name: str
    last_day: date
    heir: str
    parts: tuple[str, ...]


FORMER_PROVINCES: dict[str, FormerProvince] = {
    province.code: province
    for province in (
        FormerProvince(
            "91-2022",
            "Papua sebelum pemekaran 2022",
            "Papua s.d. 2022",
            date(2022, 7, 24),
            "91",
            ("91", "93", "94", "95"),
        ),
        FormerProvince(
            "92-2022",
            "Papua Barat sebelum pemekaran 2022",
            "Papua Barat s.d. 2022",
            date(2022, 12, 7),
            "92",
            ("92", "96"),
        ),
    )
}


def former_with(province_code: str) -> FormerProvince | None:
    """The former province that held a province of today; None for one that has always been what it is."""
    for province in FORMER_PROVINCES.values():
        if province_code in province.parts:
            return province
    return None
