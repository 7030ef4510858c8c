"""From files to the database and back: nothing twice, nothing of staff's overwritten, nothing lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from siaga.content.importing import Report, Told, export_files, import_files
from siaga.content.kinds import DIRECTORY, KINDS, read_folder
from siaga.content.store import releases, standing, undo
from siaga.content.tables import ContentRelease, ContentVersion
from siaga.db import transaction
from tests.content.conftest import NEWS, item
from tests.content.test_store import HOUR, NOW, released, titles

pytestmark = pytest.mark.usefixtures("database")


def imported(folder: Path, *, over: bool = False, keep_missing: bool = False) -> Report:
    """Import in a transaction of its own."""
    with transaction() as session:
        return import_files(session, folder, over=over, keep_missing=keep_missing)


def rewrite(folder: Path, old: str, new: str) -> None:
    """Change the file of news."""
    path = folder / "news" / "news.yml"
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new).encode())


def keys(told: list[Told]) -> list[str]:
    """The entries that are told of."""
    return [one.key for one in told]


def test_all_is_taken_once(folder: Path) -> None:
    report = imported(folder)
    assert (keys(report.taken), report.release is not None) == (["satu", "dua"], True)
    assert imported(folder) == Report()
    with transaction() as session:
        assert len(releases(session)) == 1


def test_only_what_has_changed_is_taken(folder: Path) -> None:
    imported(folder)
    rewrite(folder, "Kabar dua", "Kabar kedua")
    assert keys(imported(folder).taken) == ["dua"]
    assert titles() == {"satu": "Kabar satu", "dua": "Kabar kedua"}


def test_what_was_written_into_the_files_and_undone_since_does_not_come_back(folder: Path) -> None:
    """Each start imports: staff's undoing must not be undone by it."""
    imported(folder)
    number = released("satu", "Dari petugas")
    with transaction() as session:
        export_files(session, folder)
    assert imported(folder).taken == []
    with transaction() as session:
        undo(session, number, "Budi")
    report = imported(folder)
    assert (keys(report.taken), titles()["satu"]) == ([], "Kabar satu")
    rewrite(folder, "Dari petugas", "Dari berkas")
    assert keys(imported(folder).taken) == ["satu"]


def test_nor_does_what_staff_came_to_say_like_the_files(folder: Path) -> None:
    imported(folder)
    released("satu", "Dari petugas")
    with transaction() as session:
        export_files(session, folder)
    number = released("satu", "Lain lagi")
    assert keys(imported(folder).conflicts) == ["satu"]
    with transaction() as session:
        undo(session, number, "Budi")
    assert imported(folder) == Report()
    with transaction() as session:
        undo(session, number - 1, "Budi")
    assert (keys(imported(folder).taken), titles()["satu"]) == ([], "Kabar satu")


def test_a_conflict_names_both_sides(folder: Path) -> None:
    imported(folder)
    released("dua", "Dari petugas")
    rewrite(folder, "Kabar dua", "Dari berkas")
    (told,) = imported(folder).conflicts
    assert (told.at, told.by) == ("news/news.yml, line 12", "Tono")
    with transaction() as session:
        version = session.get(ContentVersion, told.version)
        assert "Dari petugas" in version.body


def test_a_comment_alone_is_kept_too(folder: Path) -> None:
    imported(folder)
    rewrite(folder, "untuk diuji", "untuk dicoba")
    report = imported(folder)
    assert (report.taken, report.release is not None) == ([], True)
    assert imported(folder) == Report()


def test_what_vanished_is_taken_away(folder: Path) -> None:
    imported(folder)
    start, _, rest = NEWS.partition("  - id: satu")
    (folder / "news" / "news.yml").write_text(start + rest[rest.index("  # Yang kedua") :], encoding="utf-8")
    assert imported(folder, keep_missing=True).gone == []
    assert sorted(titles()) == ["dua", "satu"]
    assert keys(imported(folder).gone) == ["satu"]
    assert list(titles()) == ["dua"]
    assert imported(folder) == Report()


