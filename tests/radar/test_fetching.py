"""Figures from an outside service over real HTTP: only what is new, only what can be right, and never in a hurry."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from siaga.db import transaction
from siaga.people.tables import Task
from siaga.radar import asked, store
from siaga.radar.asked import Limits, NotFetched, ask
from siaga.radar.fetching import AGAIN, Fetched, fetch_due, next_due
from siaga.radar.sources import FetchSource, SourceFileError, is_safe, load_sources, sources
from siaga.radar.tables import RadarFetch, RadarImport
from tests.radar.given import NOON, SURABAYA, TODAY
from tests.radar.service import Service, service

QUICK = Limits(connect=1, answer=1, total=3, tries=3, pause=0.01)
FETCH = partial(fetch_due, ask=partial(ask, limits=QUICK))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def there() -> Iterator[Service]:
    with service() as running:
        yield running


def _file(*totals: int, day: Any = TODAY) -> bytes:
    """A health office's file: the total of each of the days that end with ``day``."""
    lines = ["kode,tanggal,penyakit,ukuran,jenis,jumlah"]
    for back, total in zip(reversed(range(len(totals))), totals, strict=True):
        lines.append(f"{SURABAYA},{(day - back * DAY).isoformat()},covid19,konfirmasi,total,{total}")
    return "\n".join([*lines, "AKHIR", ""]).encode()


def _totals() -> list[int]:
    with transaction() as session:
        found = store.figures(session, [SURABAYA], "covid19")
    return [] if not found else [total for _, total in sorted(found[SURABAYA].trail("confirmed").totals.items())]


def _state() -> Any:
    with transaction() as session:
        row = session.execute(select(RadarFetch)).scalar_one()
        session.expunge(row)
        return row


def _tasks(kind: str) -> list[dict[str, Any]]:
    with transaction() as session:
        return list(session.scalars(select(Task.data).where(Task.kind == kind).order_by(Task.id)))


# ---------------------------------------------------------------------- when, and what counts
def test_new_figures_are_taken_in_when_it_is_time(database: str, there: Service) -> None:
    there.says(_file(100, 110))
    source = there.source()
    assert FETCH([source], NOON) == [Fetched("uji", "taken")]
    assert _totals() == [100, 110]
    there.says(_file(100, 110, 125))
    assert FETCH([source], NOON + 5 * HOUR) == [], "it is not time"
    assert len(there.asked) == 1
    with transaction() as session:
        assert next_due(session, [source]) == NOON + 6 * HOUR
    there.says(_file(110, 125, day=TODAY + DAY))
    assert FETCH([source], NOON + DAY) == [Fetched("uji", "taken")]
    assert _totals() == [100, 110, 125]
    with transaction() as session:
        (first, second) = session.scalars(select(RadarImport).order_by(RadarImport.id))
        assert first.file == f"{there.url}/api/angka.csv", "a query may hold a secret"
        assert (second.source, second.said_by) == ("uji", "Dinas Kesehatan Uji")


def test_it_is_asked_only_for_what_is_new(database: str, there: Service) -> None:
    there.says(_file(100, 110), etag='"1"')
    there.headers = {"Last-Modified": "Sun, 22 Nov 2026 05:00:00 GMT"}
    assert FETCH([there.source()], NOON)[0].outcome == "taken"
    assert FETCH([there.source()], NOON + DAY)[0].outcome == "same"
    assert there.asked[1]["If-None-Match"] == '"1"'
    assert there.asked[1]["If-Modified-Since"] == "Sun, 22 Nov 2026 05:00:00 GMT"
    there.etag = None
    assert FETCH([there.source()], NOON + 2 * DAY)[0].outcome == "same", "the same bytes are nothing new"
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(RadarImport)) == 1
    assert _state().good_at == NOON + 2 * DAY and _state().problem is None


def test_what_was_taken_back_is_not_fetched_again(database: str, there: Service) -> None:
    there.says(_file(100, 110))
    FETCH([there.source()], NOON)
    with transaction() as session:
        number = session.scalar(select(RadarImport.id))
        assert store.undo(session, number, NOON)
    assert FETCH([there.source()], NOON + DAY)[0].outcome == "same"
    assert _totals() == []
    there.says(_file(100, 111))
    assert FETCH([there.source()], NOON + 2 * DAY)[0].outcome == "taken"


def test_one_that_is_not_enabled_is_not_asked(database: str, there: Service) -> None:
    assert FETCH([there.source(enabled=False)], NOON) == []
    with transaction() as session:
        assert next_due(session, [there.source(enabled=False)]) is None
    assert there.asked == []


