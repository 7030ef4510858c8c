"""The registration in a few lines, for the person to check."""

from __future__ import annotations

from actions.registration.form import NONE, Form
from actions.wording import hours, long_date, sentence_start, weekday_date
from siaga.places import regions
from siaga.privacy import mask_nik
from siaga.registration.guardians import guardian_for


def summary(form: Form) -> str:
    """One line an answer. The NIK is masked; the rest is what the person must be able to check."""
    draft = form.draft
    birth_date = form.birth_date
    lines = [
        f"• Untuk: {sentence_start(form.who)}",
        f"• NIK: {mask_nik(draft['nik'])}",
        f"• Nama: {draft['name']}",
        f"• Lahir: {long_date(birth_date) if birth_date else NONE}"
        + ("" if draft.get("birth_date_matches") else " (dicocokkan petugas)"),
        f"• Tinggal: {regions.full_name(draft.get('district') or draft['regency'])}",
    ]
    if birth_date and guardian_for(form.slots["beneficiary"], birth_date, form.message.today) == "present":
        lines.append("• Datang bersama orang tua atau wali")
    offer = form.chosen_session()
    if offer is None:
        lines.append("• Jadwal: belum ada")
    else:
        lines += [
            f"• Tempat: {offer.facility_name}",
            f"• Waktu: {weekday_date(offer.starts_at.date())}, "
            f"{hours(offer.starts_at, offer.ends_at, offer.zone_letters)}",
        ]
    return "\n".join(lines)
