"""More than two hundred ways to write a NIK, a phone, a birth date and a name, in every situation of a conversation;
then a search for each of them wherever the running system writes something down."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from siaga.desk import accounts, passwords, sessions
from siaga.desk.access import cookie_name
from siaga.handoffs import attendants, claiming
from siaga.handoffs.tables import HandOff
from siaga.hoaxes.tables import HoaxQuestion
from siaga.knowledge.tables import UnansweredQuestion
from siaga.people.contacts import find_contact
from siaga.people.tables import Person
from siaga.settings import settings
from siaga.start.processes import wait_until
from siaga.turns import trackers
from siaga.unclear.tables import UnclearMessage
from siaga.whatsapp.signature import HEADER, sign
from tests.planted.raw import found, found_in_files, processes, tables
from tests.planted.values import Planted, planted
from tests.stack.conftest import Stack, running
from tests.whatsapp import webhooks

VOLUNTEER = "relawan.uji"
AT_ONCE = 8
OWN_NIK, OWN_NAME, OWN_BIRTH = "3578012304649877", "Warga Uji 987", "1964-04-23"
CALLED = "mau bicara dengan petugas"
# What opens a situation; then come the forms, one message each.
SITUATIONS: dict[str, tuple[str, ...]] = {
    "consent": ("mau daftar vaksin",),
    "for whom": ("mau daftar vaksin", "setuju"),
    "nik": ("mau daftar vaksin", "setuju", "saya sendiri"),
    "name": ("mau daftar vaksin", "setuju", "saya sendiri", "3578012304649876", "betul"),
    "address": ("mau daftar vaksin", "setuju", "saya sendiri", "3578012304649875", "betul", "Warga Uji 986"),
    "self-check": ("cek gejala",),
    "self-check, questions": ("mau cek gejala", "setuju", "saya sendiri"),
    "report": ("mau lapor kejadian",),
    "report, what": ("mau lapor vaksin dijual", "lanjut"),
    "hoax": ("cek hoax",),
    "certificate": ("minta sertifikat vaksin",),
    "doses": ("kapan dosis berikutnya?",),
    "eligibility": ("apakah saya boleh divaksin?",),
    "place": ("cari tempat vaksin",),
    "radar": ("berapa kasus hari ini?",),
    "status": ("cek pendaftaran saya",),
    "details": ("salah, ubah data saya",),
    "waiting": (CALLED,),
    "erasing": ("hapus data saya",),
}
REGISTERS = (
    "mau daftar vaksin", "setuju", "saya sendiri", OWN_NIK, "betul", OWN_NAME, "wonokromo surabaya", "belum pernah",
    "tidak", "sehat", "tidak ada", "1", "1", "ya",
)  # fmt: skip
# Asked so that no answer is found, so that a claim is checked, and so that nothing is understood.
AROUND = (
    "{}",
    "kenapa botol vaksin warnanya bening? {}",
    "apakah vaksin bisa dipakai untuk sapi? {}",
    "apa benar {} bisa menyembuhkan covid?",
    "{} xyzzy plugh",
    "apakah vaksinnya dibuat di planet mars? {}",
)

_numbers = iter(range(10**6))


@pytest.fixture(scope="module")
def stack(database_url: str, trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A system of its own, as talkative as it gets, all of whose files are in one place."""
    home = tmp_path_factory.mktemp("planted")
    with running(database_url, trained_model, home, "planted", verbose=True) as stack:
        yield stack


@pytest.fixture(scope="module")
def talked(stack: Stack) -> Sequence[Planted]:
    """All that was planted, once everything is answered."""
    forms = planted()
    shares = [forms[place :: len(SITUATIONS) + 6] for place in range(len(SITUATIONS) + 6)]
    told: list[Callable[[], None]] = [
        *(
            (lambda opening=opening, share=share: _talk(stack, stack.contact(), [*opening, *_around(share)]))
            for opening, share in zip(SITUATIONS.values(), shares, strict=False)
        ),
        # The rest in free chat; and each situation's forms once more, where nothing is open.
        *((lambda share=share: _talk(stack, stack.contact(), _around(share))) for share in shares[len(SITUATIONS) :]),
        lambda: _talk(stack, stack.contact(), REGISTERS),
        lambda: _held(stack, forms[::9]),
        lambda: _everything_else(stack, forms),
    ]
    with ThreadPoolExecutor(AT_ONCE) as together:
        for done in [together.submit(each) for each in told]:
            done.result()
    assert wait_until(lambda: not _rows_waiting(stack), 90), "everything is answered and sent"
    return forms