def test_of_several_processes_one_asks(database: str, there: Service) -> None:
    there.says(_file(100, 110))
    inner: list[Any] = []

    def and_another(*args: Any, **kwargs: Any) -> asked.Answer:
        inner.append(FETCH([there.source()], NOON + timedelta(minutes=1)))
        return ask(*args, **kwargs, limits=QUICK)

    assert fetch_due([there.source()], NOON, ask=and_another)[0].outcome == "taken"
    assert inner == [[]] and len(there.asked) == 1


def test_who_was_killed_while_asking_is_followed(database: str, there: Service) -> None:
    there.says(_file(100, 110))

    def killed(*args: Any, **kwargs: Any) -> asked.Answer:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_due([there.source()], NOON, ask=killed)
    assert FETCH([there.source()], NOON + timedelta(minutes=9)) == []
    assert FETCH([there.source()], NOON + timedelta(minutes=11))[0].outcome == "taken"


def test_another_address_is_asked_anew(database: str, there: Service) -> None:
    there.says(_file(100, 110), etag='"1"')
    FETCH([there.source()], NOON)
    moved = there.source(address=f"{there.url}/baru.csv")
    assert FETCH([moved], NOON + HOUR)[0].outcome == "same"
    assert "If-None-Match" not in there.asked[1]


# ---------------------------------------------------------------------- what cannot be right
def test_what_cannot_be_right_leaves_the_last_good_and_is_put_before_the_desk_once(
    database: str, there: Service
) -> None:
    there.says(_file(100, 110))
    FETCH([there.source()], NOON)
    there.says(_file(90, 40, day=TODAY + DAY), etag='"fallen"')
    for day in (1, 2):
        (done,) = FETCH([there.source()], NOON + day * DAY)
        assert done.outcome == "refused" and done.problem
    assert _totals() == [100, 110]
    (task,) = _tasks("radar_refused")
    assert task["source"] == "uji" and task["reasons"] and "rahasia" not in str(task)
    assert _state().problem.startswith("refused: ") and _state().failures == 2
    assert "If-None-Match" not in there.asked[2], "it is read again: what stands may have changed"
    there.says(_file(110, 130, day=TODAY + 3 * DAY))
    assert FETCH([there.source()], NOON + 3 * DAY)[0].outcome == "taken"
    assert _state().problem is None and _state().failures == 0


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>Situs sedang dipelihara</body></html>",
        b"[]",
        b"{}",
        b"null",
        b'{"update": []}',
        b"\xff\xfe\x00binary",
        b"kode,tanggal\n35.78,2026-11-22\n",
        b"[" * 100_000,
    ],
)
@pytest.mark.parametrize("shape", ["csv", "prov", "update", "data", "prov_detail", "series", "province_daily"])
def test_another_page_in_its_place_is_refused(database: str, there: Service, body: bytes, shape: str) -> None:
    there.says(body)
    good = there.source(name="lain", address=f"{there.url}/lain")
    done = FETCH([there.source(shape=shape), good], NOON)
    assert [each.outcome for each in done] == ["refused", "refused"], "the others are asked, too"
    assert _totals() == []


# ---------------------------------------------------------------------- what does not answer
def test_after_a_failure_it_is_asked_again_sooner_and_then_less_and_less_often(database: str, there: Service) -> None:
    there.status = 404
    at, gaps = NOON, []
    for _ in range(9):
        (done,) = FETCH([there.source()], at)
        assert done == Fetched("uji", "failed", "http_404")
        gaps.append(_state().next_at - at)
        at = _state().next_at
    assert gaps[0] == AGAIN and gaps[1] == 2 * AGAIN
    assert gaps == sorted(gaps) and gaps[-1] == 6 * HOUR, "never less often than usual"
    assert len(there.asked) == 9, "a page that is gone is not tried three times over"
    there.status = 200
    there.says(_file(100, 110))
    assert FETCH([there.source()], at)[0].outcome == "taken"
    assert _state().failures == 0 and _state().next_at == at + 6 * HOUR


def test_a_short_outage_is_ridden_out(database: str, there: Service) -> None:
    there.says(_file(100, 110))
    there.fail_first = 2
    assert FETCH([there.source()], NOON)[0].outcome == "taken"
    assert len(there.asked) == 3


def test_who_asks_for_a_pause_gets_it(database: str, there: Service) -> None:
    there.status, there.headers = 429, {"Retry-After": "36000"}
    assert FETCH([there.source()], NOON)[0].problem == "http_429"
    assert _state().next_at == NOON + 10 * HOUR and len(there.asked) == 1
    there.headers = {"Retry-After": "99999999"}
    FETCH([there.source()], NOON + 11 * HOUR)
    assert _state().next_at == NOON + 35 * HOUR, "for no longer than a day"


