"""Which doses have a certificate, that each has one, and who may be believed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from siaga.certificates import CODES, issue, look_up, qr_text
from siaga.certificates import tables as certificates
from siaga.db import transaction
from siaga.doses.tables import Dose
from siaga.people.tables import Person
from siaga.registration.believed import is_believed, may_have_doses
from siaga.registration.registry import LocalRegistry
from siaga.registration.tables import Registration
from tests.certificates.given import dose
from tests.identity.given import person
from tests.registration.given import NOW, contact, submission


def test_official_doses_have_a_certificate_and_told_ones_have_none(database: str) -> None:
    with transaction() as session:
        someone = person(session)
        dose(session, someone, 1)
        dose(session, someone, 2, source="registry", vaccine=None, given_on=None, place=None, batch=None)
        dose(session, someone, 3, source="told")
        issued = issue(session, someone, NOW)
    assert [one.number for one in issued.certificates] == [1, 2] and issued.told == (3,)
    first, second = issued.certificates
    assert (first.name, first.masked_nik, first.birth_date) == ("Warga Uji 001", "3578********9101", date(1954, 8, 1))
    assert (first.vaccine, first.batch, first.place, first.given_on) == (
        "astrazeneca",
        "UJI1",
        "Puskesmas Uji",
        date(2021, 7, 14),
    )
    assert (second.source, second.vaccine, second.given_on) == ("registry", None, None)
    assert CODES.find(first.code) == first.code != second.code


def test_a_certificate_is_issued_once_and_keeps_its_code_and_its_day(database: str) -> None:
    with transaction() as session:
        someone = person(session)
        dose(session, someone)
        first = issue(session, someone, NOW)
        later = issue(session, someone, NOW + timedelta(days=30))
        assert later == first
        session.get(Person, someone).name = "Warga Uji 002"
        session.flush()
        (put_right,) = issue(session, someone, NOW).certificates
        assert put_right == replace(first.certificates[0], name="Warga Uji 002")


def test_the_day_is_that_of_the_place_where_the_person_lives(database: str) -> None:
    at = datetime(2026, 11, 22, 16, 30, tzinfo=timezone.utc)
    with transaction() as session:
        west, east = person(session), person(session, 2, regency_code="94.71")
        for someone in (west, east):
            dose(session, someone)
        days = [issue(session, someone, at).certificates[0].issued_on for someone in (west, east)]
    assert days == [date(2026, 11, 22), date(2026, 11, 23)]


def test_two_who_ask_at_once_get_the_same_code(database: str) -> None:
    with transaction() as session:
        someone = person(session)
        for number in (1, 2, 3):
            dose(session, someone, number)

    def codes(_: int) -> tuple[str, ...]:
        with transaction() as session:
            return tuple(one.code for one in issue(session, someone, NOW).certificates)

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(codes, range(6)))) == 1
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(certificates.Certificate)) == 3


def test_a_code_tells_what_is_true_now_and_only_a_mask_of_the_name(database: str) -> None:
    with transaction() as session:
        someone = person(session)
        dose_id = dose(session, someone)
        (sheet,) = issue(session, someone, NOW).certificates
        found = look_up(session, sheet.code)
        assert found is not None and found.masked_name == "W**** U** 0**"
        assert (found.number, found.vaccine, found.given_on) == (1, "astrazeneca", date(2021, 7, 14))
        session.get(Dose, dose_id).given_on = date(2021, 7, 15)
        session.flush()
        again = look_up(session, sheet.code)
        assert again is not None and again.given_on == date(2021, 7, 15)
        assert look_up(session, CODES.new()) is None


def test_without_doses_there_is_nothing(database: str) -> None:
    with transaction() as session:
        issued = issue(session, person(session), NOW)
    assert issued.certificates == () and issued.told == ()


@given(st.builds(CODES.new), st.text(max_size=30))
def test_forged_codes_are_refused(code: str, text: str) -> None:
    signed = qr_text(code)
    assert CODES.verify(signed) == code
    assert CODES.verify(code) is None and CODES.verify(text) is None and CODES.verify(f"{code}.{text}") is None
    other = CODES.new()
    if other != code:
        assert CODES.verify(f"{other}.{signed.partition('.')[2]}") is None


def test_a_tickets_signature_is_not_a_certificates() -> None:
    from siaga.registration import ticket

    assert CODES.verify(ticket.qr_text("SG-7K3M-9Q")) is None
    assert ticket.verify(qr_text(CODES.new())) is None


# ---------------------------------------------------------------------- whose data may be put on paper
def registered(status: str) -> int:
    with transaction() as session:
        key = contact(session)
        LocalRegistry(session).register(submission(key, None))
        row = session.execute(select(Registration)).scalar_one()
        row.status = status
        return int(row.person_id)


@pytest.mark.parametrize(
    ("status", "believed"), [("confirmed", True), ("waiting_validation", False), ("refused", False)]
)
def test_what_waits_to_be_compared_is_not_put_on_paper(database: str, status: str, believed: bool) -> None:
    someone = registered(status)
    with transaction() as session:
        assert is_believed(session, someone) is believed
        session.get(Person, someone).validated_at = NOW
        session.flush()
        assert is_believed(session, someone), "it agrees with official data, whatever else was told"


def test_what_somebody_else_told_of_the_same_nik_does_not_count(database: str) -> None:
    """Nor have they what another registry knows of the NIK, until it is they who are right."""
    someone = registered("confirmed")
    with transaction() as session:
        other = contact(session, 2)
        LocalRegistry(session).register(submission(other, None, name="Warga Uji 777", message_id="wamid.other"))
        ((theirs, mine),) = session.execute(
            select(func.max(Registration.person_id), func.min(Registration.person_id))
        ).all()
        assert mine == someone and is_believed(session, mine) and may_have_doses(session, mine)
        assert is_believed(session, theirs) and not may_have_doses(session, theirs)
        session.get(Person, theirs).validated_at = NOW
        session.flush()
        assert may_have_doses(session, theirs)
