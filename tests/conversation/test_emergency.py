"""Whom to call and where to go, at once; and the form that waits until it is wished for again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.exc import OperationalError

from actions import emergency
from actions.emergency import ActionAfterEmergency, ActionEmergency
from actions.forms.reading import Reading
from actions.forms.waiting import AT, STAYS_QUIET, WAITS, answers_surely
from actions.late import ActionLate
from actions.menu import ActionChooseOption
from actions.registration.form import Form
from siaga.db import transaction
from siaga.emergency import LASTS, SignFileError
from siaga.emergency.signs import FILE
from siaga.people import drafts
from siaga.people.contacts import ensure_contact
from siaga.registration.registry import LocalRegistry
from tests.conversation.chat import NOW, REGISTRATION, RESPONSES, Chat
from tests.registration.given import facility, submission

SURABAYA = {"lat": -7.2800, "lon": 112.7400}
JAYAPURA = {"lat": -2.5300, "lon": 140.7000}
NIK = "3578011708549001"


@pytest.fixture
def key(database: str) -> str:
    """A contact; two hospitals in Surabaya, one in Sidoarjo."""
    with transaction() as session:
        for code, regency, district, lat, lon, phone in (
            ("dekat", "35.78", "35.78.08", -7.2810, 112.7410, "031-0000001"),
            ("utara", "35.78", "35.78.07", -7.2500, 112.7500, None),
            ("sda", "35.15", "35.15.08", -7.4500, 112.7000, None),
        ):
            facility(
                session,
                code,
                name=f"RS Uji {code}",
                regency_code=regency,
                district_code=district,
                lat=lat,
                lon=lon,
                phone=phone,
                emergency=True,
                is_sample=False,
            )
        return ensure_contact(session, phone="628000000001").key


def run(
    action: Any,
    key: str,
    text: str = "",
    intent: str = "emergency",
    *,
    form: str | None = None,
    slots: dict[str, Any] | None = None,
    after: timedelta = timedelta(),
    **entities: Any,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What an action says to a message, and the slots it sets."""
    message = {
        "text": text,
        "intent": {"name": intent, "confidence": 1.0},
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        "metadata": {"message_id": "m", "at": (NOW + after).isoformat()},
    }
    dispatcher = CollectingDispatcher()
    loop = {"name": form} if form else {}
    tracker = Tracker(key, slots or {}, message, [], False, None, loop, None)
    events = action.run(dispatcher, tracker, {})
    return dispatcher.messages, {event["name"]: event["value"] for event in events if event["event"] == "slot"}


def written(said: dict[str, Any]) -> str:
    """A response as the citizen reads it."""
    values = {name: value for name, value in said.items() if isinstance(value, str)}
    return RESPONSES[said["response"]][0]["text"].format(**values)


def danger(key: str, text: str, **more: Any) -> dict[str, Any]:
    (said,), _ = run(ActionEmergency(), key, text, **more)
    return said


