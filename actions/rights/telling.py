"""Whether one's data are safe: what is kept, why, for how long, and who sees it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, command
from actions.radar import following as radar
from siaga.settings import settings

SEE = command("Lihat data saya", "see_my_data")
ERASE = command("Hapus data saya", "delete_my_data")
WITHDRAW = command("Cabut persetujuan", "withdraw_consent")
# Who else gets registrations and doses, by the registry in the settings.
_REGISTRIES = {"http": "; sistem pendaftaran resmi", "satusehat": "; SATUSEHAT Kementerian Kesehatan"}


class ActionTellPrivacy(Action):
    """What is kept, and what can be done about it; a mere "aman ga?" after figures of a place is about that place."""

    def name(self) -> str:
        return "action_tell_privacy"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        if (told := radar.follow(dispatcher, tracker)) is not None:
            return told
        registry = _REGISTRIES.get(settings().registry, "")
        dispatcher.utter_message(response="utter_privacy", registry=registry, buttons=[SEE, ERASE, WITHDRAW])
        return []
