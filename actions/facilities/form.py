"""The state of an open search for a place during one turn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from rasa_sdk import Tracker
from sqlalchemy.orm import Session

from actions.forms.state import OpenForm
from actions.subject import PLACES

NEAR = "facility_near"
LISTED = PLACES
"""When and which places were listed last, for what is asked about them afterwards."""
REMEMBERED = timedelta(minutes=30)


class Form(OpenForm):
    """Where to look is the only question. Of a pin nothing is kept: it is used in the turn that it comes in.

    The draft holds ``choices`` (codes of regions that one name may mean), ``vaccine``, if one was asked for, and
    ``listed``, the ids of the places told.
    """

    name = "facility_form"
    answers = (NEAR,)
    draft_of = {NEAR: ("choices",)}

    def __init__(self, session: Session, tracker: Tracker) -> None:
        super().__init__(session, tracker)
        self._listed: dict[str, Any] = tracker.get_slot(LISTED) or {}

    @property
    def listed(self) -> list[int]:
        """The places listed in an answer not long ago."""
        told_at = self._listed.get("at")
        if told_at is None or self.message.at - datetime.fromisoformat(told_at) > REMEMBERED:
            return []
        return list(self._listed["places"])

    @property
    def words(self) -> str:
        """What the citizen wrote, without another request in it; of a tapped button, the question it carries."""
        return self.message.question

    @property
    def choices(self) -> list[str]:
        known: list[str] = self.draft.get("choices") or []
        return known

    @property
    def vaccine(self) -> str | None:
        return self.draft.get("vaccine")

    def told(self, what: str, **draft: Any) -> None:
        """The answer has been said: the form is done."""
        self.fill(NEAR, what, **draft)
        self.end("told")
