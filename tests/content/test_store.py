"""What stands: the latest release wins, times begin and end, two pairs of eyes, and all is taken back at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from siaga.content import ContentError
from siaga.content.importing import import_files
from siaga.content.store import (
    FourEyesError,
    OutdatedError,
    StoreError,
    approve,
    draft,
    drop,
    history,
    next_change,
    open_versions,
    publish,
    redo,
    releases,
    send_back,
    standing,
    submit,
    take_away,
    undo,
)
from siaga.content.tables import ContentVersion
from siaga.db import transaction
from siaga.settings import settings
from tests.content.conftest import item

NOW = datetime.now(timezone.utc)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _imported(database: str, folder: Path) -> None:
    with transaction() as session:
        import_files(session, folder)


def titles(at: datetime | None = None, preview: bool = False) -> dict[str, str]:
    """Key and title of the news that stands, in order."""
    with transaction() as session:
        stands = standing(session, at or datetime.now(timezone.utc), preview).entries("news")
        return {entry["id"]: entry["title"] for entry in stands}


def written(key: str, title: str, by: str = "Sari") -> int:
    """A version that somebody else has approved."""
    with transaction() as session:
        version = draft(session, "news", key, item(key, title), by=by)
        submit(session, version, by=by)
        approve(session, version, by="Budi")
    return version


def released(key: str, title: str, **how: Any) -> int:
    """A version that was published; its release."""
    version = written(key, title, by="Tono")
    with transaction() as session:
        return publish(session, [version], by="Budi", **how)


def test_the_latest_release_wins() -> None:
    assert titles() == {"satu": "Kabar satu", "dua": "Kabar dua"}
    released("satu", "Lebih baru")
    released("satu", "Paling baru")
    assert titles() == {"satu": "Paling baru", "dua": "Kabar dua"}


def test_an_entry_keeps_its_place_and_a_new_one_stands_at_the_end() -> None:
    released("satu", "Lebih baru")
    released("baru", "Baru")
    assert list(titles()) == ["satu", "dua", "baru"]


def test_what_ends_leaves_what_stood_before() -> None:
    released("satu", "Sementara", starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    assert titles()["satu"] == "Kabar satu"
    assert titles(NOW + HOUR)["satu"] == "Sementara"
    assert titles(NOW + 2 * HOUR - timedelta(seconds=1))["satu"] == "Sementara"
    assert titles(NOW + 2 * HOUR)["satu"] == "Kabar satu"


def test_the_next_start_or_end_is_known() -> None:
    with transaction() as session:
        assert next_change(session, NOW) is None
    number = released("satu", "Sementara", starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    with transaction() as session:
        assert next_change(session, NOW) == NOW + HOUR
        assert next_change(session, NOW + HOUR) == NOW + 2 * HOUR
        undo(session, number, "Budi")
        assert next_change(session, NOW) is None


@pytest.mark.parametrize(
    "times", [{"ends_at": NOW - HOUR}, {"starts_at": NOW + 2 * HOUR, "ends_at": NOW + HOUR}], ids=["over", "turned"]
)
def test_an_end_that_makes_no_sense_is_refused(times: dict[str, Any]) -> None:
    version = written("satu", "Sementara")
    with pytest.raises(StoreError, match="end"), transaction() as session:
        publish(session, [version], by="Budi", **times)


def test_a_release_is_undone_in_one_step_and_done_again() -> None:
    first, second = written("satu", "Satu lagi"), written("baru", "Baru")
    with transaction() as session:
        number = publish(session, [first, second], by="Budi")
    assert titles() == {"satu": "Satu lagi", "dua": "Kabar dua", "baru": "Baru"}
    with transaction() as session:
        undo(session, number, "Sari")
    assert titles() == {"satu": "Kabar satu", "dua": "Kabar dua"}
    with transaction() as session:
        assert releases(session)[0].undone_by == "Sari"
        redo(session, number, "Sari")
    assert titles() == {"satu": "Satu lagi", "dua": "Kabar dua", "baru": "Baru"}


def test_undoing_an_older_release_leaves_the_newer_one() -> None:
    old = released("satu", "Lama")
    new = released("satu", "Baru")
    with transaction() as session:
        undo(session, old, "Sari")
    assert titles()["satu"] == "Baru"
    with transaction() as session:
        undo(session, new, "Sari")
    assert titles()["satu"] == "Kabar satu"


def test_a_release_cannot_be_undone_twice_nor_one_that_is_not_there() -> None:
    number = released("satu", "Baru")
    with transaction() as session:
        undo(session, number, "Sari")
    with pytest.raises(StoreError, match="undone already"), transaction() as session:
        undo(session, number, "Sari")
    with pytest.raises(StoreError, match="no release"), transaction() as session:
        undo(session, 999, "Sari")


def test_the_bot_is_not_left_without_any() -> None:
    with transaction() as session:
        first = releases(session)[-1].id
    with pytest.raises(StoreError, match="Nothing of “news”"), transaction() as session:
        undo(session, first, "Sari")
    assert len(titles()) == 2


def test_an_entry_that_is_taken_away_is_not_there_until_that_is_undone() -> None:
    with transaction() as session:
        version = take_away(session, "news", "satu", by="Sari")
        submit(session, version, by="Sari")
        approve(session, version, by="Budi")
    assert list(titles(preview=True)) == ["dua"]
    with transaction() as session:
        number = publish(session, [version], by="Budi")
    assert list(titles()) == ["dua"]
    with pytest.raises(StoreError, match="take away"), transaction() as session:
        take_away(session, "news", "satu", by="Sari")
    with transaction() as session:
        undo(session, number, "Budi")
    assert list(titles()) == ["satu", "dua"]


def test_a_preview_shows_what_is_not_published_yet() -> None:
    with transaction() as session:
        version = draft(session, "news", "satu", item("satu", "Konsep"), by="Sari")
    for step in (lambda s: submit(s, version, by="Sari"), lambda s: approve(s, version, by="Budi"), lambda s: None):
        assert titles(preview=True)["satu"] == "Konsep"
        assert titles()["satu"] == "Kabar satu"
        with transaction() as session:
            step(session)
    with transaction() as session:
        drop(session, version, by="Sari")
    assert titles(preview=True)["satu"] == "Kabar satu"


def test_the_latest_draft_is_previewed_and_ones_own_older_one_is_dropped() -> None:
    with transaction() as session:
        mine = draft(session, "news", "satu", item("satu", "Pertama"), by="Sari")
        others = draft(session, "news", "satu", item("satu", "Orang lain"), by="Budi")
        draft(session, "news", "satu", item("satu", "Kedua"), by="Sari")
    assert titles(preview=True)["satu"] == "Kedua"
    with transaction() as session:
        states = {version.id: version.state for version in history(session, "news", "satu")}
        assert (states[mine], states[others]) == ("dropped", "draft")
        assert len(open_versions(session, "news")) == 2


def test_nobody_approves_what_they_wrote() -> None:
    with transaction() as session:
        version = draft(session, "news", "satu", item("satu"), by="Sari")
        submit(session, version, by="Sari")
    with pytest.raises(FourEyesError), transaction() as session:
        approve(session, version, by="sari")
    with pytest.raises(StoreError, match="would have to be approved"), transaction() as session:
        publish(session, [version], by="Budi")
    with transaction() as session:
        approve(session, version, by="Budi")
        publish(session, [version], by="Sari")


def test_one_person_may_where_the_programme_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "content_one_person", True)
    with transaction() as session:
        version = draft(session, "news", "satu", item("satu", "Sendiri"), by="Sari")
        submit(session, version, by="Sari")
        approve(session, version, by="Sari")
        publish(session, [version], by="Sari")
    assert titles()["satu"] == "Sendiri"


def test_what_was_looked_at_can_be_sent_back() -> None:
    version = written("satu", "Kurang tepat")
    with transaction() as session:
        send_back(session, version, by="Budi", remark="Sumbernya mana?")
        found = history(session, "news", "satu")[0]
        assert (found.state, found.remark, found.reviewed_by) == ("draft", "Sumbernya mana?", "Budi")
    with pytest.raises(StoreError), transaction() as session:
        publish(session, [version], by="Budi")


@pytest.mark.parametrize("step", [submit, drop])
def test_what_was_published_is_never_changed(step: Callable[..., None]) -> None:
    version = written("satu", "Baru")
    with transaction() as session:
        publish(session, [version], by="Budi")
    with pytest.raises(StoreError, match="is published"), transaction() as session:
        step(session, version, by="Sari")
    with pytest.raises(StoreError, match="is published"), transaction() as session:
        publish(session, [version], by="Budi")


def test_what_somebody_else_published_meanwhile_is_not_written_over() -> None:
    slow = written("satu", "Lambat")
    released("satu", "Cepat", remark="salah angka")
    with pytest.raises(OutdatedError, match="“satu”"), transaction() as session:
        publish(session, [slow], by="Budi")
    assert titles()["satu"] == "Cepat"
    with transaction() as session:
        publish(session, [slow], by="Budi", over=True)
    assert titles()["satu"] == "Lambat"


def test_a_change_of_what_was_undone_meanwhile_is_told() -> None:
    wrong = released("satu", "Salah")
    version = written("satu", "Salah, sedikit lain")
    with transaction() as session:
        undo(session, wrong, "Budi")
    with pytest.raises(OutdatedError), transaction() as session:
        publish(session, [version], by="Budi")


@pytest.mark.parametrize("same_version", [True, False])
def test_two_who_publish_at_once_do_not_both(same_version: bool) -> None:
    mine = written("satu", "Punya Sari")
    theirs = mine if same_version else written("satu", "Punya Tono", by="Tono")
    ready, told = threading.Barrier(2), []

    def run(version: int) -> None:
        ready.wait()
        try:
            with transaction() as session:
                publish(session, [version], by="Budi")
            told.append("published")
        except StoreError as error:
            told.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(version,)) for version in (mine, theirs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(told) == ["StoreError" if same_version else "OutdatedError", "published"]
    with transaction() as session:
        assert len(session.execute(select(ContentVersion).where(ContentVersion.made_by != "berkas")).all()) >= 1
        assert len(releases(session)) == 2


def test_two_versions_of_an_entry_are_not_published_at_once() -> None:
    both = [written("satu", "Punya Sari"), written("satu", "Punya Tono", by="Tono")]
    with pytest.raises(StoreError, match="are both of “satu”: publish one"), transaction() as session:
        publish(session, both, by="Budi")


def test_what_could_not_be_read_is_not_published() -> None:
    version = written("satu", "x" * 81)
    with pytest.raises(ContentError, match=r"news\.yml#satu, line 2: .*at most 80"), transaction() as session:
        publish(session, [version], by="Budi")
    assert titles()["satu"] == "Kabar satu"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("id: lain\ntitle: x", "must be “satu”"),
        ("- id: satu", "must start with names"),
        ("id: satu\ntitle: [", "has to end with"),
        ("id: satu\nid: satu", "given twice"),
        ("", "must start with names"),
        ("---\nid: satu\n---\nid: satu", "YAML"),
    ],
)
def test_a_draft_is_one_mapping_with_its_id(body: str, reason: str) -> None:
    with pytest.raises(ContentError, match=reason), transaction() as session:
        draft(session, "news", "satu", body, by="Sari")


def test_a_draft_belongs_to_a_kind_and_a_file() -> None:
    with transaction() as session:
        with pytest.raises(StoreError, match="no kind"):
            draft(session, "puisi", "satu", item("satu"), by="Sari")
        with pytest.raises(StoreError, match="file's name"):
            draft(session, "news", "baru", item("baru"), by="Sari", file="../baru.yml")
        draft(session, "news", "baru", item("baru"), by="Sari", file="baru.yml")
        assert history(session, "news", "baru")[0].file == "baru.yml"


def test_an_entrys_text_is_kept_as_it_was_written() -> None:
    body = item("satu") + "\n# Tanyakan lagi bulan depan."
    with transaction() as session:
        draft(session, "news", "satu", f"\n{body}\n\n".replace("\n", "\r\n"), by="Sari")
        assert history(session, "news", "satu")[0].body == body
