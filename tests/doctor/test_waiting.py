"""What waits and what was not done, brought about in a real database."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from siaga.db import transaction
from siaga.doctor import waiting as doctor
from siaga.doctor.finding import Finding, Level
from siaga.people import notices
from siaga.radar import sources as radar_sources
from siaga.settings import settings
from siaga.turns import inbox, outbox, quarantine
from siaga.turns.commands import app
from siaga.turns.messages import Draft, Oddity
from tests.turns import people
from tests.turns.outgoing import correspondent

HELLO = Draft({"type": "text", "text": {"body": "Halo"}})
PHONE = "628000000001"


def found() -> dict[str, Finding]:
    with transaction() as session:
        return {finding.check: finding for finding in doctor.check(doctor.gather(session))}


def wrong() -> dict[str, str]:
    return {name: finding.level.value for name, finding in found().items() if finding.level is not Level.OK}


def change(*statements: str) -> None:
    with transaction() as session:
        for statement in statements:
            session.execute(text(statement))


def test_nothing_waits(database: str) -> None:
    assert wrong() == {}


@pytest.mark.parametrize(("minutes", "level"), [(2, "look"), (20, "broken")])
def test_citizens_wait(database: str, minutes: int, level: str) -> None:
    with transaction() as session:
        inbox.receive(session, [people.text("saya sesak", phone=PHONE)])
    assert wrong() == {}
    change(f"UPDATE inbound_message SET received_at = now() - interval '{minutes} minutes'")
    assert wrong() == {"messages waiting": level}
    assert not [finding for finding in found().values() if PHONE in finding.says or "sesak" in finding.says]


def test_a_turn_was_given_up(database: str) -> None:
    with transaction() as session:
        inbox.receive(session, [people.text(phone=PHONE)])
    change("UPDATE inbound_message SET status = 'parked'")
    assert wrong() == {"messages given up": "look"}


def test_a_number_that_nobody_sends_by(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction() as session:
        outbox.put_all(session, correspondent(session, PHONE), [HELLO])
    change("UPDATE dispatch SET our_number = '2'")
    assert wrong() == {"numbers": "broken"}
    monkeypatch.setattr(settings(), "whatsapp_other_numbers", "2")
    assert wrong() == {}
    refused = CliRunner().invoke(app, ["leave", "2"])
    assert (refused.exit_code, "OTHER_NUMBERS" in refused.output) == (1, True)
    monkeypatch.setattr(settings(), "whatsapp_other_numbers", "")
    assert CliRunner().invoke(app, ["leave", "2"]).output == "1 contacts are the first number's now\n"
    assert wrong() == {}
    with transaction() as session:
        street = session.execute(text("SELECT our_number, last_inbound_at, ready_at IS NOT NULL FROM dispatch")).one()
    assert tuple(street) == ("", None, True), "the first may send them templates only"
    change("UPDATE dispatch SET our_number = '2', last_inbound_at = now()")
    monkeypatch.setattr(settings(), "whatsapp_phone_number_id", "2")
    assert wrong() == {"numbers": "broken"}
    assert CliRunner().invoke(app, ["leave", "2"]).exit_code == 0
    with transaction() as session:
        assert session.scalar(text("SELECT last_inbound_at FROM dispatch WHERE our_number = ''")) is not None


def test_what_is_not_understood_and_what_meta_tells_of_the_account(database: str) -> None:
    with transaction() as session:
        quarantine.keep(session, [Oddity("no such kind", {"a": 1})], "whatsapp")
    assert "webhooks" in found()["not understood"].says
    with transaction() as session:
        quarantine.keep(session, [Oddity("field account_update", {"a": 2})], "whatsapp")
    assert wrong() == {"not understood": "look"} and "account" in found()["not understood"].says


@pytest.mark.parametrize(("minutes", "level"), [(2, "look"), (20, "broken")])
def test_answers_do_not_go_out(database: str, minutes: int, level: str) -> None:
    with transaction() as session:
        outbox.put_all(session, correspondent(session), [HELLO])
    change(f"UPDATE outbound_message SET created_at = now() - interval '{minutes} minutes'")
    assert wrong() == {"messages to send": level}


def test_the_channel_is_paused(database: str) -> None:
    change(
        "INSERT INTO channel_state (channel, paused_until, pause_code, paused_since) "
        "VALUES ('whatsapp', now() + interval '5 minutes', 190, now())"
    )
    assert wrong() == {"messages to send": "broken"} and "190" in found()["messages to send"].says


def test_nobody_knows_what_became_of_a_message(database: str) -> None:
    with transaction() as session:
        outbox.put_all(session, correspondent(session), [HELLO])
    change("UPDATE outbound_message SET status = 'unknown'")
    assert wrong() == {"fate unknown": "look"}


def test_many_have_blocked_us(database: str) -> None:
    change(
        "INSERT INTO contact (key) SELECT 'k' || n FROM generate_series(1, 100) AS n",
        "INSERT INTO dispatch (contact_id, channel, blocked_at) "
        "SELECT id, 'whatsapp', CASE WHEN row_number() OVER () <= 6 THEN now() END FROM contact",
    )
    assert wrong() == {"blocked by citizens": "look"}


def test_files_are_not_fetched(database: str) -> None:
    with transaction() as session:
        contact_id = correspondent(session)
    change(
        "INSERT INTO received_media (contact_id, message_key, media_kind, channel, status) "
        f"SELECT {contact_id}, 'm' || n, 'image', 'whatsapp', 'waiting' FROM generate_series(1, 101) AS n"
    )
    assert wrong() == {"files to fetch": "look"}


def test_what_is_due_is_not_told(database: str) -> None:
    now = datetime.now(timezone.utc)
    with transaction() as session:
        notices.plan(
            session, "validated", "1", contact_id=correspondent(session), values={"nama": "Warga Uji 001"},
            due_at=now - timedelta(hours=2), until=now + timedelta(days=1), zone="Asia/Jakarta", urgent=True,
        )  # fmt: skip
    assert wrong() == {}, "it was only planned now"
    change("UPDATE notice SET status_at = now() - interval '1 hour'")
    assert wrong() == {"reminders": "broken"}


def test_who_was_erased_is_on_no_list(database: str) -> None:
    change(
        "INSERT INTO erasure (number, at, by, erased, kept) "
        "VALUES ('HD-0123456789AB', now() - interval '1 hour', 'citizen', '{}', '{}')"
    )
    assert wrong() == {"reminders": "broken"} and "list" in found()["reminders"].says


def test_old_data_stay(database: str) -> None:
    change(
        "INSERT INTO media (sha256, mime, content, forget_after) "
        "VALUES ('m', 'image/png', '', now() - interval '3 hours')"
    )
    assert wrong() == {"forgetting": "look"}


def test_services_of_figures_are_not_asked(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = radar_sources.sources()
    name = known[0].name if known else "uji"
    change(f"INSERT INTO radar_fetch (name, address, next_at) VALUES ('{name}', '', now() - interval '2 hours')")

    class Enabled:
        def __init__(self, enabled: bool) -> None:
            self.name, self.enabled = name, enabled

    monkeypatch.setattr(doctor, "sources", lambda: [Enabled(False)])
    assert wrong() == {}, "a service that is switched off is not asked"
    monkeypatch.setattr(doctor, "sources", lambda: [Enabled(True)])
    assert wrong() == {"fetching of figures": "look"}
