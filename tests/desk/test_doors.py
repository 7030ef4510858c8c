"""How often the desk may be asked, and how many of its pages may listen."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from siaga.desk.access import cookie_name
from siaga.desk.app import create_app
from siaga.desk.inbox import stream
from siaga.desk.live import Page
from siaga.desk.pages import cookie
from siaga.desk.server import NotReady, check
from siaga.settings import Settings, settings
from tests.desk.conftest import Desk


@pytest.fixture
def asked(database: str, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A browser at a desk that may be asked five times at once, and then once a second."""
    monkeypatch.setattr(settings(), "desk_rate", 1.0)
    monkeypatch.setattr(settings(), "desk_burst", 5)
    return TestClient(create_app(), base_url="http://desk.test", follow_redirects=False)


@pytest.mark.parametrize("path", ["/", "/masuk", "/publik", "/publik/data.json", "/static/desk.css", "/kotak/aliran"])
def test_who_asks_too_often_waits(asked: TestClient, path: str) -> None:
    answers = [asked.get(path) for _ in range(8)]
    assert 429 not in {answer.status_code for answer in answers[:5]}
    last = answers[-1]
    assert last.status_code == 429
    assert last.headers["retry-after"] == "1"
    assert "Tunggu sebentar" in last.text and "<html" in last.text
    assert "default-src 'none'" in last.headers["content-security-policy"]


def test_a_part_of_a_page_is_told_in_a_part(asked: TestClient) -> None:
    for _ in range(5):
        asked.get("/masuk")
    last = asked.get("/kotak", headers={"HX-Request": "true"})
    assert last.status_code == 429
    assert "Tunggu sebentar" in last.text and "<html" not in last.text


def test_whether_it_runs_may_be_asked_as_often_as_one_likes(asked: TestClient) -> None:
    assert {asked.get("/health").status_code for _ in range(20)} == {200}


def test_an_account_has_no_more_streams_than_are_of_use(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "desk_streams", 2)
    volunteer = desk("volunteer")
    pages = stream.hub_of(volunteer.app)._pages  # type: ignore[arg-type]
    pages += [Page(volunteer.login, "x", None), Page(volunteer.login, "x", None), Page("another", "y", None)]
    try:
        answer = volunteer.get("/kotak/aliran")
    finally:
        pages.clear()
    assert answer.status_code == 429
    assert "terlalu banyak tempat" in answer.text


def test_a_proxy_that_is_no_address_is_said_before_anything_listens() -> None:
    with pytest.raises(NotReady, match="SIAGA_DESK_PROXIES"):
        check(Settings(desk_proxies="proxy.example"))


def test_over_https_browsers_are_held_to_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "desk_https", True)
    answer = desk().get("/masuk")
    assert "max-age=31536000" in answer.headers["strict-transport-security"]
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert cookie_name().startswith("__Host-")


def test_the_cookie_is_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    from fastapi.responses import Response

    monkeypatch.setattr(settings(), "desk_https", True)
    given = Response()
    cookie.put(given, "t")
    said = given.headers["set-cookie"].lower()
    assert said.startswith("__host-siaga=t")
    for part in ("httponly", "secure", "samesite=lax", "path=/"):
        assert part in said
    assert "domain" not in said
