"""Several people from one contact: consent for each, guardians, what is officially known, doubles, the list."""

from __future__ import annotations

import copy
import io
from datetime import timedelta
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import func, select

from actions.registration import people
from actions.registration.form import Form
from siaga.db import transaction
from siaga.people import drafts
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Consent, ContactPerson, Person, Task
from siaga.registration.answers import read_beneficiaries
from siaga.registration.roster import import_roster, read_roster
from siaga.registration.seed import seed
from siaga.registration.tables import Registration
from siaga.registration.validation import WAY_ON, validate_waiting
from siaga.settings import settings
from tests.conversation.chat import NOW, Chat, Played
from tests.conversation.test_appointments import GIVING_UP, MOVING
from tests.conversation.test_next_dose import FORM as DOSES

TODAY = (NOW + timedelta(hours=7)).date()
NIK = "3578010502859001"
SLIP = "3578010502859009"
"""One digit off."""
MOTHER = "3578014502559002"
NAME = "Warga Uji 001"
MASK = "W•••• U•• 0••"


def child_nik(years: int) -> str:
    """Of a boy who is so many years old today."""
    return f"357801{TODAY.day:02}{TODAY.month:02}{(TODAY.year - years) % 100:02}9003"


@pytest.fixture
def chat(database: str) -> Chat:
    with transaction() as session:
        seed(session, TODAY)
    return someone("628000000001")


def someone(phone: str) -> Chat:
    with transaction() as session:
        return Chat(ensure_contact(session, phone=phone).key)


def on_list(**differs: str) -> None:
    """On an official list, with the phone that ``chat`` writes from."""
    row = {
        "nik": NIK,
        "name": NAME,
        "birth_date": "1985-02-05",
        "regency_code": "35.78",
        "district_code": "35.78.04",
        "phone": "08000000001",
        **differs,
    }
    file = io.StringIO(",".join(row) + "\n" + ",".join(row.values()) + "\n")
    with transaction() as session:
        import_roster(session, read_roster(file, TODAY, name="uji"), list_name="uji", file_name="uji", actor="penguji")


def begin(chat: Chat, whom: str = "saya sendiri", nik: str = NIK) -> None:
    """Up to the NIK."""
    chat.start()
    chat.say("setuju", "affirm")
    if chat.slots.get("beneficiary") is None:
        chat.say(whom)
    chat.say(nik)


def healthy(chat: Chat, first: tuple[str, ...] = ()) -> None:
    """From the residence, or the health questions, to the summary."""
    for text in first:
        chat.say(text)
    for _ in range(8):
        asked = chat.slots.get("requested_slot")
        if asked == "health":
            question = chat.said[-1]["question"]
            chat.say("belum pernah" if "berapa kali" in question else "sehat" if "sehat" in question else "tidak ada")
        elif asked in ("facility", "session"):
            chat.tap_first()
    assert chat.slots["requested_slot"] == "confirmed", chat.said


def finish(chat: Chat) -> None:
    chat.say("ya, daftarkan", "affirm")


def whole(chat: Chat, nik: str = NIK, name: str = NAME, whom: str = "saya sendiri") -> None:
    """A registration from its first word to the ticket, of somebody on no list."""
    begin(chat, whom, nik)
    chat.say("ya", "affirm")
    healthy(chat, (name, "wonokromo surabaya"))
    finish(chat)
    assert "utter_ticket" in chat.responses, chat.responses


def count(table: type) -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


# ---------------------------------------------------------------------- consent for each
def test_consent_names_whose_data_and_is_short_the_second_time(chat: Chat) -> None:
    chat.start()
    assert chat.responses == ["utter_ask_registration_consent"]
    assert chat.said[0]["whose"] == "data orang yang didaftarkan"
    chat.say("batal", "cancel")
    again = someone("628000000002")
    whole(again)
    again.say("mau daftarkan ibu saya", "register_vaccination")
    assert again.responses == ["utter_ask_registration_consent_next"]
    assert again.said[0]["whose"] == "data ibu Anda"
    again.say("ulangi", "repeat")
    assert again.responses[-1] == "utter_ask_registration_consent", "all of it, whenever it is wanted"