def follow(key: str, text: str, intent: str = "nlu_fallback", **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    slots = {AT: NOW.isoformat(), **more.pop("slots", {})}
    (said,), changed = run(ActionAfterEmergency(), key, text, intent, slots=slots, **more)
    return said, changed


# ---------------------------------------------------------------------- the answer
@pytest.mark.parametrize(
    "text",
    [
        "anak saya tidak bernapas",
        "bapak ga napas lagi tolong",
        "tetangga berhenti napas",
        "napasnya hilang",
        "istri saya nadinya ga teraba",
        "bayi saya biru ga nafas",
        "ora ambegan bapak kulo",
    ],
)
def test_who_does_not_breathe_is_not_sat_upright(key: str, text: str) -> None:
    said = written(danger(key, text))
    assert "tekan kuat di tengah dada" in said
    assert "udukkan" not in said


@pytest.mark.parametrize("text", ["saya ga bisa napas", "saya ga napas ini tolong", "bapak susah napas banget"])
def test_who_breathes_hard_is(key: str, text: str) -> None:
    said = written(danger(key, text))
    assert "Dudukkan tegak" in said
    assert "tekan kuat" not in said


def test_without_a_place_119_then_what_to_do_and_a_button_for_the_location(key: str) -> None:
    said = danger(key, "anak saya kejang tolong")
    lines = written(said).splitlines()
    assert lines[0].startswith("⚠") and "*119*" in lines[0]
    assert lines[2].startswith("• ") and "mulut" in lines[2]
    assert lines[-1] == "Kirim lokasi 📍, saya carikan IGD terdekat."
    assert said["custom"] == {"ask_location": True}
    assert not said["buttons"], "nothing to tap stands in the way"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("bapak saya pingsan", "tekan kuat di tengah dada"),
        ("ibu saya sesak napas berat", "Dudukkan tegak"),
        ("darahnya ngucur ga berhenti dari tadi", "Tekan kuat lukanya"),
        ("adik saya minum racun tikus", "Jangan dipaksa muntah"),
        ("mulut bapak mencong mendadak, bicaranya pelo", "Catat jam"),
        ("dada saya nyeri banget kayak ditindih", "Dudukkan bersandar"),
        ("tolong gawat", "Pastikan tempatnya aman"),
    ],
)
def test_what_to_do_depends_on_the_sign(key: str, text: str, word: str) -> None:
    assert word in written(danger(key, text))


def test_a_region_in_the_message_brings_the_department_into_the_first_line(key: str) -> None:
    said = danger(key, "tolong ibu saya pingsan di gubeng surabaya")
    first = written(said).splitlines()[0]
    assert first.startswith("⚠ Telepon *119* sekarang. IGD di sekitar Kec. Gubeng, Kota Surabaya: *RS Uji dekat*")
    assert "☎ 031-0000001" in first and "km" not in first
    assert said["custom"] == {
        "location": {"lat": -7.281, "lon": 112.741, "name": "RS Uji dekat", "address": "Alamat contoh"}
    }
    assert "IGD lain: RS Uji utara; RS Uji sda." in written(said)
    assert "contoh" not in written(said)


def test_a_sample_says_so_in_the_first_line(database: str) -> None:
    with transaction() as session:
        facility(session, "contoh", name="RS Contoh Gubeng", emergency=True)
        key = ensure_contact(session, phone="628000000001").key
    told = written(danger(key, "ibu pingsan di surabaya"))
    assert "*119*" in told.splitlines()[0] and "(data contoh): *RS Contoh Gubeng*" in told.splitlines()[0]
    assert told.splitlines()[-1] == "_Rumah sakit ini data contoh, bukan yang sesungguhnya: ikuti petugas 119._"


def test_home_of_the_only_person_registered_and_a_pin_is_asked_for_all_the_same(key: str) -> None:
    with transaction() as session:
        LocalRegistry(session).register(submission(key, None, 1, regency_code="35.15", district_code="35.15.08"))
    said = danger(key, "bapak saya pingsan")
    first, *rest = written(said).splitlines()
    assert "IGD di sekitar Kec. Sidoarjo, Kab. Sidoarjo: *RS Uji sda*" in first
    assert "Sedang di tempat lain? Kirim lokasi, saya carikan yang terdekat." in rest
    assert said["custom"] == {"ask_location": True}


def test_what_the_open_registration_knows_comes_before_home(key: str) -> None:
    with transaction() as session:
        LocalRegistry(session).register(submission(key, None, 1, regency_code="35.15", district_code="35.15.08"))
        drafts.save(session, key, REGISTRATION.name, {"regency": "35.78", "point": [-7.25, 112.75, "35.78"]})
    first = written(danger(key, "bapak saya pingsan", form=REGISTRATION.name)).splitlines()[0]
    assert "IGD di sekitar Kota Surabaya: *RS Uji utara*" in first
    assert "km" not in first, "that pin is not where they are now"
    with transaction() as session:
        assert drafts.load(session, key, REGISTRATION.name) == {
            "regency": "35.78",
            "point": [-7.25, 112.75, "35.78"],
        }


