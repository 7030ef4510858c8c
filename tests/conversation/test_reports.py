"""Reporting an incident: what is missing is asked, what is wrong is changed, a turn that runs twice makes one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import func, select

from actions.emergency import ActionEmergency
from actions.menu import ActionChooseOption
from actions.other_request import ActionOfferOtherRequest
from actions.reports.form import Form
from actions.reports.questions import ActionFinishReport, ActionReportBeside, AskReportAnswer
from actions.reports.validate import ValidateReportForm
from siaga.db import transaction
from siaga.handoffs.tables import HandOff
from siaga.media import received
from siaga.media.tables import ReceivedMedia
from siaga.people import drafts
from siaga.people.contacts import contact_by_key, ensure_contact
from siaga.people.tables import FormDraft, Task
from siaga.reports import pictures, set_status
from siaga.reports.codes import CODES
from siaga.reports.tables import Report
from tests.conversation.chat import NOW, Chat, Played
from tests.media.files import picture

REPORT = Played(Form.name, ValidateReportForm(), {AskReportAnswer.slot: AskReportAnswer()}, ActionFinishReport())
ALL = "mau lapor di pasar wonokromo rame banget ga pake masker tadi pagi"
PIN = {"lat": -7.30412, "lon": 112.74338}


class ReportChat(Chat):
    """With the keys of the messages that bring files, as the turns give them."""

    files: tuple[str, ...] = ()

    def _tracker(self, message: dict[str, Any], happened: list[dict[str, Any]]) -> Tracker:
        message["metadata"]["files"] = list(self.files)
        return super()._tracker(message, happened)

    def send_picture(self, key: str, kind: str = "image") -> None:
        self.files = (key,)
        self.say(f"[{kind}]", "send_media", {"media_kind": kind})
        self.files = ()

    def report(self, text: str, **more: Any) -> None:
        self.say(text, "report_incident", **more)


@pytest.fixture
def chat(database: str) -> ReportChat:
    return new_chat(1)


def new_chat(number: int) -> ReportChat:
    with transaction() as session:
        return ReportChat(ensure_contact(session, phone=f"62800000{number:04}").key, form=REPORT)


def reports() -> list[Report]:
    with transaction() as session:
        found = list(session.scalars(select(Report).order_by(Report.id)))
        session.expunge_all()
        return found


def tasks() -> list[Task]:
    with transaction() as session:
        found = list(session.scalars(select(Task).order_by(Task.id)))
        session.expunge_all()
        return found


def nothing_left(chat: Chat) -> None:
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(FormDraft)) == 0
    assert not chat.open
    assert not any(chat.slots.values())


def hand_offs() -> list[tuple[str, str | None, int]]:
    """Why somebody is in the desk's queue, about what, and how urgent it is."""
    with transaction() as session:
        found = session.scalars(select(HandOff).order_by(HandOff.id))
        return [(one.reason, one.about, one.urgency) for one in found]


def answer_rest(chat: ReportChat, name: str = "Ya, kabari saya") -> None:
    """From the picture on."""
    chat.tap("Tanpa foto")
    chat.tap(name)
    chat.tap("Ya, kirim")


def received_picture(chat: Chat, key: str, content: bytes | None) -> None:
    """A file that a message has brought: kept, or still on its way."""
    with transaction() as session:
        session.add(
            ReceivedMedia(
                contact_id=contact_by_key(session, chat.key).id,
                message_key=key,
                media_kind="image",
                channel="whatsapp",
                status="waiting" if content is None else "kept",
                next_try_at=NOW if content is None else None,
                mime="image/jpeg" if content else None,
                content=content,
            )
        )


