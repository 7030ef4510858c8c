"""Takes a message into the search for a place, and answers as soon as it is known where to look."""

from __future__ import annotations

import re
from abc import ABC
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.conversation import Event, Message, Say, option
from actions.facilities import telling
from actions.facilities.form import LISTED, NEAR, Form
from actions.forms import within
from actions.forms.ask import CANCEL, AskQuestion
from actions.forms.reading import Reading, Unread
from actions.forms.validate import ValidateForm
from actions.knowledge import knowledge, said
from siaga.db import transaction
from siaga.knowledge import Sure
from siaga.places import pin, regions
from siaga.places.search import Residence, find_district, read_residence
from siaga.registration import finding
from siaga.registration.facility_names import says_name
from siaga.registration.pointing import pointed_at
from siaga.text.vaccines import find_brands

_CHOICES = 9
# What citizens look for and only places that vaccinate are known here.
_OTHER_SERVICE = re.compile(
    r"\b(?:swab|pcr|antigen|rapid|tes(?:t)?(?:\s+covid)?|lab(?:oratorium)?|bed|kamar|icu|igd|ugd|rawat\s+inap|rujukan|oksigen|"
    r"ambulan[sc]?e?|isoter|isolasi|karantina|apotek|apotik|masker|donor|plasma)\b",
    re.IGNORECASE,
)
_VACCINATION = re.compile(r"\bva[ck]?[ksc]\w*|\bbooster|\bsuntik", re.IGNORECASE)


def why(form: Form, with_example: bool) -> tuple[str, dict[str, Any]]:
    """Why it is asked where to look."""
    return "utter_why_facility_near", {}


within.register(Form, why, cancelled="utter_facility_search_stopped")


def read_near(form: Form, message: Message) -> Reading | None:
    """Where to look, or which place is meant: a pin, a region, or a name."""
    return _answer(form, asked=True)


def _answer(form: Form, asked: bool) -> Reading | None:
    point = form.message.entity("location")
    if point:
        return near_pin(form, point["lat"], point["lon"])
    text = form.words
    named = read_residence(text, asked)
    if says_name(text) and (found := _named(form, text, named)):
        return found
    if asked and (chosen := _of_choices(form, text)):
        return in_region(form, chosen)
    if codes := [match.code for match in named.districts or named.regencies]:
        return _region_or_choices(form, codes)
    if named.provinces:
        raise Unread("utter_facility_province", province=named.provinces[0].name)
    if asked and (found := _named(form, text, named)):
        return found
    if says_name(text):
        raise Unread("utter_facility_name_unknown")
    return None


def _of_choices(form: Form, text: str) -> str | None:
    """The one of the regions offered that "yang kota", "kabupaten" or a kecamatan means."""
    said = re.search(r"\b(kota|kab(?:upaten)?)\b", text, re.IGNORECASE)
    kinds = [
        code
        for code in form.choices
        if said and regions.level(code) == "regency" and regions.is_city(code) == (said.group().lower() == "kota")
    ]
    if len(kinds) == 1:
        return kinds[0]
    inside = [
        match.code for code in form.choices if regions.level(code) == "regency" for match in find_district(text, code)
    ]
    return inside[0] if len(inside) == 1 else None


def _named(form: Form, text: str, named: Residence) -> Reading | None:
    regencies = [match.code for match in named.regencies]
    found = finding.by_name(form.session, text, form.message.at, regencies)
    if not found:
        return None
    say = telling.details(found[0]) if len(found) == 1 else telling.several(found)
    return _told("name", say, found)


def _told(value: str, say: Say, places: Sequence[finding.Place]) -> Reading:
    return Reading(value, draft={"listed": [place.id for place in places]}, says=(say,), strong=True, end="told")


def _region_or_choices(form: Form, codes: list[str]) -> Reading:
    if len(codes) > 1:
        return Reading(None, draft={"choices": codes[:_CHOICES]}, strong=True)
    return in_region(form, codes[0])


def in_region(form: Form, code: str) -> Reading:
    """The places of a kecamatan or kabupaten/kota."""
    found = finding.in_region(form.session, code, form.message.at, vaccine=form.vaccine)
    say = telling.places(found, where=telling.region_name(code), vaccine=form.vaccine, from_pin=False)
    return _told(code, say, found.places)