def test_two_contacts_do_not_learn_of_each_other(key: str) -> None:
    with transaction() as session:
        LocalRegistry(session).register(submission(key, None, 1))
        other = ensure_contact(session, phone="628000000002").key
    assert danger(other, "bapak saya pingsan")["response"] == "utter_emergency"
    assert danger(key, "bapak saya pingsan")["response"] == "utter_emergency_near"


def test_a_region_without_a_department_near_by_is_no_empty_promise(key: str) -> None:
    said = danger(key, "ibu pingsan di jayapura")
    assert said["response"] == "utter_emergency" and said["custom"] == {"ask_location": True}


def test_self_harm_and_violence_keep_their_numbers_and_have_no_list(key: str) -> None:
    for text, response in (
        ("saya mau bunuh diri, saya di surabaya", "utter_emergency_self_harm"),
        ("istri saya dipukul tetangga di surabaya, tolong", "utter_emergency_violence"),
    ):
        said, slots = run(ActionEmergency(), key, text, slots={AT: NOW.isoformat()}, form=REGISTRATION.name)
        assert [one["response"] for one in said] == [response]
        assert not said[0].get("custom")
        assert slots[AT] is None and slots[WAITS] == NOW.isoformat(), "a pin after it asks for no hospital"


def test_only_marks_are_kept(key: str) -> None:
    _, slots = run(ActionEmergency(), key, "ibu pingsan di surabaya", form=REGISTRATION.name)
    assert slots == {AT: NOW.isoformat(), WAITS: NOW.isoformat()}
    _, slots = run(ActionEmergency(), key, "ibu pingsan di surabaya")
    assert slots == {AT: NOW.isoformat(), WAITS: None}


