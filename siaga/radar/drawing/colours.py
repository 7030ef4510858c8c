"""The colours of pictures, and which letters stand out from them.

They are close to ColorBrewer's (levels in blues, rates in purples) and, for the zones an office published, ones that
stay apart for people who do not tell red from green; levels that are computed and zones that were published look
different on purpose.
"""

from __future__ import annotations

from siaga.radar.figures import Colour

LEVELS = ("#E3EDFA", "#A9CBE6", "#62A6D2", "#2171B5")
"""Fills of the levels of transmission that are computed here (``siaga.radar.levels``), 1 to 4."""
ZONES: dict[Colour, str] = {"green": "#66C2A5", "yellow": "#FFF07C", "orange": "#F28E1C", "red": "#A50F15"}
"""Fills of zones, whose colours an office published."""
RATES = ("#E6E1F2", "#C0BBDD", "#9892C5", "#6A51A3")
"""Fills of the four classes of new cases per 100,000, few to many."""
PAPER, INK, GREY, LINE, HATCH = "#FFFFFF", "#1D2733", "#505C6A", "#C3CBD4", "#DDE2E7"
BAR, MEAN, TAKEN_BACK, WARNING = "#9DB6D3", "#08306B", "#A34700", "#A83200"


def on(fill: str) -> str:
    """The colour of letters that stand out from a ground (WCAG 2.1, 1.4.3: by 4.5 to 1)."""
    light = luminance(fill)
    return PAPER if 1.05 / (light + 0.05) > (light + 0.05) / (luminance(INK) + 0.05) else INK


def luminance(colour: str) -> float:
    """WCAG 2.1's relative luminance of ``#RRGGBB``, 0 to 1."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