# ---------------------------------------------------------------------- what is told is not asked
def test_the_first_message_holds_it_all(chat: ReportChat) -> None:
    chat.report(ALL)
    assert chat.responses == ["utter_report_understood", "utter_ask_report_picture"]
    assert chat.said[0]["known"] == "kerumunan, pasar wonokromo, Kec. Wonokromo, Kota Surabaya, tadi pagi"
    chat.tap("Tanpa foto")
    assert chat.responses == ["utter_ask_report_name"]
    chat.tap("Ya, kabari saya")
    assert chat.responses == ["utter_ask_report_confirm"]
    summary = chat.said[0]["summary"]
    assert "• Tempat: pasar wonokromo, Kec. Wonokromo, Kota Surabaya" in summary
    assert "• Waktu: tadi pagi (" in summary and "• Kabar: ke nomor ini" in summary
    chat.tap("Ya, kirim")
    assert chat.responses == ["utter_report_recorded"]
    (report,) = reports()
    assert chat.said[0]["code"] == report.code == CODES.find(report.code)
    assert (report.kind, report.needs_help, report.status) == ("crowd", False, "new")
    assert (report.regency_code, report.district_code, report.place) == ("35.78", "35.78.04", "pasar wonokromo")
    assert (report.what, report.when_told, report.contact_id) == (ALL, "tadi pagi", report.contact_id)
    assert report.contact_id is not None
    (task,) = tasks()
    assert task.kind == "report" and task.contact_id == report.contact_id
    assert task.data == {"report": report.code, "kind": "crowd", "priority": "normal", "others": 0}
    nothing_left(chat)


def test_everything_is_asked_of_who_says_nothing(chat: ReportChat) -> None:
    chat.report("mau lapor")
    assert chat.responses == ["utter_report_start", "utter_ask_report_what"]
    assert list(chat.options) == [
        "Sakit sendirian", "Butuh bantuan", "Wabah atau hewan mati", "Pungli atau penipuan", "Kerumunan",
        "Pelanggaran prokes", "Kejadian lain", "Batal",
    ]  # fmt: skip
    chat.say("petugasnya narik uang 50 ribu buat suntik", "complaint")
    assert chat.responses == ["utter_ask_report_where"]
    assert chat.said[0]["custom"]["ask_location"] is True
    chat.say("balai desa sidodadi", "find_facility")
    assert chat.responses == ["utter_ask_report_region"]
    chat.say("taman sidoarjo")
    assert chat.responses == ["utter_ask_report_when"]
    chat.say("kemarin sore")
    answer_rest(chat)
    (report,) = reports()
    assert (report.regency_code, report.place, report.when_told) == ("35.15", "balai desa sidodadi", "kemarin sore")
    assert report.what == "petugasnya narik uang 50 ribu buat suntik"


@pytest.mark.parametrize(
    "text", ["mau lapor", "lapor kejadian min", "Bagaimana cara melapor?", "saya ingin melapor", ""]
)
def test_wanting_to_report_tells_nothing_yet(chat: ReportChat, text: str) -> None:
    chat.report(text)
    assert chat.responses[-1] == "utter_ask_report_what"


def test_a_kind_can_be_tapped_and_then_told(chat: ReportChat) -> None:
    chat.report("lapor")
    chat.tap("Butuh bantuan")
    assert chat.responses == ["utter_ask_report_more"]
    assert "dibutuhkan" in chat.said[0]["question"]
    chat.say("beras sama telur buat 5 orang")
    chat.say("gang mawar wonokromo")
    assert chat.responses == ["utter_ask_report_name"], "neither when nor a picture, where people are in need"
    chat.tap("Ya, kabari saya")
    chat.tap("Ya, kirim")
    (report,) = reports()
    assert (report.kind, report.needs_help) == ("needs_help", True)


def test_symptoms_of_a_neighbour_are_what_happened(chat: ReportChat) -> None:
    """Where it is asked what happened, no self-check begins."""
    chat.report("mau lapor")
    chat.say("tetangga saya demam sendirian ga ada yg urus", "report_symptoms")
    assert chat.responses == ["utter_ask_report_where"]


def test_words_that_sound_like_an_answer_to_where_but_ask(chat: ReportChat) -> None:
    chat.report("lapor ada kerumunan")
    chat.say("vaksin halal ga?", "ask_vaccine_question")
    assert chat.responses == ["utter_resume", "utter_ask_report_where"]
    with transaction() as session:
        assert "where" not in drafts.load(session, chat.key, Form.name)