def test_the_number_is_told_whatever_else_fails(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> Any:
        raise OperationalError("SELECT", {}, Exception("away"))

    def broken(*_: Any) -> Any:
        raise SignFileError(FILE, 3, "“lines” is missing.")

    monkeypatch.setattr(emergency, "known_before", away)
    monkeypatch.setattr(emergency, "steps_for", broken)
    said = danger(key, "bapak saya pingsan")
    assert "*119*" in written(said).splitlines()[0]


# ---------------------------------------------------------------------- asking for a department
def test_where_the_nearest_department_is(key: str) -> None:
    (said,), slots = run(ActionEmergency(), key, "di mana IGD terdekat")
    assert said["response"] == "utter_departments_where" and said["custom"] == {"ask_location": True}
    assert slots[AT] == NOW.isoformat(), "so that the pin is read as the answer"
    (said,), _ = run(ActionEmergency(), key, "igd di gubeng surabaya mana ya")
    assert "119" in written(said).splitlines()[0]
    assert said["list"].splitlines()[:2] == ["*1. RS Uji dekat*", "Alamat contoh · ☎ 031-0000001"]


def test_a_pin_is_answered_with_the_nearest(key: str) -> None:
    said, slots = follow(key, "[lokasi]", "share_location", location=SURABAYA)
    assert said["title"] == "IGD terdekat dari lokasi Anda:"
    lines = said["list"].splitlines()
    assert lines[0] == "*1. RS Uji dekat* · ± 200 m"
    assert [line for line in lines if line.startswith("*")][1].startswith("*2. RS Uji utara* · 3,5 km")
    assert said["custom"]["location"]["name"] == "RS Uji dekat"
    assert slots == {} and "-7.28" not in repr(slots), "of the pin nothing is kept"


@pytest.mark.parametrize("pin", [JAYAPURA, {"lat": 35.0, "lon": 139.0}])
def test_a_pin_far_from_any(key: str, pin: dict[str, float]) -> None:
    said, _ = follow(key, "[lokasi]", "share_location", location=pin)
    assert said["response"] == "utter_departments_none"
    assert "*119*" in written(said).splitlines()[0]


@pytest.mark.parametrize("text", ["rs terdekat mana", "igd mana lagi"])
def test_asked_again_where_to_go(key: str, text: str) -> None:
    assert follow(key, text, "find_facility")[0]["response"] == "utter_departments_where"


@pytest.mark.parametrize("text", ["surabya", "sby", "di gubeng"])
def test_frightened_people_slip(key: str, text: str) -> None:
    assert follow(key, text)[0]["response"] == "utter_departments"


@pytest.mark.parametrize("text", ["masih napas", "badannya dingin semua", "takut", "tolong cepat"])
def test_a_cry_is_no_place(key: str, text: str) -> None:
    assert follow(key, text)[0]["response"] == "utter_emergency_still"


def test_a_region_is_an_answer_to_where(key: str) -> None:
    said, _ = follow(key, "gubeng surabaya")
    assert said["title"] == "IGD di sekitar Kec. Gubeng, Kota Surabaya:"


# ---------------------------------------------------------------------- what follows
def test_helped(key: str) -> None:
    said, slots = follow(key, "udah dibawa ke RS makasih", "thanks")
    assert (said["response"], said["buttons"], slots) == ("utter_emergency_helped", [], {})


def test_helped_while_a_form_waits_offers_to_go_on_and_does_not(key: str) -> None:
    waits = {WAITS: NOW.isoformat()}
    said, slots = follow(key, "wis digowo nang rumah sakit suwun", form=REGISTRATION.name, slots=waits)
    assert said["response"] == "utter_emergency_helped"
    assert [button["title"] for button in said["buttons"]] == ["Lanjutkan"]
    assert slots == {}


def test_thanks_alone(key: str) -> None:
    assert follow(key, "makasih ya", "thanks")[0]["response"] == "utter_emergency_thanks"


def test_nobody_answers(key: str) -> None:
    said, _ = follow(key, "119 ga diangkat")
    assert "174" in written(said) and said["custom"] == {"ask_location": True}
    said, _ = follow(key, "rs di gubeng surabaya penuh semua")
    assert "*RS Uji dekat*" in written(said)


@pytest.mark.parametrize(
    ("text", "response"),
    [("bukan darurat kok", "utter_emergency_false_alarm"), ("lanjut", "utter_emergency_go_on")],
)
def test_a_false_alarm_costs_one_sentence_and_the_form_goes_on(key: str, text: str, response: str) -> None:
    waits = {WAITS: NOW.isoformat()}
    said, slots = follow(key, text, "deny", form=REGISTRATION.name, slots=waits)
    assert said["response"] == response and "\n" not in written(said)
    assert slots == {AT: None, WAITS: None}


def test_what_is_not_understood_is_about_the_emergency(key: str) -> None:
    said, slots = follow(key, "masih napas tapi lemes", form=REGISTRATION.name, slots={WAITS: NOW.isoformat()})
    assert "*119*" in written(said) and slots == {}
    assert [button["title"] for button in said["buttons"]] == ["Lanjutkan"]


def test_after_violence_no_hospital_is_named(key: str) -> None:
    for text, intent, entities in (
        ("makasih", "thanks", {}),
        ("udah di rs", "nlu_fallback", {}),
        ("[lokasi]", "share_location", {"location": SURABAYA}),
    ):
        slots = {AT: None, WAITS: NOW.isoformat()}
        (said,), _ = run(ActionAfterEmergency(), key, text, intent, slots=slots, form=REGISTRATION.name, **entities)
        assert said["response"] == "utter_danger_still"
    (said,), changed = run(ActionAfterEmergency(), key, "lanjut", slots=slots, form=REGISTRATION.name)
    assert (said["response"], changed) == ("utter_danger_go_on", {WAITS: None})


def test_the_button_lets_the_form_go_on(key: str) -> None:
    option = {"option": "emergency=over"}
    said, slots = run(ActionChooseOption(), key, "Lanjutkan", "choose_option", form=REGISTRATION.name, **option)
    assert (said, slots) == ([], {AT: None, WAITS: None})
    said, _ = run(ActionChooseOption(), key, "Lanjutkan", "choose_option", **option)
    assert [one["response"] for one in said] == ["utter_emergency_go_on"], "tapped when no form is open any more"


def test_a_danger_that_was_read_too_late_is_one_too(key: str) -> None:
    _, slots = run(ActionLate(), key, "", "late_messages", late={"count": 2, "danger": True})
    assert slots == {AT: NOW.isoformat()}
    _, slots = run(ActionLate(), key, "", "late_messages", late={"count": 2, "danger": False})
    assert slots == {}


# ---------------------------------------------------------------------- in a form
@pytest.fixture
def chat(key: str) -> Chat:
    """Asked for the NIK, and then told of an emergency."""
    chat = Chat(key)
    chat.start()
    chat.say("setuju", "affirm")
    chat.say("saya sendiri")
    assert chat.slots["requested_slot"] == "nik"
    in_danger(chat)
    return chat


def in_danger(chat: Chat) -> None:
    chat.say("anak saya kejang tolong", "emergency", confidence=1.0)
    chat.slots |= {AT: NOW.isoformat(), WAITS: NOW.isoformat()}


def test_in_the_same_breath_nothing_is_asked(chat: Chat) -> None:
    # What ActionEmergency sets stands before the form runs again.
    in_danger(chat)
    assert chat.said == []
    assert chat.slots["requested_slot"] == "nik" and chat.open


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("masih napas tapi lemes", "nlu_fallback"),
        ("iya", "affirm"),
        ("tidak", "deny"),
        ("udah dibawa ke RS makasih", "thanks"),
        ("badannya panas", "report_symptoms"),
        ("umurnya 3 tahun", "nlu_fallback"),
    ],
)
def test_what_is_about_the_emergency_is_no_answer(chat: Chat, text: str, intent: str) -> None:
    before = dict(chat.slots)
    chat.say(text, intent)
    assert chat.said == [], "an action of its own answers; the form says nothing"
    assert {name: value for name, value in chat.slots.items() if value != before.get(name)} == {}


