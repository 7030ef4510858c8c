"""Sessions and appointments in one line."""

from __future__ import annotations

from actions.wording import hours, weekday_date
from siaga.registration.registry import AppointmentView, SessionView


def day_and_hours(offer: SessionView | AppointmentView) -> str:
    """``Rabu, 14 Juli 2021, 08.00–11.00 WIB``."""
    return f"{weekday_date(offer.starts_at.date())}, {hours(offer.starts_at, offer.ends_at, offer.zone_letters)}"


def in_a_line(offer: SessionView | AppointmentView) -> str:
    """The same, with the place."""
    facility = offer.facility if isinstance(offer, AppointmentView) else offer.facility_name
    return f"{day_and_hours(offer)}, {facility}"