def test_each_person_has_a_consent_of_their_own(chat: Chat) -> None:
    whole(chat)
    whole(chat, MOTHER, "Warga Uji 002", "ibu saya")
    with transaction() as session:
        assert session.execute(select(Consent.person_id).order_by(Consent.id)).scalars().all() == [1, 2]
        relations = session.execute(select(ContactPerson.relation).order_by(ContactPerson.person_id)).scalars().all()
        assert relations == ["self", "mother"]


# ---------------------------------------------------------------------- guardians
def test_a_child_needs_a_parent_or_guardian(chat: Chat) -> None:
    begin(chat, "anak saya", child_nik(10))
    chat.say("ya", "affirm")
    assert chat.responses == ["utter_ask_registration_guardian"]
    chat.say("saya ibunya")
    assert chat.slots["guardian"] is True
    healthy(chat, ("Warga Uji 003", "wonokromo surabaya"))
    finish(chat)
    with transaction() as session:
        assert session.execute(select(ContactPerson.guardian)).scalar_one() is True


@pytest.mark.parametrize("text", ["bukan", "bukan, saya tantenya", "tidak"])
def test_nobody_else_registers_a_child(chat: Chat, text: str) -> None:
    begin(chat, "keponakan saya", child_nik(10))
    chat.say("ya", "affirm")
    before = copy.deepcopy(chat)
    for one in (chat, before):
        one.say(text, "deny", message_id="the-same")
        assert one.responses == ["utter_guardian_needed"], "the second time, too"
        assert not one.open
    assert (count(Registration), count(Person)) == (0, 0)
    with transaction() as session:
        assert drafts.load(session, chat.key, Form.name).keys() == {"ended"}, "no answers are kept"


def test_of_age_there_is_no_such_question(chat: Chat) -> None:
    begin(chat, "anak saya", child_nik(18))
    chat.say("ya", "affirm")
    assert chat.responses == ["utter_ask_registration_full_name"]


def test_at_seventeen_one_registers_alone_and_brings_somebody(chat: Chat) -> None:
    begin(chat, nik=child_nik(17))
    chat.say("ya", "affirm")
    healthy(chat, ("Warga Uji 004", "wonokromo surabaya"))
    assert "• Datang bersama orang tua atau wali" in chat.said[-1]["summary"]


def test_younger_ones_do_not_register_alone(chat: Chat) -> None:
    begin(chat, nik=child_nik(15))
    chat.say("ya", "affirm")
    assert chat.responses == ["utter_too_young_alone"]
    assert not chat.open


def test_whoever_it_is_for_after_all_is_asked_about_then(chat: Chat) -> None:
    """Said to be for oneself, in fact the child's; the guardian is asked for as soon as that is known."""
    begin(chat, nik=child_nik(17))
    chat.say("ya", "affirm")
    chat.say("Warga Uji 004")
    chat.say("eh salah, buat anak saya", "change_answer")
    assert chat.slots["guardian"] is None
    assert chat.responses[-1] == "utter_ask_registration_guardian"


# ---------------------------------------------------------------------- what is officially known
def test_who_is_on_a_list_confirms_a_mask_and_is_asked_what_is_missing(chat: Chat) -> None:
    on_list()
    begin(chat)
    chat.say("ya", "affirm")
    assert chat.responses == ["utter_ask_registration_official_match"]
    assert (chat.said[0]["mask"], chat.said[0]["place"]) == (MASK, ", Kec. Wonokromo")
    chat.say("iya betul", "affirm")
    assert chat.slots["requested_slot"] == "health", "name and residence are known"
    healthy(chat)
    assert f"• Nama: {NAME}" in chat.said[-1]["summary"]
    assert "Wonokromo" in chat.said[-1]["summary"]
    finish(chat)
    assert chat.responses == ["utter_ticket", "utter_details_offer"], "it need not wait for validation"
    assert chat.said[0]["person"] == NAME
    with transaction() as session:
        person = session.execute(select(Person)).scalar_one()
        assert (person.name, person.validated_by) == (NAME, "list")


