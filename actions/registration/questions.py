"""The questions of the registration form, one action a slot, each with its options and where we are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import option
from actions.facilities.telling import distance
from actions.forms.ask import CANCEL, AskQuestion
from actions.registration.form import ASKED_ANEW, Form
from actions.registration.official import near_values, official_values
from actions.registration.reading import date_words, likely_birth_dates
from actions.registration.summary import summary
from actions.wording import SEX, hour, long_date, sentence_start, short_weekday_date, vaccine_name, whose
from siaga.eligibility import Ask
from siaga.places import regions
from siaga.registration import forms
from siaga.registration.consent import agreed_before
from siaga.registration.nik import read_nik
from siaga.registration.steps import FIELD_NAMES, STEP_OF, STEPS, WHICH, changeable
from siaga.settings import settings

# The only channel that has forms.
WHATSAPP = "whatsapp"


class AskRegistration(AskQuestion[Form], ABC):
    """One question of the registration; where an answer is to be changed, which one."""

    form = Form

    def asked_otherwise(self, dispatcher: CollectingDispatcher, form: Form) -> bool:
        if form.slots["change"] != WHICH:
            return False
        options = [option(FIELD_NAMES[slot], "change", slot) for slot in changeable(form.slots)]
        dispatcher.utter_message(
            response="utter_ask_change",
            buttons=[*options, CANCEL],
            json_message={"footer": f"Langkah {STEP_OF[self.slot]} dari {STEPS}", "list_button": "Pilih bagian"},
        )
        return True

    def ask(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        response, values, options = self.asks(form)
        whom = {"who": form.who, "who_start": sentence_start(form.who)}
        return f"utter_ask_registration_{response}", {**whom, **values}, options

    @abstractmethod
    def asks(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        """As ``ask``; the response without what all names begin with."""


class AskConsent(AskRegistration):
    """Who we are, why the NIK, what is kept; agree or not. In short where all that stands right above."""

    slot = "consent"

    def custom(self, form: Form) -> dict[str, Any]:
        """The form, where there is one; not again while the button of a former message opens it."""
        flow = settings().whatsapp_flow_id
        if not flow or form.channel != WHATSAPP or forms.is_open(form.session, form.contact, form.message.at):
            return {}
        token = forms.offer(form.session, form.contact, form.message.at)
        return {"flow": {"flow_id": flow, "cta": "Isi formulir", "token": token, "exchange": True}}

    def asks(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        anew = form.slots["attempts"] == ASKED_ANEW
        wished = form.message.intent == "repeat" or (form.message.intent == "register_vaccination" and not anew)
        whole = form.message.came_back or wished
        told = form.set_aside or form.slots["attempts"] or anew
        whom = {"whose": whose(form.slots["beneficiary"])}
        if told and not whole:
            return "consent_again", whom, []
        if form.message.intent != "repeat" and agreed_before(form.session, form.contact):
            # For another person, or once more: what is kept, and why, was read before.
            return "consent_next", whom, []
        return "consent", whom, []


class AskBeneficiary(AskRegistration):
    """Myself, or someone in my family."""

    slot = "beneficiary"

    def asks(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        return "beneficiary", {}, []


class AskNik(AskRegistration):
    """The NIK."""

    slot = "nik"

    def asks(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        return ("nik_again" if form.slots["attempts"] else "nik"), {}, []


class AskBirthDate(AskRegistration):
    """The birth date read from the NIK, confirmed; which century, if both are possible; typed, if it is another."""

    slot = "birth_date"

    def asks(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        nik = read_nik(form.draft["nik"])
        possible = likely_birth_dates(form)
        if form.draft.get("typed_date"):
            said, read = date_words(form.draft["typed_date"]), long_date(possible[0])
            return "birth_date_mismatch", {"date": said, "nik_date": read}, []
        if form.draft.get("asks_date"):
            return "birth_date_typed", {}, []
        if len(possible) > 1:
            options = [option(long_date(day), "birth_date", day.isoformat()) for day in possible]
            return "birth_date_century", {"sex": SEX[nik.sex]}, [*options, CANCEL]
        day = possible[0]
        return "birth_date", {"sex": SEX[nik.sex], "date": long_date(day), "day": day.isoformat()}, []


class AskGuardian(AskRegistration):
    """Whether whoever registers a child is their parent or guardian."""

    slot = "guardian"

    def asks(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        return "guardian", {}, []


class AskOfficialMatch(AskRegistration):
    """Whether it is them whom official data have under this NIK, with the phone that the contact writes from."""

    slot = "official_match"

    def asks(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        return "official_match", dict(official_values(form)), []


class AskNikCheck(AskRegistration):
    """Whether the NIK is right, where the contact looks after somebody of that name and birth date under another."""

    slot = "nik_check"

    def asks(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        return "nik_check", dict(near_values(form)), []


class AskFullName(AskRegistration):
    """The name on the card."""

    slot = "full_name"

    def asks(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        return "full_name", {}, []


class AskResidence(AskRegistration):
    """Kabupaten/kota and kecamatan, in words or as a pin; which one, if several fit."""

    slot = "residence"

    def custom(self, form: Form) -> dict[str, Any]:
        return {} if form.draft.get("choices") else {"ask_location": True}

    def asks(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        choices = form.draft.get("choices")
        if choices:
            options = [_place_option(code) for code in choices]
            return "residence_choice", {}, [*options, CANCEL]
        if form.draft.get("regency"):
            return "residence_district", {"regency": regions.name(form.draft["regency"])}, []
        return "residence", {}, []


def _place_option(code: str) -> dict[str, str]:
    return option(regions.short_name(code) or code, "residence", code, regions.short_name(regions.parent(code) or code))


class AskHealth(AskRegistration):
    """What the eligibility rules need to know next."""

    slot = "health"

    def asks(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        asking = form.verdict()
        if not isinstance(asking, Ask):
            raise RuntimeError("the rules have decided, and yet a health question is asked")
        options = [
            option(label, "health", f"{asking.question_id}:{str(value).lower()}") for value, label in asking.options
        ]
        return "health", {"question": asking.text.format(who=form.who)}, [*options, CANCEL]


class AskFacility(AskRegistration):
    """Places near the person, with free places."""

    slot = "facility"

    def custom(self, form: Form) -> dict[str, Any]:
        return {"list_button": "Pilih tempat"}

    def asks(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        options = [
            option(
                place.name.replace("Puskesmas", "Pusk."),
                "facility",
                str(place.id),
                f"{place.district_name or place.regency_name}{_far(place.km)} · {place.free} tempat"
                f" · mulai {short_weekday_date(place.next_at.date())}",
            )
            for place in form.places()
        ]
        return "facility", {}, [*options, CANCEL]


def _far(km: float | None) -> str:
    return "" if km is None else f" · {distance(km)}"


class AskSession(AskRegistration):
    """Days and hours at the chosen place."""

    slot = "session"

    def custom(self, form: Form) -> dict[str, Any]:
        return {"list_button": "Pilih jadwal"}

    def asks(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        offers = form.sessions()
        options = [
            option(
                f"{short_weekday_date(offer.starts_at.date())} {hour(offer.starts_at)} {offer.zone_letters}",
                "session",
                str(offer.id),
                f"{vaccine_name(offer.vaccine)} · {offer.free} tempat",
            )
            for offer in offers
        ]
        return "session", {"facility": offers[0].facility_name if offers else ""}, [*options, CANCEL]


class AskConfirmed(AskRegistration):
    """The summary."""

    slot = "confirmed"

    def asks(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        return "confirmed", {"summary": summary(form)}, []
