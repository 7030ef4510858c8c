"""What it costs that the audit log is a chain, and how long it takes to walk it.

    python -m bench.audit --rows 100000

A fresh PostgreSQL. Turn by turn with and without the seal: a transaction with one note, and a request at the desk that
shows a task's personal data and notes it; then eight threads that do nothing but note. So many rows of before the chain
are sealed by the next note; then the whole chain is walked, and its last thousand rows, as the log's page does.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone

import typer
from fastapi.testclient import TestClient
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from bench.database import own_database
from bench.measures import Machine, as_json
from bench.run import JSON, say
from siaga.db import transaction
from siaga.db.audit import note, sealing
from siaga.db.audit.verifying import verify
from siaga.desk import accounts, sessions
from siaga.desk.access import cookie_name
from siaga.desk.app import create_app
from siaga.desk.pages.audit_log import CHECKED
from siaga.people.contacts import ensure_contact
from siaga.people.tables import Task
from siaga.people.tasks import CALLBACK, open_task

THREADS = 8
_OLD = text(
    "INSERT INTO audit (actor, action, detail) SELECT 'petugas', 'report.show',"
    " jsonb_build_object('report', 'LP-' || n) FROM generate_series(1, :rows) n"
)


def main(rows: int = 100_000, calls: int = 300, as_data: bool = JSON) -> None:
    """Note with and without the seal, seal old rows, walk the chain."""
    machine = Machine.here()
    ms: dict[str, float] = {}
    with own_database("audit"):
        ms |= _in_turns("a note", _note, calls)
        ms |= _in_turns("a request at the desk that notes", _request(), calls)
        ms |= _in_turns(f"a note of each of {THREADS} at once", _notes_at_once, max(1, calls // THREADS))
        with transaction() as session:
            session.execute(_OLD, {"rows": rows})
        ms["sealing the rows of before"] = _timed(_note)
        with transaction() as session:
            began = time.perf_counter()
            found = verify(session)
            ms["walking the chain"] = (time.perf_counter() - began) * 1000
        assert not found.breaks, found.breaks
        ms["walking what the page walks"] = statistics.median(_timed(_walk_end) for _ in range(20))
    ratios = {
        name.removesuffix(", sealed"): value / ms[name.replace(", sealed", ", unsealed")]
        for name, value in ms.items()
        if name.endswith(", sealed")
    }
    lines = [str(machine), f"{found.rows:,} rows"]
    lines += [f"{name:55}{value:>12,.2f} ms" for name, value in ms.items()]
    lines += [f"{name:55}{value:>12.2f} x" for name, value in ratios.items()]
    told = ", ".join(f"{name} {value:.2f} x" for name, value in ratios.items())
    row = (
        f"| the audit log's chain: sealed by unsealed | {told}; {found.rows:,} rows walked in "
        f"{ms['walking the chain'] / 1000:.1f} s, the last {CHECKED:,} in {ms['walking what the page walks']:.0f} ms "
        f"| `python -m bench.audit` | {machine.date}, {machine.code} |"
    )
    say(as_data, as_json(machine=machine) | {"rows": found.rows, "ms": ms, "ratios": ratios}, lines, row)


def _in_turns(name: str, work: Callable[[], object], calls: int) -> dict[str, float]:
    """Medians in milliseconds, with the seal and without, one call after the other."""
    sealed, unsealed = [], []
    for _ in range(10):
        work()
    for _ in range(calls):
        sealed.append(_timed(work))
        with _without_seal():
            unsealed.append(_timed(work))
        # What was noted without is sealed here, not in what is timed next.
        _note()
    return {f"{name}, sealed": statistics.median(sealed), f"{name}, unsealed": statistics.median(unsealed)}


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


@contextmanager
def _without_seal() -> Iterator[None]:
    event.remove(Session, "before_commit", sealing.seal)
    try:
        yield
    finally:
        event.listen(Session, "before_commit", sealing.seal)


def _note() -> None:
    with transaction() as session:
        note(session, "petugas", "report.show", {"report": "LP-7K2M-9Q"})


def _notes_at_once() -> None:
    running = [threading.Thread(target=_note) for _ in range(THREADS)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


def _walk_end() -> None:
    with transaction() as session:
        verify(session, last=CHECKED)


def _request() -> Callable[[], object]:
    now = datetime.now(timezone.utc)
    with transaction() as session:
        account = accounts.create(session, "petugas", "Petugas Uji", ["volunteer", "programme"], by="bench")
        session.flush()
        token = sessions.begin(session, account.id, now)
        contact = ensure_contact(session, phone="6280000000001")
        open_task(session, CALLBACK, {}, contact_id=contact.id, message_id="bench")
    with transaction() as session:
        here = sessions.find(session, token, now)
        number = session.execute(select(Task.id)).scalar_one()
    browser = TestClient(create_app(), base_url="http://desk.test", follow_redirects=False)
    browser.headers["X-CSRF-Token"] = here.csrf if here else ""
    browser.cookies.set(cookie_name(), token, domain="desk.test")

    def asked() -> None:
        answer = browser.post(f"/tugas/{number}/tampilkan")
        assert answer.status_code == 200, answer.status_code

    return asked


if __name__ == "__main__":
    typer.run(main)
