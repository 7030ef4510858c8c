"""What the machinery itself has to say: an outage, a message that was given up, a crowd."""

from __future__ import annotations

import contextlib
from typing import Any

from rasa.core.agent import Agent
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.orm import Session

from siaga.dialogue.door import Door
from siaga.turns import outbox
from siaga.turns.messages import Draft

# Said when the domain has no such response.
_FALLBACK = {
    "utter_outage": "Layanan sedang ada gangguan. Pesan Anda sudah saya simpan dan akan saya jawab begitu pulih.",
    "utter_outage_danger": "Kalau darurat, telepon *119* sekarang. Layanan ini sedang ada gangguan.",
    "utter_parked": "Maaf, pesan Anda tadi belum berhasil saya proses. Silakan coba tulis dengan kata lain.",
    "utter_too_many": "Pesan Anda datang terlalu banyak sekaligus, dan {count} yang terakhir tidak saya baca. Kalau"
    " masih ada yang perlu, tulis lagi dalam satu pesan, ya. Kalau darurat, telepon *119* sekarang.",
    "utter_busy": "Sedang ramai sekali, jadi jawabannya agak lama. Pesan Anda sudah saya terima dan tetap saya jawab.",
}


class Notes:
    """Notes for a channel. Each is made before the transaction in which it is put, as the domain may take its time."""

    def __init__(self, agent: Agent, door: Door) -> None:
        self.channel = door.name
        self._agent = agent
        self._door = door

    async def make(self, response: str, key: str, **values: object) -> list[Draft]:
        """Something of the machinery's own to say, in the domain's words, with ``values`` in their places."""
        said: dict[str, Any] | None = None
        with contextlib.suppress(Exception):
            tracker = DialogueStateTracker.from_events(key, [], slots=self._agent.domain.slots)
            said = await self._agent.nlg.generate(response, tracker, self.channel, **values)
        # Notes offer nothing to choose, so the key leads nowhere.
        return self._door.render([said or {"text": _FALLBACK[response].format(**values)}], outbox.new_key())

    def put(self, session: Session, contact_id: int, note: list[Draft], *, urgent: bool = False) -> list[str]:
        """Queue a note behind the contact's other messages; returns its keys."""
        return outbox.put_all(session, contact_id, note, channel=self.channel, urgent=urgent)
