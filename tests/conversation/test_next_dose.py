"""The question about the next dose, played against the real actions and database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import select, update

from actions.conversation import PROGRAMME_ZONE
from actions.doses.ends import ActionTellNextDose, choose
from actions.doses.questions import AskDose
from actions.doses.validate import ValidateDoseForm
from siaga.db import transaction
from siaga.doses import KnownDose, record_known, record_told, recorded
from siaga.people import drafts
from siaga.people.contacts import contact_by_key
from siaga.people.tables import ContactPerson, Notice, Person
from siaga.registration.people import nik_index
from tests.conversation.chat import NOW, Chat, played
from tests.registration.given import contact, nik

FORM = played(ValidateDoseForm, AskDose, ActionTellNextDose)
TODAY = NOW.astimezone(PROGRAMME_ZONE).date()
ASK = "ask_next_dose"
OFFICIAL = "import"


@pytest.fixture
def chat(database: str) -> Chat:
    with transaction() as session:
        key = contact(session)
    return Chat(key, form=FORM)


def person(chat: Chat, serial: int = 1, relation: str = "self", born: date = date(1970, 8, 17)) -> int:
    """The id of somebody whom the contact looks after."""
    with transaction() as session:
        made = Person(
            nik=nik(serial), nik_index=nik_index(nik(serial)), name=f"Warga Uji {serial:03}",
            birth_date=born.isoformat(), sex="P" if relation == "mother" else "L", regency_code="35.78",
        )  # fmt: skip
        session.add(made)
        session.flush()
        contact_id = contact_by_key(session, chat.key).id
        session.add(ContactPerson(contact_id=contact_id, person_id=made.id, relation=relation))
        return int(made.id)


def known(person_id: int, *doses: KnownDose) -> None:
    with transaction() as session:
        for dose in doses:
            record_known(session, person_id, dose, "import", at=NOW)


def on_file(person_id: int) -> list[tuple[int, str | None, date | None, bool]]:
    with transaction() as session:
        return [(d.number, d.vaccine, d.given_on, d.told) for d in recorded(session, person_id)]


def draft(chat: Chat) -> dict[str, Any]:
    with transaction() as session:
        return drafts.load(session, chat.key, "dose_form")


def said(chat: Chat, response: str) -> dict[str, Any]:
    return next(one for one in chat.said if one["response"] == response)


# ---------------------------------------------------------------- somebody who is not registered
def test_all_in_the_first_message_is_answered_at_once(chat: Chat) -> None:
    chat.say("sudah 2x sinovac agustus 2021, booster kapan?", ASK)
    assert not chat.open
    assert chat.responses == ["utter_next_dose_now", "utter_next_dose_brands", "utter_next_dose_because_adult"]
    assert said(chat, "utter_next_dose_now")["date"] == "30 November 2021"
    assert said(chat, "utter_next_dose_brands")["brands"] == "IndoVac atau InaVac"
    assert said(chat, "utter_next_dose_because_adult")["source"]
    assert list(chat.options) == ["Daftar vaksin"]
    assert draft(chat) == {}


def test_booster_pfizer_in_january_2022(chat: Chat) -> None:
    chat.say("booster pfizer januari 2022, terus kapan lagi", ASK)
    assert said(chat, "utter_next_dose_now")["dose"] == "booster kedua"
    assert said(chat, "utter_next_dose_now")["date"] == "31 Juli 2022"


def test_what_is_missing_is_asked_one_by_one(chat: Chat) -> None:
    chat.say("vaksin berikutnya kapan ya", ASK)
    assert chat.responses[-1] == "utter_ask_dose_number"
    assert list(chat.options)[:3] == ["1 kali", "2 kali", "3 kali"]
    chat.say("2 kali")
    assert chat.responses[-1] == "utter_ask_dose_vaccine"
    chat.tap("Pfizer")
    assert chat.responses[-1] == "utter_ask_dose_date"
    chat.say("maret 2022")
    assert not chat.open
    assert said(chat, "utter_next_dose_now")["date"] == "30 Juni 2022"
    assert said(chat, "utter_next_dose_brands")["brands"] == "IndoVac"
    assert draft(chat) == {}
    assert all(value is None for value in chat.slots.values())


def test_an_answer_may_hold_all_the_others(chat: Chat) -> None:
    chat.say("kapan vaksin lagi", ASK)
    chat.say("2x sinovac, agustus 2021")
    assert not chat.open
    assert said(chat, "utter_next_dose_now")["dose"] == "booster pertama"


def test_the_question_itself_implies_how_many(chat: Chat) -> None:
    chat.say("booster saya apa", ASK)
    assert chat.responses[-1] == "utter_ask_dose_vaccine"
    chat.say("astra")
    chat.say("februari 2022")
    # What somebody has had is known, what they are told of is to be had.
    assert said(chat, "utter_next_dose_brands")["brands"] == "IndoVac"


def test_never_vaccinated(chat: Chat) -> None:
    chat.say("kapan vaksin", ASK)
    chat.say("belum pernah")
    assert chat.responses == ["utter_next_dose_first", "utter_next_dose_because"]
    assert not chat.open


def test_a_coming_second_dose_has_a_first_and_a_last_day(chat: Chat) -> None:
    first = TODAY - timedelta(days=14)
    chat.say(f"dosis 1 astra tanggal {first:%d/%m/%Y}, yang kedua kapan?", ASK)
    values = said(chat, "utter_next_dose_between")
    assert values["dose_start"] == "Dosis kedua"
    assert not chat.open


@pytest.mark.parametrize(
    ("days", "response"),
    [(28, "utter_next_dose_now_until"), (29, "utter_next_dose_late"), (400, "utter_next_dose_restart")],
)
def test_how_late_the_second_dose_is(chat: Chat, days: int, response: str) -> None:
    first = TODAY - timedelta(days=days)
    chat.say(f"dosis 1 sinovac tanggal {first:%d/%m/%Y}, yang kedua kapan?", ASK)
    assert response in chat.responses
    if response == "utter_next_dose_late":
        assert said(chat, response)["days"] == 1
        assert "merek lain boleh" in said(chat, response)["advice"]


def test_three_weeks_late_needs_only_the_vaccine(chat: Chat) -> None:
    chat.say("vaksin kedua telat 3 minggu gimana?", ASK)
    assert chat.responses[-1] == "utter_ask_dose_vaccine"
    chat.tap("Sinovac")
    assert said(chat, "utter_next_dose_late")["days"] == 21


def test_a_forgotten_vaccine_is_said_to_be_a_guess(chat: Chat) -> None:
    chat.say(f"sudah dosis 1 tanggal {TODAY - timedelta(days=3):%d/%m/%Y}, kedua kapan?", ASK)
    chat.tap("Lainnya / lupa")
    assert "utter_next_dose_vaccine_unknown" in chat.responses
    assert "utter_next_dose_brands_by_staff" in chat.responses


def test_a_forgotten_day_ends_with_where_it_is_written(chat: Chat) -> None:
    chat.say("sudah 2x pfizer, booster kapan?", ASK)
    chat.say("lupa")
    assert chat.responses == ["utter_dose_date_forgotten"]
    assert not chat.open and draft(chat) == {}


def test_after_the_second_booster_nothing_is_asked(chat: Chat) -> None:
    chat.say("saya sudah vaksin 4 kali, kapan lagi?", ASK)
    assert chat.responses == ["utter_next_dose_complete", "utter_next_dose_source"]


def test_a_vaccine_without_a_rule_goes_to_a_person(chat: Chat) -> None:
    chat.say("dosis 1 sputnik maret 2022, kedua kapan?", ASK)
    assert chat.responses == ["utter_next_dose_no_rule"]
    assert "Hubungi petugas" in chat.options


def test_a_child_is_asked_its_age(chat: Chat) -> None:
    chat.say("anak saya sudah 2x sinovac maret 2022, booster kapan?", ASK)
    assert chat.responses[-1] == "utter_ask_dose_age"
    chat.say("10 tahun")
    assert chat.responses == ["utter_next_dose_too_young_about", "utter_next_dose_source"]


def test_a_child_whose_age_was_said_is_not_asked(chat: Chat) -> None:
    chat.say("anak saya 25 tahun sudah 2x sinovac maret 2022, booster kapan?", ASK)
    assert "utter_next_dose_now" in chat.responses


def test_a_question_about_doses_in_general_is_answered_from_what_is_known(chat: Chat) -> None:
    chat.say("vaksin 1 dan 2 beda merek boleh?", ASK)
    assert chat.responses == ["utter_next_dose_in_general"]
    assert not chat.open
    chat.tap("Hitung untuk saya")
    assert chat.responses[-1] == "utter_ask_dose_number"


def test_when_the_second_dose_comes_is_asked_of_ones_own(chat: Chat) -> None:
    chat.say("vaksin kedua kapan?", ASK)
    assert chat.open and chat.responses == ["utter_ask_dose_vaccine"]


def test_a_button_carries_the_question_that_was_asked_besides(chat: Chat) -> None:
    chat.say("Dosis berikutnya", ASK, {"question": "sudah 2x sinovac agustus 2021, booster kapan"})
    assert said(chat, "utter_next_dose_now")["dose"] == "booster pertama"


# ---------------------------------------------------------------- somebody who is registered
def test_what_is_recorded_is_used_and_said_to_be_recorded(chat: Chat) -> None:
    who = person(chat)
    known(who, KnownDose(1, "sinovac", date(2021, 7, 1)), KnownDose(2, "sinovac", date(2021, 8, 1)))
    chat.say("kapan booster saya", ASK)
    assert not chat.open
    told = said(chat, "utter_dose_on_record")
    assert (told["person"], told["basis"]) == ("W**** U** 0**", "menurut catatan")
    assert "1 Agustus 2021" in told["known"] and "Sinovac" in told["known"]
    assert said(chat, "utter_next_dose_now")["date"] == "1 November 2021"
    assert list(chat.options) == ["Cari jadwal"]


def test_what_was_told_is_said_to_be_told(chat: Chat) -> None:
    who = person(chat)
    with transaction() as session:
        record_told(session, who, 2, last_on=date(2021, 8, 1), last_vaccine="sinovac", at=NOW)
    chat.say("kapan booster saya", ASK)
    assert said(chat, "utter_dose_on_record")["basis"] == "menurut yang Anda sampaikan"


def test_what_is_told_now_of_somebody_registered_is_kept_as_told(chat: Chat) -> None:
    who = person(chat)
    chat.say("saya sudah 2x sinovac agustus 2021, booster kapan", ASK)
    assert on_file(who) == [(1, None, None, True), (2, "sinovac", date(2021, 8, 31), True)]
    assert "utter_dose_on_record" in chat.responses


def test_what_the_question_only_implies_is_not_kept(chat: Chat) -> None:
    who = person(chat)
    chat.say("booster saya kapan", ASK)
    chat.say("sinovac")
    assert on_file(who) == []
    chat.say("maret 2022")
    # Now they have told when it was, of which vaccine: that is more than a question.
    assert on_file(who)[-1] == (2, "sinovac", date(2022, 3, 31), True)


def test_an_official_dose_wins_over_what_is_told(chat: Chat) -> None:
    who = person(chat)
    known(who, KnownDose(1, "sinovac", date(2021, 7, 1)), KnownDose(2, "sinovac", date(2021, 8, 1)))
    chat.say("saya sudah 2x pfizer maret 2022, booster kapan", ASK)
    assert on_file(who)[-1] == (2, "sinovac", date(2021, 8, 1), False)
    assert said(chat, "utter_dose_on_record")["basis"] == "menurut catatan"


def test_a_later_dose_is_told_beside_the_official_ones(chat: Chat) -> None:
    who = person(chat)
    known(who, KnownDose(1, "sinovac", date(2021, 7, 1)), KnownDose(2, "sinovac", date(2021, 8, 1)))
    chat.say("saya sudah booster moderna april 2022, terus kapan lagi", ASK)
    assert on_file(who)[-1] == (3, "moderna", date(2022, 4, 30), True)
    assert said(chat, "utter_next_dose_now")["dose"] == "booster kedua"


def test_whose_it_is_is_asked_where_several_may_be_meant(chat: Chat) -> None:
    mother = person(chat, 1, "mother", date(1950, 1, 1))
    known(mother, KnownDose(2, "sinovac", date(2021, 8, 1)))
    person(chat, 2, "self")
    chat.say("kapan dosis berikutnya", ASK)
    assert chat.responses[-1] == "utter_ask_dose_person"
    assert list(chat.options)[:2] == ["Ibu Anda", "Anda"]
    chat.tap("Ibu Anda")
    assert said(chat, "utter_next_dose_now")["who"] == "ibu Anda"


def test_who_is_named_is_not_asked(chat: Chat) -> None:
    mother = person(chat, 1, "mother", date(1950, 1, 1))
    known(mother, KnownDose(2, "sinovac", date(2021, 8, 1)))
    person(chat, 2, "self")
    chat.say("ibu saya kapan booster", ASK)
    assert not chat.open
    assert said(chat, "utter_dose_on_record")["who"] == "Ibu Anda"


def test_another_contacts_people_are_strangers(chat: Chat) -> None:
    who = person(chat, 1, "self")
    known(who, KnownDose(2, "sinovac", date(2021, 8, 1)))
    with transaction() as session:
        other = Chat(contact(session, 2), form=FORM)
    other.say("kapan booster saya", ASK)
    assert other.open and other.responses[-1] == "utter_ask_dose_vaccine"
    other.choose("Anda", f'/choose_option{{"option": "dose_person=person:{who}"}}')
    assert "utter_dose_on_record" not in other.responses


def test_who_was_only_shown_the_mask_of_a_name_sees_no_doses(chat: Chat) -> None:
    who = person(chat)
    known(who, KnownDose(2, "sinovac", date(2021, 8, 1)))
    with transaction() as session:
        session.execute(update(ContactPerson).values(sees_name=False))
    chat.say("kapan booster saya", ASK)
    assert chat.responses == ["utter_ask_dose_vaccine"]
    assert tapped(chat.key, who) == ["utter_option_stale"]


def test_fewer_doses_than_are_recorded_are_not_believed(chat: Chat) -> None:
    who = person(chat)
    known(who, KnownDose(1, "sinovac", date(2021, 7, 1)), KnownDose(2, "sinovac", date(2021, 8, 1)))
    chat.say("saya baru 1x vaksin sinovac, kapan lagi", ASK)
    assert said(chat, "utter_next_dose_now")["dose"] == "booster pertama"
    assert [number for number, *_ in on_file(who)] == [1, 2]


def test_a_registered_child_has_its_birthday_told(chat: Chat) -> None:
    born = TODAY.replace(day=1) - timedelta(days=17 * 365 + 150)
    who = person(chat, 3, "child", born)
    known(who, KnownDose(2, "sinovac", date(2022, 8, 1)))
    chat.say("anak saya kapan booster", ASK)
    assert "utter_next_dose_too_young" in chat.responses
    assert said(chat, "utter_next_dose_too_young")["date"].endswith(str(born.year + 18))


def test_a_reminder_is_promised_once_and_only_to_those_who_look_after_them(chat: Chat) -> None:
    who = person(chat)
    chat.say(f"saya baru dosis 1 sinovac tanggal {TODAY - timedelta(days=3):%d/%m/%Y}, kedua kapan", ASK)
    assert "Ingatkan saya" in chat.options
    payload = chat.options["Ingatkan saya"]
    assert payload == f'/choose_option{{"option": "remind_dose={who}"}}'
    with transaction() as session:
        stranger = contact(session, 2)
    for _ in range(2):
        assert tapped(chat.key, who) == ["utter_dose_reminder_planned"]
    assert tapped(stranger, who) == ["utter_option_stale"]
    with transaction() as session:
        notices = session.execute(select(Notice)).scalars().all()
        assert [(one.kind, one.about, one.person_id) for one in notices] == [("next_dose", f"dose:{who}", who)]


def tapped(key: str, who: int) -> list[str]:
    message = {
        "metadata": {"message_id": "wamid.tap", "at": NOW.isoformat()},
        "entities": [{"entity": "option", "value": f"remind_dose={who}"}],
    }
    dispatcher = CollectingDispatcher()
    tracker = Tracker(key, {}, message, [], False, None, {}, None)
    assert choose(dispatcher, tracker, "remind_dose", str(who))
    return [one["response"] for one in dispatcher.messages]


# ---------------------------------------------------------------- how it goes wrong
def test_another_question_is_set_aside_and_the_open_one_comes_again(chat: Chat) -> None:
    chat.say("vaksin berikutnya kapan ya", ASK)
    chat.say("vaksin itu halal ga?", "ask_vaccine_question")
    assert chat.open and chat.responses == ["utter_ask_dose_number"]
    chat.say("2 kali")
    assert chat.responses == ["utter_ask_dose_vaccine"]


def test_asking_again_asks_what_is_still_needed(chat: Chat) -> None:
    chat.say("booster saya kapan", ASK)
    chat.say("jadi kapan?", ASK)
    assert chat.responses == ["utter_ask_dose_vaccine"]


def test_an_answer_is_corrected(chat: Chat) -> None:
    chat.say("saya sudah 2x, booster kapan", ASK)
    chat.say("sinovac")
    assert chat.responses == ["utter_ask_dose_date"]
    chat.say("eh salah, pfizer", "change_answer")
    assert chat.responses == ["utter_ask_dose_date"]
    chat.say("maret 2022")
    assert said(chat, "utter_next_dose_brands")["brands"] == "IndoVac"


def test_a_correction_without_the_value_asks_the_last_answer_again(chat: Chat) -> None:
    chat.say("saya sudah 2x, booster kapan", ASK)
    chat.say("sinovac")
    chat.say("eh salah", "change_answer")
    assert chat.responses == ["utter_ask_dose_vaccine"]


def test_wrong_three_times_offers_an_example_then_a_person(chat: Chat) -> None:
    chat.say("saya sudah 2x, booster kapan", ASK)
    chat.say("hmm")
    assert "utter_dose_vaccine_unreadable" in chat.responses
    chat.say("hmm hmm")
    assert "utter_example_dose_vaccine" in chat.responses
    chat.say("zzz")
    assert "utter_offer_person" in chat.responses
    assert "Hubungi petugas" in chat.options


def test_a_future_day_is_not_taken(chat: Chat) -> None:
    chat.say("saya sudah 2x pfizer, booster kapan", ASK)
    chat.say("tahun depan")
    assert chat.open and "utter_dose_date_unreadable" in chat.responses


def test_the_last_message_played_again_records_nothing_twice(chat: Chat) -> None:
    who = person(chat)
    chat.say("saya sudah 2x sinovac, booster kapan", ASK)
    slots, opened = dict(chat.slots), chat.open
    chat.say("agustus 2021", message_id="wamid.last")
    before, first = on_file(who), chat.responses
    chat.slots, chat.open = slots, opened
    chat.say("agustus 2021", message_id="wamid.last")
    assert on_file(who) == before
    assert chat.responses == first


def test_the_answers_swept_away_are_asked_again(chat: Chat) -> None:
    chat.say("saya sudah 2x sinovac, booster kapan", ASK)
    with transaction() as session:
        drafts.discard(session, chat.key, "dose_form")
    chat.say("agustus 2021")
    assert chat.open and chat.responses == ["utter_ask_dose_number"]


def test_slots_hold_no_answers(chat: Chat) -> None:
    chat.say("saya sudah 2x sinovac, booster kapan", ASK)
    held = {name: value for name, value in chat.slots.items() if name.startswith("dose_")}
    assert set(held.values()) <= {None, "✓", "-", "self"}


# ---------------------------------------------------------------- another thing told than was asked
@pytest.mark.parametrize(
    ("text", "intent", "noted"),
    [
        ("sinovac", "nlu_fallback", "Sinovac"),
        ("pfizer kok", "ask_vaccine_question", "Pfizer"),
        ("sinovac 2x", "nlu_fallback", "2 dosis, Sinovac"),
        ("booster pfizer", "ask_vaccine_question", "3 dosis (sampai booster pertama), Pfizer"),
    ],
)
def test_a_vaccine_told_where_the_day_is_asked_is_taken(chat: Chat, text: str, intent: str, noted: str) -> None:
    chat.say("kapan booster?", ASK)
    chat.say("lupa")
    chat.say(text, intent)
    assert chat.responses == ["utter_dose_noted", "utter_ask_dose_date"]
    assert chat.said[0]["known"] == noted
    assert chat.slots["attempts"] is None


def test_a_question_about_a_vaccine_is_still_one(chat: Chat) -> None:
    chat.say("kapan booster?", ASK)
    chat.say("lupa")
    for text in ("pfizer halal?", "efek samping pfizer"):
        chat.say(text, "ask_vaccine_question")
        assert "utter_dose_noted" not in chat.responses
        assert draft(chat)["vaccine"] == "other"


def test_how_many_told_late_counts(chat: Chat) -> None:
    """Taken for one dose only, they were told that the first was too long ago, and to begin anew."""
    chat.say("kapan vaksin kedua saya?", ASK)
    chat.say("2 kali")
    assert chat.responses == ["utter_dose_noted", "utter_ask_dose_vaccine"]
    chat.say("sinovac 2x terakhir maret 2022")
    assert said(chat, "utter_next_dose_now")["dose"] == "booster pertama"


def test_the_month_may_stand_behind_other_words(chat: Chat) -> None:
    chat.say("kapan booster?", ASK)
    chat.say("sinovac")
    chat.say("sinovac 2x terakhir maret")
    assert not chat.open
    assert "utter_next_dose_now" in chat.responses


def test_a_place_is_kindly_put_aside_where_a_day_is_asked(chat: Chat) -> None:
    chat.say("kapan booster?", ASK)
    chat.say("sinovac")
    chat.say("[lokasi]", "share_location", {"location": {"lat": -7.29, "lon": 112.73}})
    assert chat.responses == ["utter_location_not_asked", "utter_ask_dose_date"]
    assert chat.slots["attempts"] is None