def _talk(stack: Stack, contact: str, lines: Sequence[str]) -> None:
    for line in lines:
        stack.write(contact, line)
        # Eight at once are slow on a busy machine.
        assert wait_until(lambda: stack.has_ended(contact, 30), 300), "the turn has not ended"


def _around(share: Sequence[Planted]) -> list[str]:
    return [AROUND[place % len(AROUND)].replace("{}", one.text) for place, one in enumerate(share)]


def _rows_waiting(stack: Stack) -> int:
    return stack.rows(
        "SELECT (SELECT count(*) FROM inbound_message WHERE status = 'waiting')"
        " + (SELECT count(*) FROM outbound_message WHERE status IN ('queued', 'sending'))"
    )[0][0]


def _held(stack: Stack, share: Sequence[Planted]) -> None:
    """Messages to a person who has taken the conversation."""
    contact = stack.contact()
    stack.say(contact, CALLED)
    _claim(stack, contact)
    for one in share:
        stack.write(contact, one.text)


def _claim(stack: Stack, phone: str) -> None:
    with Session(stack.database, future=True) as session, session.begin():
        now = datetime.now(timezone.utc)
        if VOLUNTEER not in {one.login for one in accounts.everybody(session)}:
            made = accounts.create(session, VOLUNTEER, "Relawan Uji", ["volunteer"], by="tests")
            accounts.set_password(session, made, passwords.hashed("telaga biru tujuh angin"), now, by="tests")
            attendants.seen(session, VOLUNTEER, "Relawan Uji", now)
        contact = find_contact(session, phone=phone)
        waiting = session.scalars(select(HandOff.id).where(HandOff.contact_id == contact.id)).one()
        claiming.claim(session, waiting, VOLUNTEER, now)


def _everything_else(stack: Stack, forms: Sequence[Planted]) -> None:
    """Everything that WhatsApp can send besides texts, with a planted value wherever there is room for one."""
    nik, phone, day, name = (
        [one for one in forms if one.kind == kind and "\n" not in one.text] for kind in ("nik", "phone", "date", "name")
    )
    every = iter([one for group in zip(nik, phone, day, name, strict=False) for one in group] * 2)
    contact = stack.contact()
    path = f"/api/contacts/{contact}"

    def text() -> str:
        return next(every).text[:200]

    first = stack.write(contact, text())
    quoted = {"context": {"id": first}}
    for content in (
        *({"type": "image", "image": {"caption": text()}} for _ in range(4)),
        *({"type": "document", "document": {"filename": text() + ".pdf", "caption": text()}} for _ in range(4)),
        *({"type": "location", "location": _pin(text(), text())} for _ in range(4)),
        *({"type": "text", "text": {"body": text()}, "context": {"forwarded": True}} for _ in range(4)),
        *({"type": "text", "text": {"body": text()}, **quoted} for _ in range(4)),
        *({"type": "text", "text": {"body": "/inform" + json.dumps({"name": text()})}} for _ in range(4)),
        {"type": "text", "text": {"body": "/choose_option" + json.dumps({"option": "full_name=" + text()})}},
        *({"type": "reaction", "reaction": {"message_id": first, "emoji": text()[:60]}} for _ in range(4)),
        {"type": "order", "order": {"catalog_id": "1", "text": text(), "product_items": []}},
        {"type": "button", "button": {"text": text(), "payload": text()}},
    ):
        httpx.post(stack.simulator + path + "/messages", json=content, timeout=60, trust_env=False)
    number = contact
    raw: list[dict[str, Any]] = [
        webhooks.message("edit", {"original_message_id": first, "message": {"type": "text", "text": {"body": text()}}}),
        webhooks.message(
            "contacts", [{"name": {"formatted_name": name[0].value}, "phones": [{"phone": "+" + phone[0].value}]}]
        ),
        webhooks.message("interactive", {"type": "nfm_reply", "nfm_reply": _form(text(), text())}),
        webhooks.message("interactive", {"type": "button_reply", "button_reply": {"id": text(), "title": text()}}),
        webhooks.message("text", {"body": {"no": text()}}),
        webhooks.message("nonsense", {"body": text()}),
        webhooks.message("image", {"id": "x/../" + text(), "mime_type": text()}),
        webhooks.message("text", {"body": text()}, username=text()),
    ]
    for message in raw:
        message |= {"from": number, "id": f"wamid.planted.{next(_numbers)}"}
        profile = {"profile": {"name": name[1].value, "username": name[2].value}, "wa_id": number}
        _webhook(stack, webhooks.webhook([message], contacts=[profile]))
    _webhook(stack, webhooks.change(text(), {"x": text()}))
    _webhook(stack, {"object": text(), "entry": [{"id": text(), "changes": text()}]})
    # Not even JSON, and not signed by Meta.
    for problem in (b"{" + text().encode(), text().encode()):
        _post(stack, problem, sign(problem, settings().whatsapp_app_secret))
        _post(stack, problem, "sha256=" + "0" * 64)
    address = f"http://127.0.0.1:{stack.system.ports.receive}/webhooks/whatsapp/webhook"
    httpx.get(
        address, params={"hub.mode": text(), "hub.verify_token": text(), "hub.challenge": text()}, trust_env=False
    )
    httpx.get(f"{address}/{nik[3].value}", params={"nik": nik[4].value}, trust_env=False)
    desk = f"http://127.0.0.1:{stack.system.ports.desk}"
    httpx.get(f"{desk}/{nik[3].value}", params={"q": text()}, trust_env=False)
    httpx.post(f"{desk}/masuk", data={"login": text(), "password": text()}, trust_env=False)


