"""How things stand on a waiting list, in words."""

from __future__ import annotations

from actions.conversation import option
from actions.wording import hour, hours, weekday_date
from siaga.registration.registry import WaitingView


def held_in_words(view: WaitingView, person: str) -> dict[str, str]:
    """What fills in the words about a place that is held; nothing where none is."""
    if view.starts_at is None or view.ends_at is None or view.until is None:
        return {}
    return {
        "person": person,
        "facility": view.facility,
        "when": f"{weekday_date(view.starts_at.date())}, {hours(view.starts_at, view.ends_at, view.zone_letters)}",
        "until": f"{weekday_date(view.until.date())} pukul {hour(view.until)} {view.zone_letters}",
    }


def line(view: WaitingView) -> str:
    """Where somebody stands, in a list of registrations."""
    if view.status == "offered":
        held = held_in_words(view, "")
        return f"ada tempat kosong: {held['when']}, {view.facility}, disimpan sampai {held['until']}"
    return f"di daftar tunggu {view.facility}, urutan ke-{view.position}"


def place_options(view: WaitingView) -> list[dict[str, str]]:
    """Take the place that is held, or let it go."""
    about = f"waiting:{view.id}"
    return [option("Ambil tempat", "take_place", about), option("Lewati", "leave_place", about)]