def test_nothing_but_the_mask_is_ever_said_or_kept_in_the_tracker(chat: Chat) -> None:
    on_list()
    begin(chat)
    said, held = list(chat.said), repr(chat.slots)
    chat.say("ya", "affirm")
    said += chat.said
    chat.say("betul", "affirm")
    said += chat.said
    for secret in (NAME, "Warga", "Uji", NIK):
        assert secret not in repr(said) + held + repr(chat.slots)


@pytest.mark.parametrize(("phone", "name", "waits"), [("", NAME, False), ("08000000002", "Orang Lain", True)])
def test_who_writes_from_another_phone_is_asked_and_compared_in_silence(
    chat: Chat, phone: str, name: str, waits: bool
) -> None:
    on_list(phone=phone)
    begin(chat)
    chat.say("ya", "affirm")
    assert chat.responses == ["utter_ask_registration_full_name"]
    healthy(chat, (name, "wonokromo surabaya"))
    finish(chat)
    assert ("utter_waiting_validation" in chat.responses) is waits


def test_a_list_without_a_place_leaves_that_to_be_asked(chat: Chat) -> None:
    on_list(regency_code="", district_code="")
    begin(chat)
    chat.say("ya", "affirm")
    assert chat.said[0]["place"] == ""
    chat.say("ya", "affirm")
    assert chat.responses == ["utter_ask_registration_residence"]


def test_a_list_with_the_regency_leaves_the_district(chat: Chat) -> None:
    on_list(district_code="")
    begin(chat)
    chat.say("ya", "affirm")
    chat.say("ya", "affirm")
    assert chat.responses == ["utter_ask_registration_residence_district"]


def test_who_is_not_them_tells_it_all_and_waits(chat: Chat) -> None:
    on_list()
    begin(chat)
    chat.say("ya", "affirm")
    chat.tap("Bukan")
    assert chat.responses == ["utter_ask_registration_full_name"]
    healthy(chat, ("Orang Lain", "wonokromo surabaya"))
    finish(chat)
    assert chat.responses == ["utter_ticket", "utter_waiting_validation", "utter_details_offer"]


@pytest.mark.parametrize("date", ["6 Mei 1984"])
def test_another_birth_date_shows_nothing_of_the_list(chat: Chat, date: str) -> None:
    on_list()
    begin(chat)
    chat.say("bukan", "deny")
    chat.say(date)
    chat.tap("Tanggal saya benar")
    assert chat.responses[-1] == "utter_ask_registration_full_name"


def test_a_name_told_before_is_compared_without_a_question(chat: Chat) -> None:
    on_list()
    chat.start()
    chat.say("setuju", "affirm")
    chat.say("saya sendiri")
    chat.say(f"NIK {NIK} atas nama {NAME}")
    chat.say("ya", "affirm")
    assert chat.responses == ["utter_ask_registration_residence"]
    healthy(chat, ("wonokromo surabaya",))
    finish(chat)
    assert chat.responses == ["utter_ticket", "utter_details_offer"], "it agrees"


def test_who_is_on_no_list_is_told_that_it_waits(chat: Chat) -> None:
    on_list(nik=MOTHER, birth_date="1955-02-05")
    begin(chat)
    chat.say("ya", "affirm")
    assert chat.responses == ["utter_ask_registration_full_name"]
    healthy(chat, (NAME, "wonokromo surabaya"))
    finish(chat)
    assert chat.responses == ["utter_ticket", "utter_waiting_validation", "utter_details_offer"]


