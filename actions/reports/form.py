"""The state of an open report during one turn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from sqlalchemy.orm import Session

from actions.forms.state import OpenForm
from siaga.reports import Kind, When, Where, kinds_now, when, where, zone_of

ANSWER = "report_answer"
COMPLETE, ANSWERED = "complete", "answered"
CHANGEABLE = ("what", "where", "when", "picture", "name")
LONGEST = 1000
"""Characters of what is told that are kept."""


class Form(OpenForm):
    """One report. There is one slot, asked again and again; which question is open follows from the draft.

    The draft holds ``kind``, ``what``, ``where``, ``when``, ``picture`` (the key of the message that brought it),
    ``name`` (yes, or no for a reporter who stays unknown), ``left`` (questions left out), ``last`` (what was answered
    last) and ``change`` (whether it is asked what is to be changed).
    """

    name = "report_form"
    answers = (ANSWER,)

    def __init__(self, session: Session, tracker: Tracker) -> None:
        super().__init__(session, tracker)
        metadata = (tracker.latest_message or {}).get("metadata") or {}
        self.files: tuple[str, ...] = tuple(metadata.get("files") or ())

    # ------------------------------------------------------------------ what is known
    @property
    def words(self) -> str:
        """What the citizen wrote, without another request in it; of a tapped option, the question it carries."""
        return self.message.question

    @property
    def kind(self) -> Kind | None:
        return kinds_now().by_id(self.draft.get("kind"))

    @property
    def what(self) -> str | None:
        return self.draft.get("what")

    @property
    def place(self) -> Where | None:
        kept = self.draft.get("where")
        return where.of_kept(kept) if kept else None

    @property
    def time(self) -> When | None:
        kept = self.draft.get("when")
        return when.of_kept(kept) if kept else None

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.place.regency_code if self.place else None)

    @property
    def at(self) -> datetime:
        return self.message.at

    def open_questions(self) -> list[str]:
        """What is still to be asked before the summary, in order."""
        place, left = self.place, self.draft.get("left", [])
        asks: Sequence[str] = self.kind.asks if self.kind else ("when", "picture", "name")
        missing = {
            "what": self.what is None,
            "where": place is None,
            "region": place is not None and not place.is_found,
            "when": "when" in asks and self.draft.get("when") is None,
            "picture": "picture" in asks and self.draft.get("picture") is None,
            "name": "name" in asks and self.draft.get("name") is None,
        }
        return [name for name, is_missing in missing.items() if is_missing and name not in left]

    def question(self) -> str:
        """The open question: one of ``open_questions``, ``change`` or ``confirm``."""
        if still := self.open_questions():
            return still[0]
        return "change" if self.draft.get("change") else "confirm"

    def progress(self, slot: str) -> str | None:
        left = len(self.open_questions())
        if not left:
            return None
        return "tinggal satu pertanyaan" if left == 1 else f"paling banyak {left} pertanyaan lagi"

    # ------------------------------------------------------------------ what changes
    def learn(self, field: str, value: Any) -> dict[str, Any]:
        """What the draft becomes with an answer."""
        left = [name for name in self.draft.get("left", []) if name != field]
        return {field: value, "last": field, "left": left, "change": False}

    def leave_out(self, question: str) -> dict[str, Any]:
        """What the draft becomes when a question is left out."""
        return {"left": [*self.draft.get("left", []), question], "last": question, "change": False}

    def reopen(self, field: str) -> None:
        """Forget an answer, so that it is asked again."""
        names = {"region": ("where",), "what": ("what", "kind")}.get(field, (field,))
        for name in names:
            self.draft.pop(name, None)
        also = ("region",) if field in ("where", "region") else ()
        self.draft["left"] = [name for name in self.draft.get("left", []) if name not in (field, *also)]
        self.draft["change"] = False