def near_pin(form: Form, lat: float, lon: float) -> Reading:
    """The places nearest to a pin."""
    located = pin.locate(lat, lon)
    if located is None:
        raise Unread("utter_residence_outside")
    found = finding.near(form.session, (lat, lon), form.message.at, vaccine=form.vaccine)
    say = telling.places(found, where="lokasi Anda", vaccine=form.vaccine, from_pin=True)
    return _told("pin", say, found.places)


def _chosen(form: Form, value: str) -> Reading:
    if regions.name(value) is None:
        raise Unread("utter_facility_near_unreadable")
    return in_region(form, value)


def _other_service(text: str, message: Message) -> Say:
    """What is known of something else than a place that vaccinates; or that it is not known here."""
    found = knowledge(message.preview).ask(text)
    return said(found.answer, message) if isinstance(found, Sure) else Say.it("utter_facility_other_service")


def _pointed_at(form: Form) -> finding.Place | None:
    """The place of an answer not long ago that is asked about: "yang paling dekat buka jam berapa?"."""
    listed = form.listed
    named = read_residence(form.words, False)
    if not listed or named.districts or named.regencies or says_name(form.words):
        return None
    at = pointed_at(form.words, len(listed))
    return None if at is None else finding.place(form.session, listed[at], form.message.at)


class ValidateFacilityForm(ValidateForm[Form]):
    """The search for a place, which may be answered by its first message."""

    form = Form
    readers = {NEAR: read_near}
    chosen = {NEAR: _chosen}
    unreadable = {NEAR: "utter_facility_near_unreadable"}

    def begin(self, form: Form) -> None:
        super().begin(form)
        self._search(form)

    def before(self, form: Form) -> bool | None:
        """Another search while one is open takes its place: "kalau yang pfizer di rungkut?"."""
        if form.message.intent != "find_facility":
            return None
        self._search(form)
        return True

    def _search(self, form: Form) -> None:
        """Answer a question for a place as far as it says what is looked for and where."""
        if brands := find_brands(form.words):
            form.draft["vaccine"] = brands[0].value
        if (place := _pointed_at(form)) is not None:
            self.apply(form, NEAR, _told("name", telling.details(place), [place]))
            return
        if _OTHER_SERVICE.search(form.words) and not _VACCINATION.search(form.words):
            form.says.append(_other_service(form.words, form.message))
            form.told("other")
            return
        try:
            reading = _answer(form, asked=False)
        except Unread as unread:
            form.says.append(unread.say)
            return
        if reading is not None:
            self.apply(form, NEAR, reading)

    def example_of(self, form: Form) -> tuple[str, dict[str, Any]] | None:
        return "utter_example_facility_near", {}

    def settle(self, form: Form) -> None:
        """All follows from where to look."""


class AskSearch(AskQuestion[Form], ABC):
    """A question of the search."""

    form = Form


class AskFacilityNear(AskSearch):
    """Where to look, in words or as a pin; which one, if several regions have the name."""

    slot = NEAR

    def custom(self, form: Form) -> dict[str, Any]:
        return {} if form.choices else {"ask_location": True}

    def ask(self, form: Form) -> tuple[str, dict[str, Any], list[dict[str, str]]]:
        if form.choices:
            options = [
                option(regions.short_name(code) or code, NEAR, code, regions.short_name(regions.parent(code) or code))
                for code in form.choices
            ]
            return "utter_ask_facility_which_region", {}, [*options, CANCEL]
        return "utter_ask_facility_near", {}, []


class ActionFinishFacility(Action):
    """The answer has been told: nothing of the search is kept."""

    def name(self) -> str:
        return "action_finish_facility"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        with transaction() as session:
            form = Form(session, tracker)
            told, at = form.draft.get("listed"), form.message.at
            form.discard()
        if not told:
            return Form.blank()
        return [*Form.blank(), SlotSet(LISTED, {"at": at.isoformat(), "places": told})]


def tell_near(
    dispatcher: CollectingDispatcher, point: tuple[float, float], now: datetime, more: Sequence[dict[str, str]] = ()
) -> None:
    """The places nearest to a pin that nobody asked for, with ``more`` options below them."""
    with transaction() as session:
        found = finding.near(session, point, now)
    say = telling.places(found, where="lokasi Anda", vaccine=None, from_pin=True)
    values = dict(say.values)
    if more:
        values["buttons"] = [*values.get("buttons", []), *more]
    dispatcher.utter_message(response=say.response, **values)