# ---------------------------------------------------------------------- who needs help goes first
@pytest.mark.parametrize("text", ["butuh oksigen di rungkut surabaya", "isoman ga ada makanan di rungkut surabaya"])
def test_who_needs_help_is_asked_little_and_goes_first(chat: ReportChat, text: str) -> None:
    chat.report(text)
    assert chat.responses == ["utter_report_start_urgent", "utter_report_understood", "utter_ask_report_name"]
    chat.say("iya kabari", "affirm")
    chat.say("ya", "affirm")
    (report,) = reports()
    assert report.needs_help and report.district_code == "35.78.03"
    assert tasks()[0].data["priority"] == "urgent"
    assert hand_offs() == [("incident", f"report:{report.code}", 1)]
    assert "119" in chat.said[0]["more"] and "menulis kepada Anda di sini" in chat.said[0]["more"]


def test_danger_in_the_middle_is_answered_first_and_is_in_the_report(chat: ReportChat) -> None:
    chat.report("mau lapor")
    chat.say("bapak tua di gang mawar wonokromo sesak berat ga ada yg nolong", "emergency", confidence=1.0)
    # The rules answer it, then the form asks what is still missing.
    assert chat.responses == ["utter_resume", "utter_ask_report_name"]
    chat.tap("Ya, kabari saya")
    chat.tap("Ya, kirim")
    (report,) = reports()
    assert report.needs_help and "sesak berat" in report.what


def test_danger_told_twice_by_a_turn_that_died_is_in_the_report_once(chat: ReportChat) -> None:
    chat.report("mau lapor")
    for _ in range(2):
        chat.say("bapak di gang mawar wonokromo sesak berat", "emergency", message_id="again", confidence=1.0)
    with transaction() as session:
        assert drafts.load(session, chat.key, Form.name)["what"] == "bapak di gang mawar wonokromo sesak berat"


def test_after_a_danger_the_report_is_offered(chat: ReportChat) -> None:
    text = "tetangga saya sesak berat, butuh oksigen"
    dispatcher = CollectingDispatcher()
    message = {"text": text, "intent": {"name": "emergency"}, "metadata": {"message_id": "m", "at": NOW.isoformat()}}
    ActionEmergency().run(dispatcher, Tracker(chat.key, {}, message, [], False, None, {}, None), {})
    assert dispatcher.messages[0]["response"].startswith("utter_emergency")
    offered = dispatcher.messages[-1]
    assert offered["response"] == "utter_report_offer"
    chat.choose("Lapor kejadian", offered["buttons"][0]["payload"])
    assert chat.responses[-1] == "utter_ask_report_where", "what was told is not asked again"


def test_a_danger_of_ones_own_offers_no_report(chat: ReportChat) -> None:
    dispatcher = CollectingDispatcher()
    message = {"text": "dada saya sakit hebat", "intent": {"name": "emergency"}, "metadata": {"at": NOW.isoformat()}}
    ActionEmergency().run(dispatcher, Tracker(chat.key, {}, message, [], False, None, {}, None), {})
    assert "utter_report_offer" not in [said["response"] for said in dispatcher.messages]


# ---------------------------------------------------------------------- where
def test_a_pin_is_rounded(chat: ReportChat) -> None:
    chat.report("lapor ada kerumunan tadi pagi")
    chat.say("[lokasi]", "share_location", {"location": PIN})
    assert chat.responses == ["utter_ask_report_picture"]
    answer_rest(chat)
    (report,) = reports()
    assert (report.lat, report.lon, report.regency_code) == (-7.304, 112.743, "35.78")
    assert "7.304" not in repr(chat.slots)


def test_a_pin_abroad_is_asked_again(chat: ReportChat) -> None:
    chat.report("lapor ada kerumunan tadi pagi")
    chat.say("[lokasi]", "share_location", {"location": {"lat": 35.0, "lon": 139.0}})
    assert chat.responses == ["utter_residence_outside", "utter_ask_report_where"]


def test_two_regions_of_one_name(chat: ReportChat) -> None:
    chat.report("ada hajatan di malang tadi pagi")
    assert chat.responses[-1] == "utter_ask_report_which_region"
    assert list(chat.options) == ["Kota Malang", "Kab. Malang", "Tidak tahu"]
    chat.say("yang kabupaten")
    assert chat.responses == ["utter_ask_report_picture"]
    answer_rest(chat)
    assert reports()[0].regency_code == "35.07"


