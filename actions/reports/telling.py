"""Reports in the citizen's words: a summary before one is sent, its number, and what has become of it."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from actions.conversation import Message, Say, command, option
from actions.reports.form import Form
from actions.wording import long_date, weekday_date
from siaga.db import transaction
from siaga.people.contacts import ensure_key
from siaga.reports import Recorded, Status, TooMany, find_code, names_number, of_contact, status_of

REPORT = "report"
"""The option that shows what has become of one report."""
_SHOWN = 300


def summary(form: Form) -> str:
    """What will be sent, one line for each part of it."""
    kind, place, time = form.kind, form.place, form.time
    what = form.what or ""
    shown = what if len(what) <= _SHOWN else what[: _SHOWN - 1] + "…"
    lines = [f"• Kejadian: {shown}", f"• Jenis: {kind.label if kind else ''}"]
    lines.append(f"• Tempat: {place.in_words() if place else ''}")
    if time is not None:
        day = f" ({weekday_date(time.at.astimezone(form.zone).date())})" if time.at else ""
        lines.append(f"• Waktu: {time.words}{day}")
    lines.append("• Foto: ada" if form.draft.get("picture") else "• Foto: tidak ada")
    lines.append("• Identitas: tidak disertakan" if form.draft.get("name") == "no" else "• Kabar: ke nomor ini")
    return "\n".join(lines)


def understood(form: Form) -> str:
    """What a first message has told already, in one line."""
    kind, place, time = form.kind, form.place, form.time
    parts = [kind.label.lower() if kind and kind.id != "other" else "", place.in_words() if place else ""]
    parts.append(time.words if time else "")
    return ", ".join(part for part in parts if part)


def recorded(told: Recorded) -> Say:
    """The number, and how it goes on; whoever is not alone with it is told so, and has a number all the same."""
    more = []
    if told.others:
        more.append("Terima kasih, kejadian ini juga sudah dilaporkan warga lain; laporan Anda memperkuatnya.")
    if told.is_urgent:
        more.append(
            "Laporan ini saya tandai mendesak supaya didahulukan. Kalau ada yang gawat, jangan menunggu: telepon *119*."
        )
    if told.is_anonymous:
        more.append(
            "Nomor WhatsApp Anda tidak dicatat bersama laporan, jadi saya tidak bisa mengabari. "
            "Simpan nomor laporan ini: hanya dengan itu perkembangannya bisa ditanyakan."
        )
    else:
        more.append("Kalau ada kabar dari petugas, saya beri tahu; mereka juga bisa menulis kepada Anda di sini.")
    return Say.it(
        "utter_report_recorded",
        code=told.code,
        more="\n".join(more),
        buttons=[option("Cek laporan", REPORT, told.code), command("Menu", "show_menu")],
    )


def _status(status: Status) -> Say:
    return Say.it(
        "utter_report_status",
        code=status.code,
        label=status.label.lower(),
        date=long_date(status.created_on),
        status=status.in_words,
        answer=status.said,
        updated=long_date(status.updated_on),
    )


def by_number(session: Session, contact_key: str, code: str, message: Message) -> Say:
    """What has become of the report with this number."""
    ensure_key(session, contact_key)
    found = status_of(session, contact_key, code, message.today)
    if isinstance(found, TooMany):
        return Say.it("utter_report_too_many")
    return _status(found) if found else Say.it("utter_report_unknown", code=code)


def asked(session: Session, contact_key: str, text: str, message: Message) -> Say:
    """The answer to a question for a report: by the number in it, else the contact's own."""
    code = find_code(text)
    if code:
        return by_number(session, contact_key, code, message)
    if names_number(text):
        return Say.it("utter_report_number_wrong")
    mine = of_contact(session, contact_key)
    if not mine:
        return Say.it("utter_report_none")
    if len(mine) == 1:
        return _status(mine[0])
    lines = [f"• *{one.code}* ({one.label.lower()}, {long_date(one.created_on)}): {one.in_words}" for one in mine]
    buttons = [option(one.code, REPORT, one.code) for one in mine]
    return Say.it("utter_report_mine", list="\n".join(lines), buttons=buttons)


def choose(dispatcher: CollectingDispatcher, contact_key: str, message: Message, slot: str, value: str) -> bool:
    """What an option of this capability does when it is tapped outside its form; False if it is none."""
    code = find_code(value) if slot == REPORT else None
    if code is None:
        return False
    with transaction() as session:
        say = by_number(session, contact_key, code, message)
    dispatcher.utter_message(response=say.response, **say.values)
    return True