def test_another_nik_forgets_what_the_first_one_knew(chat: Chat) -> None:
    on_list()
    begin(chat)
    chat.say("ya", "affirm")
    chat.say("ya", "affirm")
    assert chat.slots["full_name"] and chat.slots["residence"]
    chat.say("eh salah, NIK nya 3578020503869002", "change_answer")
    chat.say("ya", "affirm")
    assert chat.responses == ["utter_ask_registration_full_name"]
    assert chat.slots["residence"] is None


def test_a_name_told_after_the_mask_is_the_one_that_counts(chat: Chat) -> None:
    on_list()
    begin(chat)
    chat.say("ya", "affirm")
    chat.say("ya", "affirm")
    healthy(chat)
    chat.say("ubah", "deny")
    chat.tap("Nama")
    chat.say("Warga Uji 011")
    assert "• Nama: Warga Uji 011" in chat.said[-1]["summary"]
    finish(chat)
    assert chat.responses == ["utter_ticket", "utter_waiting_validation", "utter_details_offer"]


def test_every_turn_on_a_list_may_run_again(chat: Chat) -> None:
    on_list()
    chat.start()
    steps = (
        ("setuju", "affirm"),
        ("saya sendiri", "x"),
        (NIK, "x"),
        ("ya", "affirm"),
        ("ya", "affirm"),
        ("belum pernah", "x"),
    )
    for text, intent in steps:
        again = copy.deepcopy(chat)
        chat.say(text, intent)
        again.say(text, intent)
        assert (again.responses, again.slots) == (chat.responses, chat.slots), text


# ---------------------------------------------------------------------- how many
def test_after_so_many_niks_a_person_is_offered(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "nik_tries_per_day", 2)
    chat.start()
    chat.say("setuju", "affirm")
    chat.say("saya sendiri")
    chat.say(NIK)
    chat.say("3578020503869002")
    before = copy.deepcopy(chat)
    for one in (chat, before):
        one.say("3578020503869003", message_id="the-same")
        assert one.responses == ["utter_nik_limit"]
        assert not one.open
        assert "Hubungi petugas" in one.options
    begin(chat)
    assert chat.responses == ["utter_ask_registration_birth_date"], "one of the two"


# ---------------------------------------------------------------------- nearly the same
def test_a_slip_in_the_nik_of_ones_own_people_is_asked_about(chat: Chat) -> None:
    begin(chat)
    chat.say("ya", "affirm")
    for text in (NAME, "wonokromo surabaya", "belum pernah", "baru sembuh covid", "seminggu lalu", "ringan"):
        chat.say(text)
    for _ in range(3):
        if chat.slots.get("requested_slot") == "health":
            chat.say("tidak ada")
    finish(chat)
    begin(chat, nik=SLIP)
    chat.say("ya", "affirm")
    chat.say(NAME)
    assert chat.responses == ["utter_ask_registration_nik_check"]
    assert chat.said[0]["nik"] == "3578********9001"
    chat.tap("Ya, NIK itu")
    assert chat.responses == ["utter_changed", "utter_ask_registration_residence"]
    assert chat.slots["nik"] == "3578********9001"
    with transaction() as session:
        assert drafts.load(session, chat.key, Form.name)["nik"] == NIK


def test_who_has_a_place_already_under_the_right_nik(chat: Chat) -> None:
    whole(chat)
    begin(chat, nik=SLIP)
    chat.say("ya", "affirm")
    chat.say(NAME)
    before = copy.deepcopy(chat)
    for one in (chat, before):
        one.say("ya", "affirm", message_id="the-same")
        assert one.responses == ["utter_already_registered_mine"]


