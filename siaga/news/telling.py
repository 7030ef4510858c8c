"""Which news a contact is told next: the newest that they have not been told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.news.items import NewsItem, newest_first
from siaga.news.tables import NewsTold
from siaga.people.contacts import ensure_key
from siaga.people.tables import Contact


def tell_next(
    session: Session, contact_key: str, items: Iterable[NewsItem], message_id: str, at: datetime
) -> NewsItem | None:
    """The newest of ``items`` that this contact has not been told, noted as told at ``at``; None if they know all.

    A message that was answered before is answered with the same news. Two messages of one contact at once are told
    different news: the second waits for the first.
    """
    news = newest_first(items)
    ensure_key(session, contact_key)
    # No stronger than needed: other tables may go on to refer to this contact meanwhile.
    contact_id = session.execute(
        select(Contact.id).where(Contact.key == contact_key).with_for_update(key_share=True)
    ).scalar_one()
    told = {
        row.news_id: row.message_id
        for row in session.execute(
            select(NewsTold.news_id, NewsTold.message_id).where(NewsTold.contact_id == contact_id)
        )
    }
    again = next((item for item in news if message_id and told.get(item.id) == message_id), None)
    if again is not None:
        return again
    new = next((item for item in news if item.id not in told), None)
    if new is not None:
        session.add(NewsTold(contact_id=contact_id, news_id=new.id, told_at=at, message_id=message_id))
        session.flush()
    return new
