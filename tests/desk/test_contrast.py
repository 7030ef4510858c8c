"""Words stand out from what is behind them, by day and by night: WCAG's contrast, from the colours of the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from siaga.desk.render import STATIC

WORDS = 4.5
EDGES = 3.0
"""What a field, or the focus, is seen by."""

_SURFACES = ("latar", "permukaan", "permukaan-2", "pilih", "dari-warga", "dari-kita", "catatan")
_PAIRS = [
    *((ink, behind) for ink in ("tinta", "redup", "tautan") for behind in _SURFACES),
    *((ink, behind) for ink in ("bahaya", "awas", "baik") for behind in ("permukaan", f"{ink}-latar")),
    # A message that failed tells so where it stands; who looks on is named in the head.
    ("bahaya", "dari-kita"),
    ("utama-tinta", "utama"),
    ("malam-tinta", "malam"),
    ("latar", "tinta"),
]
_COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")


def schemes() -> dict[str, dict[str, str]]:
    """The colours by day, and by night where they differ."""
    css = (STATIC / "desk.css").read_text(encoding="utf-8")
    day, night = (dict(_COLOUR.findall(block)) for block in re.findall(r":root \{(.*?)\}", css, re.S)[:2])
    return {"day": day, "night": day | night}


def luminance(colour: str) -> float:
    """WCAG's relative luminance of ``#rrggbb``."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1, the same, to 21, black on white."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def too_faint(colours: dict[str, str]) -> Iterator[str]:
    for ink, behind in _PAIRS:
        if (found := contrast(colours[ink], colours[behind])) < WORDS:
            yield f"{ink} on {behind}: {found:.2f}"
    for edge, behind in (("redup", "permukaan"), ("utama", "permukaan"), ("utama", "latar")):
        if (found := contrast(colours[edge], colours[behind])) < EDGES:
            yield f"the edge {edge} on {behind}: {found:.2f}"


def test_black_on_white_is_21() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    # The grey that WCAG's own examples call just enough.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["day", "night"])
def test_words_can_be_read(scheme: str) -> None:
    assert list(too_faint(schemes()[scheme])) == []