def test_somebody_else_of_the_same_name_is_compared_later(chat: Chat) -> None:
    whole(chat)
    begin(chat, "saudara saya", SLIP)
    chat.say("ya", "affirm")
    chat.say(NAME)
    chat.tap("Bukan, orang lain")
    healthy(chat, ("wonokromo surabaya",))
    finish(chat)
    with transaction() as session:
        assert session.execute(select(Registration.status).order_by(Registration.id)).scalars().all() == [
            "confirmed",
            "waiting_validation",
        ]


@pytest.mark.parametrize("other_nik", [NIK, "3578040502859077"])
@pytest.mark.parametrize("listed", [True, False])
def test_strangers_learn_nothing_from_a_slip(chat: Chat, other_nik: str, listed: bool) -> None:
    on_list(nik=other_nik) if listed else whole(chat, other_nik)
    other = someone("628000000002")
    begin(other, nik=SLIP)
    other.say("ya", "affirm")
    other.say(NAME)
    assert other.responses == ["utter_ask_registration_residence"]


def test_a_nik_that_is_typed_anew_is_looked_at_anew(family: Chat) -> None:
    begin(family, "saudara saya", SLIP)
    family.say("ya", "affirm")
    family.say(NAME)
    assert family.responses == ["utter_ask_registration_nik_check"]
    family.say("3578040502859077")
    assert family.responses[-1] == "utter_ask_registration_nik_check", "the same name under this one"
    assert family.said[-1]["nik"] == "3578********9001"


def test_who_says_that_it_is_right_goes_on(family: Chat) -> None:
    begin(family, "saudara saya", SLIP)
    family.say("ya", "affirm")
    family.say(NAME)
    family.say("bukan, memang segitu", "deny")
    assert family.responses == ["utter_ask_registration_residence"]


# ---------------------------------------------------------------------- a turn that runs again at its end
def test_already_registered_is_said_again_not_asked_consent(chat: Chat) -> None:
    whole(chat)
    chat.start()
    chat.say("setuju", "affirm")
    chat.say("saya sendiri")
    before = copy.deepcopy(chat)
    for one in (chat, before):
        one.say(NIK, message_id="the-same")
        assert one.responses == ["utter_already_registered_mine"]
        assert not one.open
    chat.start()
    assert chat.responses == ["utter_ask_registration_consent_next"]
    with transaction() as session:
        assert drafts.load(session, chat.key, Form.name) == {}, "a new one begins with nothing"


def test_not_eligible_is_said_again_with_the_same_reason(chat: Chat) -> None:
    begin(chat, "anak saya", child_nik(3))
    chat.say("ya", "affirm")
    chat.say("ya", "affirm")
    chat.say("Warga Uji 005")
    before = copy.deepcopy(chat)
    for one in (chat, before):
        one.say("wonokromo surabaya", message_id="the-same")
        assert one.responses == ["utter_not_eligible"]
        assert one.said == chat.said
        assert not one.open
    with transaction() as session:
        kept = drafts.load(session, chat.key, Form.name)
        assert kept.keys() == {"ended"}
        for secret in (child_nik(3), "Warga"):
            assert secret not in repr(kept)


def test_taking_consent_back_is_said_again(chat: Chat) -> None:
    chat.start()
    refuse = chat.options["Tidak setuju"]
    chat.tap("Setuju")
    chat.tap("Saya sendiri")
    before = copy.deepcopy(chat)
    for one in (chat, before):
        one.choose("Tidak setuju", refuse)
        assert one.responses == ["utter_no_consent"]


# ---------------------------------------------------------------------- several in one message
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("daftarkan saya dan ibu", ["self", "mother"]),
        ("mau daftar vaksin buat saya sama istri saya", ["self", "spouse"]),
        ("saya & bapak mau vaksin", ["self", "father"]),
        ("daftarin ibu dan saya", ["mother", "self"]),
        ("daftarkan ibu, bapak dan saya", ["mother", "father", "self"]),
        ("daftarkan ibu dan bapak saya", ["mother", "father"]),
        ("daftarkan saya, ibu dan bapak saya", ["self", "mother", "father"]),
        ("selamat pagi bapak dan ibu, mau daftar vaksin", []),
        ("daftarkan ibu saya", ["mother"]),
        ("saya mau daftarkan ibu", ["mother"]),
        ("daftarkan ibu dan saya mau tanya", ["mother"]),
        ("mau daftar vaksin", []),
        ("saya sendiri", ["self"]),
    ],
)
def test_who_is_named_together(text: str, expected: list[str]) -> None:
    assert read_beneficiaries(text) == expected