def test_a_place_whose_region_nobody_knows(chat: ReportChat) -> None:
    chat.report("ada kerumunan di depan rumah saya sekarang")
    assert chat.responses[-1] == "utter_ask_report_region"
    chat.say("ga tau", "nlu_fallback")
    assert chat.responses == ["utter_ask_report_picture"]
    answer_rest(chat)
    assert (reports()[0].regency_code, reports()[0].place) == (None, "depan rumah saya")


# ---------------------------------------------------------------------- picture, and staying unknown
def test_a_picture_is_kept_apart_from_who_sent_it(chat: ReportChat) -> None:
    content = picture()
    received_picture(chat, "file-1", content)
    chat.report(ALL)
    chat.send_picture("file-1")
    assert chat.responses == ["utter_ask_report_name"]
    chat.tap("Tanpa identitas")
    chat.tap("Ya, kirim")
    (report,) = reports()
    assert report.picture.startswith("media:") and "file-1" not in report.picture


def test_a_picture_before_its_question(chat: ReportChat) -> None:
    received_picture(chat, "file-1", picture())
    chat.report("ada kerumunan tadi pagi")
    chat.send_picture("file-1")
    assert chat.responses == ["utter_report_picture_kept", "utter_ask_report_where"]
    chat.say("pasar wonokromo")
    assert chat.responses == ["utter_ask_report_name"]


def test_a_picture_with_the_report_below_it(chat: ReportChat) -> None:
    received_picture(chat, "file-1", picture())
    chat.files = ("file-1",)
    chat.report(ALL)
    chat.files = ()
    assert chat.responses == ["utter_report_understood", "utter_ask_report_name"]


def test_a_voice_note_is_for_the_rules(chat: ReportChat) -> None:
    chat.report(ALL)
    chat.send_picture("file-1", kind="audio")
    assert chat.responses == ["utter_resume", "utter_ask_report_picture"]
    with transaction() as session:
        assert not drafts.load(session, chat.key, Form.name).get("picture")


@pytest.mark.parametrize("wish", ["tolong rahasiakan nama saya", "anonim ya", "jangan sebut nama saya"])
def test_who_wishes_to_stay_unknown_is_not_asked(chat: ReportChat, wish: str) -> None:
    chat.report(f"{ALL}, {wish}")
    chat.tap("Tanpa foto")
    assert chat.responses == ["utter_ask_report_confirm"]
    assert "Identitas: tidak disertakan" in chat.said[0]["summary"]


def test_a_report_without_a_name_leads_to_nobody(chat: ReportChat) -> None:
    chat.report(ALL)
    answer_rest(chat, "Tanpa identitas")
    (report,) = reports()
    (task,) = tasks()
    assert report.contact_id is None and task.contact_id is None
    assert chat.key not in report.message_id and chat.key not in task.caused_by
    assert "hanya dengan itu" in chat.said[0]["more"] and "saya beri tahu" not in chat.said[0]["more"]
    assert hand_offs() == [], "nobody at the desk may see whose it is"
    with transaction() as session:
        assert set_status(session, report.code, "seen", actor="uji", now=NOW) == [report.code]
        assert session.execute(select(func.count()).select_from(Report)).scalar() == 1


# ---------------------------------------------------------------------- correcting
@pytest.mark.parametrize(
    ("text", "place", "time"),
    [
        ("eh salah, di pasar keputran surabaya", "pasar keputran surabaya", "tadi pagi"),
        ("tempatnya salah, harusnya pasar keputran surabaya", "pasar keputran surabaya", "tadi pagi"),
        ("ralat, kemarin sore", "pasar wonokromo", "kemarin sore"),
        ("waktunya ganti kemarin sore", "pasar wonokromo", "kemarin sore"),
    ],
)
def test_one_part_is_corrected_at_the_end(chat: ReportChat, text: str, place: str, time: str) -> None:
    chat.report(ALL)
    chat.tap("Tanpa foto")
    chat.tap("Ya, kabari saya")
    chat.say(text, "change_answer")
    assert chat.responses == ["utter_ask_report_confirm"]
    chat.say("sudah benar", "affirm")
    (report,) = reports()
    assert (report.place, report.when_told) == (place, time)