def _pin(name: str, address: str) -> dict[str, Any]:
    return {"latitude": -7.29, "longitude": 112.73, "name": name, "address": address}


def _form(one: str, other: str) -> dict[str, str]:
    answer = {"flow_token": "t." + one, "nama": one, other: other}
    return {"name": "flow", "body": other, "response_json": json.dumps(answer)}


def _webhook(stack: Stack, content: dict[str, Any]) -> None:
    made = webhooks.body(content)
    _post(stack, made, sign(made, settings().whatsapp_app_secret))


def _post(stack: Stack, content: bytes, signature: str) -> None:
    address = f"http://127.0.0.1:{stack.system.ports.receive}/webhooks/whatsapp/webhook"
    httpx.post(address, content=content, headers={HEADER: signature}, timeout=60, trust_env=False)


# ---------------------------------------------------------------------- the search
def test_enough_was_planted_everywhere(stack: Stack, talked: Sequence[Planted]) -> None:
    kinds = Counter(one.kind for one in talked)
    assert sum(kinds.values()) >= 200 and min(kinds.values()) >= 50
    states = {row[0]: row[1] for row in stack.rows("SELECT status, count(*) FROM inbound_message GROUP BY 1")}
    assert states.get("done", 0) > 250 and states.get("parked", 0) == 0, states
    for table in (
        "unclear_message",
        "unanswered_question",
        "hoax_question",
        "hand_off_message",
        "quarantine",
        "tracker",
    ):
        assert stack.rows(f"SELECT count(*) FROM {table}")[0][0] > 0, f"nothing was kept in {table}"


def test_nothing_stands_in_any_table(stack: Stack, talked: Sequence[Planted]) -> None:
    own = _own()
    assert found(tables(stack.database), [*talked, *own]) == []


def test_what_is_meant_to_be_there_opens_with_the_keys_alone(stack: Stack, talked: Sequence[Planted]) -> None:
    with Session(stack.database, future=True) as session:
        kept = [(one.nik, one.name, str(one.birth_date)) for one in session.scalars(select(Person))]
    assert (OWN_NIK, OWN_NAME, OWN_BIRTH) in kept


def test_nothing_is_in_the_decrypted_conversations(stack: Stack, talked: Sequence[Planted]) -> None:
    with Session(stack.database, future=True) as session:
        kept = [(f"tracker {key}", json.dumps(trackers.load(session, key).events, ensure_ascii=False, indent=0))
                for key in trackers.keys(session)]  # fmt: skip
    assert len(kept) > len(SITUATIONS)
    assert found(kept, [*talked, *_own()]) == []