def test_the_next_person_is_offered_when_the_first_is_done(chat: Chat) -> None:
    chat.say("daftarkan saya dan ibu", "register_vaccination")
    assert chat.said[0]["whose"] == "data Anda"
    chat.say("setuju", "affirm")
    chat.say(NIK)
    chat.say("ya", "affirm")
    healthy(chat, (NAME, "wonokromo surabaya"))
    finish(chat)
    assert chat.responses == ["utter_ticket", "utter_offer_next_person"]
    assert chat.said[1]["who"] == "ibu Anda"
    chat.tap("Ya, lanjut")
    assert chat.responses == ["utter_ask_registration_consent_next"]
    assert chat.said[0]["whose"] == "data ibu Anda"
    chat.say("setuju", "affirm")
    assert chat.responses == ["utter_ask_registration_nik"]


def test_three_people_one_after_the_other(chat: Chat) -> None:
    chat.say("daftarkan ibu, bapak dan saya", "register_vaccination")
    for expected in ("bapak Anda", "Anda"):
        chat.say("setuju", "affirm")
        whole_nik = {"bapak Anda": MOTHER, "Anda": "3578010502559004"}[expected]
        chat.say(whole_nik)
        chat.say("ya", "affirm")
        healthy(chat, (f"Warga Uji {whole_nik[-3:]}", "wonokromo surabaya"))
        finish(chat)
        assert chat.responses == ["utter_ticket", "utter_offer_next_person"]
        assert chat.said[1]["who"] == expected
        chat.tap("Ya, lanjut")


def test_whom_there_is_nothing_to_do_for_is_followed_by_the_next(chat: Chat) -> None:
    whole(chat)
    chat.start()
    chat.say("setuju", "affirm")
    chat.say("saya dan ibu saya")
    chat.say(NIK)
    assert chat.responses == ["utter_already_registered_mine", "utter_offer_next_person"]


def test_cancelling_offers_nobody(chat: Chat) -> None:
    chat.say("daftarkan saya dan ibu", "register_vaccination")
    chat.say("tidak setuju", "deny")
    assert chat.responses == ["utter_no_consent"]


# ---------------------------------------------------------------------- the list
def show(chat: Chat, text: str, tapped: bool = False) -> list[dict[str, Any]]:
    dispatcher = CollectingDispatcher()
    people.ActionShowRegistrations().run(dispatcher, _tracker(chat, text, "option" if tapped else "text"), {})
    return list(dispatcher.messages)


def tap(chat: Chat, slot: str, value: str) -> list[dict[str, Any]]:
    dispatcher = CollectingDispatcher()
    assert people.choose(dispatcher, _tracker(chat, "x", "option"), slot, value)
    return list(dispatcher.messages)


def _tracker(chat: Chat, text: str, kind: str) -> Tracker:
    metadata = {"message_id": "m", "at": NOW.isoformat(), "kind": kind}
    message = {"text": text, "intent": {"name": "check_registration"}, "entities": [], "metadata": metadata}
    return Tracker(chat.key, {}, message, [], False, None, {}, None)


@pytest.fixture
def family(chat: Chat) -> Chat:
    whole(chat)
    whole(chat, MOTHER, "Warga Uji 002", "ibu saya")
    return chat


