"""How a registration ends: with a ticket, without one, declined, or cancelled."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Say, command, speak
from actions.details import form as details
from actions.registration.form import NONE, Form
from actions.registration.official import NO, RIGHT, agrees_outside
from actions.registration.tickets import show_ticket
from actions.wording import who
from siaga import media
from siaga.db import transaction
from siaga.details import told_by
from siaga.registration.consent import CONSENT_VERSION
from siaga.registration.registry import AlreadyRegistered, SessionFull, Submission, Ticket
from siaga.registration.validation import is_compared


class ActionFinishRegistration(Action):
    """Registers the person and books the place, in one transaction.

    A form that ended in another way leaves nothing behind.
    """

    def name(self) -> str:
        return "action_finish_registration"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        with transaction() as session:
            form = Form(session, tracker)
            if form.slots["form_end"] != "complete":
                if not form.ended:
                    form.discard()
                offer_next(dispatcher, form)
                return Form.blank()
            # A turn that runs again after a crash finds what it did the first time.
            ticket = form.registry.ticket_of(form.message.id)
            if ticket is None:
                try:
                    with session.begin_nested():
                        ticket = form.registry.register(submission(form))
                except SessionFull:
                    dispatcher.utter_message(response="utter_session_full")
                    reopened = [SlotSet(name, None) for name in ("session", "confirmed", "form_end")]
                    return [*reopened, SlotSet("requested_slot", "session"), FollowupAction(Form.name)]
                except AlreadyRegistered as found:
                    # Somebody was quicker, who told the same name and birth date.
                    said = Say.it("utter_already_registered_elsewhere", nik=found.registered.masked_nik)
                    form.end("already_registered")
                    form.end_here([said])
                    speak(dispatcher, [said])
                    return Form.blank()
            outcome = form.draft.get("outcome") or {}
            form.discard()
            show_ticket(dispatcher, ticket, lambda png: media.put(session, png, "image/png"), _postponed_until(outcome))
            if ticket.status == "waiting_validation" and is_compared(session):
                dispatcher.utter_message(response="utter_waiting_validation", person=ticket.person_name)
            if form.slots["next_people"]:
                offer_next(dispatcher, form)
            else:
                _offer_details(dispatcher, form, ticket)
        return Form.blank()


def _offer_details(dispatcher: CollectingDispatcher, form: Form, ticket: Ticket) -> None:
    """The questions for planning, to whom has not answered them."""
    mine = [one for one in form.registry.mine(form.contact) if one.masked_nik == ticket.masked_nik]
    told = told_by(form.session, [one.person_id for one in mine])
    open_ones = [one.person_id for one in mine if not told[one.person_id]]
    if open_ones:
        details.offer(dispatcher, open_ones[-1])


# Ways in which a registration ends that say nothing about the next person.
_ONE_AT_A_TIME = ("complete", "already_registered", "not_eligible", "too_young", "no_guardian")


def offer_next(dispatcher: CollectingDispatcher, form: Form) -> None:
    """Who was named together with this person is next: "daftarkan saya dan ibu"."""
    waiting = form.slots["next_people"]
    if not waiting or form.slots["form_end"] not in _ONE_AT_A_TIME:
        return
    payload = json.dumps({"relation": ",".join(waiting)})
    dispatcher.utter_message(
        response="utter_offer_next_person",
        who=who(waiting[0]),
        buttons=[
            {"title": "Ya, lanjut", "payload": f"/register_vaccination{payload}"},
            command("Nanti saja", "deny"),
        ],
    )


def _postponed_until(outcome: dict[str, Any]) -> date | None:
    until = outcome.get("until")
    return date.fromisoformat(until) if until else None


def submission(form: Form) -> Submission:
    """What the registry needs, from the draft."""
    draft = form.draft
    chosen = form.slots["session"]
    return Submission(
        contact_key=form.contact,
        relation=form.slots["beneficiary"],
        nik=draft["nik"],
        birth_date=date.fromisoformat(draft["birth_date"]),
        birth_date_matches_nik=bool(draft.get("birth_date_matches")),
        name=draft["name"],
        regency_code=draft["regency"],
        district_code=draft.get("district"),
        answers=draft.get("answers", {}),
        outcome=draft["outcome"]["kind"],
        rules_version=draft["outcome"]["version"],
        session_id=None if chosen in (None, NONE) else int(chosen),
        consent_version=CONSENT_VERSION,
        consented_at=datetime.fromisoformat(draft["consented_at"]),
        message_id=form.message.id,
        at=form.message.at,
        consent_message_id=draft["consent_message"],
        postponed_until=_postponed_until(draft["outcome"]),
        guardian=form.slots["guardian"] is True,
        doubted=form.slots["official_match"] == NO or form.slots["nik_check"] == RIGHT,
        agrees_outside=agrees_outside(draft),
    )
