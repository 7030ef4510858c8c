"""The state of a request for a certificate during one turn."""

from __future__ import annotations

from typing import Any, ClassVar

from rasa_sdk import Tracker
from sqlalchemy.orm import Session

from actions.forms.state import OpenForm
from siaga.identity import belongs_to, may_see
from siaga.registration.registry import LocalRegistry, Registered

PERSON, NIK, BIRTH_DATE, CODE = "certificate_person", "certificate_nik", "certificate_birth_date", "certificate_code"
WRONG, WORDS = "certificate_wrong", "certificate_words"
WHAT, DOSE, WHOSE, CHECK = "certificate_what", "certificate_dose", "certificate_whose", "certificate_check"
OTHER = "other"
KNOWN = "✓"
OPENS = "certificate"
"""The option that opens this conversation: ``get:12``, ``correct:12``, ``missing:12``, with a person's id."""


class Form(OpenForm):
    """The slots hold ids, masks and marks; the draft the NIK, the birth date, and what should be put right.

    ``certificate_what`` is get, correct or missing, and ``certificate_dose`` the number of the dose it is about, where
    that was said. ``certificate_whose`` is the id of the person once the contact may see them, ``certificate_check``
    the check of identity that waits for its code.
    """

    name = "certificate_form"
    answers = (PERSON, NIK, BIRTH_DATE, CODE, WRONG, WORDS)
    marks = (WHAT, DOSE, WHOSE, CHECK)
    draft_of: ClassVar = {NIK: ("nik",), BIRTH_DATE: ("birth_date", "typed_date"), WORDS: ("words",)}

    def __init__(self, session: Session, tracker: Tracker) -> None:
        super().__init__(session, tracker)
        self._people: list[Registered] | None = None

    @property
    def people(self) -> list[Registered]:
        """Those this contact registered and looks after: their data are theirs to see."""
        if self._people is None:
            mine = LocalRegistry(self.session).mine(self.contact, now=self.message.at)
            self._people = [one for one in mine if belongs_to(self.session, self.contact, one.person_id)]
        return self._people

    @property
    def person(self) -> Registered | None:
        """The registered person it is about; None for anyone else."""
        return next((one for one in self.people if str(one.person_id) == self.slots[PERSON]), None)

    @property
    def whose(self) -> int | None:
        """The id of the person it is about, if the contact may see their data now."""
        found = self.slots[WHOSE]
        if found is None or not may_see(self.session, self.contact, int(found), self.message.at):
            return None
        return int(found)

    @property
    def called(self) -> str:
        """The person as this contact may read them."""
        if self.person:
            return f"*{self.person.name}*"
        return f"NIK {self.slots[NIK]}" if self.slots[NIK] else "orang itu"

    def forget_proof(self) -> None:
        """Take back NIK, birth date and code, so that they are asked for anew."""
        for slot in (NIK, BIRTH_DATE, CODE):
            self.clear(slot)
        self.slots[CHECK] = self.slots[WHOSE] = None

    def fill(self, slot: str, value: Any, **draft: Any) -> None:
        """Another person is shown anew; so is another NIK."""
        if slot == PERSON and self.slots[PERSON] != value:
            self.forget_proof()
        elif slot in (NIK, BIRTH_DATE):
            self.slots[CHECK] = self.slots[WHOSE] = None
            self.clear(CODE)
        super().fill(slot, value, **draft)
