"""What volunteers send to citizens: through the outbox, recorded in the same transaction, each once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga import media
from siaga.handoffs import attendants, recording, state
from siaga.handoffs.tables import HandOff
from siaga.media.checking import MB, Unwanted, check, real_mime
from siaga.settings import settings
from siaga.turns import outbox
from siaga.turns.messages import Draft
from siaga.turns.roads import FIRST
from siaga.turns.tables import Dispatch, OutboundMessage
from siaga.whatsapp.access import SecretsMissing, access
from siaga.whatsapp.channels import Channel
from siaga.whatsapp.client import Ambiguous, GraphClient, Refused, Unreachable
from siaga.whatsapp.render import render
from siaga.whatsapp.reply import Choice, Document, Reply
from siaga.whatsapp.templates import Template, TemplateMisused, template_payload, templates
from siaga.whatsapp.twilio.access import access as twilio_access
from siaga.whatsapp.twilio.client import TwilioClient
from siaga.whatsapp.twilio.render import render as render_for_twilio

WINDOW = timedelta(hours=24)
"""So long after the citizen's last word anything may be sent; after that a template only."""
LAST_HOUR = timedelta(hours=1)
LONGEST = 8000
"""Characters of one reply, which may become several messages."""
MOST_BYTES = 5 * MB
TEMPLATE, LANGUAGE = "petugas_menghubungi", "id"
BACK, BACK_PAYLOAD = "Kembali ke bot", "/back_to_bot"

_KEY = re.compile(r"[0-9a-f]{24}")
# A NIK, a card's or a phone's number, however its digits are grouped.
_NUMBER = re.compile(r"\+?\d(?:[ .\-]?\d){8,}")


class NotYours(ValueError):
    """Who wants to write does not hold the conversation; ``name`` does, if anybody."""

    def __init__(self, name: str | None) -> None:
        super().__init__("only who holds it may write")
        self.name = name


class WindowClosed(ValueError):
    """The citizen has been silent for too long: only a template may be sent."""


class NothingToSay(ValueError):
    """Neither words nor a file, or a form that is none of ours."""


class NoTemplate(LookupError):
    """There is no template to send, or it wants to know something that the desk does not."""


@dataclass(frozen=True)
class Window:
    """How a contact can be written to: by which channel and number of ours, and until when with words of our own.

    ``until`` is None for somebody who has never written; ``blocked``: they do not take our messages.
    """

    channel: str
    until: datetime | None
    blocked: bool = False
    number: str = FIRST

    def is_open(self, at: datetime) -> bool:
        """Whether words of our own may be sent."""
        return self.until is not None and at < self.until

    def is_closing(self, at: datetime) -> bool:
        """Whether this is the last hour."""
        return self.until is not None and self.is_open(at) and self.until - at <= LAST_HOUR


@dataclass(frozen=True)
class Attached:
    """A picture or PDF to send with a reply, as its content says."""

    content: bytes = field(repr=False)
    mime: str
    name: str = field(repr=False)

    @property
    def kind(self) -> str:
        """image or document."""
        return "image" if self.mime.startswith("image/") else "document"


def window(session: Session, contact_id: int) -> Window:
    """How a contact can be written to now."""
    row = session.execute(
        select(Dispatch.channel, Dispatch.last_inbound_at, Dispatch.blocked_at, Dispatch.our_number).where(
            Dispatch.contact_id == contact_id
        )
    ).one_or_none()
    if row is None:
        return Window(settings().channel, None)
    until = row.last_inbound_at + WINDOW if row.last_inbound_at else None
    return Window(row.channel, until, row.blocked_at is not None, row.our_number)


def takes_files(channel: str) -> bool:
    """Whether files can be sent by this channel: Twilio fetches them from us, and must be able to reach us."""
    return channel != Channel.TWILIO.value or settings().twilio_public_url is not None


def attached(content: bytes, name: str) -> Attached:
    """A file that a volunteer has chosen, if it is a JPEG, a PNG or a PDF of at most ``MOST_BYTES``.

    Raises:
        siaga.media.checking.Unwanted: with the reason type, size or damaged.
    """
    if len(content) > MOST_BYTES:
        raise Unwanted("size")
    mime = real_mime(content)
    kind = "document" if mime == "application/pdf" else "image"
    return Attached(content, check(content, kind, None, None), name or "berkas")


def has_number(text: str) -> bool:
    """Whether a text holds a NIK, a phone number or another number as long: to be asked about before it is sent."""
    return _NUMBER.search(text) is not None


def is_sent(session: Session, key: str) -> bool:
    """Whether the form with this key has been sent."""
    return session.scalar(select(OutboundMessage.id).where(OutboundMessage.id == key)) is not None


def reply(
    session: Session, hand_off_id: int, login: str, text: str, key: str, at: datetime, *, file: Attached | None = None
) -> None:
    """Send a volunteer's words, in as many messages as it takes; the same ``key`` sends nothing the second time.

    Raises:
        siaga.handoffs.state.UnknownHandOff
        NotYours, WindowClosed, NothingToSay
    """
    hand_off = _of(session, hand_off_id, login, key)
    if hand_off is None:
        return
    street = window(session, hand_off.contact_id)
    if not street.is_open(at):
        raise WindowClosed("the citizen has been silent for a day")
    reference = None
    if file is not None:
        until = at + timedelta(days=settings().media_days)
        reference = media.put(session, file.content, file.mime, until=until)
    drafts = _drafts(street.channel, _as_reply(text, reference, file), key)
    if not drafts or len(text) > LONGEST:
        raise NothingToSay("no words, or too many")
    for draft, outbound_id in _put(session, hand_off.contact_id, street.channel, drafts, key):
        words, shows = said_in(draft.payload)
        recording.desk_said(
            session,
            hand_off,
            login,
            words,
            outbound_id,
            at=at,
            kind=file.kind if shows and file else "text",
            picture=reference if shows else None,
        )


