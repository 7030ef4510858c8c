"""Asking for a certificate: whose, the code to the phone on record, the sheets, and having what is wrong put right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import delete, func, select, text, update

from actions.certificates.ends import ActionFinishCertificate
from actions.certificates.questions import AskCertificate
from actions.certificates.validate import ValidateCertificateForm
from siaga import media
from siaga.db import transaction
from siaga.handoffs.tables import HandOff
from siaga.identity.tables import IdentityCheck
from siaga.media.tables import Media
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Contact, ContactPerson, FormDraft, Notice, Person, Task
from siaga.registration.registry import LocalRegistry
from siaga.registration.tables import Registration
from tests.certificates.given import dose
from tests.conversation.chat import NOW, Chat, played
from tests.identity.given import BORN, person
from tests.registration.given import contact, nik, submission

CERTIFICATE = played(ValidateCertificateForm, AskCertificate, ActionFinishCertificate)
PHONE = "628000000777"
BORN_SAID = "1 agustus 1954"
ASK = "ask_certificate"


def chat(number: int = 1) -> Chat:
    with transaction() as session:
        return Chat(contact(session, number), form=CERTIFICATE)


def registered(key: str, serial: int = 1, relation: str = "self", doses: int = 1, **differs: Any) -> int:
    """The id of somebody whom this contact registered, with so many doses from an import."""
    with transaction() as session:
        made = submission(key, None, serial, relation=relation, **differs)
        LocalRegistry(session).register(made)
        query = select(Registration.person_id).where(Registration.caused_by == made.message_id)
        someone = int(session.execute(query).scalar_one())
        for number in range(1, doses + 1):
            dose(session, someone, number)
        return someone


def on_file(serial: int = 1, phone: str | None = PHONE, doses: int = 1) -> int:
    """The id of somebody whom an official source knows, and nobody has registered."""
    with transaction() as session:
        someone = person(session, serial, phone=phone)
        for number in range(1, doses + 1):
            dose(session, someone, number)
        return someone


def code() -> str:
    with transaction() as session:
        notice = session.execute(
            select(Notice).where(Notice.kind == "identity_code").order_by(Notice.id.desc()).limit(1)
        ).scalar_one()
        return str(notice.values["kode"])


def sheets(of: Chat) -> list[dict[str, str]]:
    return [said["custom"]["document"] for said in of.said if (said.get("custom") or {}).get("document")]


def words(sheet: dict[str, str]) -> str:
    with transaction() as session:
        content = bytes(media.get(session, sheet["media"]).content)
    return " ".join(pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range().split())


def tasks() -> list[Task]:
    with transaction() as session:
        found = session.execute(select(Task).order_by(Task.id)).scalars().all()
        session.expunge_all()
        return found


def to_the_code(of: Chat, serial: int = 1, born: str = BORN_SAID) -> None:
    of.say("minta sertifikat vaksin", ASK)
    if of.slots["requested_slot"] == "certificate_person":
        of.tap("Orang lain")
    of.say(nik(serial))
    of.say(born)


# ---------------------------------------------------------------------- those registered from this number
def test_the_only_one_registered_gets_it_at_once(database: str) -> None:
    asked = chat()
    registered(asked.key, doses=2)
    asked.say("sertifikat vaksin saya mana", ASK)
    assert asked.responses[0] == "utter_certificate_ready"
    assert asked.said[0]["person"] == "*Warga Uji 001*" and asked.said[0]["doses"] == "dosis ke-1 dan ke-2"
    assert [sheet["name"] for sheet in sheets(asked)] == [
        "sertifikat-vaksin-dosis-1.pdf",
        "sertifikat-vaksin-dosis-2.pdf",
    ]
    assert "Warga Uji 001" in words(sheets(asked)[0]) and "Dosis ke-2" in words(sheets(asked)[1])
    assert not asked.open and not any(asked.slots.values())


def test_the_same_message_again_keeps_one_sheet(database: str) -> None:
    asked = chat()
    registered(asked.key)
    asked.say("sertifikat", ASK, message_id="m1")
    first = sheets(asked)
    again = Chat(asked.key, form=CERTIFICATE)
    again.say("sertifikat", ASK, message_id="m1")
    assert sheets(again) == first
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Media)) == 1


def test_a_sheet_is_to_be_forgotten_after_a_day(database: str) -> None:
    asked = chat()
    registered(asked.key)
    asked.say("sertifikat", ASK)
    with transaction() as session:
        kept = session.execute(select(Media)).scalar_one()
        assert timedelta(hours=23) < kept.forget_after - kept.created_at < timedelta(hours=25)


def test_of_several_the_one_is_asked_for_or_named(database: str) -> None:
    asked = chat()
    registered(asked.key)
    registered(asked.key, 2, "mother")
    asked.say("sertifikat vaksin", ASK)
    assert asked.responses == ["utter_ask_certificate_person"]
    assert list(asked.options) == ["Warga Uji 001", "Warga Uji 002", "Orang lain", "Batal"]
    asked.tap("Warga Uji 002")
    assert "Warga Uji 002" in words(sheets(asked)[0])
    asked.say("sertifikat vaksin", ASK)
    asked.say("punya ibu saya")
    assert "Warga Uji 002" in words(sheets(asked)[0])
    asked.say("minta sertifikat ibu saya", ASK)
    assert "Warga Uji 002" in words(sheets(asked)[0])


def test_a_dose_that_is_named_is_sent_alone(database: str) -> None:
    asked = chat()
    registered(asked.key, doses=3)
    asked.say("PDF sertifikat dosis 3", ASK)
    assert [sheet["name"] for sheet in sheets(asked)] == ["sertifikat-vaksin-dosis-3.pdf"]


def test_a_told_dose_has_no_sheet_and_the_way_to_have_it_recorded_is_offered(database: str) -> None:
    asked = chat()
    someone = registered(asked.key, doses=1)
    with transaction() as session:
        dose(session, someone, 2, source="told")
    asked.say("sertifikat", ASK)
    assert len(sheets(asked)) == 1
    assert next(said for said in asked.said if said["response"] == "utter_certificate_told")["doses"] == "dosis ke-2"
    asked.choose("Dosis belum muncul", asked.options["Dosis belum muncul"])
    assert asked.responses == ["utter_ask_certificate_dose"]
    asked.say("14 juli 2021 di puskesmas uji, sinovac")
    assert asked.responses == ["utter_certificate_reported"]
    (task,) = tasks()
    assert (task.kind, task.person_id) == ("dose_missing", someone)
    assert task.data == {"wrong": "missing", "words": "14 juli 2021 di puskesmas uji, sinovac"}


@pytest.mark.parametrize(
    ("source", "response"), [("told", "utter_certificate_only_told"), (None, "utter_certificate_none")]
)
def test_without_an_official_dose_it_says_why_there_is_none(database: str, source: str | None, response: str) -> None:
    asked = chat()
    someone = registered(asked.key, doses=0)
    if source:
        with transaction() as session:
            dose(session, someone, source=source)
    asked.say("sertifikat", ASK)
    assert asked.responses == [response] and sheets(asked) == []
    asked.choose("Ya, teruskan", asked.options["Ya, teruskan"])
    assert asked.responses == ["utter_ask_certificate_dose"]


@pytest.mark.parametrize("status", ["waiting_validation", "refused"])
def test_what_is_not_believed_is_not_put_on_paper(database: str, status: str) -> None:
    asked = chat()
    registered(asked.key)
    with transaction() as session:
        session.execute(update(Registration).values(status=status))
    asked.say("sertifikat", ASK)
    assert asked.responses == ["utter_certificate_unchecked"] and sheets(asked) == []


def test_who_told_another_name_for_a_known_nik_sees_nothing_of_it(database: str) -> None:
    """They have registered the person, and are shown what they told themselves: nothing of what is on file."""
    owner, stranger = chat(1), chat(2)
    registered(owner.key)
    with transaction() as session:
        other = submission(stranger.key, None, 1, name="Warga Uji 900", message_id="wamid.other")
        LocalRegistry(session).register(other)
    stranger.say("sertifikat vaksin saya", ASK)
    assert stranger.responses == ["utter_certificate_none"] and sheets(stranger) == [], "as of a NIK that nobody has"


def test_who_only_knows_the_mask_of_a_name_has_to_show_who_they_are(database: str) -> None:
    asked = chat()
    registered(asked.key)
    with transaction() as session:
        session.execute(update(ContactPerson).values(sees_name=False))
    asked.say("sertifikat", ASK)
    assert asked.slots["requested_slot"] == "certificate_nik"


# ---------------------------------------------------------------------- somebody else's
def test_the_code_on_the_phone_on_record_opens_it(database: str) -> None:
    someone = on_file(doses=2)
    asked = chat()
    asked.say("minta sertifikat vaksin", ASK)
    assert asked.responses == ["utter_ask_certificate_nik_nobody"]
    asked.say(nik(1))
    assert asked.responses == ["utter_ask_certificate_birth_date"]
    asked.say(BORN_SAID)
    assert asked.responses == ["utter_ask_certificate_code"]
    with transaction() as session:
        to = session.execute(select(Contact.phone).join(Notice, Notice.contact_id == Contact.id)).scalar_one()
    assert to == PHONE
    asked.say(f"kodenya {code()}")
    assert asked.responses[0] == "utter_certificate_ready" and len(sheets(asked)) == 2
    assert asked.said[0]["person"] == "NIK 3578********9101"
    # Its buttons go on from there for a while, without another code.
    asked.choose("Datanya keliru", asked.options["Datanya keliru"])
    assert asked.responses == ["utter_ask_certificate_wrong"]
    asked.tap("Nama")
    asked.say("seharusnya Warga Uji 100")
    (task,) = tasks()
    assert (task.kind, task.person_id, task.data["wrong"]) == ("correct_certificate", someone, "name")


def test_nik_and_birth_date_may_come_in_one_message(database: str) -> None:
    on_file()
    asked = chat()
    asked.say("sertifikat", ASK)
    asked.say(f"{nik(1)}, lahir {BORN_SAID}")
    assert asked.responses == ["utter_ask_certificate_code"]


def test_who_writes_from_the_phone_on_record_needs_no_code(database: str) -> None:
    on_file()
    with transaction() as session:
        asked = Chat(ensure_contact(session, phone=PHONE).key, form=CERTIFICATE)
    to_the_code(asked)
    assert asked.responses[0] == "utter_certificate_ready" and len(sheets(asked)) == 1


def test_nothing_that_is_said_depends_on_whether_the_nik_exists(database: str) -> None:
    """Word for word, through wrong birth dates, wrong codes, no code, and too many requests."""
    on_file(1, PHONE)
    on_file(2, None)

    def everything(number: int, serial: int) -> list[Any]:
        asked, heard = chat(number), []
        for message in (
            ("minta sertifikat", ASK),
            (f" {nik(serial)} ", "nlu_fallback"),
            ("2 agustus 1954", "nlu_fallback"),
            ("2 agustus 1954", "nlu_fallback"),
            ("000000", "nlu_fallback"),
            ("kodenya belum masuk", "nlu_fallback"),
            ("11", "nlu_fallback"),
            ("000000", "nlu_fallback"),
            ("kenapa", "ask_why"),
            ("000000", "nlu_fallback"),
        ):
            asked.say(*message)
            heard.append([{**said, "nik": None} for said in asked.said])
        for again in range(1, 6):
            asked = chat(number)
            asked._number = 100 * again  # messages of their own
            to_the_code(asked, serial)
            heard.append([said["response"] for said in asked.said])
        assert heard[-1] == ["utter_certificate_too_many"]
        return heard

    expected = everything(1, 500)
    assert everything(2, 1) == expected
    assert everything(3, 2) == expected


def test_slots_and_rows_hold_no_nik_no_date_and_no_code(database: str) -> None:
    on_file()
    asked = chat()
    to_the_code(asked)
    shown = str({name: value for name, value in asked.slots.items()})
    assert nik(1) not in shown and "1954" not in shown and code() not in shown
    with transaction() as session:
        rows = str([tuple(row) for row in session.execute(text("TABLE form_draft"))])
        assert nik(1) not in rows
        assert session.execute(select(FormDraft)).scalar_one().data["nik"] == nik(1)
    asked.say(code())
    with transaction() as session:
        assert session.execute(select(FormDraft)).all() == [], "nothing is left when it is done"


def test_wrong_codes_are_counted_and_end_it(database: str) -> None:
    on_file()
    asked = chat()
    to_the_code(asked)
    wrong = f"{(int(code()) + 1) % 10**6:06}"
    asked.say(wrong)
    assert asked.said[0]["response"] == "utter_certificate_code_wrong" and asked.said[0]["left"] == 2
    asked.say(wrong)
    assert [asked.said[0]["left"], "utter_example_certificate_code" in asked.responses] == [1, True]
    asked.say(wrong)
    assert asked.responses == ["utter_certificate_code_over"] and not asked.open


def test_a_code_that_is_run_twice_counts_once_and_opens_twice(database: str) -> None:
    on_file()
    asked = chat()
    to_the_code(asked)
    kept = dict(asked.slots)
    for _ in range(3):
        asked.slots, asked.open = dict(kept), True
        asked.say("000001", message_id="wrong")
        assert asked.said[0]["left"] == 2
    for _ in range(2):
        # The first run has sent it and forgotten the answers; then its process died.
        asked.slots, asked.open = dict(kept), True
        asked.say(code(), message_id="right")
        assert asked.responses[0] == "utter_certificate_ready"


def test_a_birth_date_that_is_run_twice_sends_one_code(database: str) -> None:
    on_file()
    asked = chat()
    asked.say("sertifikat", ASK)
    asked.say(nik(1))
    kept = dict(asked.slots)
    for _ in range(2):
        asked.slots, asked.open = dict(kept), True
        asked.say(BORN_SAID, message_id="born")
        assert asked.responses == ["utter_ask_certificate_code"]
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 1


def test_passing_at_once_may_run_twice(database: str) -> None:
    on_file()
    with transaction() as session:
        asked = Chat(ensure_contact(session, phone=PHONE).key, form=CERTIFICATE)
    asked.say("sertifikat", ASK)
    asked.say(nik(1))
    kept = dict(asked.slots)
    for _ in range(2):
        asked.slots, asked.open = dict(kept), True
        asked.say(BORN_SAID, message_id="born")
        assert asked.responses[0] == "utter_certificate_ready"


def test_a_wrong_nik_is_told_by_its_form_alone_and_can_be_typed_anew(database: str) -> None:
    on_file()
    asked = chat()
    asked.say("sertifikat", ASK)
    asked.say(nik(1)[:15])
    assert asked.responses[0] == "utter_nik_length_short"
    asked.say(nik(500))
    asked.say(f"eh salah, {nik(1)}")
    assert asked.responses == ["utter_ask_certificate_birth_date"] and asked.slots["certificate_nik"].endswith("9101")
    asked.say(BORN_SAID)
    asked.tap("Isi NIK lagi")
    assert asked.slots["requested_slot"] == "certificate_nik"
    asked.say(nik(1))
    asked.say(BORN_SAID)
    asked.say(code())
    assert asked.responses[0] == "utter_certificate_ready"


def test_at_the_code_another_nik_begins_anew_with_the_same_birth_date_if_it_fits(database: str) -> None:
    on_file()
    asked = chat()
    to_the_code(asked, 500)
    asked.say(nik(1))
    assert asked.responses == ["utter_ask_certificate_code"]
    asked.say(code())
    assert asked.responses[0] == "utter_certificate_ready"
    to_the_code(asked, 500)
    asked.say("3578010208549101")
    assert asked.responses == ["utter_ask_certificate_birth_date"]


def test_a_birth_date_that_is_not_the_niks_is_asked_about_once(database: str) -> None:
    asked = chat()
    asked.say("sertifikat", ASK)
    asked.say(nik(1))
    asked.say("3 maret 1960")
    assert asked.responses[0] == "utter_certificate_birth_date_differs"
    asked.say("3 maret 1960")
    assert asked.responses == ["utter_ask_certificate_code"]


def test_who_comes_back_too_late_is_told_so(database: str) -> None:
    on_file()
    asked = chat()
    to_the_code(asked)
    with transaction() as session:
        session.execute(update(IdentityCheck).values(expires_at=IdentityCheck.started_at))
    asked.say(code())
    assert asked.responses == ["utter_certificate_code_over"]
    assert list(asked.options) == ["Coba lagi", "Hubungi petugas"]


def test_a_pass_that_is_over_shows_nothing_more(database: str) -> None:
    on_file()
    asked = chat()
    to_the_code(asked)
    asked.say(code())
    button = asked.options["Datanya keliru"]
    with transaction() as session:
        session.execute(update(IdentityCheck).values(passed_at=NOW - timedelta(minutes=31)))
    asked.choose("Datanya keliru", button)
    assert asked.responses == ["utter_option_stale"]


def test_who_answers_when_the_pass_is_over_has_to_show_who_they_are_again(database: str) -> None:
    on_file()
    asked = chat()
    to_the_code(asked)
    asked.say(code())
    asked.choose("Datanya keliru", asked.options["Datanya keliru"])
    with transaction() as session:
        session.execute(update(IdentityCheck).values(passed_at=NOW - timedelta(minutes=31)))
    asked.tap("Nama")
    assert asked.responses == ["utter_certificate_pass_over"] and not asked.open
    assert tasks() == []


def test_a_button_with_somebody_elses_id_opens_nothing(database: str) -> None:
    someone = on_file()
    asked = chat()
    for what in ("get", "correct", "missing"):
        asked.choose("x", f'/ask_certificate{{"option": "certificate={what}:{someone}"}}')
        assert asked.responses == ["utter_option_stale"] and sheets(asked) == []
    asked.say("sertifikat", ASK)
    asked.choose("x", f'/choose_option{{"option": "certificate_person={someone}"}}')
    assert sheets(asked) == [] and asked.open


def test_somebody_removed_meanwhile_is_not_shown(database: str) -> None:
    asked = chat()
    registered(asked.key)
    someone = registered(asked.key, 2, "mother")
    asked.say("sertifikat", ASK)
    rows = dict(asked.options)
    with transaction() as session:
        session.execute(delete(Person).where(Person.id == someone))
    asked.choose("Warga Uji 002", rows["Warga Uji 002"])
    assert asked.responses[0] == "utter_choice_unreadable" and sheets(asked) == []


# ---------------------------------------------------------------------- what is wrong
@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("nama saya salah di sertifikat", "name"),
        ("tanggalnya keliru", "date"),
        ("tanggal lahir di sertifikat salah", "birth_date"),
        ("merk vaksin di sertifikat salah", "vaccine"),
    ],
)
def test_what_is_wrong_is_heard_in_the_first_message(database: str, said: str, wrong: str) -> None:
    asked = chat()
    someone = registered(asked.key)
    asked.say(said, ASK)
    assert asked.responses == ["utter_ask_certificate_words"]
    asked.say("seharusnya ditulis begini: Warga Uji 001 A", "register_vaccination", confidence=0.95)
    assert asked.responses == ["utter_certificate_reported"]
    (task,) = tasks()
    assert (task.kind, task.person_id) == ("correct_certificate", someone)
    assert task.data == {"wrong": wrong, "words": "seharusnya ditulis begini: Warga Uji 001 A"}


def test_what_is_wrong_is_asked_where_it_was_not_said(database: str) -> None:
    asked = chat()
    registered(asked.key)
    asked.say("data sertifikat salah", ASK)
    assert asked.responses == ["utter_ask_certificate_wrong"]
    asked.say("namanya")
    assert asked.responses == ["utter_ask_certificate_words"] and asked.said[0]["field"] == "nama"


def test_a_missing_dose_that_is_there_is_shown(database: str) -> None:
    asked = chat()
    registered(asked.key, doses=2)
    asked.say("dosis 2 belum muncul di sertifikat", ASK)
    assert asked.responses[0] == "utter_certificate_ready" and len(sheets(asked)) == 1


def test_a_missing_dose_goes_to_the_desk_once(database: str) -> None:
    asked = chat()
    registered(asked.key, doses=1)
    asked.say("dosis 2 belum muncul di sertifikat", ASK)
    assert asked.responses == ["utter_ask_certificate_dose"]
    kept = dict(asked.slots)
    for _ in range(2):
        asked.slots, asked.open = dict(kept), True
        asked.say("agustus 2021 di kelurahan", message_id="words")
        assert asked.responses == ["utter_certificate_reported"]
    (task,) = tasks()
    assert task.data == {"wrong": "missing", "words": "agustus 2021 di kelurahan", "dose": 2}
    with transaction() as session:
        (hand_off,) = session.scalars(select(HandOff))
        assert (hand_off.reason, hand_off.about, hand_off.urgency) == ("correction", f"task:{task.id}", 0)


# ---------------------------------------------------------------------- in between
def test_another_question_is_answered_and_then_this_one_again(database: str) -> None:
    asked = chat()
    asked.say("sertifikat", ASK)
    asked.say("vaksin aman ga?", "ask_vaccine_question")
    assert asked.responses == ["utter_ask_certificate_nik_nobody"]
    asked.say("kenapa harus nik?", "ask_why")
    assert asked.responses == ["utter_ask_certificate_nik_nobody"] and not asked.slots.get("attempts")


def test_asking_for_it_again_asks_the_open_question_again(database: str) -> None:
    asked = chat()
    asked.say("sertifikat", ASK)
    asked.say("mana sertifikatnya", ASK)
    assert asked.responses == ["utter_ask_certificate_nik_nobody"] and not asked.slots["attempts"]


def test_at_the_nik_one_of_the_family_may_be_named_after_all(database: str) -> None:
    asked = chat()
    registered(asked.key)
    registered(asked.key, 2, "mother")
    asked.say("sertifikat", ASK)
    asked.tap("Orang lain")
    assert asked.responses == ["utter_ask_certificate_nik"]
    asked.say("eh, punya ibu saya")
    assert "Warga Uji 002" in words(sheets(asked)[0])


def test_from_ones_own_one_may_go_on_to_somebody_elses(database: str) -> None:
    asked = chat()
    registered(asked.key)
    registered(asked.key, 2, "mother")
    asked.say("data sertifikat salah", ASK)
    rows = dict(asked.options)
    asked.tap("Warga Uji 001")
    assert asked.responses == ["utter_ask_certificate_wrong"]
    asked.choose("Orang lain", rows["Orang lain"])
    assert asked.responses == ["utter_ask_certificate_nik"]
    asked.choose("Warga Uji 002", rows["Warga Uji 002"])
    assert asked.responses == ["utter_ask_certificate_wrong"] and asked.said[0]["person"] == "*Warga Uji 002*"


def test_what_is_wanted_may_change_on_the_way(database: str) -> None:
    asked = chat()
    registered(asked.key)
    registered(asked.key, 2, "mother")
    asked.say("sertifikat", ASK)
    asked.say("maksudnya nama ibu di sertifikat salah", ASK)
    assert asked.responses == ["utter_ask_certificate_words"]
    assert asked.said[0]["person"] == "*Warga Uji 002*"


def test_wrong_three_times_gets_an_example_and_then_a_person(database: str) -> None:
    asked = chat()
    asked.say("sertifikat", ASK)
    asked.say("xyzzy")
    assert asked.responses[0] == "utter_nik_unreadable"
    asked.say("xyzzy")
    assert "utter_example_nik" in asked.responses
    asked.say("xyzzy")
    assert "utter_offer_person" in asked.responses and "Hubungi petugas" in asked.options


def test_two_contacts_at_once_have_each_their_own_code(database: str) -> None:
    on_file()
    one, other = chat(1), chat(2)
    to_the_code(one)
    first = code()
    to_the_code(other)
    second = code()
    if first != second:
        one.say(second)
        assert one.said[0]["response"] == "utter_certificate_code_wrong"
    other.say(second)
    assert other.responses[0] == "utter_certificate_ready"
    one.say(first)
    assert one.responses[0] == "utter_certificate_ready"


def test_the_day_of_birth_in_the_fixture_is_the_niks(database: str) -> None:
    assert BORN.strftime("%d%m%y") == nik(1)[6:12]
