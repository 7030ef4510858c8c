"""A yes to something that cannot be undone counts only for the question as it was just asked."""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, ClassVar, TypeVar

from rasa_sdk import Tracker
from sqlalchemy.orm import Session

from actions.conversation import Message, option
from actions.forms.beside import GO_ON, BesideForm
from actions.forms.reading import Reading, is_short, yes_or_no
from actions.forms.validate import ValidateForm
from siaga.registration.kept import Kept, kept
from siaga.text.normalise import normalise
from siaga.text.yesno import is_bare_yes_no

ASKED = "rights_asked"
"""The slot with when the question was asked (``at``, ISO text) and a ``mark`` of what it was about."""
GOOD_FOR = timedelta(hours=1)
YES, NO = "yes", "no"
_LETTERS = str.maketrans("0123456789", "ghijklmnop")


class Confirming(BesideForm):
    """A form whose last question is such a one. ``people``: who is on file because of this contact."""

    marks: ClassVar[tuple[str, ...]] = (*BesideForm.marks, ASKED)
    confirmed: str
    """The slot of that question."""

    def __init__(self, session: Session, tracker: Tracker) -> None:
        super().__init__(session, tracker)
        self._people: list[Kept] | None = None

    @property
    def people(self) -> list[Kept]:
        if self._people is None:
            self._people = kept(self.session, self.contact, self.message.at)
        return self._people

    def concerned(self) -> Sequence[Kept]:
        """Those whom the question is about."""
        return self.people

    @property
    def may_keep(self) -> bool:
        """There is nothing to keep but what the slots hold."""
        return False

    def mark(self) -> None:
        """Note that the question is asked now."""
        at = self.message.at.isoformat()
        self.slots[ASKED] = {"at": at, "mark": self._mark(at)}

    def is_as_asked(self, mark: str | None) -> bool:
        """Whether a yes to the question of ``mark`` is one to the question that is open, asked not long ago, and
        nothing has changed since."""
        asked = self.slots[ASKED] or {}
        if not asked or mark != asked["mark"] or mark != self._mark(asked["at"]):
            return False
        return self.message.at - datetime.fromisoformat(asked["at"]) <= GOOD_FOR

    def answer(self, value: str) -> Reading:
        """``no``, or ``yes:`` and the mark that the option carries: to an old one the question is asked again."""
        if value == NO:
            return Reading(False, strong=True, end="kept")
        if self.was_done() or self.is_as_asked(value.partition(":")[2]):
            return Reading(True, strong=True, end="complete")
        self.mark()
        self.say("utter_rights_ask_again")
        return Reading(None, strong=True)

    def was_done(self) -> bool:
        """Whether this message has brought it about already, and the turn then died."""
        return False

    def no(self, *also: str) -> dict[str, Any]:
        """The option that leaves all as it is, with other words for it."""
        goes_on = GO_ON if self.left_open else []
        return {**option("Tidak jadi", self.confirmed, NO), "also": ["batal", "jangan", *also, *goes_on]}

    def yes(self) -> str:
        """What the option to agree carries."""
        return f"{YES}:{(self.slots[ASKED] or {}).get('mark', '')}"

    def _mark(self, at: str) -> str:
        """Letters that stand for this question: others if it is asked at another time, or anything has changed for
        those whom it is about. No digits, which would be masked where the conversation is kept."""
        people = sorted(self.concerned(), key=lambda one: one.person.person_id)
        digest = blake2b("|".join([at, *map(_state, people)]).encode(), digest_size=8).hexdigest()
        return digest.translate(_LETTERS)


F = TypeVar("F", bound=Confirming)


class ValidateConfirming(ValidateForm[F], ABC):
    """Who goes on with what was open before leaves all as it is."""

    def take(self, form: F) -> bool:
        if form.goes_back:
            form.end("kept")
            return True
        return super().take(form)


def _state(one: Kept) -> str:
    place = one.person.appointment
    return f"{one.person.person_id} {one.person.status} {place and place.code} {one.waits and one.waits.id}"


def read(
    form: Confirming, message: Message, also: frozenset[str], needed: frozenset[str] = frozenset()
) -> Reading | None:
    """A plain yes or no in words; ``also`` are words (in standard spelling) that may stand beside a yes, or alone.

    ``needed``: where there are any, a yes without one of these is none.
    """
    if message.intent == "cancel":
        return Reading(False, strong=True, end="kept")
    words = [word.strip(".,!") for word in normalise(message.text).split()]
    rest = [word for word in words if word not in also]
    agrees = len(rest) < len(words) and (not rest or is_bare_yes_no(" ".join(rest)) is True)
    agrees = agrees or is_bare_yes_no(message.text) is True
    if agrees and "?" not in message.text and (not needed or needed & set(words)):
        return form.answer(form.yes())
    if yes_or_no(message) is False and is_short(message):
        return Reading(False, strong=True, end="kept")
    return None