def test_a_part_is_chosen_and_asked_again(chat: ReportChat) -> None:
    chat.report(ALL)
    chat.tap("Tanpa foto")
    chat.tap("Ya, kabari saya")
    chat.tap("Ubah")
    assert list(chat.options) == ["Kejadian", "Tempat", "Waktu", "Foto", "Identitas", "Batal"]
    chat.tap("Waktu")
    assert chat.responses == ["utter_ask_report_when"]
    chat.tap("Kemarin")
    assert chat.responses == ["utter_ask_report_confirm"]
    assert "kemarin" in chat.said[0]["summary"] and "pasar wonokromo" in chat.said[0]["summary"]


def test_no_at_the_end_asks_what_is_wrong(chat: ReportChat) -> None:
    chat.report(ALL)
    chat.tap("Tanpa foto")
    chat.tap("Ya, kabari saya")
    chat.say("belum", "deny")
    assert chat.responses in (
        ["utter_ask_report_change"],
        ["utter_report_confirm_unreadable", "utter_ask_report_confirm"],
    )
    assert reports() == []


def test_more_is_told_at_the_end(chat: ReportChat) -> None:
    chat.report(ALL)
    chat.tap("Tanpa foto")
    chat.tap("Ya, kabari saya")
    chat.report("oh iya yang jualan juga batuk batuk semua")
    assert chat.responses == ["utter_ask_report_confirm"]
    assert "batuk batuk" in chat.said[0]["summary"]


@pytest.mark.parametrize("text", ["iya tapi belum lengkap ceritanya", "ga kuat bayarnya", "ya ampun"])
def test_what_is_no_yes_sends_nothing(chat: ReportChat, text: str) -> None:
    chat.report(ALL)
    chat.tap("Tanpa foto")
    chat.tap("Ya, kabari saya")
    chat.say(text)
    assert reports() == []


def test_a_mere_slip_asks_the_last_again(chat: ReportChat) -> None:
    chat.report("ada kerumunan tadi pagi")
    chat.say("pasar wonokromo")
    chat.say("eh salah", "change_answer")
    assert chat.responses == ["utter_ask_report_where"]


# ---------------------------------------------------------------------- skipping, misreading, swept away
def test_skipping(chat: ReportChat) -> None:
    chat.report("ada kerumunan di pasar wonokromo")
    assert chat.responses[-1] == "utter_ask_report_when"
    chat.say("lewati", "skip_question")
    assert chat.responses == ["utter_ask_report_picture"]
    chat.say("ga ada foto")
    assert chat.responses == ["utter_ask_report_name"]


def test_where_cannot_be_skipped(chat: ReportChat) -> None:
    chat.report("ada kerumunan")
    chat.say("lewati", "skip_question")
    assert chat.responses == ["utter_resume", "utter_ask_report_where"]
    assert reports() == []


def test_three_times_unreadable_offers_a_person(chat: ReportChat) -> None:
    chat.report("ada kerumunan di pasar wonokromo")
    chat.say("xqztv")
    assert chat.responses == ["utter_report_when_unreadable", "utter_ask_report_when"]
    chat.say("xqztv")
    assert chat.responses[1] == "utter_example_report_when"
    chat.say("xqztv")
    assert "utter_offer_person" in chat.responses
    assert chat.options["Hubungi petugas"] == '/talk_to_human{"reason": "unsure"}'


def test_three_times_unreadable_offers_nobody_who_has_been_called(chat: ReportChat) -> None:
    chat.report("ada kerumunan di pasar wonokromo")
    chat.hand_off = "waiting"
    for _ in range(3):
        chat.say("xqztv")
    assert "utter_offer_person" not in chat.responses and "Hubungi petugas" not in chat.options


