"""Incidents that citizens report, and what becomes of them."""

from siaga.reports.asking import asks_status, names_number
from siaga.reports.codes import find_code
from siaga.reports.kinds import Kind, Kinds, kinds_now
from siaga.reports.recording import New, Recorded, record, recorded_by, zone_of
from siaga.reports.status import Status, TooMany, of_contact, set_status, status_of
from siaga.reports.when import When, read_when
from siaga.reports.where import Where

__all__ = [
    "Kind",
    "Kinds",
    "New",
    "Recorded",
    "Status",
    "TooMany",
    "When",
    "Where",
    "asks_status",
    "find_code",
    "kinds_now",
    "names_number",
    "of_contact",
    "read_when",
    "record",
    "recorded_by",
    "set_status",
    "status_of",
    "zone_of",
]
