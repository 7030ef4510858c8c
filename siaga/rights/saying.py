"""Telling a contact what became of their wish: by the outbox, behind all else that is said to them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.settings import settings
from siaga.turns import outbox
from siaga.turns.messages import Draft
from siaga.turns.tables import Dispatch
from siaga.whatsapp.channels import Channel
from siaga.whatsapp.render import render
from siaga.whatsapp.reply import Reply
from siaga.whatsapp.twilio.render import render as render_for_twilio


def say(session: Session, contact_id: int, reply: Reply) -> None:
    """Put it into the outbox, in the shape of the channel by which the contact is reached."""
    channel = session.scalar(select(Dispatch.channel).where(Dispatch.contact_id == contact_id)) or settings().channel
    key = outbox.new_key()
    outbox.put_all(session, contact_id, _drafts(reply, key, channel), key, channel=channel)


def _drafts(reply: Reply, key: str, channel: str) -> list[Draft]:
    if channel == Channel.TWILIO.value:
        return render_for_twilio(reply, key, use_content=settings().twilio_content)
    return render(reply, key)