def test_a_file_cut_in_half_is_not_taken(database: str, there: Service) -> None:
    there.says(_file(100, 110, 120))
    there.cut = len(there.body) // 2
    assert FETCH([there.source()], NOON)[0] == Fetched("uji", "failed", "cut_off")
    assert _totals() == [] and len(there.asked) == 3


@pytest.mark.parametrize(
    ("how", "code"), [("slow", "time"), ("empty", "empty"), ("large", "too_large"), ("bomb", "too_large")]
)
def test_limits(database: str, there: Service, monkeypatch: pytest.MonkeyPatch, how: str, code: str) -> None:
    monkeypatch.setattr(asked, "LARGEST", 100_000)
    if how == "slow":
        there.slow = 5
    there.body = {"large": b"x" * 200_000, "bomb": gzip.compress(b"x" * 10_000_000), "empty": b" \n"}.get(how, b"{}")
    if how == "bomb":
        there.headers = {"Content-Encoding": "gzip"}
    began = time.monotonic()
    with pytest.raises(NotFetched, match=code):
        ask(f"{there.url}/x", limits=QUICK)
    assert time.monotonic() - began < 4.5


def test_nobody_there(database: str) -> None:
    with service() as gone:
        source = gone.source()
    assert FETCH([source], NOON)[0] == Fetched("uji", "failed", "connection")


def test_packed_answers_are_unpacked(database: str, there: Service) -> None:
    there.says(gzip.compress(_file(100, 110)))
    there.headers = {"Content-Encoding": "gzip"}
    assert FETCH([there.source()], NOON)[0].outcome == "taken"


def test_a_redirection_is_followed_only_to_where_it_is_safe(there: Service) -> None:
    with service() as other:
        other.says(_file(1, 2))
        there.status, there.headers = 302, {"Location": f"{other.url}/y"}
        assert ask(f"{there.url}/x", limits=QUICK).content == other.body
    for target in ("http://contoh.invalid/x", "https://ada:rahasia@contoh.invalid/x", "file:///etc/passwd", "/x"):
        there.headers = {"Location": target}
        with pytest.raises(NotFetched, match="redirected"):
            ask(f"{there.url}/x", limits=QUICK)


# ---------------------------------------------------------------------- the list of sources
def test_the_installed_sources_can_be_read_and_none_is_on() -> None:
    assert sources() and not any(source.enabled for source in sources()), "the national service is gone"
    assert {source.shape for source in sources()} == {"update", "prov", "prov_detail"}


GOOD = """sources:
  - name: contoh
    address: "https://contoh.invalid/angka.csv"
    shape: csv
    every_hours: 6
    said_by: Dinas Contoh
    disease: dbd
"""


def test_a_good_list(tmp_path: Path) -> None:
    path = tmp_path / "sources.yml"
    path.write_text(GOOD)
    (source,) = load_sources(path)
    assert source == FetchSource(
        "contoh", "https://contoh.invalid/angka.csv", "csv", 6 * HOUR, 3, True, None, "Dinas Contoh", "dbd"
    )


@pytest.mark.parametrize(
    ("found", "wrong", "line"),
    [
        ("name: contoh", "name: Contoh Satu", 2),
        ("https://contoh.invalid", "http://contoh.invalid", 3),
        ("https://contoh", "https://ada:rahasia@contoh", 3),
        ("shape: csv", "shape: excel", 4),
        ("every_hours: 6", "every_hours: 0", 5),
        ("every_hours: 6", "every_hours: 6.5", 5),
        ("every_hours: 6", "each: 6", 5),
        ("disease: dbd", "disease: kutukan", 7),
        ("disease: dbd", "enabled: mungkin", 7),
        ("disease: dbd\n", GOOD.partition("\n")[2], 7),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, found: str, wrong: str, line: int) -> None:
    assert found in GOOD
    path = tmp_path / "sources.yml"
    path.write_text(GOOD.replace(found, wrong))
    with pytest.raises(SourceFileError, match=rf"sources\.yml, line {line}: "):
        load_sources(path)


def test_a_name_stands_once(tmp_path: Path) -> None:
    path = tmp_path / "sources.yml"
    path.write_text(GOOD + GOOD.partition("\n")[2])
    with pytest.raises(SourceFileError, match="there twice"):
        load_sources(path)


@given(st.text(max_size=40))
def test_nothing_but_https_or_this_machine_is_safe(rest: str) -> None:
    assert not is_safe(f"http://contoh.invalid/{rest}")
    assert not is_safe(f"ftp://{rest}")
    assert is_safe("https://contoh.invalid/x") and is_safe("http://127.0.0.1:80/")
