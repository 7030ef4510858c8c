"""One of everything that the desk shows, with the same words wherever somebody outside may have written them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from siaga.content.importing import import_files
from siaga.content.store import approve, draft, publish, submit
from siaga.db import audit, transaction
from siaga.desk import accounts
from siaga.desk.tables import DeskAccount
from siaga.handoffs import claiming, labels, recording, state
from siaga.handoffs.tables import Attendant, HandOff, HandOffMessage
from siaga.hoaxes import queue
from siaga.hoaxes.tables import HoaxQuestion
from siaga.knowledge import feedback, unanswered
from siaga.knowledge.tables import UnansweredQuestion
from siaga.media.tables import ReceivedMedia
from siaga.people import tasks
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Contact, ContactPerson, Person, Task
from siaga.registration.tables import Appointment, Registration
from siaga.reports import When, Where
from siaga.reports.tables import Report
from siaga.tallies.tables import Tally
from siaga.turns import trackers
from siaga.unclear.tables import UnclearMessage
from tests.attacks.desk.answers import ANSWERS, CANNED, CLAIMS, NEWS, written
from tests.desk.conftest import Browser, Desk, account
from tests.desk.dashboard.given import day_ago
from tests.desk.inbox import given
from tests.media.files import picture
from tests.registration.given import NOW as REGISTRY_NOW
from tests.registration.given import facility, held
from tests.reports.test_recording import made as reported
from tests.unclear.given import collected

TASKS: dict[str, dict[str, Any]] = {
    "callback": {"remark": "{}"},
    "correct_certificate": {"wrong": "other", "words": "{}", "dose": "{}"},
    "radar_refused": {"source": "{}", "reasons": ["{}"], "address": "{}"},
    "radar_stale": {"source": "{}", "disease": "{}", "last_day": "{}", "problem": "{}"},
    "registry_refused": {"kind": "{}", "write": "{}", "code": "{}"},
    "hoax_alarm": {"people": "{}", "hours": "{}", "question": 1},
    "monitoring_worse": {"who": "{}", "danger": True, "level": "{}", "day": "{}"},
}


@dataclass(frozen=True)
class World:
    """What there is: the numbers and names that stand in addresses."""

    hand_off: int
    waiting: int
    closed: int
    message: int
    file: int
    person: int
    report: str
    hoax: int
    question: int
    unclear: int
    tasks: tuple[int, ...]
    kind: str
    key: str
    review: int
    release: int
    account: int
    token: str

    @property
    def numbers(self) -> tuple[int, ...]:
        """All that are numbers."""
        return (
            self.hand_off, self.waiting, self.closed, self.message, self.file, self.person, self.hoax, self.question,
            self.unclear, *self.tasks, self.review, self.release, self.account,
        )  # fmt: skip

    def named(self, path: str, name: str) -> list[str]:
        """What there is by this name in an address."""
        words = {"kind": self.kind, "key": self.key, "token": self.token, "table": "tempat"}
        if name in words:
            return [words[name]]
        numbers = {
            "/kotak": (self.hand_off, self.waiting, self.closed), "/tugas": self.tasks, "/kabar": (self.hoax,),
            "/pertanyaan": (self.question,), "/laporan": (self.report,), "/isi/terbitan": (self.release,),
            "/isi": (self.review,), "/akun": (self.account,),
        }  # fmt: skip
        if name == "message_id":
            return [str(self.file), str(self.message)]
        return [str(one) for one in next(found for start, found in numbers.items() if path.startswith(start))]


def filled(what: Any, words: str) -> Any:
    """``what`` with these words for each ``{}`` in it."""
    if isinstance(what, str):
        return what.replace("{}", words)
    if isinstance(what, dict):
        return {key: filled(value, words) for key, value in what.items()}
    return [filled(value, words) for value in what] if isinstance(what, list) else what


def planted(desk: Desk, folder: Path, words: str) -> tuple[World, Browser]:
    """One of everything with these words; the world, and the volunteer who holds its conversation."""
    volunteer = desk("volunteer", login="ani")
    colleague = desk("volunteer", login="budi")
    _named(volunteer, words)
    _named(colleague, words)
    content = _content(folder, words)
    hand_off, waiting, closed, message, file, person = _conversations(volunteer, words)
    colleague.get("/kotak")
    with transaction() as session:
        audit.note(session, words[:60], "content.draft", {"remark": words, "list": [words], words[:40]: words})
    return (
        World(
            hand_off, waiting, closed, message, file, person, _report(words), _hoax(words), _question(words),
            _unclear(words), _tasks(person, words), *content, colleague.account_id, _invited(),
        ),
        volunteer,
    )  # fmt: skip


def _named(browser: Browser, words: str) -> None:
    with transaction() as session:
        session.execute(update(DeskAccount).where(DeskAccount.id == browser.account_id).values(name=words[:60]))
        session.execute(update(Attendant).where(Attendant.login == browser.login).values(name=words[:60]))


def _invited() -> str:
    """The token of an invitation."""
    number = account("diundang", "volunteer")
    with transaction() as session:
        return accounts.invite(session, accounts.get(session, number), datetime.now(timezone.utc), by="tests")


def _content(folder: Path, words: str) -> tuple[str, str, int, int]:
    # Braces stand for names to be filled in, and others than those are refused.
    words = words.replace("{", "(").replace("}", ")")
    for name, entries in (("answers", ANSWERS), ("canned", CANNED), ("hoaxes", CLAIMS), ("news", NEWS)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        text = written(filled(entries, words))
        (folder / name / f"{name}.yml").write_text(text, encoding="utf-8")
    with transaction() as session:
        report = import_files(session, folder)
        assert report.refused == [], report.refused
        body = written(filled(ANSWERS, words)["answers"][0])
        changed = draft(session, "answer", "satu", body.replace("Pendek", "Baru"), by="ani", remark=words)
        submit(session, changed, by="ani")
        approve(session, changed, by="budi")
        release = publish(session, [changed], by="ani", remark=words)
        review = draft(session, "answer", "satu", body.replace("Pendek", "Lagi"), by="ani", remark=words)
        submit(session, review, by="ani")
    return "answer", "satu", review, release


def _conversations(volunteer: Browser, words: str) -> tuple[int, int, int, int, int, int]:
    now = datetime.now(timezone.utc)
    hand_off = given.waiting(1, words, f"*{words}* _{words}_ ~{words}~ `{words}` {{{words}}} https://e.org/{words} 081")
    given.say(hand_off, kind="location", lat=-7.25, lon=112.75, name=words)
    given.say(hand_off, kind="unsupported", text=words, type=words)
    (key,) = given.say(hand_off, kind="media", media_kind="document", media_id="1", caption=words, name=words)
    person = given.looks_after(hand_off)
    with transaction() as session:
        kept = {"status": "kept", "content": picture(), "mime": "image/png", "size": 9}
        session.execute(update(ReceivedMedia).where(ReceivedMedia.message_key == key).values(**kept))
        row = state.get(session, hand_off, lock=True)
        claiming.claim(session, hand_off, volunteer.login, now)
        recording.bot_said(session, row, words, None, at=now, options=[words])
        recording.system(session, row, words, now)
        recording.note(session, row, volunteer.login, words, now)
        labels.add(session, hand_off, words[:30])
        row.region_code = None
        session.execute(update(Person).where(Person.id == person).values(name=words, phone=given.phone(1)))
        events = [{"event": "user", "text": words, "timestamp": (now - timedelta(hours=1)).timestamp()}]
        trackers.write(session, session.get(Contact, row.contact_id).key, events, version=0)
        _registered(session, person, row.contact_id, words)
    waiting = given.waiting(2, words)
    closed = given.waiting(3, words)
    with transaction() as session:
        labels.add(session, waiting, words[:30])
        session.execute(
            update(HandOff).where(HandOff.id == closed).values(state="closed", closed_at=now, closed_why="solved")
        )
        message = session.scalar(select(func.min(HandOffMessage.id)).where(HandOffMessage.hand_off_id == hand_off))
        file = session.scalar(select(HandOffMessage.id).where(HandOffMessage.message_key == key))
    return hand_off, waiting, closed, int(message or 0), int(file or 0), person


def _registered(session: Any, person: int, contact_id: int, words: str) -> None:
    place = held(session, facility(session, name=words, address=words), starts_at=REGISTRY_NOW + timedelta(days=2))
    registration = Registration(
        contact_id=contact_id, person_id=person, status="confirmed", answers={"words": words}, outcome="eligible",
        rules_version="1", caused_by="wamid.world",
    )  # fmt: skip
    session.add(registration)
    session.flush()
    session.add(
        Appointment(
            registration_id=registration.id, person_id=person, session_id=place, code="UJI-1", status="booked",
            caused_by="wamid.world",
        )
    )  # fmt: skip


def _report(words: str) -> str:
    where, when = Where(words, "35.78", "35.78.04"), When(words, REGISTRY_NOW)
    code = reported(what=words, where=where, when=when).code
    with transaction() as session:
        session.execute(update(Report).values(answer=words))
    return code


def _hoax(words: str) -> int:
    with transaction() as session:
        contact_id = ensure_contact(session, phone=given.phone(4)).id
        text = f"{words} seluruh jawa timur lockdown total tiga hari mulai senin"
        number = queue.ask(session, contact_id, text, "wamid.hoax", datetime.now(timezone.utc))
        session.execute(update(HoaxQuestion).values(alarmed_at=datetime.now(timezone.utc)))
    return int(number)


def _question(words: str) -> int:
    now = datetime.now(timezone.utc)
    with transaction() as session:
        for number in (5, 6):
            contact_id = ensure_contact(session, phone=given.phone(number)).id
            unanswered.keep(
                session, contact_id, f"{words} itu apa", message_id=f"wamid.q{number}", at=now,
                intent="ask_vaccine_question", nearest=("satu",),
            )  # fmt: skip
            feedback.record(session, contact_id, "satu", False, message_id=f"wamid.f{number}", at=now)
        return int(session.scalar(select(func.min(UnansweredQuestion.id))))


def _unclear(words: str) -> int:
    for number in range(3):
        collected(f"{words} halo bot {number}", suggested="greet")
    with transaction() as session:
        last = session.scalar(select(func.max(UnclearMessage.id)))
        labelled = {"label": "greet", "reviewed_at": datetime.now(timezone.utc)}
        session.execute(update(UnclearMessage).where(UnclearMessage.id == last).values(**labelled))
        return int(session.scalar(select(func.min(UnclearMessage.id))))


def _tasks(person: int, words: str) -> tuple[int, ...]:
    with transaction() as session:
        contact_id = session.scalar(select(ContactPerson.contact_id).where(ContactPerson.person_id == person))
        for kind, data in TASKS.items():
            tasks.open_task(
                session, kind, filled(data, words), message_id="wamid.world", contact_id=contact_id, person_id=person
            )
        numbers = tuple(int(one) for one in session.scalars(select(Task.id).order_by(Task.id)))
        tasks.close(session, numbers[-1], by="ani", at=datetime.now(timezone.utc), remark=words)
        for what in ("message", "answer", "claim", "facility", "failed"):
            session.add(Tally(day=day_ago(1), hour=9, what=what, key=words[:40], regency="", shard=0, n=50))
    return numbers


__all__ = ["World", "filled", "planted"]
