"""A short form that may open in the middle of another one, which goes on where it was when the short one is done."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from sqlalchemy.orm import Session

from actions.conversation import TAKEN_UP, Event, taken_up_by
from actions.forms import within
from actions.forms.state import OpenForm

LEFT_OPEN = "left_open"
"""The slot with the form that was open, and what it had asked: ``registration_form nik``."""

# "lanjut daftar" opens a registration; where one is open already, it goes on.
_OPENED_BY = {"registration_form": "register_vaccination", "selfcheck_form": "start_self_check"}
GO_ON = ["lanjut", "lanjutkan", "lanjut daftar", "lanjut saja", "lanjut yang tadi"]
"""Other words for the option that leaves things as they are: here they are no yes."""
_GO_ON = re.compile(
    r"(?:(?:ya|iya|oke?|yuk|ayo|mau)\W+)?(?:lanjut|terus)(?:kan|in|no|ke|ken|keun)?\b"
    r"(?!.*\b(?:hapus|apus|busa?k|cabut|batal))[^?]*",
    re.IGNORECASE,
)


class BesideForm(OpenForm):
    """``LEFT_OPEN`` is among its ``marks``."""

    marks: ClassVar[tuple[str, ...]] = (LEFT_OPEN,)

    def __init__(self, session: Session, tracker: Tracker) -> None:
        super().__init__(session, tracker)
        self._tracker = tracker

    def begin(self) -> None:
        """Open it, and remember what was open."""
        left: Any = None
        if (open_before := within.form_that_asks(self.asked)) is not None:
            # Of several of this kind, one after the other, the one in which the first opened.
            left = self.slots[LEFT_OPEN] if issubclass(open_before, BesideForm) else f"{open_before.name} {self.asked}"
        super().begin()
        self.slots[LEFT_OPEN] = left

    @property
    def left_open(self) -> type[OpenForm] | None:
        return within.form_that_asks(self.left_at)

    @property
    def left_at(self) -> str:
        return str(self.slots[LEFT_OPEN] or "").rpartition(" ")[2]

    @property
    def goes_back(self) -> bool:
        """Whether the message means going on with what was open: an option of it, a wish for it, or "lanjut"."""
        left, message = self.left_open, self.message
        if left is None:
            return False
        if message.option:
            return message.option[0] in left.answers
        return message.intent == _OPENED_BY.get(left.name) or bool(_GO_ON.fullmatch(message.text.strip()))

    def close(self) -> list[Event]:
        """As in every form; the other one is taken up again."""
        return [*super().close(), *self.taking_up()]

    def taking_up(self) -> list[Event]:
        """Events that take up the form that was open: it asks again."""
        if self.left_open is None:
            return []
        name, _, asked = str(self.slots[LEFT_OPEN]).partition(" ")
        return [
            ActiveLoop(name),
            SlotSet("requested_slot", asked),
            SlotSet(TAKEN_UP, taken_up_by(name, self.message)),
        ]

    def dropping(self) -> list[Event]:
        left = self.left_open
        if left is None:
            return []
        left(self.session, self._tracker).discard()
        return left.blank()