def test_answers_that_were_swept_away_begin_anew(chat: ReportChat) -> None:
    chat.report(ALL)
    with transaction() as session:
        drafts.discard(session, chat.key, Form.name)
    chat.report("lapor hajatan di rungkut surabaya sekarang")
    assert chat.responses == ["utter_report_understood", "utter_ask_report_picture"]


def test_welcome_back_tomorrow(chat: ReportChat) -> None:
    chat.report(ALL)
    chat.say("halo", "greet")
    assert chat.responses[-1] == "utter_ask_report_picture", "nothing of it is lost"


# ---------------------------------------------------------------------- twice, and two at once
def test_a_turn_that_runs_again_makes_one_report(chat: ReportChat) -> None:
    for name in ("Ya, kabari saya", "Tanpa identitas"):
        chat.report(ALL.replace("pagi", "pagi ya"))
        chat.tap("Tanpa foto")
        chat.tap(name)
        slots, payload = dict(chat.slots), chat.options["Ya, kirim"]
        chat.say("Ya, kirim", "choose_option", {"option": payload.split('"')[3]}, message_id=f"send-{name}")
        code = chat.said[0]["code"]
        # The action server had written it all, and the turn died before the conversation was kept.
        chat.slots, chat.open = slots, True
        chat.say("Ya, kirim", "choose_option", {"option": payload.split('"')[3]}, message_id=f"send-{name}")
        assert chat.responses == ["utter_report_recorded"] and chat.said[0]["code"] == code
    assert len(reports()) == len(tasks()) == 2
    assert hand_offs() == [("incident", f"report:{reports()[0].code}", 0)], "of the one by name, once"
    nothing_left(chat)


def test_a_second_reporter_hears_of_the_first_and_has_a_number(chat: ReportChat) -> None:
    codes = []
    for number, text in (
        (1, ALL),
        (2, "lapor pasar wonokromo rame banget pada ga pake masker di pasar wonokromo tadi pagi"),
    ):
        other = new_chat(number)
        other.report(text)
        answer_rest(other)
        codes.append(other.said[0]["code"])
        assert ("warga lain" in other.said[0]["more"]) is (number == 2)
    first, second = reports()
    assert len(set(codes)) == 2
    assert (first.group_id, second.group_id) == (None, first.id)
    assert tasks()[1].data["others"] == 1


# ---------------------------------------------------------------------- what became of it
def sent(chat: ReportChat) -> str:
    chat.report(ALL)
    answer_rest(chat)
    return str(chat.said[0]["code"])


def test_by_its_number_anybody_may_ask(chat: ReportChat) -> None:
    code = sent(chat)
    with transaction() as session:
        set_status(session, code, "working", "Satgas sedang ke lokasi.", actor="uji", now=NOW)
    stranger = new_chat(2)
    stranger.report(f"{code.lower().replace('-', ' ')} gimana?")
    assert stranger.responses == ["utter_report_status"]
    said = stranger.said[0]
    assert (said["status"], said["answer"], said["label"]) == (
        "sedang ditangani",
        "Satgas sedang ke lokasi.",
        "kerumunan",
    )
    assert "wonokromo" not in repr(said), "nothing of what was reported"
    nothing_left(stranger)


@pytest.mark.parametrize(
    "text", ["laporan saya gimana", "status laporan saya", "laporan kemarin sudah diproses belum?"]
)
def test_ones_own_without_a_number(chat: ReportChat, text: str) -> None:
    code = sent(chat)
    chat.report(text)
    assert chat.responses == ["utter_report_status"] and chat.said[0]["code"] == code
    nothing_left(chat)


def test_two_of_ones_own_are_listed_and_can_be_tapped(chat: ReportChat) -> None:
    codes = [sent(chat), sent(chat)]
    chat.report("laporan saya gimana")
    assert chat.responses == ["utter_report_mine"] and list(chat.options) == codes[::-1]
    option = chat.options[codes[0]].split('"')[3]
    dispatcher = CollectingDispatcher()
    message = {
        "text": codes[0],
        "intent": {"name": "choose_option"},
        "entities": [{"entity": "option", "value": option}],
        "metadata": {"message_id": "m", "at": NOW.isoformat(), "kind": "option"},
    }
    ActionChooseOption().run(dispatcher, Tracker(chat.key, {}, message, [], False, None, {}, None), {})
    assert dispatcher.messages[0]["code"] == codes[0]


