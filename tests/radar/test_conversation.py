"""Asking the radar: of which place, by pin or by words, what follows, and what is kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from actions.conversation import PROGRAMME_ZONE
from actions.facilities.validate import ActionFinishFacility, AskSearch, ValidateFacilityForm
from actions.radar.answering import ActionTellRadar
from actions.radar.form import Form
from siaga.db import transaction
from siaga.people.contacts import ensure_contact
from siaga.people.tables import FormDraft
from siaga.radar import subscriptions
from siaga.settings import ROOT
from tests.conversation.chat import NOW, Chat, played
from tests.plain_yaml import domain, load
from tests.radar.given import GRESIK, MALANG, SIDOARJO, SURABAYA, bring
from tests.radar.talk import Talk
from tests.registration.given import facility, held

MALANG_CITY, EAST_JAVA = "35.73", "35"
TODAY = NOW.astimezone(PROGRAMME_ZONE).date()
KETINTANG = (-7.3110, 112.7270)


def brought(**more: Any) -> None:
    levels = {SURABAYA: 3, GRESIK: 1, SIDOARJO: 2, MALANG: 2, MALANG_CITY: 4, EAST_JAVA: 2, "ID": 1}
    with transaction() as session:
        bring(session, levels, day=TODAY, at=NOW, **more)


@pytest.fixture
def talk(database: str) -> Talk:
    """Of these places there are figures until today."""
    brought()
    with transaction() as session:
        return Talk(ensure_contact(session, phone="628000000071").key)


def nothing_left(talk: Talk) -> None:
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(FormDraft)) == 0
    assert not talk.open
    assert not any(value for slot, value in talk.slots.items() if slot != "radar_topic")


def asked_place(talk: Talk) -> bool:
    return talk.responses[-1].startswith("utter_ask_radar")


# ---------------------------------------------------------------------- by words
def test_a_place_in_the_question_is_answered_at_once(talk: Talk) -> None:
    talk.say("sby brp kasus hari ini")
    assert talk.responses == ["utter_radar"]
    assert "Kota Surabaya" in talk.text and "Dinas Kesehatan Uji" in talk.text
    assert list(talk.options) == ["Peta & grafik", "Daerah lain", "Kabari saya"]
    assert talk.topic["places"] == [[SURABAYA]]
    nothing_left(talk)


@pytest.mark.parametrize("text", ["radar", "berapa kasus hari ini", "/ask_case_data"])
def test_without_a_place_it_is_asked_for_with_a_button_for_the_location(talk: Talk, text: str) -> None:
    talk.say(text)
    assert talk.responses == ["utter_ask_radar_place"]
    assert talk.said[0]["custom"] == {"ask_location": True}
    talk.say("di gresik min", "nlu_fallback")
    assert talk.responses == ["utter_radar"] and "Kab. Gresik" in talk.text
    nothing_left(talk)


def test_around_here_is_asked_for_as_such(talk: Talk) -> None:
    talk.say("daerah sini aman ga")
    assert talk.responses == ["utter_ask_radar_here"]


def test_a_list_is_asked_of_a_province(talk: Talk) -> None:
    talk.say("zona merah mana aja")
    assert talk.responses == ["utter_ask_radar_within"]
    talk.say("jatim", "nlu_fallback")
    assert talk.responses == ["utter_radar"]
    assert talk.topic["kind"] == "list" and talk.topic["within"] == EAST_JAVA


def test_what_was_asked_is_kept_while_the_place_is_asked(talk: Talk) -> None:
    talk.say("brp yg meninggal hr ini")
    talk.say("gresik", "nlu_fallback")
    assert talk.topic["measures"] == ["deaths"]
    talk.say("radar")
    talk.say("kasus gresik")
    assert talk.topic["places"] == [[GRESIK]]


@pytest.mark.parametrize(
    ("answer", "code", "name"),
    [
        ("yang kota", MALANG_CITY, "Kota Malang"),
        ("kabupaten", MALANG, "Kab. Malang"),
        ("kota malang", MALANG_CITY, "Kota Malang"),
        ("kab malang", MALANG, "Kab. Malang"),
        ("kepanjen", MALANG, "Kab. Malang"),
        ("zona malang yang kota", MALANG_CITY, "Kota Malang"),
    ],
)
def test_a_name_of_two_is_asked_about(talk: Talk, answer: str, code: str, name: str) -> None:
    talk.say("zona malang apa")
    assert talk.responses == ["utter_ask_radar_city_or_regency"]
    assert talk.said[0]["place"] == "Malang"
    assert list(talk.options) == ["Kota Malang", "Kab. Malang", "Batal"]
    assert not any("description" in each for each in talk.said[-1]["buttons"]), "buttons, not a list"
    talk.say(answer, "ask_case_data" if "zona" in answer else "nlu_fallback")
    assert talk.responses == ["utter_radar"] and name in talk.text
    assert talk.topic["places"] == [[code]]
    nothing_left(talk)


def test_one_of_two_is_tapped(talk: Talk) -> None:
    talk.say("zona malang apa").tap("Kab. Malang")
    assert "Kab. Malang" in talk.text and talk.topic["kind"] == "zone"


def test_both_are_compared(talk: Talk) -> None:
    talk.say("kasus malang").say("dua-duanya", "nlu_fallback")
    assert talk.topic["places"] == [[MALANG_CITY], [MALANG]] and talk.topic["kind"] == "compare"
    assert "Kota Malang" in talk.text and "Kab. Malang" in talk.text


def test_of_places_compared_each_is_told_apart(talk: Talk) -> None:
    talk.say("bandingkan malang sama surabaya")
    assert talk.responses == ["utter_ask_radar_city_or_regency"]
    talk.say("yang kota", "nlu_fallback")
    assert talk.topic["places"] == [[MALANG_CITY], [SURABAYA]]
    assert "Kota Malang" in talk.text and "Kota Surabaya" in talk.text


def test_another_place_while_one_of_two_is_asked(talk: Talk) -> None:
    talk.say("zona malang apa").say("gresik aja", "nlu_fallback")
    assert "Kab. Gresik" in talk.text


def test_a_kecamatan_is_told_with_what_it_lies_in(talk: Talk) -> None:
    talk.say("di Wiyung ada berapa kasus")
    assert "Kota Surabaya" in talk.text and "Wiyung" in talk.text


@pytest.mark.parametrize(("text", "name"), [("kasus indonesia", "Indonesia"), ("update jatim", "Jawa Timur")])
def test_a_province_and_indonesia(talk: Talk, text: str, name: str) -> None:
    assert name in talk.say(text).text


def test_of_a_place_nobody_knows_anything_of_that_is_said(talk: Talk) -> None:
    talk.say("kasus di merauke")
    assert talk.responses == ["utter_radar"]
    assert "belum punya data" in talk.text and "Merauke" in talk.text
    assert list(talk.options) == ["Daerah lain", "Menu"]


def test_without_figures_the_province_is_told(talk: Talk) -> None:
    talk.say("kasus di banyuwangi")
    assert "Jawa Timur" in talk.text and "Banyuwangi" in talk.text


def test_what_a_word_means_is_answered_from_the_knowledge_base(talk: Talk) -> None:
    talk.say("apa arti suspek")
    assert talk.responses == ["utter_answer"]
    nothing_left(talk)
    assert not talk.slots.get("radar_topic")


def test_sample_figures_are_marked(database: str) -> None:
    brought(sample=True)
    with transaction() as session:
        talk = Talk(ensure_contact(session, phone="628000000071").key)
    assert "DATA CONTOH" in talk.say("kasus surabaya").text


# ---------------------------------------------------------------------- by a pin
def test_a_pin_answers_where(talk: Talk) -> None:
    talk.say("radar").pin(*KETINTANG)
    assert talk.responses == ["utter_radar"]
    assert "Kota Surabaya" in talk.text and "tidak" in talk.text and "simpan" in talk.text
    assert talk.pictures
    assert "-7.3" not in repr(talk.slots) and "112.7" not in repr(talk.slots)
    nothing_left(talk)


def test_a_pin_abroad_is_asked_again(talk: Talk) -> None:
    talk.say("radar").pin(35.0, 139.0)
    assert talk.responses == ["utter_residence_outside", "utter_ask_radar_place"]


def test_a_pin_after_an_answer_asks_the_same_of_there(talk: Talk) -> None:
    talk.say("yang meninggal di gresik berapa").pin(*KETINTANG)
    assert talk.responses == ["utter_radar"] and "Kota Surabaya" in talk.text
    assert talk.topic["measures"] == ["deaths"] and not talk.topic["places"][0][0].startswith(GRESIK)
    assert "-7.3" not in repr(talk.slots)


def test_a_pin_that_nobody_asked_for_is_told_of_in_short(talk: Talk) -> None:
    talk.pin(*KETINTANG)
    assert talk.responses[:2] == ["utter_location_thanks", "utter_radar"]
    assert "Kota Surabaya" in talk.said[0]["place"]
    assert "Radar di sini" in talk.options and "-7.3" not in talk.options["Radar di sini"]
    assert "-7.3" not in repr(talk.slots)
    talk.tap("Radar di sini")
    assert talk.responses == ["utter_radar"] and "Kota Surabaya" in talk.text


def test_a_pin_where_nothing_is_known_finds_places_to_vaccinate(database: str) -> None:
    with transaction() as session:
        held(session, facility(session, "jagir", lat=-7.3034, lon=112.7433))
        talk = Talk(ensure_contact(session, phone="628000000071").key)
    talk.pin(*KETINTANG)
    assert talk.responses == ["utter_location_thanks", "utter_facilities"]
    assert "Radar di sini" not in talk.options


def test_a_pin_after_another_subject_is_not_the_radars(talk: Talk) -> None:
    talk.say("kasus gresik").say("tips isoman", "ask_tips").pin(*KETINTANG)
    assert talk.responses[0] == "utter_location_thanks"


# ---------------------------------------------------------------------- what follows
@pytest.mark.parametrize("intent", ["ask_case_data", "nlu_fallback", "ask_covid_question", "out_of_scope", "repeat"])
@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("kalau meninggal?", {"measures": ["deaths"], "places": [[SURABAYA]]}),
        ("kalau gresik?", {"places": [[GRESIK]]}),
        ("minggu lalu?", {"places": [[SURABAYA]]}),
        ("petanya?", {"kind": "picture", "places": [[SURABAYA]]}),
    ],
)
def test_a_question_keeps_place_or_measure(talk: Talk, intent: str, text: str, changed: dict[str, Any]) -> None:
    talk.say("kasus surabaya").say(text, intent)
    assert talk.responses == ["utter_radar"]
    assert {name: talk.topic[name] for name in changed} == changed
    nothing_left(talk)


def test_further_and_further(talk: Talk) -> None:
    talk.say("kasus surabaya").say("kalau meninggal?", "nlu_fallback", after=20)
    talk.say("kalau gresik?", "nlu_fallback", after=20)
    assert talk.topic["measures"] == ["deaths"] and talk.topic["places"] == [[GRESIK]]


def test_a_name_of_two_may_follow(talk: Talk) -> None:
    talk.say("yang meninggal di surabaya berapa").say("kalau malang?", "nlu_fallback")
    assert talk.responses == ["utter_ask_radar_city_or_regency"] and talk.open
    talk.tap("Kota Malang")
    assert talk.topic["measures"] == ["deaths"] and talk.topic["places"] == [[MALANG_CITY]]
    nothing_left(talk)


@pytest.mark.parametrize(
    "text", ["kalau ibu hamil boleh vaksin?", "vaksin halal ga", "efek sampingnya apa", "kalau anak?"]
)
def test_other_business_does_not_follow(talk: Talk, text: str) -> None:
    talk.say("kasus surabaya").say(text, "ask_covid_question")
    assert "utter_radar" not in talk.responses


def test_a_mere_yes_asks_for_nothing(talk: Talk) -> None:
    assert talk.say("kasus surabaya").say("iya", "affirm").responses == ["utter_acknowledge"]


def test_after_half_an_hour_it_is_forgotten(talk: Talk) -> None:
    assert "Gresik" in talk.say("kasus surabaya").say("kalau gresik?", "nlu_fallback", after=30).text
    assert talk.say("kalau meninggal?", "nlu_fallback", after=31).responses == ["utter_unsure_again"]
    assert talk.say("kalau meninggal?").responses[-1].startswith("utter_ask_radar")


def test_after_another_subject_it_is_not_the_radars(talk: Talk) -> None:
    talk.say("kasus surabaya").say("tips isoman", "ask_tips")
    assert "utter_radar" not in talk.say("kalau meninggal?", "nlu_fallback").responses
    assert talk.say("tips isoman", "ask_tips").say("berapa lama?", "nlu_fallback").responses == ["utter_tip"]


def test_a_tip_from_any_action_is_another_subject(talk: Talk) -> None:
    talk.say("kasus surabaya").say("apa yang harus saya lakukan saat isolasi mandiri di rumah", "ask_covid_question")
    assert talk.responses == ["utter_tip"]
    assert "utter_radar" not in talk.say("kalau meninggal?", "nlu_fallback").responses


def test_so_is_any_action_that_is_no_small_talk(talk: Talk) -> None:
    talk.say("kasus surabaya")
    talk.events.append({"event": "action", "name": "action_tell_news"})
    assert "utter_radar" not in talk.say("kalau meninggal?", "nlu_fallback").responses


def test_here_is_compared_with_the_place_that_was_named(talk: Talk) -> None:
    talk.say("lebih parah mana, sini apa gresik")
    assert talk.responses == ["utter_ask_radar_here"]
    talk.say("surabaya", "nlu_fallback")
    assert talk.topic["places"] == [[SURABAYA], [GRESIK]] and talk.topic["kind"] == "compare"


def test_after_a_tip_and_the_radar_the_radar_is_asked(talk: Talk) -> None:
    talk.say("tips isoman", "ask_tips").say("kasus surabaya").say("kalau gresik?", "nlu_fallback")
    assert "Kab. Gresik" in talk.text


def test_a_slot_that_cannot_be_read_is_no_topic(talk: Talk) -> None:
    for broken in ("surabaya", {"at": "?"}, {"question": {}, "at": NOW.isoformat()}):
        talk.slots["radar_topic"] = broken
        assert talk.say("kalau gresik?", "nlu_fallback").responses == ["utter_unsure_again"]


@pytest.mark.parametrize(
    ("first", "then", "changed"),
    [
        ("zona gresik", "zona merah mana aja di jatim", {"kind": "list", "within": EAST_JAVA, "places": []}),
        ("zona gresik", "bandingkan sidoarjo sama surabaya", {"kind": "compare", "places": [[SIDOARJO], [SURABAYA]]}),
        ("yang meninggal di gresik", "kasus di surabaya", {"measures": [], "places": [[SURABAYA]]}),
        ("yang meninggal di gresik", "kalau kasus di surabaya", {"places": [[SURABAYA]]}),
        ("kasus dbd di gresik", "kasus di surabaya", {"disease": "dengue", "places": [[SURABAYA]]}),
        ("kasus dbd di gresik", "kasus covid di surabaya", {"disease": "covid19"}),
        ("kasus dbd di gresik", "level ppkm surabaya", {"disease": "covid19"}),
        ("yang meninggal di gresik", "surabaya?", {"measures": ["deaths"], "places": [[SURABAYA]]}),
    ],
)
def test_a_whole_question_keeps_nothing_but_the_disease(
    talk: Talk, first: str, then: str, changed: dict[str, Any]
) -> None:
    talk.say(first).say(then)
    assert {name: talk.topic[name] for name in changed} == changed


def test_aman_ga_after_the_radar_is_about_the_place(talk: Talk) -> None:
    assert talk.say("aman ga?", "ask_privacy").responses == ["utter_privacy"]
    assert talk.say("kasus surabaya").say("aman ga?", "ask_privacy").responses == ["utter_radar"]
    assert talk.topic["kind"] == "safe" and talk.topic["places"] == [[SURABAYA]]
    assert talk.say("data saya disimpan siapa", "ask_privacy").responses == ["utter_privacy"]


@pytest.mark.parametrize(
    ("text", "ranking", "answered"),
    [
        ("aman ga ke gresik besok", ("find_facility", "ask_case_data"), True),
        ("zona surabaya apaan", ("nlu_fallback", "ask_tips", "out_of_scope", "ask_case_data"), True),
        ("aman ga ke gresik besok", ("find_facility", "ask_tips", "greet", "ask_case_data"), False),
        ("suami saya positif di surabaya harus gimana", ("ask_case_data",), False),
        ("ibu saya positif, zona surabaya merah, boleh vaksin?", ("ask_case_data",), False),
        ("surabaya", ("ask_case_data",), False),
        ("aman ga", ("ask_case_data",), False),
    ],
)
def test_what_was_not_understood_may_surely_be_the_radars(
    talk: Talk, text: str, ranking: tuple[str, ...], answered: bool
) -> None:
    talk.ranking = ranking
    assert (talk.say(text, "nlu_fallback").responses == ["utter_radar"]) == answered


# ---------------------------------------------------------------------- options
def test_another_place(talk: Talk) -> None:
    talk.say("kasus surabaya").tap("Daerah lain")
    assert asked_place(talk)
    assert "Kab. Gresik" in talk.say("gresik", "nlu_fallback").text


def test_the_picture(talk: Talk) -> None:
    talk.say("kasus surabaya")
    assert not talk.pictures
    talk.tap("Peta & grafik")
    assert len(talk.pictures) == 1 and talk.pictures[0].startswith("media:")
    assert "Peta & grafik" not in talk.options
    again = talk.say("peta surabaya").pictures
    assert again == talk.tap("Daerah lain").say("peta surabaya").pictures, "drawn once"


@pytest.mark.parametrize("option", ["radar=99.99/covid19", "radar=35.78", "radar_picture=/", "radar_subscribe=x/y"])
def test_an_option_of_no_place_is_stale(talk: Talk, option: str) -> None:
    assert talk.say("/choose_option", "choose_option", {"option": option}).responses == ["utter_option_stale"]


# ---------------------------------------------------------------------- being told of a place
def held_places(talk: Talk) -> list[str]:
    with transaction() as session:
        return [each.code for each in subscriptions.of_contact(session, talk.key)]


def test_being_told_of_a_place(talk: Talk) -> None:
    talk.say("kasus surabaya").tap("Kabari saya")
    assert talk.responses == ["utter_radar_subscribed"]
    assert talk.said[0]["place"] == "Kota Surabaya" and talk.said[0]["disease"] == "COVID-19"
    assert held_places(talk) == [SURABAYA]
    assert "Kabari saya" not in talk.say("kasus surabaya").options
    assert talk.say("kalau gresik?", "nlu_fallback").responses == ["utter_radar"]
    assert held_places(talk) == [SURABAYA]


def test_being_told_ends(talk: Talk) -> None:
    talk.say("kasus surabaya").tap("Kabari saya").tap("Berhenti dikabari")
    assert talk.responses == ["utter_radar_unsubscribed"] and talk.said[0]["places"] == "Kota Surabaya"
    assert held_places(talk) == []


def test_the_place_of_a_kecamatan_is_subscribed_to(talk: Talk) -> None:
    talk.say("kabari saya kalau zona di wiyung berubah")
    assert talk.responses == ["utter_radar_subscribed"] and held_places(talk) == [SURABAYA]


def test_where_no_level_can_change_nothing_is_promised(talk: Talk) -> None:
    talk.say("kabari saya kalau dbd di surabaya berubah")
    assert talk.responses == ["utter_radar_no_levels"] and held_places(talk) == []
    with transaction() as session:
        bring(session, colours={SURABAYA: "red"}, disease="dengue", day=TODAY, at=NOW)
    talk.say("kabari saya kalau dbd di surabaya berubah")
    assert talk.responses == ["utter_radar_subscribed"] and held_places(talk) == [SURABAYA]


def test_the_same_message_twice_subscribes_once(talk: Talk) -> None:
    option = {"option": f"radar_subscribe={SURABAYA}/covid19"}
    for _ in range(2):
        talk.at = NOW
        assert talk.say("/choose_option", "choose_option", option).responses == ["utter_radar_subscribed"]
    assert talk.say("/choose_option", "choose_option", option).responses == ["utter_radar_subscribed_already"]
    assert held_places(talk) == [SURABAYA]


# ---------------------------------------------------------------------- what goes wrong
def test_three_wrong_answers(talk: Talk) -> None:
    talk.say("radar").say("xqzt", "nlu_fallback")
    assert talk.responses == ["utter_radar_place_unreadable", "utter_ask_radar_place"]
    assert "utter_example_radar_place" in talk.say("xqzt lagi", "nlu_fallback").responses
    talk.say("xqzt", "nlu_fallback")
    assert "utter_offer_person" in talk.responses and "Hubungi petugas" in talk.options
    assert talk.say("rungkut surabaya", "nlu_fallback").responses == ["utter_radar"]


def test_something_else_in_between(talk: Talk) -> None:
    talk.say("radar").say("vaksin halal ga?", "ask_covid_question")
    assert talk.responses == ["utter_answer", "utter_ask_radar_place"]
    assert talk.say("gresik", "nlu_fallback").responses == ["utter_radar"]


def test_a_search_for_a_place_to_vaccinate_is_no_answer(talk: Talk) -> None:
    talk.say("radar")
    talk.say("tempat vaksin pfizer yang dekat surabaya dimana ya", "find_facility")
    assert "utter_radar" not in talk.responses


def test_another_question_takes_the_place_of_the_first(talk: Talk) -> None:
    talk.say("radar").say("yang sembuh di gresik berapa")
    assert talk.topic["measures"] == ["recovered"] and "Kab. Gresik" in talk.text


def test_a_turn_that_runs_again_says_the_same(talk: Talk) -> None:
    talk.say("zona malang apa")
    kept = dict(talk.slots), list(talk.events), talk.at
    with transaction() as session:
        before = Form(session, talk._tracker({"text": ""}, [])).draft
    first = talk.say("yang kota", "nlu_fallback").said
    assert before["choices"] == [MALANG_CITY, MALANG]
    talk.say("zona malang apa")
    talk.slots, talk.events, talk.at = kept
    assert talk.say("yang kota", "nlu_fallback").said == first


# ---------------------------------------------------------------------- in the middle of a form
@pytest.fixture
def inside(talk: Talk) -> Iterator[Talk]:
    yield Talk(talk.key, inside="registration_form")


def test_in_a_form_the_answer_is_short_and_without_buttons(inside: Talk) -> None:
    inside.say("kasus surabaya berapa")
    assert inside.responses == ["utter_radar"] and "Kota Surabaya" in inside.text
    assert not inside.options and not inside.pictures
    assert len(inside.text) < 400


def test_in_a_form_nothing_is_asked(inside: Talk) -> None:
    assert inside.say("radar").responses == ["utter_radar_in_form"]
    inside.say("zona malang apa")
    assert "Kota Malang" in inside.text and "Kab. Malang" in inside.text
    assert not inside.options


def test_in_a_form_only_a_question_for_figures_follows(inside: Talk) -> None:
    inside.say("kasus surabaya berapa")
    assert "utter_radar" not in inside.say("kalau meninggal?", "ask_covid_question").responses
    assert inside.say("kalau meninggal?").responses == ["utter_radar"]


@pytest.mark.parametrize("intent", ["out_of_scope", "nlu_fallback"])
def test_in_a_form_the_place_just_asked_of_may_be_corrected(inside: Talk, intent: str) -> None:
    inside.say("kasus di waru sidoarjo berapa")
    assert inside.say("eh maksudku gresik", intent).responses == ["utter_radar"]
    assert "Kab. Gresik" in inside.text and not inside.options
    inside.say("bukan, surabaya", intent)
    assert "Kota Surabaya" in inside.text


def test_in_a_form_a_place_is_no_correction_after_something_else(inside: Talk) -> None:
    inside.say("kasus di waru sidoarjo berapa")
    inside.say("cuaca besok gimana", "out_of_scope")
    assert "utter_radar" not in inside.say("eh maksudku gresik", "out_of_scope").responses


def test_zones_are_not_of_the_disease_asked_of_before(talk: Talk) -> None:
    talk.say("kasus dbd di jember")
    talk.say("zona merah mana aja di jatim")
    assert "COVID-19" in talk.text


def test_where_the_figures_come_from_may_be_asked_of_no_place(talk: Talk) -> None:
    talk.say("data kasusnya dari mana")
    assert talk.responses == ["utter_radar"] and "Dinas Kesehatan Uji" in talk.text


@pytest.mark.parametrize("text", ["berapa kasus di surabaya", "zona malang apa", "zona merah di jatim mana aja"])
def test_where_a_form_asks_for_a_place_a_question_of_one_is_no_answer(talk: Talk, text: str) -> None:
    search = Chat(talk.key, form=played(ValidateFacilityForm, AskSearch, ActionFinishFacility))
    search.say("tempat vaksin", "find_facility")
    search.say(text, "ask_case_data")
    assert search.responses == ["utter_ask_facility_near"], "a rule answers, then it is asked again"
    registration = Chat(talk.key)
    registration.start()
    for answer in ("setuju", "saya sendiri", "3578010502859001", "ya", "Warga Uji 001"):
        registration.say(answer)
    registration.say(text, "ask_case_data")
    assert registration.responses[-1] == "utter_ask_registration_residence"
    registration.say("wonokromo surabaya", "ask_case_data")
    assert registration.slots["residence"]


def test_every_other_form_goes_on_when_the_radar_is_asked_in_it() -> None:
    """A form without this rule would be left for the radar."""
    rules = load(ROOT / "data/rules/radar.yml")["rules"]
    going_on = {
        rule["condition"][0]["active_loop"]
        for rule in rules
        if rule["steps"][-1].get("action") == ActionTellRadar().name()
    }
    assert going_on == set(domain()["forms"]) - {Form.name}
