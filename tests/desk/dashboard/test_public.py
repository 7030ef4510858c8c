"""The public page: for everybody, of days that are over, with nothing personal and nothing small."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from siaga.db import transaction
from siaga.desk import showing
from siaga.desk.public import pages
from siaga.people.contacts import ensure_contact
from siaga.registration.tables import Registration
from siaga.settings import settings
from tests.desk.conftest import Desk
from tests.desk.dashboard.given import day_ago, tallied

BEFORE = datetime.now(timezone.utc) - timedelta(days=2)


def _fill() -> None:
    for days in (1, 2):
        tallied("conversation", {"35.78": 43, "35.73": 22, "": 9}, days_ago=days, by_place=True)
        tallied("people_day", 30, days_ago=days)
    tallied("use", {"radar": 30, "tips": 8})
    for number in range(17):
        with transaction() as session:
            contact = ensure_contact(session, phone=f"62800000{number:04}")
            contact.created_at = contact.last_message_at = BEFORE
            session.add(
                Registration(
                    contact_id=contact.id, status="confirmed", caused_by=f"r{number}", answers={}, created_at=BEFORE
                )
            )


def test_nobody_need_sign_in(desk: Desk) -> None:
    _fill()
    got = desk().get("/publik")
    assert got.status_code == 200
    for said in ("Kota Surabaya", "140", "Radar", "CC BY 4.0", "satu hari dihitung menurut WIB"):
        assert said in got.text
    assert "set-cookie" not in got.headers


def test_the_same_as_data(desk: Desk) -> None:
    _fill()
    told = desk().get("/publik/data.json").json()
    assert told["sejak_awal"] == {"orang": 10, "percakapan": 140, "pendaftaran_vaksinasi": 10}
    assert told["kabar_sudah_dicek"] > 0
    assert told["wilayah"] == [
        {"kabupaten/kota": "Kota Surabaya", "percakapan": 80},
        {"kabupaten/kota": "Kota Malang", "percakapan": 40},
        {"kabupaten/kota": "Lainnya dan yang belum diketahui", "percakapan": 10},
    ]
    assert len(told["harian"]) == 30
    assert told["harian"][-1] == {"hari": day_ago(1).isoformat(), "orang": 30, "percakapan": 70}
    assert told["masa"]["sampai"] == day_ago(1).isoformat()


def test_today_is_not_in_it_yet(desk: Desk) -> None:
    tallied("conversation", 50, days_ago=0)
    with transaction() as session:
        ensure_contact(session, phone="628000000001").last_message_at = showing.now()
    assert desk().get("/publik/data.json").json()["sejak_awal"] == {
        "orang": 0,
        "percakapan": 0,
        "pendaftaran_vaksinasi": 0,
    }


def test_small_numbers_are_null_and_nothing_is_exact(desk: Desk) -> None:
    tallied("conversation", {"35.78": 3, "35.73": 38}, by_place=True)
    tallied("use", {"radar": 9, "tips": 119})
    told = desk().get("/publik/data.json").json()
    assert told["wilayah"] == [
        {"kabupaten/kota": "Kota Malang", "percakapan": 30},
        {"kabupaten/kota": "Lainnya dan yang belum diketahui", "percakapan": None},
    ]
    assert told["layanan"] == [{"layanan": "Saran", "dipakai": 110}, {"layanan": "Radar", "dipakai": None}]
    assert told["harian"][-1]["percakapan"] == 40
    assert told["sejak_awal"]["percakapan"] == 40
    text = desk().get("/publik").text
    assert "&lt;10" in text
    assert "Jumlah" not in text, "a total would be exact"


def test_a_kabupaten_of_a_few_is_only_among_the_others(desk: Desk) -> None:
    tallied("conversation", {"35.78": 3}, by_place=True)
    told = desk().get("/publik/data.json").json()
    assert [row["kabupaten/kota"] for row in told["wilayah"]] == ["Lainnya dan yang belum diketahui"]
    assert told["sejak_awal"]["percakapan"] is None


@pytest.mark.parametrize("path", ["/publik", "/publik/data.json"])
def test_it_may_be_kept_for_minutes_and_is_not_sent_twice(desk: Desk, path: str) -> None:
    _fill()
    browser = desk()
    first = browser.get(path)
    assert first.headers["cache-control"] == "public, max-age=300"
    again = browser.get(path, headers={"If-None-Match": f'"x", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert browser.get(path, headers={"If-None-Match": '"x"'}).status_code == 200
    tallied("use", {"radar": 500}, hour=11)
    assert browser.get(path).headers["etag"] == first.headers["etag"], "computed once in five minutes"
    pages.kept.forget()
    assert browser.get(path).headers["etag"] != first.headers["etag"]


def test_a_programme_need_not_publish(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "desk_public", False)
    for path in ("/publik", "/publik/data.json"):
        assert desk().get(path).status_code == 404


def test_nobody_changes_anything_there(desk: Desk) -> None:
    assert desk().post("/publik").status_code == 405
