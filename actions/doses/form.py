"""The state of an open question about the next dose during one turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from rasa_sdk import Tracker
from sqlalchemy.orm import Session

from actions.doses.outside import learn_outside
from actions.forms.state import NONE, OpenForm
from actions.wording import who
from siaga.doses import (
    Given,
    HistoryError,
    LookedAfter,
    Next,
    Recorded,
    RuleSet,
    Told,
    history,
    looked_after,
    next_dose,
    recorded,
    rules_in_force,
)

PERSON, NUMBER, VACCINE, DATE, AGE = "dose_person", "dose_number", "dose_vaccine", "dose_date", "dose_age"
REGISTERED = "person:"
KNOWN = "✓"
FORGOTTEN = "forgotten"
# Somebody whose age was not told and is no child: the answer says for which ages it holds.
ASSUMED_AGE = 40
ADULT = 18


class Form(OpenForm):
    """The slots hold who it is about, and marks; the draft holds ``received``, ``implied``, ``vaccine``, ``last_on``,
    ``late_days`` and ``age`` as they were told. Of somebody who is not registered nothing is left when it ends."""

    name = "dose_form"
    answers = (PERSON, NUMBER, VACCINE, DATE, AGE)
    draft_of = {
        NUMBER: ("received", "implied"),
        VACCINE: ("vaccine",),
        DATE: ("last_on", "late_days"),
        AGE: ("age",),
    }

    def __init__(self, session: Session, tracker: Tracker) -> None:
        super().__init__(session, tracker)
        self._people: list[LookedAfter] | None = None
        self._recorded: dict[int, list[Recorded]] = {}

    @property
    def words(self) -> str:
        """What the citizen wrote, without another request in it; of a button, the question that it carries."""
        return self.message.question

    # ------------------------------------------------------------------ who
    @property
    def people(self) -> list[LookedAfter]:
        """Whom this contact looks after."""
        if self._people is None:
            self._people = looked_after(self.session, self.contact)
        return self._people

    @property
    def person(self) -> LookedAfter | None:
        """The registered person it is about; None for anyone else."""
        chosen = str(self.slots[PERSON] or "")
        if not chosen.startswith(REGISTERED):
            return None
        return next((one for one in self.people if f"{REGISTERED}{one.id}" == chosen), None)

    @property
    def relation(self) -> str:
        return self.person.relation if self.person else str(self.slots[PERSON] or "self")

    @property
    def who(self) -> str:
        return who(self.relation, self.person.sex if self.person else None)

    # ------------------------------------------------------------------ what is known of their doses
    @property
    def on_file(self) -> list[Recorded]:
        person = self.person
        if person is None:
            return []
        if person.id not in self._recorded:
            self._recorded[person.id] = recorded(self.session, person.id)
        return self._recorded[person.id]

    def ask_outside(self) -> None:
        """Have another registry's doses on file before anything is asked of the citizen; once a conversation."""
        person = self.person
        if person is not None and self.draft.get("asked_outside") != person.id:
            self.draft["asked_outside"] = person.id
            learn_outside(self.session, person.id)
            self._recorded.pop(person.id, None)

    @property
    def rules(self) -> RuleSet:
        """Those in force; raises ``NoRules`` and ``RuleFileError`` as ``rules_in_force``."""
        return rules_in_force(self.message.today, preview=self.message.preview)

    @property
    def told_on(self) -> date | None:
        told = self.draft.get("last_on")
        return date.fromisoformat(told) if told else None

    def told_counts(self) -> bool:
        """Whether the number told is news: not only implied by the question, and more than an official source has."""
        received, official = self.draft.get("received"), [dose.number for dose in self.on_file if not dose.told]
        if received is None or (self.draft.get("implied") and self.on_file):
            return False
        return received > max(official, default=0) or (not self.on_file)

    def history(self) -> list[Given] | None:
        """The doses had, on file and told together; None while nobody has said how many."""
        known = history(self.on_file)
        received: int | None = self.draft.get("received")
        if not self.told_counts():
            if not known:
                return None
            received = known[-1].number
        if received is None:
            return None
        kept = [dose for dose in known if dose.number <= received]
        last = next((dose for dose in kept if dose.number == received), Given(received))
        official = any(dose.number == received and not dose.told for dose in self.on_file)
        vaccine, told_on = self.draft.get("vaccine"), self.told_on
        if official:
            last = replace(last, vaccine=last.vaccine or vaccine, given_on=last.given_on or told_on)
        else:
            last = replace(last, vaccine=vaccine or last.vaccine, given_on=told_on or last.given_on)
        if received == 0:
            return []
        earlier = [self._possible(dose, last) for dose in kept if dose.number < received]
        return [*earlier, self._by_lateness(last)]

    @staticmethod
    def _possible(dose: Given, last: Given) -> Given:
        """What was told of the last dose may contradict an earlier one: then nobody knows when that was."""
        later = dose.given_on and last.given_on and dose.given_on > last.given_on
        return replace(dose, given_on=None) if later else dose

    def _by_lateness(self, last: Given) -> Given:
        """Who says how late the second dose is has told when the first one was."""
        late_days = self.draft.get("late_days")
        if last.given_on is not None or late_days is None or last.number != 1 or last.vaccine is None:
            return last
        today = self.message.today
        for rule in self.rules.intervals:
            if rule.dose == "dose_2" and rule.until and last.vaccine in rule.after:
                length = rule.until.after(today) - today
                return replace(last, given_on=today - timedelta(days=late_days) - length)
        return last

    @property
    def birth_date(self) -> date:
        """Theirs; of somebody not registered one that the age told allows."""
        if self.person:
            return self.person.birth_date
        today = self.message.today
        # A day before the birthday that the age would end with: they stay that old for as long as it may be.
        age = self.draft.get("age")
        return today - timedelta(days=round(365.25 * (ASSUMED_AGE if age is None else age + 0.5)))

    def next(self) -> Next:
        """The next dose, or what has to be asked for it."""
        try:
            found = next_dose(self.history(), self.birth_date, self.message.today, rules=self.rules)
        except HistoryError:
            # What is on file cannot be: the citizen may know better.
            found = Next("unknown", asks="last_dose_on")
        known = self.history()
        if found.kind in ("due", "unknown") and not found.brands and known and known[-1].vaccine is None:
            # It may be given whatever it was, but with which vaccine?
            return replace(found, asks="last_vaccine")
        if found.kind in ("due", "unknown") and found.dose != "dose_2" and self._may_be_a_child():
            return replace(found, asks=found.asks or "birth_date")
        return found

    def _may_be_a_child(self) -> bool:
        return self.person is None and self.relation == "child" and self.draft.get("age") is None

    # ------------------------------------------------------------------ what changes
    def learn(self, told: Told) -> bool:
        """Take what a message tells; whether it told anything."""
        new: dict[str, Any] = {
            "received": told.received,
            "implied": told.implied if told.received is not None else None,
            "vaccine": told.vaccine,
            "last_on": told.last_on.isoformat() if told.last_on else None,
            "late_days": told.late_days,
            "age": told.age,
        }
        if told.implied and self.draft.get("received") is not None:
            # Asking for a dose does not take back what was told.
            new.pop("received")
            new.pop("implied")
        known = {name: value for name, value in new.items() if value is not None}
        self.draft |= known
        return bool(known.keys() - {"implied"})

    def forget_last(self) -> None:
        """Take back the answer given last, so that it is asked again."""
        given = [slot for slot in self.answers if self.slots[slot] not in (None, NONE)]
        last = self.draft.get("last")
        if given:
            self.clear(last if last in given else given[-1])

    def still_open(self) -> str | None:
        """The question that the rules need next."""
        if self.slots[PERSON] is None:
            return PERSON
        asks = self.next().asks
        return {"doses_received": NUMBER, "last_vaccine": VACCINE, "last_dose_on": DATE, "birth_date": AGE}.get(
            asks or ""
        )
