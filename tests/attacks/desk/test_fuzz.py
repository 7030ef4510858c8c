"""Every address of the desk is asked what its own description does not allow, as each role with a good token.

A few examples of each, the same in every run; ``SIAGA_FUZZ_EXAMPLES=300`` asks more, and others each time.
"""

from __future__ import annotations

import os
import re
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from sqlalchemy import update

from siaga.db import transaction
from siaga.desk import sessions
from siaga.desk.access import cookie_name
from siaga.desk.app import HEADERS
from siaga.desk.roles import EVERYBODY
from siaga.desk.tables import DeskAccount, DeskAttempt
from tests.attacks.desk.asking import APP, LEFT_OUT, ROLES, SCHEMA
from tests.attacks.desk.world import World, planted
from tests.desk.conftest import Desk, account

MORE = os.environ.get("SIAGA_FUZZ_EXAMPLES")
EXAMPLES = int(MORE or 6)
NASTY = (
    "a\0b", "\ud7ff\ufffe", "9" * 25, "-9223372036854775809", "2147483648", "1e309", "nan", "²", "٣", "0001-01-01",
    "9999-12-31", "9999-12-31T23:59", "0001-01-01T00:00", "2026-02-30", "{{7*7}}", "%s%n", "' OR 1=1 --", "<script>",
    "../../etc/passwd", "%2e%2e%2f", "\r\nSet-Cookie: a=b", "\u202e", "&a\na: &b [*b]", "!!python/object:os.system",
    "a: &a [x, x]\nb: &b [*a, *a]", "[" * 3000, "x" * 5000, "=1+1", "💉" * 200,
)  # fmt: skip
"""What is neither of a type nor far from one."""
KNOWN = (
    "", "ya", "done", "refused", "solved", "seen", "greet", "budi", "message", "nik", "f" * 24, "2026-11-01", "simpan",
    "2000-01-01T10:00", "satu", "id: satu", "Warga Uji 001", "081234567890", "air-garam", "1,2,3", "ulang",
)  # fmt: skip
"""What some field or other takes."""
EDITORS = (
    "yaml", "aksi", "catatan", "naskah", "mulai", "sampai", "nama", "berkas", "jenis", "bentuk", "pertanyaan", "dasar",
    "draf", "f.question", "f.short", "f.variants.0", "f.checked", "f.review_by", "f.id", "f.variants", "f.for.pregnant",
)  # fmt: skip
"""The fields of the editor's forms, which no description names."""
TELLTALE = re.compile(r"Traceback|psycopg2|sqlalchemy|site-packages|[a-z]Error\b|Exception\b")

PARTS: dict[str, list[tuple[str, str]]] = {}
"""The addresses of each part of the desk, with their methods."""
for _path, _ways in SCHEMA.raw_schema["paths"].items():
    if _path not in LEFT_OUT:
        PARTS.setdefault(_path.split("/")[1], []).extend((_path, way.upper()) for way in _ways)


@pytest.fixture
def world(desk: Desk, apart: Path) -> World:
    return planted(desk, apart / "content", "kata biasa")[0]


def signed_in(role: str, *, waits_for_code: bool = False) -> dict[str, str]:
    """The headers of somebody who has just signed in, whatever was done to their account before."""
    number = account("ani" if role == "volunteer" else f"uji-{role}", role)
    now = datetime.now(timezone.utc)
    with transaction() as session:
        session.execute(
            update(DeskAccount)
            .where(DeskAccount.id == number)
            .values(roles=[role], disabled_at=None, totp_secret=None, totp_step=None, recovery=None)
        )
        session.query(DeskAttempt).delete()
        token = sessions.begin(session, number, now, waits_for_code=waits_for_code)
        here = sessions.find(session, token, now)
    assert here is not None
    return {"Cookie": f"{cookie_name()}={token}", "X-CSRF-Token": here.csrf}


def roles_of(path: str, method: str) -> list[str]:
    """Who is let through, mostly, and one who is not."""
    let_in = sorted(ROLES[path, method] or EVERYBODY)
    return [*let_in * 3, *[role for role in EVERYBODY if role not in let_in][:1]]


def fields_of(path: str, method: str) -> list[str]:
    """The fields of a form: as it is described, or those that the editor reads by themselves."""
    if method != "POST":
        return []
    body = SCHEMA.raw_schema["paths"][path]["post"].get("requestBody", {}).get("content", {})
    names = [one["schema"]["$ref"].rpartition("/")[2] for one in body.values()]
    named = [field for name in names for field in SCHEMA.raw_schema["components"]["schemas"][name]["properties"]]
    return named or (list(EDITORS) if path.startswith("/isi") else [])


def spoilt(case: Case, path: str, fields: list[str], world: World, data: Any) -> None:
    """Put what there is, or what is nasty, into some places of a request."""
    unlikely = st.sampled_from([one for one in NASTY if one.isprintable()])
    known = [*map(str, world.numbers), world.kind, world.key, world.report, *KNOWN]
    values = st.one_of(st.sampled_from(NASTY), st.sampled_from(known), st.text(max_size=20))
    for name in case.path_parameters or {}:
        known = st.sampled_from(world.named(path, name)) if data.draw(st.integers(0, 4), label=name) else unlikely
        case.path_parameters[name] = data.draw(known, label=name)
    case.query = {name: data.draw(values, label=name) for name in case.query or {}}
    if fields:
        chosen = data.draw(st.lists(st.sampled_from(fields), unique=True), label="fields")
        case.body = {name: data.draw(values, label=name) for name in chosen}
        case.media_type = case.media_type or "application/x-www-form-urlencoded"


@pytest.mark.parametrize("part", PARTS)
def test_nothing_that_is_sent_breaks_a_page(part: str, world: World, caplog: pytest.LogCaptureFixture) -> None:
    for path, method in PARTS[part]:
        _ask(path, method, world, caplog)


def _ask(path: str, method: str, world: World, caplog: pytest.LogCaptureFixture) -> None:
    roles, fields = roles_of(path, method), fields_of(path, method)

    @settings(
        max_examples=EXAMPLES,
        derandomize=not MORE,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(case=SCHEMA[path][method].as_strategy(), data=st.data())
    def attempt(case: Case, data: Any) -> None:
        spoilt(case, path, fields, world, data)
        caplog.clear()
        asks = signed_in(data.draw(st.sampled_from(roles), label="role"), waits_for_code="/masuk/" in path)
        answer = case.call(base_url="http://desk.test", app=APP, headers=asks, allow_redirects=False)
        assert answer.status_code < 500, f"{method} {path}\n{caplog.text}"
        case.validate_response(answer, checks=[not_a_server_error])
        assert {name.lower() for name in (*HEADERS, "Cache-Control")} <= answer.headers.keys(), path
        assert not TELLTALE.search(answer.content.decode(errors="replace")), path

    attempt()