def test_the_list_shows_each_by_name_masked_nik_relation_and_status(family: Chat) -> None:
    (said,) = show(family, "cek pendaftaran")
    assert said["response"] == "utter_registrations"
    for part in ("*Warga Uji 001* (Anda, NIK 3578********9001)", "*Warga Uji 002* (Ibu Anda, NIK 3578********9002)"):
        assert part in said["list"]
    assert said["list"].count("terdaftar · ") == 2
    assert [row["title"] for row in said["buttons"]] == ["Warga Uji 001", "Warga Uji 002", "Daftarkan yang lain"]


@pytest.mark.parametrize("text", ["jadwal ibu saya", "cek jadwal ibu", "status pendaftaran warga uji 002"])
def test_a_named_person_is_shown_alone(family: Chat, text: str) -> None:
    (said,) = show(family, text)
    assert said["response"] == "utter_person"
    assert "Warga Uji 002" in said["person"]
    assert [row["title"] for row in said["buttons"]] == [
        "Lihat tiket",
        "Pindah jadwal",
        "Batalkan jadwal",
        "Dosis berikutnya",
        "Sertifikat",
        "Lihat semua",
    ]


def test_mine_means_all_of_them_unless_it_is_stressed(family: Chat) -> None:
    assert show(family, "cek pendaftaran saya")[0]["response"] == "utter_registrations"
    assert "Warga Uji 001" in show(family, "jadwal saya sendiri")[0]["person"]


def test_who_was_never_registered_here_is_said_so(family: Chat) -> None:
    said = show(family, "jadwal bapak saya")
    assert [one["response"] for one in said] == ["utter_not_registered_here", "utter_registrations"]
    assert said[0]["who"] == "bapak Anda"


def test_a_row_opens_the_person_and_nobody_elses(family: Chat) -> None:
    assert "Warga Uji 002" in tap(family, "person", "2")[0]["person"]
    assert tap(someone("628000000009"), "person", "2")[0]["response"] == "utter_no_registrations"


def test_one_person_needs_no_list(chat: Chat) -> None:
    whole(chat)
    (said,) = show(chat, "cek pendaftaran")
    assert said["response"] == "utter_person"
    assert "Lihat semua" not in [row["title"] for row in said["buttons"]]


def test_what_does_not_agree_is_said_with_a_way_on(chat: Chat) -> None:
    on_list()
    begin(chat)
    chat.say("ya", "affirm")
    chat.tap("Bukan")
    healthy(chat, ("Orang Lain", "wonokromo surabaya"))
    finish(chat)
    with transaction() as session:
        validate_waiting(session, NOW, 10, give_up=timedelta(days=3))
    assert "Status: menunggu validasi" in show(chat, "cek")[0]["person"]
    with transaction() as session:
        validate_waiting(session, NOW + timedelta(days=4000), 10, give_up=timedelta(days=3))
    (said,) = show(chat, "cek")
    assert "Status: belum cocok dengan data resmi" in said["person"]
    assert WAY_ON in said["person"], "not what differs"
    assert NAME not in said["person"]
    row = next(row for row in said["buttons"] if row["title"] == "Minta dicek petugas")
    assert "correct_person=1" in row["payload"]
    for _ in range(2):
        assert tap(chat, "correct_person", "1")[0]["response"] == "utter_correction_noted"
    assert count(Task) == 1


@pytest.mark.parametrize(
    ("label", "form"),
    [("Dosis berikutnya", DOSES), ("Pindah jadwal", MOVING), ("Batalkan jadwal", GIVING_UP)],
)
def test_each_row_goes_on_about_that_person(family: Chat, label: str, form: Played) -> None:
    row = next(row for row in show(family, "jadwal ibu saya")[0]["buttons"] if row["title"] == label)
    other = Chat(family.key, form=form)
    other.choose(label, row["payload"])
    held = repr(other.slots) + repr(other.said)
    assert "person:2" in held or "appointment_person': '2'" in held or "Warga Uji 002" in held
    assert "Warga Uji 001" not in held