def test_staffs_change_stands_over_unchanged_files(folder: Path) -> None:
    imported(folder)
    released("satu", "Dari petugas")
    assert imported(folder) == Report()
    rewrite(folder, "Kabar dua", "Kabar kedua")
    report = imported(folder)
    assert (keys(report.taken), report.conflicts) == (["dua"], [])
    assert titles() == {"satu": "Dari petugas", "dua": "Kabar kedua"}


def test_a_conflict_is_told_until_it_is_settled(folder: Path) -> None:
    imported(folder)
    released("satu", "Dari petugas")
    rewrite(folder, "Kabar satu", "Dari berkas")
    for _ in range(2):
        assert keys(imported(folder).conflicts) == ["satu"]
        assert titles()["satu"] == "Dari petugas"
    report = imported(folder, over=True)
    assert (keys(report.taken), report.conflicts) == (["satu"], [])
    assert titles()["satu"] == "Dari berkas"
    assert imported(folder, over=True) == Report()


def test_what_staff_exported_is_no_conflict(folder: Path) -> None:
    imported(folder)
    released("satu", "Dari petugas")
    with transaction() as session:
        assert export_files(session, folder).written == ["news/news.yml"]
    report = imported(folder)
    assert (report.taken, report.conflicts) == ([], [])
    assert titles()["satu"] == "Dari petugas"
    assert imported(folder) == Report()


def test_over_takes_the_files_text_of_unchanged_files_too(folder: Path) -> None:
    imported(folder)
    released("satu", "Dari petugas")
    assert keys(imported(folder, over=True).taken) == ["satu"]
    assert titles()["satu"] == "Kabar satu"


def test_what_staff_wrote_or_took_away_is_left_alone(folder: Path) -> None:
    imported(folder)
    released("baru", "Dari petugas")
    assert imported(folder) == Report()
    assert list(titles()) == ["satu", "dua", "baru"]
    rewrite(folder, "# Sampai", "  - " + item("baru", "Dari berkas").replace("\n", "\n    ") + "\n\n# Sampai")
    assert keys(imported(folder).conflicts) == ["baru"]


def test_an_import_that_was_undone_does_not_come_back(folder: Path) -> None:
    imported(folder)
    rewrite(folder, "Kabar satu", "Salah")
    number = imported(folder).release
    with transaction() as session:
        undo(session, number or 0, "Sari")
    assert imported(folder) == Report()
    assert titles()["satu"] == "Kabar satu"
    rewrite(folder, "Salah", "Betul")
    assert keys(imported(folder).taken) == ["satu"]
    assert titles()["satu"] == "Betul"


def test_what_stands_for_a_time_is_not_written_over_nor_exported(folder: Path) -> None:
    imported(folder)
    released("satu", "Sementara", ends_at=NOW + HOUR)
    assert imported(folder) == Report()
    with transaction() as session:
        done = export_files(session, folder)
    assert (done.written, keys(done.passing)) == ([], ["satu"])


def test_the_order_of_the_files_is_followed(folder: Path) -> None:
    imported(folder)
    start, _, rest = NEWS.partition("  - id: satu")
    one, two = rest.split("\n  # Yang kedua.\n")
    two, end = two.split("\n# Sampai")
    (folder / "news" / "news.yml").write_text(f"{start}{two}\n  - id: satu{one}\n# Sampai{end}", encoding="utf-8")
    assert keys(imported(folder).taken) == []
    assert list(titles()) == ["dua", "satu"]