def test_a_pin_is_no_answer_while_the_form_waits(chat: Chat) -> None:
    chat.say("[lokasi]", "share_location", {"location": SURABAYA})
    assert chat.said == [] and chat.slots["requested_slot"] == "nik"


def test_an_answer_that_can_be_nothing_else_goes_on(chat: Chat) -> None:
    chat.say(NIK)
    assert chat.slots["nik"] and chat.slots["requested_slot"] == "birth_date"
    assert chat.slots[WAITS] is None


@pytest.mark.parametrize(("strong", "sure"), [(True, True), (False, False)])
def test_a_number_is_an_answer_if_it_can_be_nothing_else(chat: Chat, strong: bool, sure: bool) -> None:
    message = {"text": "tensi 180/110 tadi", "intent": {"name": "nlu_fallback"}, "metadata": {"at": NOW.isoformat()}}
    with transaction() as session:
        form = Form(session, Tracker(chat.key, dict(chat.slots), message, [], False, None, {}, None))
        assert answers_surely(form, lambda *_: Reading("x", strong=strong)) is sure
        assert not answers_surely(form, None)


def test_no_name_is_made_of_a_cry(chat: Chat) -> None:
    chat.say(NIK)
    chat.say("17-08-1954")
    assert chat.slots["requested_slot"] == "full_name"
    in_danger(chat)
    chat.say("masih napas lemes", confidence=0.3)
    assert chat.slots["requested_slot"] == "full_name" and chat.said == []


def test_another_question_goes_on_too(chat: Chat) -> None:
    chat.say("vaksin halal ga?", "ask_vaccine_question")
    assert chat.responses[-1] == "utter_ask_registration_nik"
    assert chat.slots[WAITS] is None


def test_what_was_told_stays(chat: Chat) -> None:
    chat.say("makasih", "thanks")
    with transaction() as session:
        assert drafts.load(session, chat.key, REGISTRATION.name)["consented_at"]


def test_the_form_does_not_wait_for_ever(chat: Chat) -> None:
    chat.slots[WAITS] = (NOW - LASTS).isoformat()
    chat.say("makasih", "thanks")
    assert chat.responses[-1] == "utter_ask_registration_nik"
    assert chat.slots[WAITS] is None


def test_nothing_that_is_quiet_is_a_request() -> None:
    assert {"cancel", "show_menu", "choose_option", "register_vaccination", "ask_why"}.isdisjoint(STAYS_QUIET)
