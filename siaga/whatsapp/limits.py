"""What Meta accepts of a message, in characters and pieces.

From Meta's message reference and OpenAPI file v23, read in November 2026; where the two differ (a list's body), the
smaller. ``LINK``, ``PLACE`` and ``FILE_NAME`` are our own: Meta names no limit there.
"""

from __future__ import annotations

TEXT = 4096
BODY = 1024
CAPTION = 1024
FOOTER = 60

BUTTONS = 3
BUTTON_TITLE = 20

ROWS = 10
ROW_TITLE = 24
ROW_DESCRIPTION = 72
SECTION_TITLE = 24
LIST_BUTTON = 20

LINK_TITLE = 20
FLOW_TITLE = 30

LINK = 2000
PLACE = 1000
FILE_NAME = 100
