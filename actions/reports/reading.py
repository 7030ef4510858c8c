"""Reading a message as the answer to the open question of a report."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from actions.conversation import Message
from actions.forms.reading import Reading, Unread, is_short
from actions.reports.form import CHANGEABLE, LONGEST, Form
from actions.reports.understanding import understand, wishes_to_stay_unknown
from siaga.places import regions
from siaga.reports import kinds_now, read_when, when, where
from siaga.reports.kinds import OTHER, plain
from siaga.text.questions import is_question
from siaga.text.words import split_words
from siaga.text.yesno import is_bare_yes_no, read_yes_no

# A story may sound like one of these, and is none where it is asked what happened.
STORIES = frozenset(
    "report_incident report_symptoms report_contact complaint nlu_fallback out_of_scope emergency check_hoax ask_tips "
    "find_facility ask_case_data start_self_check".split()
)
UNREADABLE: Mapping[str, str] = {
    "what": "utter_report_what_unreadable",
    "where": "utter_report_where_unreadable",
    "region": "utter_report_region_unreadable",
    "when": "utter_report_when_unreadable",
    "picture": "utter_report_picture_unreadable",
    "name": "utter_report_name_unreadable",
    "confirm": "utter_report_confirm_unreadable",
    "change": "utter_report_change_unreadable",
}
SKIPPABLE = ("region", "when", "picture")
_SKIPS = re.compile(
    r"^\W*(?:skip|lewati|lewat|lewatin|lanjut|lanjut\s+(?:aja|saja)|nanti\s+saja|tanpa\s+foto|"
    r"(?:tidak|tdk|ga|gak|gk|nggak|ngga|enggak|ndak|ora|mboten|kurang|belum)\s*(?:tahu|tau|tw|ngerti|eruh|yakin|ingat|inget|jelas|ada(?:\s+foto\w*)?|punya(?:\s+foto\w*)?|sempat(?:\s+\w+)?|bisa(?:\s+foto\w*)?|berani(?:\s+foto\w*)?|foto\w*)|"
    r"gatau|gtau|gak?tau|lupa|lali)\b(?:\W+\w+){0,4}\W*$",
    re.IGNORECASE,
)
_SEND = re.compile(
    r"^\W*(?:(?:ya|iya|oke|ok|sip|baik|nggih|udah|sudah|yuk|ayo)\W+)*(?:di)?(?:kirim|kirimkan|kirimin|laporkan|teruskan|lanjut|lanjutkan|send)"
    r"(?:\W+(?:aja|saja|ya|kak|min|dong|laporan\w*|sekarang|segera|pak|bu|please))*\W*$",
    re.IGNORECASE,
)
_RIGHT = re.compile(
    r"^\W*(?:(?:ya|iya|sudah|udah|sdh|udh|oke|ok|wes|wis|sampun)\W+)*(?:benar|bener|betul|btul|sesuai|cocok|pas|leres|ok|oke|sip)"
    r"(?:\W+(?:semua|semuanya|kok|kak|min|pak|bu|ya))*\W*$",
    re.IGNORECASE,
)
_TELL_ME = re.compile(
    r"\b(?:kabari|kabarin|dikabari|kabarkan|beri\s+kabar|kasih\s+kabar|beritahu|pakai\s+nama|pake\s+nama|pakai\s+nomor|hubungi\s+saya)\b",
    re.IGNORECASE,
)
_FIELDS: Mapping[str, str] = {
    "where": r"tempat\w*|lokasi\w*|alamat\w*|daerah\w*|wilayah\w*|kecamatan\w*",
    "when": r"waktu\w*|jam\w*|kapan|hari\w*|tanggal\w*|tgl\w*",
    "picture": r"foto\w*|gambar\w*|photo\w*",
    "name": r"nama\w*|identitas\w*|anonim\w*|kabar\w*|nomor\w*",
    "what": r"isi\w*|kejadian\w*|cerita\w*|laporan\w*|jenis\w*",
}


def field_named(text: str) -> str | None:
    """The part of a report that a message names."""
    found = [(match.start(), name) for name, words in _FIELDS.items()
             if (match := re.search(rf"\b(?:{words})\b", text, re.IGNORECASE))]  # fmt: skip
    return min(found)[1] if found else None


def skips(form: Form) -> bool:
    """Whether a question that may be left out is left out."""
    if form.question() not in SKIPPABLE:
        return False
    said_no = form.question() == "picture" and is_bare_yes_no(form.words) is False
    return form.message.intent == "skip_question" or bool(_SKIPS.match(form.words)) or said_no


def read_answer(form: Form, message: Message) -> Reading | None:
    """The answer to whichever question is open, with what else is told beside it."""
    return _READERS[form.question()](form)


def _what(form: Form) -> Reading | None:
    text = form.words.strip()
    by_label = next((kind for kind in kinds_now().all if plain(kind.label) == plain(text)), None)
    if by_label is not None:
        return Reading(None, draft=form.learn("kind", by_label.id), strong=True)
    told = understand(form, text).found
    asks = is_question(text) and "what" not in told
    if len(split_words(text)) < 2 and "kind" not in told:
        return None
    if asks or (form.message.intent not in STORIES and "what" not in told):
        return None
    # Whatever is told where it is asked what happened is what happened; a kind that was tapped stays, unless the words
    # tell of people who need help.
    told["what"] = text[:LONGEST]
    read, tapped = kinds_now().by_id(told.get("kind")), form.kind
    if tapped is not None and not (read and read.needs_help):
        told["kind"] = tapped.id
    told.setdefault("kind", OTHER)
    new = {name: value for name, value in told.items() if name == "what" or form.draft.get(name) is None}
    new["kind"] = told["kind"]
    strong = form.message.intent in STORIES and not ("?" in text and "kind" not in understand(form, text).found)
    return Reading(None, draft={**new, "last": "what", "change": False}, strong=strong)


def _where(form: Form) -> Reading | None:
    text = form.words
    time = read_when(text, form.at, form.zone)
    if time is not None and plain(time.words) == plain(text):
        return None
    place = where.answered(text)
    if place is None:
        return None
    named = place.is_found or bool(place.choices)
    if is_question(text) and not named:
        return None
    told = {"when": time.kept()} if time is not None and form.time is None else {}
    strong = named or (form.message.intent in STORIES and not is_question(text))
    return Reading(None, draft={**told, **form.learn("where", place.kept())}, strong=strong)


def _region(form: Form) -> Reading | None:
    place = form.place
    found = where.with_region(place, form.words) if place else None
    if found is None:
        return None
    return Reading(None, draft=form.learn("where", found.kept()), strong=not is_question(form.words))


def _when(form: Form) -> Reading | None:
    time = read_when(form.words, form.at, form.zone, asked=True)
    if time is None and is_bare_yes_no(form.words) is None:
        return None
    if time is None:
        raise Unread(UNREADABLE["when"])
    return Reading(None, draft=form.learn("when", time.kept()), strong="?" not in form.words)


def _picture(form: Form) -> Reading | None:
    if is_bare_yes_no(form.words):
        # "ada": it is to be sent.
        raise Unread("utter_report_send_picture")
    return None


def _name(form: Form) -> Reading | None:
    text = form.words
    if wishes_to_stay_unknown(text):
        return Reading(None, draft=form.learn("name", "no"), strong=True)
    answer = is_bare_yes_no(text)
    if answer is None and form.message.intent in ("affirm", "deny") and is_short(form.message):
        answer = form.message.intent == "affirm"
    if answer is None and _TELL_ME.search(text):
        answer = read_yes_no(text) is not False
    if answer is None:
        return None
    return Reading(None, draft=form.learn("name", "yes" if answer else "no"), strong=True)


def _confirm(form: Form) -> Reading | None:
    text = form.words
    if _SEND.match(text) or _RIGHT.match(text):
        return Reading(None, draft={"sent": True}, strong=True)
    answer = is_bare_yes_no(text)
    if answer is None and form.message.intent in ("affirm", "deny") and is_short(form.message):
        answer = form.message.intent == "affirm" and read_yes_no(text) is not False
    if answer is None:
        return None
    return Reading(None, draft={"sent": True} if answer else {"change": True}, strong=True)


def _change(form: Form) -> Reading | None:
    if is_bare_yes_no(form.words) is False:
        return Reading(None, draft={"change": False}, strong=True)
    return None


_READERS: Mapping[str, Callable[[Form], Reading | None]] = {
    "what": _what,
    "where": _where,
    "region": _region,
    "when": _when,
    "picture": _picture,
    "name": _name,
    "confirm": _confirm,
    "change": _change,
}


def chosen_answer(form: Form, value: str) -> Reading:
    """A tapped option, ``question:value``; of a question asked before, it corrects that one."""
    name, _, chosen = value.partition(":")
    reading = _chosen(form, name, chosen)
    if reading is None:
        raise Unread("utter_choice_unreadable")
    return Reading(None, draft=reading, strong=True)


def _chosen(form: Form, name: str, value: str) -> dict[str, Any] | None:
    if value == "skip" and name in SKIPPABLE:
        return form.leave_out(name)
    if name == "kind" and kinds_now().by_id(value):
        return form.learn("kind", value)
    if name == "region" and regions.name(value) and form.place:
        return form.learn("where", where.in_region(form.place, value).kept())
    if name == "when" and value in ("now", "today", "yesterday"):
        moment = when.now(form.at) if value == "now" else None
        if value == "today":
            moment = read_when("hari ini", form.at, form.zone)
        elif value == "yesterday":
            moment = read_when("kemarin", form.at, form.zone)
        return form.learn("when", moment.kept()) if moment else None
    if name == "name" and value in ("yes", "no"):
        return form.learn("name", value)
    if name == "confirm" and not form.open_questions():
        return {"sent": True} if value == "send" else {"change": True}
    if name == "change" and value in CHANGEABLE:
        form.reopen(value)
        return {"last": value, "change": False}
    return None
