"""Good news, one piece at a time."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, command, open_form
from actions.wording import long_date
from siaga.content import live
from siaga.db import transaction
from siaga.news import NewsItem, read_news, tell_next

NEXT = {
    **command("Kabar lain", "good_news"),
    "also": ["satu lagi", "lagi", "ada lagi", "apa lagi", "yang lain", "berita lain", "lanjut", "kabar baik lain"],
}
MENU = command("Menu", "show_menu")


def news(preview: bool = False) -> list[NewsItem]:
    """The news that stands, the newest first; with ``preview`` also what staff have not published yet."""
    return live.built("news", read_news, preview=preview)


class ActionTellNews(Action):
    """The newest that this person has not been told, with its age when it is old; when all are told, says so."""

    def name(self) -> str:
        return "action_tell_news"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        message = Message.of(tracker)
        in_form = open_form(tracker) is not None
        happened = [item for item in news(message.preview) if item.day <= message.today]
        with transaction() as session:
            item = tell_next(session, tracker.sender_id, happened, message.id, message.at)
        if item is None:
            dispatcher.utter_message(response="utter_news_all_told", **({} if in_form else {"buttons": [MENU]}))
            return []
        dispatcher.utter_message(
            response="utter_news_old" if item.is_old(message.today) else "utter_news",
            title=item.title,
            lines="\n".join(item.lines),
            date=long_date(item.day),
            source=item.source,
            **({} if in_form else {"buttons": [NEXT, MENU]}),
        )
        return []
