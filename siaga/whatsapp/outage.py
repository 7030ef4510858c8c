"""What somebody is sent who wrote more than a day ago, while the service was down: only a template may be, by then."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

from siaga.whatsapp.templates import TemplateMisused, template_payload

_NAME, _LANGUAGE = "kembali_setelah_gangguan", "id"
# The day by the clock of most of the country; where it is an hour or two later, midnight alone makes a difference.
_ZONE = ZoneInfo("Asia/Jakarta")

log = logging.getLogger(__name__)


def apology(at: datetime) -> dict[str, Any] | None:
    """The template for who wrote ``at``; None if ``content/templates`` has it no more, or in another form."""
    day = format_date(at.astimezone(_ZONE), "d MMMM y", locale="id")
    try:
        return template_payload(_NAME, _LANGUAGE, {"tanggal": day})
    except TemplateMisused as problem:
        log.warning("no apology can be sent to who wrote a day ago: %s", problem)
        return None
