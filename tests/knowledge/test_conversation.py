"""An answer is told with its source, and talked about; what it was worth is counted."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from rasa_sdk import Tracker
from sqlalchemy import select
from typer.testing import CliRunner

from actions.knowledge import knowledge, telling
from actions.knowledge.following import follows_in_form
from siaga.db import transaction
from siaga.knowledge import Answer
from siaga.knowledge.commands import app
from siaga.knowledge.feedback import counted
from siaga.knowledge.tables import AnswerFeedback, UnansweredQuestion
from siaga.knowledge.unanswered import grouped
from siaga.settings import settings
from tests.knowledge.talk import Talk

pytestmark = pytest.mark.usefixtures("database")

HALAL = "vaksin halal ga"
UNKNOWN = "zxqv wkrpt blorf"


def answer(answer_id: str) -> Answer:
    found = knowledge().by_id(answer_id)
    assert found
    return found


# ---------------------------------------------------------------------------- telling
def test_an_answer_has_its_source_its_date_and_buttons() -> None:
    talk = Talk().say(HALAL)
    assert talk.responses == ["utter_answer"]
    assert talk.text == answer("vaksin-halal").short.strip()
    assert talk.said[0]["checked"] == "23 November 2026" and "MUI" in talk.said[0]["source"]
    assert list(talk.options) == ["Lebih lanjut", "👍 Membantu", "👎 Kurang pas"]


def test_an_old_answer_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert telling.due(answer("vaksin-halal"), date(2026, 11, 22)) == ""
    old = telling.due(answer("vaksin-halal"), answer("vaksin-halal").review_by)
    assert old.startswith("\n") and old.count("\n") == 1
    late = Talk()
    late.at = late.at.replace(year=2030)
    assert late.say(HALAL).said[0]["due"] == old


def test_what_differs_for_who_is_asked_about_is_told_at_once() -> None:
    text = Talk().choose("answer=vaksin-aman").say("kalau anak kecil", "out_of_scope").text
    assert text == f"*Untuk anak*\n{answer('vaksin-aman').audiences['child'].strip()}"
    told = Talk().say("Kapan perlu memakai masker, dan masker apa untuk anak kecil?")
    masks = answer("covid-masker")
    assert told.text == f"{masks.short.strip()}\n\n*Untuk anak*\n{masks.audiences['child'].strip()}"


def test_nothing_known_for_them_is_said_in_the_answer() -> None:
    talk = Talk()
    talk.say("Kapan perlu memakai masker, dan masker apa untuk remaja?")
    assert talk.told == "covid-masker" and "teenager" not in answer("covid-masker").audiences
    assert "Keterangan khusus untuk remaja" in talk.text


def test_whom_it_was_about_is_remembered_for_the_next_answer() -> None:
    talk = Talk().choose("answer=vaksin-aman").say("kalau anak?", "out_of_scope").choose("answer=vaksin-efek-samping")
    assert f"*Untuk anak*\n{answer('vaksin-efek-samping').audiences['child'].strip()}" in talk.text
    assert "Untuk anak" not in Talk().choose("answer=vaksin-efek-samping").text


# ---------------------------------------------------------------------------- what follows
@pytest.mark.parametrize("intent", ["ask_why", "nlu_fallback", "ask_vaccine_question", "ask_tips", "out_of_scope"])
def test_why(intent: str) -> None:
    talk = Talk().say(HALAL).say("kenapa?", intent)
    assert talk.text == answer("vaksin-halal").why.strip()
    assert "Lebih lanjut" in talk.options


@pytest.mark.parametrize("intent", ["nlu_fallback", "affirm", "repeat", "thanks", "ask_covid_question"])
def test_more_and_then_what_goes_with_it(intent: str) -> None:
    talk = Talk().say(HALAL).say("lebih jelas dong", intent)
    assert talk.text == answer("vaksin-halal").more.strip()
    assert [answer(each).label for each in answer("vaksin-halal").related] == list(talk.options)[:-2]
    talk.say("terus?", intent)
    assert talk.responses == ["utter_answer_no_more"]
    assert "Hubungi petugas" in talk.options


def test_a_tap_on_more_tells_it_however_often() -> None:
    talk = Talk().say(HALAL).tap("Lebih lanjut")
    assert talk.text == answer("vaksin-halal").more.strip()
    assert talk.choose("answer_more=vaksin-halal").text == answer("vaksin-halal").more.strip()


def test_without_more_what_is_related_is_offered() -> None:
    talk = Talk().choose("answer=covid-gejala")
    assert not answer("covid-gejala").more
    talk.tap("Pertanyaan terkait")
    assert talk.responses == ["utter_answer_related"]
    related = answer(answer("covid-gejala").related[0])
    assert talk.tap(related.label).told == related.id


def test_the_source() -> None:
    talk = Talk().say(HALAL).say("sumbernya?", "nlu_fallback")
    assert talk.responses == ["utter_answer_source"]
    assert "MUI" in talk.said[0]["source"]


def test_nothing_known_for_them_is_said_with_a_person_and_what_the_answer_warns_of() -> None:
    talk = Talk().say(HALAL).say("kalau remaja", "out_of_scope")
    assert talk.responses == ["utter_answer_no_variant"]
    assert "Hubungi petugas" in talk.options
    warned = next(
        each
        for each in knowledge().answers
        if "⚠" in each.short and "teenager" not in each.audiences and each.audience is None
        and not any(answer(name).audience == "teenager" for name in each.related)
    )  # fmt: skip
    assert "⚠" in Talk().choose(f"answer={warned.id}").say("kalau remaja?", "out_of_scope").said[0]["warning"]


def test_without_a_reason_none_is_made_up() -> None:
    bare = next(each for each in knowledge().answers if not each.why)
    talk = Talk().choose(f"answer={bare.id}").say("kenapa?", "ask_why")
    assert talk.responses == ["utter_answer_no_why"]
    assert "Hubungi petugas" in talk.options


def test_the_related_answer_that_is_about_them() -> None:
    found = next(
        (each, other)
        for each in knowledge().answers
        for name in each.related
        if (other := answer(name)).audience == "pregnant" and "pregnant" not in each.audiences and not each.audience
    )
    asked, about = found
    assert Talk().choose(f"answer={asked.id}").say("klo ibu hamil gmn", "nlu_fallback").told == about.id


def test_an_answer_that_is_about_them_already_is_not_left_for_another() -> None:
    assert answer("covid-anak").audience == "child"
    assert any(answer(each).audience == "child" for each in answer("covid-anak").related)
    assert Talk().choose("answer=covid-anak").say("kalau bayi 3 bulan", "out_of_scope").told == "covid-anak"


def test_somebody_for_whom_nothing_can_differ() -> None:
    assert Talk().say(HALAL).say("kalau suami saya?", "nlu_fallback").responses == ["utter_answer_somebody"]


@pytest.mark.parametrize("text", ["kalau mau daftar gimana", "ya", "kalau demam?"])
def test_another_business_is_not_caught(text: str) -> None:
    assert Talk().say(HALAL).say(text, "nlu_fallback").told == "vaksin-halal"
    assert not any(each.startswith("utter_answer") for each in Talk().say(HALAL).say(text, "nlu_fallback").responses)


def test_without_an_answer_before_nothing_follows() -> None:
    assert Talk().say("kenapa?", "ask_why").responses == ["utter_why_nothing"]
    assert Talk().say("makasih membantu", "thanks").responses == ["utter_thanks"]
    assert Talk().say("gak membantu", "complaint").responses == ["utter_complaint"]


def test_it_is_forgotten_after_half_an_hour() -> None:
    assert Talk().say(HALAL).say("kenapa?", "ask_why", after=30).text == answer("vaksin-halal").why.strip()
    assert Talk().say(HALAL).say("kenapa?", "ask_why", after=31).responses == ["utter_why_nothing"]


def test_small_talk_in_between_does_not_matter_but_another_subject_does() -> None:
    talk = Talk().say(HALAL).say("makasih", "thanks")
    assert talk.say("kenapa?", "ask_why").responses == ["utter_answer"]
    talk = Talk().say(HALAL).say("data saya aman?", "ask_privacy")
    assert talk.say("kenapa?", "ask_why").responses == ["utter_why_nothing"]


def test_an_answer_and_a_tip_agree_on_whose_turn_it_is() -> None:
    talk = Talk().say(HALAL).say("tips isoman", "ask_tips")
    assert talk.say("kalau anak?", "nlu_fallback").responses == ["utter_tip"]
    talk = Talk().say("tips isoman", "ask_tips").choose("answer=vaksin-aman")
    assert talk.say("kalau anak?", "nlu_fallback").responses == ["utter_answer"]


def test_after_a_question_without_an_answer_nothing_follows() -> None:
    talk = Talk().say(HALAL).say(UNKNOWN, "ask_covid_question")
    assert talk.say("kenapa?", "ask_why").responses == ["utter_why_nothing"]


# ---------------------------------------------------------------------------- in a form
def test_in_a_form_it_is_short_and_no_options_are_offered() -> None:
    talk = Talk(in_form=True).say(HALAL)
    assert talk.responses == ["utter_answer"] and not talk.options
    assert not Talk(in_form=True).choose("answer_bad=vaksin-halal").options


def test_in_a_form_what_follows_is_told_only_right_after_the_answer() -> None:
    talk = Talk(in_form=True).say(HALAL).say("kenapa?", "ask_why")
    assert talk.text == answer("vaksin-halal").why.strip() and not talk.options
    assert talk.say("sumbernya mana?", "nlu_fallback").responses == ["utter_answer_source"]
    assert talk.say("kalau remaja?", "out_of_scope").responses == ["utter_answer_no_variant"]
    talk.say("makasih", "thanks")
    assert not any(each.startswith("utter_answer") for each in talk.say("kenapa?", "ask_why").responses)


@pytest.mark.parametrize(("text", "intent"), [("lanjut", "affirm"), ("ga ngerti", "repeat"), ("terus?", "repeat")])
def test_in_a_form_what_may_be_about_its_question_is(text: str, intent: str) -> None:
    talk = Talk(in_form=True).say(HALAL).say(text, intent)
    assert not any(each.startswith("utter_answer") for each in talk.responses)


def test_a_form_sets_aside_what_follows_upon_an_answer() -> None:
    talk = Talk(in_form=True).say(HALAL)
    for text, follows in (("kalau anak?", True), ("lanjut", False), ("Budi Hartono", False)):
        message = {"text": text, "metadata": {"at": talk.at.isoformat()}}
        events = [*talk.events, {"event": "user", "text": text}]
        tracker = Tracker("x", dict(talk.slots), message, events, False, None, talk.loop, None)
        assert follows_in_form(tracker) is follows


# ---------------------------------------------------------------------------- instead of a form
def test_a_form_does_not_open_for_what_goes_on_with_an_answer_but_is_offered() -> None:
    talk = Talk().choose("answer=vaksin-efek-samping").say("klo anak sy 5 th gmn", "check_eligibility")
    assert talk.opened is None
    assert talk.text == f"*Untuk anak*\n{answer('vaksin-efek-samping').audiences['child'].strip()}"
    assert list(talk.options) == ["Cek boleh vaksin", "Lebih lanjut", "👍 Membantu"]
    assert talk.options["Cek boleh vaksin"] == '/check_eligibility{"relation": "child"}'
    # The answer is still what is talked about.
    assert talk.say("kenapa?", "ask_why").text == answer("vaksin-efek-samping").why.strip()


@pytest.mark.parametrize(
    "text",
    [
        "mau cek ibu saya boleh vaksin ga",
        "kalau anak saya 5 tahun boleh vaksin?",
        "anak saya 7 th boleh ga",  # the answer tells of no "may"
    ],
)
def test_who_wants_the_check_gets_it(text: str) -> None:
    talk = Talk().choose("answer=vaksin-efek-samping").say(text, "check_eligibility")
    assert talk.opened == "eligibility_form" or talk.responses == ["utter_eligibility_not_eligible"]


def test_of_whom_nothing_more_is_known_the_check_is_opened() -> None:
    assert "elderly" not in answer("vaksin-halal").audiences
    assert Talk().say(HALAL).say("kalau ibu saya 67 th?", "check_eligibility").opened == "eligibility_form"


def test_without_an_answer_just_before_the_form_opens() -> None:
    assert Talk().say("klo anak sy 7 th gmn", "check_eligibility").opened == "eligibility_form"
    late = Talk().choose("answer=vaksin-efek-samping").say("klo anak sy 7 th gmn", "check_eligibility", after=31)
    assert late.opened == "eligibility_form"


def test_a_question_in_general_that_the_check_answered_may_be_asked_further() -> None:
    talk = Talk().say("ibu menyusui boleh vaksin?", "check_eligibility")
    assert talk.responses == ["utter_eligibility_in_general"] and talk.told == "vaksin-menyusui"
    assert talk.say("kalau hamil?", "nlu_fallback").told == "vaksin-hamil"


@pytest.mark.parametrize("intent", ["ask_case_data", "nlu_fallback", "out_of_scope"])
def test_a_place_after_an_answer_is_offered_what_is_known_of_it(intent: str) -> None:
    talk = Talk().choose("answer=vaksin-aman").say("kalau di surabaya?", intent)
    assert talk.responses == ["utter_answer_place"] and talk.opened is None
    assert talk.options["Jumlah kasus"] == '/ask_case_data{"question": "kasus di Surabaya"}'
    assert "Tempat vaksinasi" in talk.options


# ---------------------------------------------------------------------------- said again, meant otherwise
@pytest.mark.parametrize("before", ["vaksin-aman", "vaksin-halal"])
def test_who_is_meant_is_named_in_a_whole_question(before: str) -> None:
    talk = Talk().choose(f"answer={before}").say("trus kalo ibu hamil amankah vaksin")
    assert talk.responses == ["utter_answer"] and talk.told == "vaksin-hamil"


@pytest.mark.parametrize("intent", ["nlu_fallback", "change_answer", "deny"])
def test_what_was_meant_is_answered(intent: str) -> None:
    talk = Talk().choose("answer=vaksin-aman").say("eh salah, maksudku efek sampingnya", intent)
    assert talk.told == "vaksin-efek-samping"


def test_another_wish_that_was_meant_is_left_to_the_others() -> None:
    talk = Talk().choose("answer=vaksin-aman").say("eh salah, maksudku mau ganti jadwal", "nlu_fallback")
    assert not any(each.startswith("utter_answer") for each in talk.responses)


def test_after_feedback_the_next_message_is_tried_anew() -> None:
    talk = Talk().say(HALAL).tap("👎 Kurang pas").say("tentang operasi, boleh divaksin ga", "nlu_fallback")
    assert talk.told == "vaksin-operasi"
    talk = Talk().say(HALAL).say("bukan itu", "deny")
    assert talk.responses == ["utter_answer_sorry"]
    talk.say(f"{UNKNOWN} gimana?", "nlu_fallback")
    assert talk.responses == ["utter_answer_unknown"] and "catat" in talk.said[0]["kept"]
    with transaction() as session:
        (group,) = grouped(session)
        assert group.questions[0].text == f"{UNKNOWN} gimana?"


def test_the_answer_that_was_not_meant_is_not_told_again() -> None:
    talk = Talk().say(HALAL).tap("👎 Kurang pas").say("vaksin halal apa tidak?", "nlu_fallback")
    assert talk.responses == ["utter_answer_unknown"]


def test_plainer_words_are_the_first_line_and_what_it_warns_of() -> None:
    told = answer("vaksin-efek-samping")
    talk = Talk().choose(f"answer={told.id}").say("bahasa gampangnya apa", "nlu_fallback")
    assert talk.responses == ["utter_answer_plainly"] and "Hubungi petugas" in talk.options
    first, *others = told.short.strip().splitlines()
    assert talk.text.splitlines() == [first, *(line for line in others if "⚠" in line)]


def test_what_else_there_is_and_the_same_again() -> None:
    talk = Talk().say(HALAL).say("yang lain?", "nlu_fallback")
    assert talk.responses == ["utter_answer_others"]
    assert [answer(each).label for each in answer("vaksin-halal").related] == list(talk.options)[:-1]
    assert talk.say("ulangi dong", "repeat").text == answer("vaksin-halal").short.strip()


# ---------------------------------------------------------------------------- what it is about is left out
def test_what_the_answer_says_of_what_is_named() -> None:
    talk = Talk().say(HALAL).say("pfizer?")
    assert talk.told == "vaksin-halal"
    assert "Pfizer" in talk.text and "Pfizer" in answer("vaksin-halal").short
    assert len(talk.text.splitlines()) < len(answer("vaksin-halal").short.splitlines())


def test_a_question_without_its_subject_is_about_what_was_told() -> None:
    talk = Talk().choose("answer=vaksin-booster").say("wajib ga", "nlu_fallback")
    assert talk.responses == ["utter_answer_maybe"] and talk.told == "vaksin-wajib"
    talk = Talk().choose("answer=covid-masker").say("wajib ga", "nlu_fallback")
    assert talk.told != "vaksin-wajib"


def test_a_question_that_is_nearer_to_another_topic_is_not_bent_to_this_one() -> None:
    assert Talk().choose("answer=covid-isolasi").say("boleh mandi?", "out_of_scope").responses == ["utter_out_of_scope"]


def test_of_what_an_answer_is_is_seen_where_it_does_not_go_with_the_one_before() -> None:
    talk = Talk().choose("answer=dbd-gejala").say("obatnya apa?", "nlu_fallback")
    assert (talk.responses, talk.told) == (["utter_answer_maybe"], "covid-obat")


def test_what_is_not_known_of_an_answer_is_not_called_out_of_scope() -> None:
    assert Talk().choose("answer=covid-masker").say("kalau lagi di mobil", "out_of_scope").responses == [
        "utter_answer_unknown"
    ]
    assert Talk().choose("answer=covid-masker").say("nyanyi dong", "out_of_scope").responses == ["utter_out_of_scope"]


# ---------------------------------------------------------------------------- what it was worth
def test_feedback_is_counted_once_for_each_contact_and_the_last_one_counts() -> None:
    talk = Talk().say(HALAL).tap("👍 Membantu")
    assert talk.responses == ["utter_answer_helped"]
    assert talk.choose("answer_bad=vaksin-halal").responses == ["utter_answer_sorry"]
    assert [*talk.options][-1] == "Hubungi petugas" and len(talk.options) > 1
    Talk("lain").say(HALAL).say("makasih membantu", "thanks")
    with transaction() as session:
        (count,) = counted(session)
        assert (count.answer_id, count.helped, count.did_not, count.share) == ("vaksin-halal", 1, 1, 0.5)


def test_feedback_that_comes_again_changes_nothing() -> None:
    talk = Talk().say(HALAL).say("gak membantu", "complaint")
    talk.say("gak membantu", "complaint", after=0)
    with transaction() as session:
        assert [row.helpful for row in session.scalars(select(AnswerFeedback))] == [False]


@pytest.mark.parametrize(
    ("text", "intent"), [("gak membantu", "complaint"), ("👎", "deny"), ("kurang pas", "nlu_fallback")]
)
def test_typed_feedback(text: str, intent: str) -> None:
    assert Talk().say(HALAL).say(text, intent).responses == ["utter_answer_sorry"]


# ---------------------------------------------------------------------------- without an answer
def test_what_is_not_known_is_said_with_a_person_and_kept_masked() -> None:
    talk = Talk().say(f"{UNKNOWN} 3578011708549001")
    assert talk.responses == ["utter_answer_unknown"]
    assert "catat" in talk.said[0]["kept"] and list(talk.options) == ["Hubungi petugas", "Menu"]
    with transaction() as session:
        (row,) = session.scalars(select(UnansweredQuestion))
        assert "78011708549" not in row.text and row.text.startswith(UNKNOWN)


def test_nothing_is_kept_in_a_form_or_where_it_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Talk(in_form=True).say(UNKNOWN).said[0]["kept"] == ""
    monkeypatch.setattr(settings(), "unclear_days", 0)
    assert Talk().say(UNKNOWN).said[0]["kept"] == ""
    with transaction() as session:
        assert not list(session.scalars(select(UnansweredQuestion)))


def test_none_of_the_choices_keeps_the_question() -> None:
    talk = Talk().say("apakah minum jus bikin kebal corona", "ask_covid_question")
    assert talk.responses == ["utter_answer_choices"]
    assert talk.tap("Bukan itu").responses == ["utter_answer_unknown"]
    with transaction() as session:
        (group,) = grouped(session)
        assert group.questions[0].text == "apakah minum jus bikin kebal corona"


def test_alike_questions_are_one_and_counted_by_people() -> None:
    for key, text in (("a", UNKNOWN), ("b", f"min {UNKNOWN} ya?"), ("b", UNKNOWN), ("c", "plumbo grestik vandar")):
        talk = Talk(key)
        talk.at = talk.at.replace(second=len(text))
        talk.say(text)
    with transaction() as session:
        first, second = grouped(session)
        assert (first.contacts, len(first.questions), second.contacts) == (2, 3, 1)


def test_an_answer_that_was_taken_away_is_stale() -> None:
    assert Talk().choose("answer=tidak-ada").responses == ["utter_option_stale"]
    talk = Talk()
    talk.slots["answer_topic"] = "vaksin-halal"
    assert talk.say("kenapa?", "ask_why").responses == ["utter_why_nothing"]


# ---------------------------------------------------------------------------- for staff
def test_staff_see_what_is_missing_and_what_helps_least() -> None:
    Talk().say(f"{UNKNOWN} 3578011708549001")
    Talk().say(HALAL).tap("👎 Kurang pas")
    run = CliRunner()
    missing = run.invoke(app, ["unanswered", "--days", "36500"])
    assert f"1 orang  22 November 2026  {UNKNOWN}" in missing.stdout and "78011708549" not in missing.stdout
    assert json.loads(run.invoke(app, ["unanswered", "--days", "36500", "--json"]).stdout)["contacts"] == 1
    told = json.loads(run.invoke(app, ["feedback", "--days", "36500", "--json"]).stdout)
    assert (told["id"], told["helped"], told["did_not"]) == ("vaksin-halal", 0, 1)
    assert "vaksin-halal" in run.invoke(app, ["feedback", "--days", "36500"]).stdout


def test_questions_are_forgotten_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "unclear_days", 1)
    Talk().say(UNKNOWN)
    with transaction() as session:
        (row,) = session.scalars(select(UnansweredQuestion))
        assert row.forget_after - row.at == timedelta(days=1)
