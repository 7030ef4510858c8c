"""Putting a turn's messages before Rasa: what was typed is understood, what was chosen is known."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

from siaga.handoffs.wishes import WORDS
from siaga.text.course import read_course
from siaga.text.danger import find_danger
from siaga.text.normalise import normalise
from siaga.text.yesno import is_bare_yes_no, read_yes_no
from siaga.turns.inbox import Waiting
from siaga.turns.messages import PAGE, Option
from siaga.turns.offers import Offered

CANCEL = "/cancel"
# Stands for a message of which nothing is left.
NOTHING = "…"
LOCATION = "[lokasi]"
LATE = "[terlambat]"
FORM = "[formulir]"
ENDED = "[percakapan petugas selesai]"
DESK = "desk"
"""The kind of a message that nobody wrote: the desk has ended a conversation, or what was wished for in one is due."""

_PAYLOAD = re.compile(r"/(\w+)\s*(\{.*\})?\s*", re.DOTALL)
_NUMBER = re.compile(r"(?:no\.?|nomor|nomer|pilih(?:an)?)?\s*(\d{1,2})", re.IGNORECASE)
_TRAILING = " \t\n.,;:!?)\"'"
# "halo", "min", "assalamualaikum kak", "p": each sent by itself before what is wanted.
_ONLY_GREETS = re.compile(
    r"(?:\W*\b(?:p|test?|ping|hal+o+|hai+|hi+|hey|he?lo+|min|admin|mimin|kak?|kakak|bang|mas|mbak|pak|bu|gan|sis|dok|permisi|punten"
    r"|nuwun\s+sewu|kulo\s*nuwun|ass?alam\w*|ass?mu\w*|aslm|w[ar]\.?\s*wb|warahmatull?ah\w*|wabarakatuh\w*"
    r"|selamat|slmt|met|pagi|siang|sore|malam|mlm)\b)+\W*",
    re.IGNORECASE,
)
_COURTESY = frozenset(
    "min admin kak kakak pak bu ibu bapak mbak mas dok ya iya oke baik siap maaf mohon saya aku kami dong deh "
    "eh oh waduh duh lho loh aduh".split()
)
# The channel's word for what it could not pass on, and ours.
_UNSUPPORTED = {"edit": "edit", "poll_creation": "poll", "poll_update": "poll"}


@dataclass(frozen=True)
class Read:
    """A turn as Rasa gets it; ``parse_data`` is None where it is to be understood from the text."""

    text: str = field(repr=False)
    kind: str
    parse_data: dict[str, Any] | None = field(default=None, repr=False)


def read(turn: Sequence[Waiting], tapped: Option | None, offered: Offered | None, *, form_sent: bool = False) -> Read:
    """Read the messages of a turn: one, or several texts or files that were sent in a row.

    ``tapped`` is our own option behind the id of an option message, if it is ours; ``offered`` what the contact was
    offered last, or in the message that is quoted; ``form_sent`` tells that a form is the one we offered this contact,
    whose answers are known already.
    """
    message = turn[-1]
    content = message.content
    if message.kind == DESK:
        if (wish := content.get("wish")) in WORDS:
            # As if it had been written now, when nobody else answers any more.
            return _known(WORDS[wish], DESK, wish, {})
        return _known(ENDED, DESK, "desk_closed", {"desk": content})
    if message.kind == "location":
        return _known(LOCATION, "location", "share_location", {"location": content})
    if message.kind == "form" and form_sent:
        return _known(FORM, "form", "submit_form", {})
    if message.kind not in ("text", "option"):
        return _file(turn)
    typed = str(content.get("title") or "") if message.kind == "option" else written(turn)
    option = tapped or typed_option(typed, offered)
    return (_chosen(option) if option else None) or Read(unarmed(typed), "text")


def late(turn: Sequence[Waiting]) -> Read:
    """Messages that come too late to be answered one by one; whether one told of danger is not passed over."""
    danger = any(find_danger(written([message])) for message in turn)
    return _known(LATE, "late", "late_messages", {"late": {"count": len(turn), "danger": danger}})


def written(turn: Sequence[Waiting]) -> str:
    """What was typed in a turn, captions included, one message a line; a greeting that leads to more is left out."""
    lines = [str(message.content.get("text") or message.content.get("caption") or "") for message in turn]
    lines = [line for line in lines if line.strip()]
    return "\n".join([line for line in lines if not _ONLY_GREETS.fullmatch(line)] or lines)


def turned_page(option: Option | None) -> int | None:
    """The number of the page of options that this one asks for, if it does."""
    number = option.payload.removeprefix(PAGE) if option and option.payload.startswith(PAGE) else ""
    return int(number) if number.isdecimal() else None


def metadata(
    turn: Sequence[Waiting],
    kind: str,
    *,
    has_phone: bool,
    previous: datetime | None,
    preview: bool = False,
    hand_off: str | None = None,
) -> dict[str, str | bool | float | list[str] | None]:
    """What the actions are told about a turn besides what was said.

    ``message_id`` is the key of its first message, which all that it causes carries; ``silence`` is in seconds;
    ``forwarded`` is None, once or often; ``files`` are the keys of the messages that brought files;
    ``preview`` is there for who is shown what is not published yet, ``hand_off`` (waiting or held) for who is on the
    way to a person.
    """
    first = turn[0]
    at = turn[-1].at.astimezone(timezone.utc)
    passed_on = {message.around.get("forwarded") for message in turn}
    return {
        "message_id": first.key,
        "at": at.isoformat(),
        "kind": kind,
        "phone": has_phone,
        # Of what nobody wrote it is not known.
        "silence": max(0.0, (first.at - previous).total_seconds()) if previous and kind != DESK else None,
        "forwarded": "often" if "often" in passed_on else "once" if "once" in passed_on else None,
        "files": [message.key for message in turn if message.kind == "media"],
        **({"preview": True} if preview else {}),
        **({"hand_off": hand_off} if hand_off else {}),
    }


def unarmed(text: str) -> str:
    """Typed text that Rasa cannot take for a command: without slashes in front."""
    return re.sub(r"^[\s/]+", "", text).strip() or NOTHING


def typed_option(text: str, offered: Offered | None) -> Option | None:
    """The offered option that was typed: by its label, its number, or a mere yes or no that only one option says, too.

    A number, a yes, a no and other words for an option count only as long as nothing else has been answered since:
    later they answer something else.
    """
    if not offered:
        return None
    said = _plain(text)
    for option in offered.options:
        if said and said == _plain(option.label):
            return option
    if offered.newest and (meant := _in_other_words(text, offered.options)):
        return meant
    if offered.newest and (going := _how_it_goes(text, offered.options)):
        return going
    if offered.newest and (answer := is_bare_yes_no(text)) is not None:
        # "ya" after "Ya, cek jadwal" and "Tidak usah": the one option that says the same.
        agreeing = [option for option in offered.options if _says(option, answer)]
        if len(agreeing) == 1:
            return agreeing[0]
        denying = [option for option in offered.options if _says(option, False)]
        if answer and len(offered.options) == 2 and len(denying) == 1:
            # "ya" after "Cek pendaftaran" and "Bukan itu": there is one thing to say yes to. "Batal" is none.
            other = next(option for option in offered.options if option not in denying)
            return None if other.payload == CANCEL else other
    choices = [option for option in offered.options if turned_page(option) is None]
    number = _NUMBER.fullmatch(said) if offered.newest else None
    if not number or not 1 <= int(number[1]) <= len(choices):
        return None
    chosen = choices[int(number[1]) - 1]
    # Nothing shows the numbers: who answers "3" to a question of how many does not mean the third, "Batal".
    return None if chosen.payload == CANCEL else chosen


def _in_other_words(text: str, options: Sequence[Option]) -> Option | None:
    """The option with other words for it that this says, in everyday spelling and with the usual courtesies."""
    said = _meant(text)
    if not said or "?" in text:
        return None
    return next((one for one in options if one.also and said in map(_meant, (one.label, *one.also))), None)


def _how_it_goes(text: str, options: Sequence[Option]) -> Option | None:
    """Of "Membaik", "Sama saja" and "Memburuk" the one that this says: "udah mendingan min"."""
    courses = {_course_of_label(one.label): one for one in options}
    if not {"better", "same", "worse"} <= set(courses):
        return None
    return courses.get(course) if (course := read_course(text)) else None


# Labels are ours, and few; what somebody has typed is not kept.
_course_of_label = lru_cache(maxsize=2_000)(read_course)


def _meant(text: str) -> tuple[str, ...]:
    """The words that matter, in standard spelling."""
    return tuple(word for word in normalise(_plain(text)).split() if word not in _COURTESY)


def _says(option: Option, answer: bool) -> bool:
    """Whether this option is what somebody means who says nothing but yes, or no."""
    return any(read_yes_no(words) is answer for words in (option.label, *option.also))


def _file(turn: Sequence[Waiting]) -> Read:
    """Photos and the like: what is written below them counts, else what kind of thing they are."""
    caption = written(turn)
    if caption:
        return Read(unarmed(caption), "text")
    message = turn[-1]
    if message.kind in ("media", "text"):
        # With nothing legible typed, the file counts, whichever came last.
        kind = next((str(row.content["media_kind"]) for row in turn if row.content.get("media_kind")), "unsupported")
    elif message.kind in ("contacts", "order", "form"):
        kind = message.kind
    else:
        kind = _UNSUPPORTED.get(str(message.content.get("type")), "unsupported")
    return _known(f"[{kind}]", "media", "send_media", {"media_kind": kind})


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(_TRAILING).casefold()


def _chosen(option: Option) -> Read | None:
    payload = _PAYLOAD.fullmatch(option.payload.strip())
    if not payload:
        return None
    try:
        entities = json.loads(payload[2]) if payload[2] else {}
    except ValueError:
        return None
    return _known(option.label, "option", payload[1], entities)


def _known(text: str, kind: str, intent: str, entities: dict[str, Any]) -> Read:
    name = {"name": intent, "confidence": 1.0}
    found = [
        {"entity": entity, "value": value, "start": 0, "end": 0, "extractor": "option"}
        for entity, value in entities.items()
    ]
    return Read(text, kind, {"text": text, "intent": name, "entities": found, "intent_ranking": [dict(name)]})