def test_a_wrong_file_is_told_with_its_line_and_the_others_are_taken(folder: Path) -> None:
    shutil.copytree(DIRECTORY / "tips", folder / "tips")
    imported(folder)
    rewrite(folder, "limit_days: 30", "limit_days: lama")
    path = folder / "tips" / "everyday.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("label: Sesudah vaksin", "label: Sudah vaksin"), "utf-8")
    report = imported(folder)
    assert len(report.refused) == 1
    assert "news.yml#dua" in report.refused[0]
    assert keys(report.taken) == ["sesudah-vaksin"]
    with transaction() as session:
        assert session.query(ContentRelease).count() == 2


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("- id: dua", "- id: satu", "already an id"),
        ("- id: dua", "- nama: dua", "“id” is missing"),
        ("title: Kabar dua", "title: Kabar: dua", "has to stand between quotes"),
        ("source: WHO", "source: &a WHO\n    x: *b", "has to stand between quotes"),
    ],
)
def test_a_file_that_cannot_be_taken_apart_is_refused(folder: Path, old: str, new: str, reason: str) -> None:
    rewrite(folder, old, new)
    (told,) = imported(folder).refused
    assert "news/news.yml, line" in told
    assert reason in told


def test_an_anchor_across_entries_is_refused(folder: Path) -> None:
    rewrite(folder, "source: WHO", "source: &who WHO")
    rewrite(folder, "source: Kemenkes", "source: *who")
    (told,) = imported(folder).refused
    assert "cannot stand alone" in told


def test_a_folder_that_is_not_there_is_left_alone(folder: Path) -> None:
    imported(folder)
    shutil.rmtree(folder / "news")
    assert imported(folder) == Report()
    assert len(titles()) == 2


# ------------------------------------------------------------------ and back
def files(directory: Path) -> dict[str, bytes]:
    """Every YAML file under the folders of the kinds."""
    return {
        f"{kind.folder}/{path.name}": path.read_bytes()
        for kind in KINDS.values()
        for path in sorted((directory / kind.folder).glob("*.yml"))
    }


def test_what_came_from_our_files_goes_back_byte_for_byte(tmp_path: Path) -> None:
    report = imported(DIRECTORY)
    assert report.refused == []
    with transaction() as session:
        done = export_files(session, tmp_path)
    assert files(tmp_path) == files(DIRECTORY)
    assert sorted(done.written) == sorted(files(DIRECTORY))
    with transaction() as session:
        assert export_files(session, tmp_path).written == []


def test_what_stands_reads_as_the_files_do() -> None:
    imported(DIRECTORY)
    with transaction() as session:
        stands = standing(session, NOW + HOUR)
    for kind in KINDS.values():
        from_files, from_store = read_folder(DIRECTORY / kind.folder, kind.list_key), stands.entries(kind.name)
        assert list(from_store) == list(from_files), kind.name
        assert [dict(head) for head in from_store.heads] == [dict(head) for head in from_files.heads], kind.name
        if from_files:
            assert kind.read(from_store) == kind.read(from_files)


def test_only_what_changed_is_written_anew(folder: Path) -> None:
    rewrite(folder, "\n", "\r\n")
    imported(folder)
    released("dua", "Ganti")
    released("baru", "Baru")
    with transaction() as session:
        export_files(session, folder)
    text = (folder / "news" / "news.yml").read_bytes().decode()
    windows = NEWS.replace("\n", "\r\n")
    assert text.startswith(windows[: windows.index("  - id: dua")])
    assert text.endswith("\r\n\r\n# Sampai di sini.\r\n")
    assert '  - id: dua\r\n    title: "Ganti"\r\n' in text
    assert "\r\n\r\n  - id: baru\r\n" in text
    assert "\n" not in text.replace("\r\n", "")


def test_a_file_without_entries_is_removed(folder: Path, tmp_path: Path) -> None:
    other = folder / "news" / "zusatz.yml"
    other.write_text("news:\n  - " + item("tiga").replace("\n", "\n    ") + "\n", encoding="utf-8")
    imported(folder)
    out = tmp_path / "out"
    with transaction() as session:
        export_files(session, out)
    assert sorted(files(out)) == ["news/news.yml", "news/zusatz.yml"]
    other.unlink()
    assert keys(imported(folder).gone) == ["tiga"]
    with transaction() as session:
        assert export_files(session, out).removed == ["news/zusatz.yml"]
    assert sorted(files(out)) == ["news/news.yml"]