def send_template(session: Session, hand_off_id: int, login: str, name: str, role: str, key: str, at: datetime) -> None:
    """Send the approved template that says who wants to write, after which the citizen can answer.

    Raises:
        siaga.handoffs.state.UnknownHandOff
        NotYours, NoTemplate, NothingToSay
    """
    hand_off = _of(session, hand_off_id, login, key)
    if hand_off is None:
        return
    street = window(session, hand_off.contact_id)
    template = template_for(street.channel)
    values = _values(template, name, role)
    try:
        payload = template_payload(template.name, template.language, values)
    except TemplateMisused:
        raise NoTemplate(TEMPLATE) from None
    outbox.put_all(session, hand_off.contact_id, [], key, channel=street.channel, template=payload)
    recording.desk_said(session, hand_off, login, template.filled(values), key, at=at, kind="template")


def template_for(channel: str) -> Template:
    """The template for somebody who has been silent.

    Raises:
        NoTemplate: there is none, or the settings do not say what Twilio calls it.
    """
    template = templates().get((TEMPLATE, LANGUAGE))
    if template is None or (channel == Channel.TWILIO.value and TEMPLATE not in settings().twilio_templates):
        raise NoTemplate(TEMPLATE)
    return template


def template_text(channel: str, name: str, role: str) -> str:
    """What the citizen will read.

    Raises:
        NoTemplate
    """
    template = template_for(channel)
    return template.filled(_values(template, name, role))


def greet(session: Session, hand_off: HandOff, name: str, role: str, at: datetime) -> bool:
    """Tell the citizen who is there for them now, and how to go back; whether it could be sent."""
    street = window(session, hand_off.contact_id)
    if not street.is_open(at) or street.blocked:
        return False
    text = (
        f"Anda sekarang terhubung dengan *{name}*, {role}. Silakan tulis pesan Anda, akan dibalas langsung di sini.\n\n"
        f"Tulis *kembali ke bot* kapan saja untuk kembali ke layanan otomatis."
    )
    key = outbox.new_key()
    drafts = _drafts(street.channel, Reply(text=text, choices=(Choice(BACK, BACK_PAYLOAD),)), key)
    for draft, outbound_id in _put(session, hand_off.contact_id, street.channel, drafts, key):
        labels = [option.label for option in draft.options]
        said = text if draft.options else said_in(draft.payload)[0]
        recording.bot_said(session, hand_off, said, outbound_id, at=at, options=labels)
    return True


def said_in(payload: Mapping[str, Any]) -> tuple[str, bool]:
    """The words of a message of words or of a file, in either channel's form, and whether it shows a file."""
    if "type" not in payload:
        return str(payload.get("Body") or ""), bool(payload.get("MediaUrl"))
    if payload["type"] == "text":
        return str(payload["text"]["body"]), False
    block = payload.get(payload["type"], {})
    return str(block.get("caption") or ""), payload["type"] in ("image", "document")


async def show_typing(channel: str, number: str, wamid: str) -> None:
    """Show the citizen that this message was read and that somebody is writing; what goes wrong is passed over.

    ``number`` is that of ours which it came by.
    """
    try:
        if channel == Channel.TWILIO.value:
            twilio = TwilioClient(twilio_access())
            try:
                await twilio.show_typing(wamid)
            finally:
                await twilio.close()
            return
        graph = GraphClient(access())
        try:
            await graph.mark_read(wamid, typing=True, number=number)
        finally:
            await graph.close()
    except (Refused, Unreachable, Ambiguous, SecretsMissing):
        return


# ---------------------------------------------------------------------- into the outbox
def _of(session: Session, hand_off_id: int, login: str, key: str) -> HandOff | None:
    """The hand-off, locked, if ``login`` holds it; None if the form with this key has been sent already."""
    if not _KEY.fullmatch(key):
        raise NothingToSay("no key of ours")
    hand_off = state.get(session, hand_off_id, lock=True)
    if is_sent(session, key):
        return None
    if hand_off.state != state.HELD or hand_off.held_by != login:
        holder = attendants.name_of(session, hand_off.held_by) if hand_off.state == state.HELD else None
        raise NotYours(holder)
    return hand_off


def _as_reply(text: str, reference: str | None, file: Attached | None) -> Reply:
    if reference is None or file is None:
        return Reply(text=text)
    if file.kind == "image":
        return Reply(text=text, images=(reference,))
    return Reply(text=text, documents=(Document(reference, file.name),))


def _drafts(channel: str, said: Reply, key: str) -> list[Draft]:
    if channel == Channel.TWILIO.value:
        return render_for_twilio(said, key, use_content=settings().twilio_content)
    return render(said, key)


def _put(session: Session, contact_id: int, channel: str, drafts: Sequence[Draft], key: str) -> list[tuple[Draft, str]]:
    """Put messages behind each other; the last has ``key``, which tells that all have been."""
    keys = [*(outbox.new_key() for _ in drafts[1:]), key]
    for draft, own in zip(drafts, keys, strict=True):
        outbox.put_all(session, contact_id, [draft], own, channel=channel)
    return list(zip(drafts, keys, strict=True))


def _values(template: Template, name: str, role: str) -> dict[str, str]:
    known = {"nama": name, "nama_petugas": name, "petugas": name, "peran": role, "peran_petugas": role}
    if not set(template.variables) <= set(known):
        raise NoTemplate(TEMPLATE)
    return {variable: known[variable] for variable in template.variables}
