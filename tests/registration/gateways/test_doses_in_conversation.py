"""Doses that only another registry knows of, where the citizen asks about the next one, or for the certificate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select, update

from actions.certificates.ends import ActionFinishCertificate
from actions.certificates.questions import AskCertificate
from actions.certificates.validate import ValidateCertificateForm
from actions.doses.ends import ActionTellNextDose
from actions.doses.questions import AskDose
from actions.doses.validate import ValidateDoseForm
from siaga.db import transaction
from siaga.doses import KnownDose, record_known, recorded
from siaga.people.tables import Person
from siaga.registration.registry import LocalRegistry
from siaga.registration.tables import Registration
from tests.conversation.chat import NOW, Chat, played
from tests.registration.gateways.stub import Fault
from tests.registration.gateways.worlds import NIK, OUTSIDE, World, dose, http
from tests.registration.given import contact, submission

NEXT = played(ValidateDoseForm, AskDose, ActionTellNextDose)
CERTIFICATE = played(ValidateCertificateForm, AskCertificate, ActionFinishCertificate)
Outside = Callable[[str, World], None]


def somebody(believed: bool = True) -> tuple[str, int]:
    """The key of a contact who registered Warga Uji 001, and that person's id."""
    with transaction() as session:
        key = contact(session)
        made = submission(key, None, 1)
        LocalRegistry(session).register(made)
        person_id = session.execute(
            select(Registration.person_id).where(Registration.caused_by == made.message_id)
        ).scalar_one()
        session.execute(update(Person).values(validated_at=NOW if believed else None, nik=NIK))
        session.execute(update(Registration).values(status="confirmed" if believed else "waiting_validation"))
    return key, int(person_id)


def on_file(person_id: int) -> list[tuple[int, str | None, date | None]]:
    with transaction() as session:
        return [(one.number, one.vaccine, one.given_on) for one in recorded(session, person_id) if not one.told]


@pytest.mark.parametrize("kind", list(OUTSIDE))
def test_the_next_dose_follows_from_the_registrys(kind: str, outside: Outside, database: str) -> None:
    with OUTSIDE[kind]() as world:
        outside(kind, world)
        for number in (1, 2):
            world.gateway.write_dose(dose(number), f"kunci-{number}")
        key, person_id = somebody()
        asked = Chat(key, form=NEXT)
        asked.say("kapan booster saya", "ask_next_dose")
    assert not asked.open
    assert asked.responses[:2] == ["utter_dose_on_record", "utter_next_dose_now"]
    assert asked.said[0]["basis"] == "menurut catatan" and "29 Agustus 2021" in asked.said[0]["known"]
    assert on_file(person_id) == [(1, "sinovac", date(2021, 8, 1)), (2, "sinovac", date(2021, 8, 29))]


@pytest.mark.parametrize("kind", list(OUTSIDE))
def test_a_certificate_of_the_registrys_dose(kind: str, outside: Outside, database: str) -> None:
    with OUTSIDE[kind]() as world:
        outside(kind, world)
        world.gateway.write_dose(dose(1), "kunci-1")
        key, _ = somebody()
        asked = Chat(key, form=CERTIFICATE)
        asked.say("minta sertifikat vaksin", "ask_certificate")
    assert asked.responses[0] == "utter_certificate_ready"
    assert len([one for one in asked.said if (one.get("custom") or {}).get("document")]) == 1


def test_who_is_not_believed_learns_nothing(outside: Outside, database: str) -> None:
    with http() as world:
        outside("http", world)
        world.gateway.write_dose(dose(1), "kunci-1")
        seen = len(world.state.seen) if world.state else 0
        key, person_id = somebody(believed=False)
        asked = Chat(key, form=NEXT)
        asked.say("kapan vaksin saya berikutnya", "ask_next_dose")
        Chat(key, form=CERTIFICATE).say("minta sertifikat vaksin", "ask_certificate")
        assert world.state is not None and len(world.state.seen) == seen
    assert asked.responses[-1] == "utter_ask_dose_number"
    assert on_file(person_id) == []


def test_a_registry_that_is_down_is_no_failure(outside: Outside, database: str) -> None:
    with http() as world:
        outside("http", world)
        world.faults.extend([Fault("status", 503)] * 20)
        key, _ = somebody()
        asked = Chat(key, form=NEXT)
        asked.say("kapan vaksin saya berikutnya", "ask_next_dose")
        wanted = Chat(key, form=CERTIFICATE)
        wanted.say("minta sertifikat vaksin", "ask_certificate")
    assert asked.responses[-1] == "utter_ask_dose_number"
    assert wanted.responses == ["utter_certificate_later"]


def test_it_is_asked_once_a_conversation(outside: Outside, database: str) -> None:
    with http() as world:
        outside("http", world)
        key, _ = somebody()
        asked = Chat(key, form=NEXT)
        asked.say("kapan vaksin saya berikutnya", "ask_next_dose")
        assert world.state is not None
        seen = len(world.state.seen)
        asked.say("2 kali")
        asked.say("sinovac")
        assert len(world.state.seen) == seen


def test_a_record_that_got_another_number_is_moved(database: str) -> None:
    _, person_id = somebody()
    with transaction() as session:
        record_known(session, person_id, KnownDose(1, "sinovac", date(2021, 8, 1), outside_id="imm-1"), "registry")
        record_known(session, person_id, KnownDose(2, "sinovac", date(2021, 8, 1), outside_id="imm-1"), "registry")
    assert on_file(person_id) == [(2, "sinovac", date(2021, 8, 1))]
