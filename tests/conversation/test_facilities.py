"""Looking for a place that vaccinates: by a pin, by region, by name; nothing of a pin is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import func, select, update

from actions.facilities.form import Form
from actions.facilities.telling import distance
from actions.facilities.validate import ActionFinishFacility, AskSearch, ValidateFacilityForm
from actions.menu import ActionAcknowledgeLocation, ActionChooseOption
from siaga.db import transaction
from siaga.people import drafts
from siaga.people.contacts import ensure_contact
from siaga.people.tables import FormDraft
from siaga.registration import tables
from siaga.registration.pointing import pointed_at
from tests.conversation.chat import NOW, Chat, played
from tests.registration.given import facility, held

FACILITY = played(ValidateFacilityForm, AskSearch, ActionFinishFacility)
JAGIR = {"lat": -7.3034, "lon": 112.7433}
MORNING = NOW.replace(hour=1, minute=0, second=0, microsecond=0) + timedelta(days=2)  # 08.00 WIB


@pytest.fixture
def chat(database: str) -> Chat:
    """In Surabaya three places, in Malang one of two regencies of that name each, none in Gresik."""
    with transaction() as session:
        jagir = facility(session, "jagir", name="Puskesmas Jagir", is_sample=False, phone="031-0000001", **JAGIR)
        session.get(tables.Facility, jagir).opening = "Senin–Jumat 08.00–12.00"
        held(session, jagir, quota=12, starts_at=MORNING)
        full = facility(session, "penuh", name="Puskesmas Wonokromo", is_sample=False, lat=-7.3000, lon=112.7400)
        held(session, full, quota=1, starts_at=MORNING)
        session.execute(update(tables.Session).where(tables.Session.facility_id == full).values(booked=1))
        far = facility(session, "kenjeran", name="Puskesmas Kenjeran", district_code="35.78.17", lat=-7.23, lon=112.79)
        pfizer = held(session, far, starts_at=MORNING)
        session.execute(update(tables.Session).where(tables.Session.id == pfizer).values(vaccine="pfizer"))
        for code, regency, lat in (("kota", "35.73", -7.98), ("kab", "35.07", -8.17)):
            facility(session, code, name=f"RS Uji {code}", regency_code=regency, district_code=None, lat=lat, lon=112.6)
        closed = facility(session, "tutup", name="Puskesmas Mojo", is_open=False, lat=-7.27, lon=112.77)
        held(session, closed, starts_at=MORNING)
        return Chat(ensure_contact(session, phone="628000000001").key, form=FACILITY)


def ask(chat: Chat, text: str, **entities: Any) -> None:
    chat.say(text, "find_facility", entities or None)


def pin(chat: Chat, lat: float, lon: float, **more: Any) -> None:
    chat.say("[lokasi]", "share_location", {"location": {"lat": lat, "lon": lon}}, **more)


def nothing_left(chat: Chat) -> None:
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(FormDraft)) == 0
    assert not chat.open
    # The places that were told stand in the answer anyway.
    assert not any(value for slot, value in chat.slots.items() if slot != "facility_listed")


# ---------------------------------------------------------------------- by a pin
def test_where_is_asked_with_a_button_for_the_location(chat: Chat) -> None:
    ask(chat, "tempat vaksin terdekat")
    assert chat.responses == ["utter_ask_facility_near"]
    assert chat.said[0]["custom"] == {"ask_location": True}


def test_the_nearest_to_a_pin(chat: Chat) -> None:
    ask(chat, "tempat vaksin terdekat")
    pin(chat, -7.3040, 112.7430)
    assert chat.responses == ["utter_facilities"]
    said = chat.said[0]
    assert said["title"] == "Tempat vaksinasi terdekat dari lokasi Anda:"
    lines = said["list"].splitlines()
    assert lines[0] == "*1. Puskesmas Jagir* · ± 100 m"
    assert lines[1] == "Alamat contoh · ☎ 031-0000001"
    assert lines[2] == "Buka Senin–Jumat 08.00–12.00"
    assert lines[3].startswith("Sinovac · 12 tempat dalam 7 hari, mulai ") and lines[3].endswith(" pukul 08.00 WIB")
    assert "*2. Puskesmas Wonokromo*" in said["list"] and "Belum ada jadwal yang kosong" in said["list"]
    assert "Mojo" not in said["list"], "which is closed"
    assert list(chat.options) == ["Puskesmas Jagir", "Puskesmas Wonokromo", "Puskesmas Kenjeran"]
    nothing_left(chat)


def test_of_a_pin_nothing_is_kept(chat: Chat) -> None:
    ask(chat, "tempat vaksin terdekat")
    pin(chat, -7.3040, 112.7430)
    assert "7.30" not in repr(chat.slots) and "112.7" not in repr(chat.slots)
    nothing_left(chat)


def test_a_pin_far_from_everything(chat: Chat) -> None:
    ask(chat, "vaksin dimana")
    pin(chat, -6.90, 112.05)  # Tuban
    assert chat.said[0]["title"] == "Belum ada tempat vaksinasi dalam 30 km dari lokasi Anda. Yang terdekat:"
    assert len(chat.options) == 2


def test_a_pin_abroad_is_asked_again(chat: Chat) -> None:
    ask(chat, "vaksin dimana")
    pin(chat, 35.0, 139.0)
    assert chat.responses == ["utter_residence_outside", "utter_ask_facility_near"]


def test_a_pin_that_nobody_asked_for(chat: Chat) -> None:
    message = {
        "text": "[lokasi]",
        "intent": {"name": "share_location"},
        "entities": [{"entity": "location", "value": JAGIR}],
        "metadata": {"message_id": "m", "at": NOW.isoformat()},
    }
    dispatcher = CollectingDispatcher()
    tracker = Tracker(chat.key, {}, message, [], False, None, {}, None)
    assert ActionAcknowledgeLocation().run(dispatcher, tracker, {}) == []
    assert [said["response"] for said in dispatcher.messages] == ["utter_location_thanks", "utter_facilities"]
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(FormDraft)) == 0


# ---------------------------------------------------------------------- by region
def test_a_region_in_the_first_message(chat: Chat) -> None:
    ask(chat, "tempat vaksin di kenjeran surabaya")
    assert chat.responses == ["utter_facilities"]
    said = chat.said[0]
    assert said["title"] == "Tempat vaksinasi di Kec. Kenjeran, Kota Surabaya dan sekitarnya:"
    assert list(chat.options) == ["Puskesmas Kenjeran", "Puskesmas Jagir", "Puskesmas Wonokromo"]
    assert "contoh" in said["sample"], "one of them is invented"
    nothing_left(chat)


def test_a_regency_shows_first_where_there_is_room(chat: Chat) -> None:
    ask(chat, "lokasi vaksin di surabaya")
    assert list(chat.options)[-1] == "Puskesmas Wonokromo"


def test_a_region_as_the_answer(chat: Chat) -> None:
    ask(chat, "mau cari tempat vaksin")
    chat.say("wonokromo")
    assert chat.responses == ["utter_facilities"]


def test_two_regions_of_one_name(chat: Chat) -> None:
    ask(chat, "vaksin di malang dimana")
    assert chat.responses == ["utter_ask_facility_which_region"]
    assert list(chat.options)[:2] == ["Kota Malang", "Kab. Malang"]
    chat.say("yang kabupaten")
    assert chat.said[0]["title"] == "Tempat vaksinasi di Kab. Malang dan sekitarnya:"
    nothing_left(chat)


def test_one_of_two_is_tapped(chat: Chat) -> None:
    ask(chat, "vaksin di malang dimana")
    chat.tap("Kota Malang")
    assert chat.said[0]["title"] == "Tempat vaksinasi di Kota Malang dan sekitarnya:"


def test_a_region_without_any_says_so_and_names_the_nearest(chat: Chat) -> None:
    ask(chat, "tempat vaksin di kabupaten tuban")
    assert chat.said[0]["title"] == "Belum ada tempat vaksinasi di Kab. Tuban. Yang terdekat:"
    assert len(chat.options) == 2


def test_a_province_is_too_large(chat: Chat) -> None:
    ask(chat, "vaksin di jawa timur dimana")
    assert chat.responses == ["utter_facility_province", "utter_ask_facility_near"]


def test_a_brand_is_looked_for(chat: Chat) -> None:
    ask(chat, "vaksin pfizer di surabaya dimana")
    assert chat.said[0]["title"] == "Tempat vaksinasi Pfizer di Kota Surabaya dan sekitarnya:"
    assert list(chat.options) == ["Puskesmas Kenjeran"]
    ask(chat, "vaksin moderna di surabaya dimana")
    assert chat.responses == ["utter_facilities_none_vaccine"]


def test_a_brand_is_kept_while_where_is_asked(chat: Chat) -> None:
    ask(chat, "yang ada pfizer dimana")
    pin(chat, -7.3040, 112.7430)
    assert list(chat.options) == ["Puskesmas Kenjeran"]


def test_nothing_at_all(database: str) -> None:
    with transaction() as session:
        chat = Chat(ensure_contact(session, phone="628000000001").key, form=FACILITY)
    ask(chat, "vaksin di surabaya dimana")
    assert chat.responses == ["utter_facilities_none"]
    nothing_left(chat)


# ---------------------------------------------------------------------- by name
def test_a_name_with_a_slip_shows_all_of_the_place(chat: Chat) -> None:
    ask(chat, "puskesmas jagirr buka jam berapa")
    assert chat.responses == ["utter_facility"]
    said = chat.said[0]
    assert said["details"].splitlines()[:4] == [
        "*Puskesmas Jagir*",
        "Alamat contoh",
        "☎ 031-0000001",
        "Buka Senin–Jumat 08.00–12.00",
    ]
    assert said["custom"] == {"location": {**JAGIR, "name": "Puskesmas Jagir", "address": "Alamat contoh"}}
    assert list(chat.options) == ["Daftar di sini", "Cari tempat lain", "Menu"]
    nothing_left(chat)


def test_a_closed_place_says_so(chat: Chat) -> None:
    ask(chat, "puskesmas mojo ada vaksin?")
    assert chat.said[0]["details"].endswith("Sedang tutup")
    assert "Daftar di sini" not in chat.options


def test_a_name_as_the_answer(chat: Chat) -> None:
    ask(chat, "tempat vaksin")
    chat.say("jagir")
    assert chat.responses == ["utter_facility"]


def test_several_of_one_name(chat: Chat) -> None:
    ask(chat, "rs uji buka jam berapa")
    assert chat.said[0]["title"] == "Ada beberapa tempat dengan nama itu:"
    assert sorted(chat.options) == ["RS Uji kab", "RS Uji kota"]


def test_a_name_nobody_knows(chat: Chat) -> None:
    ask(chat, "vaksin di rs bhayangkari ada ga")
    assert chat.responses == ["utter_facility_name_unknown", "utter_ask_facility_near"]


@pytest.mark.parametrize("text", ["swab pcr dimana ya", "kamar kosong rs mana", "isi ulang oksigen dimana"])
def test_what_is_no_vaccination_is_not_answered_with_one(chat: Chat, text: str) -> None:
    ask(chat, text)
    assert chat.responses in (["utter_facility_other_service"], ["utter_answer"])
    nothing_left(chat)


# ---------------------------------------------------------------------- one of them
def test_a_place_chosen_from_the_list(chat: Chat) -> None:
    ask(chat, "lokasi vaksin di surabaya")
    value = chat.options["Puskesmas Jagir"]
    assert value.startswith("/choose_option")
    number = value.split("place=")[1].strip('"}')
    message = {
        "text": "Puskesmas Jagir",
        "intent": {"name": "choose_option"},
        "entities": [{"entity": "option", "value": f"place={number}"}],
        "metadata": {"message_id": "m", "at": NOW.isoformat(), "kind": "option"},
    }
    dispatcher = CollectingDispatcher()
    ActionChooseOption().run(dispatcher, Tracker(chat.key, {}, message, [], False, None, {}, None), {})
    assert [said["response"] for said in dispatcher.messages] == ["utter_facility"]
    assert dispatcher.messages[0]["buttons"][0]["payload"] == f'/register_vaccination{{"option": "facility={number}"}}'
    message["entities"] = [{"entity": "option", "value": "place=999999"}]
    dispatcher = CollectingDispatcher()
    ActionChooseOption().run(dispatcher, Tracker(chat.key, {}, message, [], False, None, {}, None), {})
    assert [said["response"] for said in dispatcher.messages] == ["utter_option_stale"]


# ---------------------------------------------------------------------- what goes wrong
def test_three_wrong_answers(chat: Chat) -> None:
    ask(chat, "tempat vaksin")
    chat.say("xqzt")
    assert chat.responses == ["utter_facility_near_unreadable", "utter_ask_facility_near"]
    chat.say("xqzt lagi")
    assert "utter_example_facility_near" in chat.responses
    chat.say("xqzt")
    assert "utter_offer_person" in chat.responses
    assert list(chat.options) == ["Hubungi petugas"]
    chat.say("rungkut surabaya")
    assert chat.responses == ["utter_facilities"]


def test_something_else_in_between(chat: Chat) -> None:
    ask(chat, "tempat vaksin")
    chat.say("vaksin halal ga?", "ask_vaccine_question")
    assert chat.responses == ["utter_ask_facility_near"], "the rules answer, then it is asked again"
    chat.say("batal", "cancel")
    assert chat.slots.get("facility_near") is None


def test_another_search_takes_the_place_of_the_first(chat: Chat) -> None:
    ask(chat, "tempat vaksin")
    ask(chat, "kalau yang di kenjeran surabaya?")
    assert next(iter(chat.options)) == "Puskesmas Kenjeran"
    nothing_left(chat)


def test_a_turn_that_runs_again_says_the_same(chat: Chat) -> None:
    ask(chat, "vaksin di malang dimana")
    for text in ("malang", "kota"):
        before = dict(chat.slots), chat.open
        with transaction() as session:
            draft = drafts.load(session, chat.key, Form.name)
        chat.say(text, message_id=f"again-{text}")
        first = chat.said
        chat.slots, chat.open = before[0], before[1]
        if text == "kota":
            with transaction() as session:
                drafts.save(session, chat.key, Form.name, draft)
        chat.say(text, message_id=f"again-{text}")
        assert chat.said == first


@pytest.mark.parametrize(
    ("km", "written"), [(0.02, "± 100 m"), (0.34, "± 300 m"), (1.25, "1,2 km"), (9.96, "10,0 km"), (23.4, "23 km")]
)
def test_distances(km: float, written: str) -> None:
    assert distance(km) == written


# ---------------------------------------------------------------------- in the registration
def registration(key: str) -> Chat:
    return Chat(key)


def up_to_places(chat: Chat, residence: str | None = "wonokromo surabaya", nik: str = "3578010502859001") -> None:
    chat.say("setuju", "affirm")
    for text in ("saya sendiri", nik, "ya", "Warga Uji 001"):
        chat.say(text)
    if residence:
        chat.say(residence)
    else:
        pin(chat, -7.2310, 112.7890)
    if chat.slots.get("residence") is None:
        chat.say("kenjeran")
    for text in ("belum pernah", "sehat", "tidak ada"):
        chat.say(text)


def number_of(code: str) -> str:
    with transaction() as session:
        return str(session.execute(select(tables.Facility.id).where(tables.Facility.code == code)).scalar_one())


def test_registering_at_the_place_that_was_shown(chat: Chat) -> None:
    ask(chat, "puskesmas jagir")
    wanted = chat.options["Daftar di sini"]
    chat = registration(chat.key)
    chat.choose("Daftar di sini", wanted)
    assert chat.responses == ["utter_ask_registration_consent"]
    up_to_places(chat, "kenjeran surabaya")
    assert "utter_facility_wanted" in chat.responses
    assert chat.responses[-1] == "utter_ask_registration_session"
    assert chat.slots["facility"] == number_of("jagir")
    chat.tap_first()
    chat.say("ya", "affirm")
    assert chat.responses == ["utter_ticket", "utter_details_offer"]


def test_a_place_that_filled_up_meanwhile_leaves_the_others(chat: Chat) -> None:
    chat = registration(chat.key)
    chat.choose("Daftar di sini", f'/register_vaccination{{"option": "facility={number_of("penuh")}"}}')
    up_to_places(chat)
    assert "utter_facility_wanted_full" in chat.responses
    assert chat.responses[-1] == "utter_ask_registration_facility"


def test_a_place_shown_in_the_middle_is_kept_for_its_turn(chat: Chat) -> None:
    chat = registration(chat.key)
    chat.start()
    chat.say("setuju", "affirm")
    chat.choose("Daftar di sini", f'/register_vaccination{{"option": "facility={number_of("kenjeran")}"}}')
    assert chat.responses[-1] == "utter_ask_registration_beneficiary"
    for text in ("saya sendiri", "3578010502859001", "ya", "Warga Uji 001", "wonokromo surabaya"):
        chat.say(text)
    for text in ("belum pernah", "sehat", "tidak ada"):
        chat.say(text)
    assert chat.slots["facility"] == number_of("kenjeran")


def test_a_pin_as_residence_orders_the_places(chat: Chat) -> None:
    chat = registration(chat.key)
    chat.start()
    up_to_places(chat, None)
    assert chat.responses[-1] == "utter_ask_registration_facility"
    assert next(iter(chat.options)) == "Pusk. Kenjeran"
    assert "112.7" not in repr(chat.slots)
    with transaction() as session:
        assert drafts.load(session, chat.key, "registration_form")["point"] == [-7.231, 112.789, "35.78"]


def test_the_place_by_its_name_with_a_slip(chat: Chat) -> None:
    chat = registration(chat.key)
    chat.start()
    up_to_places(chat)
    chat.say("pkm jagirr aja")
    assert chat.slots["facility"] == number_of("jagir")


def test_asked_about_one_of_the_places(chat: Chat) -> None:
    chat = registration(chat.key)
    chat.start()
    up_to_places(chat)
    chat.say("puskesmas jagir buka jam berapa?", "find_facility")
    assert chat.responses == ["utter_facility", "utter_ask_registration_facility"]
    assert chat.slots.get("facility") is None


def test_a_pin_when_the_place_is_asked(chat: Chat) -> None:
    chat = registration(chat.key)
    chat.start()
    up_to_places(chat)
    assert next(iter(chat.options)) == "Pusk. Jagir"
    pin(chat, -7.2310, 112.7890)
    assert next(iter(chat.options)) == "Pusk. Kenjeran"


# ---------------------------------------------------------------- asked about what was just listed
@pytest.mark.parametrize(
    ("text", "number", "place"),
    [
        ("yang paling dekat buka jam berapa", 3, 0),
        ("sing paling cedak kui bukak jam piro?", 3, 0),
        ("nomor 2 alamatnya mana", 3, 1),
        ("yg kedua bukanya hari apa", 3, 1),
        ("alamatnya di mana", 1, 0),
        ("alamatnya di mana", 3, None),
        ("nomor 3 buka jam berapa", 2, None),
        ("tempat vaksin terdekat", 3, None),
    ],
)
def test_what_a_question_points_at(text: str, number: int, place: int | None) -> None:
    assert pointed_at(text, number) == place


def test_a_place_that_was_just_listed_may_be_asked_about(chat: Chat) -> None:
    ask(chat, "tempat vaksin di wonokromo surabaya")
    first = chat.said[-1]["buttons"][0]["title"]
    ask(chat, "yang paling dekat buka jam berapa?")
    assert chat.responses == ["utter_facility"] and first.split()[-1] in chat.said[-1]["details"]
    ask(chat, "alamatnya di mana?")
    assert chat.responses == ["utter_facility"]


def test_what_was_listed_long_ago_is_not_pointed_at(chat: Chat) -> None:
    ask(chat, "tempat vaksin di wonokromo surabaya")
    chat.slots["facility_listed"]["at"] = (NOW - timedelta(hours=2)).isoformat()
    ask(chat, "yang paling dekat buka jam berapa?")
    assert chat.responses == ["utter_ask_facility_near"]