@pytest.mark.parametrize("table", [UnclearMessage, UnansweredQuestion, HoaxQuestion])
def test_what_staff_read_to_make_the_bot_better_is_masked(stack: Stack, talked: Sequence[Planted], table: Any) -> None:
    with Session(stack.database, future=True) as session:
        kept = [(table.__tablename__, text) for text in session.scalars(select(table.text))]
    assert kept
    assert found(kept, talked) == []


def test_nothing_is_in_any_log(stack: Stack, talked: Sequence[Planted]) -> None:
    log = "\n".join(line for _, line in stack.log)
    assert stack.system.environment["SIAGA_RASA_LOG"] == "--verbose" and "Starting Rasa server" in log
    assert found([("log", log)], [*talked, *_own()]) == []


def test_nothing_is_in_any_file(stack: Stack, talked: Sequence[Planted]) -> None:
    (data,) = [Path(row[0]) for row in stack.rows("SHOW data_directory")]
    with stack.database.connect() as connection:
        # What is only in PostgreSQL's memory is written, too.
        connection.exec_driver_sql("CHECKPOINT")
    # The simulator stands for WhatsApp and everybody's phone.
    ours = [path for path in stack.home.iterdir() if path.name != "simulator"]
    assert found_in_files([*ours, data], [*talked, *_own()]) == []


def test_nothing_is_in_processes(stack: Stack, talked: Sequence[Planted]) -> None:
    seen = list(processes(str(stack.home)))
    assert found(seen, talked) == []


def test_nobody_sees_it_on_a_page_without_asking(stack: Stack, talked: Sequence[Planted]) -> None:
    with Session(stack.database, future=True) as session, session.begin():
        account = accounts.by_login(session, VOLUNTEER)
        token = sessions.begin(session, account.id, datetime.now(timezone.utc))
        hand_offs = list(session.scalars(select(HandOff.id)))
    desk = f"http://127.0.0.1:{stack.system.ports.desk}"
    paths = [
        "/",
        "/kotak",
        "/kotak?semua=1",
        "/tugas",
        "/laporan",
        "/pemahaman",
        "/peta",
        "/statistik",
        "/kesehatan",
        "/health",
    ]
    paths += [f"/kotak/{number}" for number in hand_offs]
    pages = []
    with httpx.Client(
        base_url=desk, cookies={cookie_name(): token}, follow_redirects=True, trust_env=False, timeout=60
    ) as browser:
        for path in paths:
            pages.append((f"page {path}", browser.get(path).text))
    for port in (stack.system.ports.rasa, stack.system.ports.receive, stack.system.ports.action):
        pages += [
            (f"{port}{path}", httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False).text)
            for path in ("/", "/health", "/status", "/version")
        ]
    assert {f"page /kotak/{number}" for number in hand_offs} <= {name for name, _ in pages}
    assert any("Relawan Uji" in text for _, text in pages), "somebody has signed in"
    assert found(pages, talked) == []


def test_the_search_finds_what_is_there(stack: Stack, talked: Sequence[Planted], tmp_path: Path) -> None:
    controls = [next(one for one in talked if one.kind == kind) for kind in ("nik", "phone", "date", "name")]
    with stack.database.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE planted_control (words text, raw bytea)")
        for one in controls:
            connection.exec_driver_sql("INSERT INTO planted_control VALUES (%s, %s)", (one.text, one.text.encode()))
    try:
        seen = found(tables(stack.database), controls)
    finally:
        with stack.database.begin() as connection:
            connection.exec_driver_sql("DROP TABLE planted_control")
    places = ("table planted_control", "bytes planted_control.raw")
    assert seen == [f"{place}: {one.kind} {one.form!r}" for place in places for one in controls]
    for one in controls:
        assert found([("log", f"INFO a message: {one.text}")], [one])
        left = tmp_path / "control.log"
        left.write_text(f"\0\0{one.text}\0", encoding="utf-8")
        assert found_in_files([tmp_path], [one]) == [str(left)]


def _own() -> list[Planted]:
    """What the person is registered with who really is."""
    given = {"nik": OWN_NIK, "date": OWN_BIRTH, "name": OWN_NAME}
    return [Planted(kind, "registered", value, value, value) for kind, value in given.items()]