def test_without_any(chat: ReportChat) -> None:
    chat.report("laporan saya gimana")
    assert chat.responses == ["utter_report_none"]


def test_a_number_with_a_slip(chat: ReportChat) -> None:
    chat.report("LP-7K2M-9 gimana")
    assert chat.responses == ["utter_report_number_wrong"]


def test_asking_in_the_middle_of_a_report(chat: ReportChat) -> None:
    code = sent(chat)
    chat.report("lapor hajatan di rungkut surabaya sekarang")
    chat.report(f"eh {code} sudah sampai mana?")
    assert chat.responses == ["utter_report_status", "utter_ask_report_picture"]


def test_guessing_numbers_ends(chat: ReportChat) -> None:
    code = sent(new_chat(2))
    guesses = {CODES.new() for _ in range(12)} - {code}
    answers = []
    for guess in list(guesses)[:11]:
        chat.report(guess)
        answers += chat.responses
    assert answers == ["utter_report_unknown"] * 10 + ["utter_report_too_many"]
    chat.report(code)
    assert chat.responses == ["utter_report_too_many"], "not even a right one is answered"


# ---------------------------------------------------------------------- in the middle of a registration
def beside(chat: Chat, text: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    message = {
        "text": text,
        "intent": {"name": "report_incident", "confidence": 0.9},
        "entities": [],
        "metadata": {"message_id": "m", "at": NOW.isoformat()},
    }
    dispatcher = CollectingDispatcher()
    tracker = Tracker(chat.key, {}, message, [], False, None, {"name": "registration_form"}, None)
    return ActionReportBeside().run(dispatcher, tracker, {}), dispatcher.messages


def test_in_a_registration_it_waits(chat: ReportChat) -> None:
    text = "tetangga isoman ga ada makanan"
    events, said = beside(chat, text)
    assert [one["response"] for one in said] == ["utter_report_beside_urgent"]
    assert events[0]["value"] == {"intent": "report_incident", "question": text}
    happened = [
        {"event": "user", "parse_data": {"intent": {"name": "report_incident"}, "entities": []}},
        {"event": "slot", "name": "other_request", "value": events[0]["value"]},
        {"event": "user", "parse_data": {"intent": {"name": "affirm"}, "entities": []}},
    ]
    dispatcher = CollectingDispatcher()
    tracker = Tracker(chat.key, {"other_request": events[0]["value"]}, {}, happened, False, None, {}, None)
    ActionOfferOtherRequest().run(dispatcher, tracker, {})
    offered = dispatcher.messages[0]["buttons"][0]
    chat.choose(offered["title"], offered["payload"])
    assert chat.responses[-1] == "utter_ask_report_where"


def test_in_a_registration_a_number_is_answered(chat: ReportChat) -> None:
    code = sent(chat)
    events, said = beside(chat, f"{code} gimana")
    assert events == [] and said[0]["response"] == "utter_report_status"


def test_a_file_still_on_its_way_is_brought_in_later(chat: ReportChat) -> None:
    received_picture(chat, "file-9", None)
    chat.report(ALL)
    chat.send_picture("file-9")
    chat.tap("Ya, kabari saya")
    chat.tap("Ya, kirim")
    assert reports()[0].picture == "received:file-9"
    with transaction() as session:
        (file,) = received.claim(session, "whatsapp", 5, seconds=60)
    with transaction() as session:
        received.keep(session, file, picture(), "image/jpeg")
    with transaction() as session:
        assert pictures.bring_in(session, NOW + timedelta(minutes=1)) == 1
    assert reports()[0].picture.startswith("media:")


def test_who_wishes_to_stay_unknown_may_say_so_before_being_asked(chat: ReportChat) -> None:
    chat.report(ALL)
    chat.say("anonim aja")
    assert chat.responses[0] == "utter_report_unknown_noted"
    chat.tap("Tanpa foto")
    assert chat.responses == ["utter_ask_report_confirm"]
