"""`siaga content` as staff use it: a change from the draft to its end, and what is told when something is wrong."""

from __future__ import annotations

import re
import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from typer.testing import CliRunner

from siaga.content import live
from siaga.content.commands import app
from siaga.content.kinds import DIRECTORY, KINDS
from siaga.content.times import TimeError, moment, shown
from tests.content.conftest import item

pytestmark = pytest.mark.usefixtures("database")
RUN = CliRunner()


def _do(*arguments: str, ends_with: int = 0, given: str | None = None) -> str:
    done = RUN.invoke(app, arguments, input=given)
    assert done.exit_code == ends_with, done.output
    assert "Traceback" not in done.output
    return done.output


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A small copy of content/."""
    folder = tmp_path / "content"
    for kind in KINDS.values():
        if (DIRECTORY / kind.folder).is_dir():
            shutil.copytree(DIRECTORY / kind.folder, folder / kind.folder)
    return folder


def _number(output: str) -> str:
    found = re.search(r"(?:Draft|Release) (\d+)", output)
    assert found
    return found[1]


GOODBYE = "id: utter_goodbye\ntext: Sampai nanti, jaga kesehatan.\n"


def _draft(by: str = "Warga Uji 001", text: str = GOODBYE) -> str:
    return _number(_do("draft", "sentence", "utter_goodbye", "-", "--by", by, "--into", "percakapan.yml", given=text))


def test_a_change_from_the_draft_to_its_end() -> None:
    number = _draft()
    assert "draf" in _do("list") and f"{number}" in _do("list")
    assert "only" not in _do("submit", number, "--by", "Warga Uji 001")
    told = _do("approve", number, "--by", "Warga Uji 001", ends_with=1)
    assert "somebody else" in told
    _do("publish", number, "--by", "Warga Uji 001", ends_with=1)
    _do("approve", number, "--by", "Warga Uji 002")
    release = _number(_do("publish", number, "--by", "Warga Uji 001", "--remark", "lebih hangat"))
    assert _do("show", "sentence", "utter_goodbye") == GOODBYE
    live.forget()
    assert [entry["text"] for entry in live.entries("sentence")] == ["Sampai nanti, jaga kesehatan."]
    assert "utter_goodbye" in _do("list", "sentence", "--state", "standing")
    assert "lebih hangat" in _do("list", "--state", "releases")
    history = _do("history", "sentence", "utter_goodbye")
    assert "terbit" in history and "diperiksa Warga Uji 002" in history
    _do("undo", release, "--by", "Warga Uji 003")
    assert "ditarik" in _do("history", "sentence", "utter_goodbye")
    assert "Sampai jumpa" in _do("show", "sentence", "utter_goodbye")
    _do("undo", release, "--by", "Warga Uji 003", ends_with=1)
    _do("redo", release, "--by", "Warga Uji 003")
    assert "Sampai nanti" in _do("show", "sentence", "utter_goodbye")


def test_a_change_for_a_time() -> None:
    number = _draft()
    _do("submit", number, "--by", "Warga Uji 001")
    _do("approve", number, "--by", "Warga Uji 002")
    assert "no moment" in _do("publish", number, "--by", "a", "--from", "besok", ends_with=1)
    begins = datetime.now(timezone.utc) + timedelta(days=1)
    day = f"{begins + timedelta(hours=7):%Y-%m-%d %H:%M}"
    _do("publish", number, "--by", "a", "--from", day, "--until", "2099-01-01 00:00")
    assert "Sampai jumpa" in _do("show", "sentence", "utter_goodbye")
    assert "sampai 01-01-2099 00.00 WIB" in _do("history", "sentence", "utter_goodbye")


def test_a_draft_that_breaks_a_rule_is_not_published() -> None:
    number = _draft(text="id: utter_emergency_still\ntext: Ke IGD.\n".replace("utter_emergency_still", "utter_goodbye"))
    assert number
    body = "id: utter_emergency_still\ntext: Ke IGD saja.\n"
    bad = _number(
        _do("draft", "sentence", "utter_emergency_still", "-", "--by", "a", "--into", "percakapan.yml", given=body)
    )
    _do("submit", bad, "--by", "a")
    _do("approve", bad, "--by", "b")
    assert "119 is lost" in _do("publish", bad, "--by", "b", ends_with=1)


def test_what_is_given_back_and_given_up() -> None:
    number = _draft()
    _do("submit", number, "--by", "a")
    _do("send-back", number, "--by", "b", "--remark", "terlalu panjang")
    assert "terlalu panjang" in _do("list", "--state", "draft")
    _do("drop", number, "--by", "a")
    assert "Tidak ada." in _do("list")


def _drafts(by: str = "Sari") -> list[str]:
    """Three drafts, in two files."""
    numbers = []
    for key, file in (("kabar-1", "news.yml"), ("kabar-2", "news.yml"), ("kabar-3", "lama.yml")):
        body = item(key, f"Judul {key}")
        numbers.append(_number(_do("draft", "news", key, "-", "--by", by, "--into", file, given=body)))
    return numbers


def test_several_at_once_by_their_numbers() -> None:
    first, second, third = _drafts()
    said = _do("submit", first, second, third, "--by", "Sari")
    assert said.count("waits to be looked at") == 3
    assert f"siaga content approve {first} {second} {third}\n" in said
    assert f"approve {first} {second} {third}" in said and f"{second} (news/kabar-2)" in said
    _do("send-back", second, third, "--remark", "sumber?", "--by", "Budi")
    assert _do("list", "--state", "draft").count("sumber?") == 2
    said = _do("approve", first, second, "999", "--by", "Budi", ends_with=1)
    assert f"Version {first} (news/kabar-1) is approved." in said
    assert f"Version {second} of “kabar-2” is a draft" in said and "no version 999" in said
    assert "1 done, 2 not." in said
    assert "kabar-1" in _do("list", "--state", "approved")
    _do("drop", second, third, "--by", "Sari")
    assert "kabar-2" not in _do("list")


def test_several_at_once_by_their_file_or_kind() -> None:
    first, second, third = _drafts()
    assert "not both" in _do("submit", first, "--all", "--by", "Sari", ends_with=1)
    assert "Which?" in _do("submit", "--by", "Sari", ends_with=1)
    assert "no kind “newz”" in _do("submit", "--kind", "newz", "--by", "Sari", ends_with=1)
    assert "No version that Budi wrote is a draft" in _do("submit", "--all", "--by", "Budi", ends_with=1)
    assert "a draft" in _do("submit", "--file", "answers/news.yml", "--by", "Sari", ends_with=1)
    assert f"approve {first} {second}\n" in _do("submit", "--file", "news/news.yml", "--by", "Sari")
    assert "kabar-3" in _do("list", "--state", "draft")
    assert f"approve {third}\n" in _do("submit", "--kind", "news", "--by", "Sari")
    assert "No version is approved" in _do("publish", "--all", "--by", "Sari", ends_with=1)
    assert f"publish {first} {second} {third}\n" in _do("approve", "--all", "--by", "Budi")
    said = _do("publish", "--file", "news.yml", "--by", "Sari")
    assert "news/kabar-1, news/kabar-2." in said
    assert "kabar-3" in _do("list", "--state", "approved")


def test_of_those_to_approve_ones_own_are_refused_and_the_others_done() -> None:
    own, theirs = _drafts("Sari")[0], _draft("Budi")
    _do("submit", own, "--by", "Sari")
    _do("submit", theirs, "--by", "Budi")
    said = _do("approve", "--all", "--by", "sari", ends_with=1)
    assert f"Version {theirs} (sentence/utter_goodbye) is approved." in said
    assert f"{own}" in said and "somebody else has to approve" in said
    assert _do("list", "--state", "approved").count("\n") == 1
    assert "kabar-1" in _do("list", "--state", "review")


def test_of_those_to_publish_all_stand_or_none() -> None:
    first, second, _ = _drafts()
    _do("submit", first, second, "--by", "Sari")
    _do("approve", first, "--by", "Budi")
    assert f"Version {second} of “kabar-2”" in _do("publish", first, second, "--by", "Sari", ends_with=1)
    assert "kabar-1" in _do("list", "--state", "approved")
    assert "Tidak ada." in _do("list", "--state", "standing")


def test_an_end_needs_its_time_and_both_ends_are_told() -> None:
    number = _draft()
    _do("submit", number, "--by", "a")
    _do("approve", number, "--by", "b")
    assert "needs a time" in _do("publish", number, "--by", "a", "--until", "2099-12-31", ends_with=1)
    said = _do("publish", number, "--by", "a", "--from", "2099-12-24", "--until", "2099-12-31 23:59")
    assert "from 24-12-2099 00.00 WIB until 31-12-2099 23.59 WIB: sentence/utter_goodbye." in said
    said = _do("show", "sentence", "utter_goodbye")
    assert said.startswith("id: utter_goodbye\ntext: ")
    said = _do("show", "sentence", "utter_goodbye", "--version", "99", ends_with=1)
    assert "no version 99" in said


def test_what_does_not_stand_now_is_told_with_what_there_is() -> None:
    first, _, third = _drafts()
    _do("submit", first, third, "--by", "Sari")
    _do("approve", first, third, "--by", "Budi")
    _do("publish", first, "--from", "2099-12-24", "--by", "Sari")
    said = _do("show", "news", "kabar-1", ends_with=1)
    assert f"version is {first} (published, from 24-12-2099 00.00 WIB)" in said and f"--version {first}" in said
    _do("publish", third, "--by", "Sari")
    assert "Did you mean kabar-3" in _do("show", "news", "kabar3", ends_with=1)
    assert "utter_goodbye" in _do("show", "sentence", "utter_godbye", ends_with=1)


def test_a_sentence_is_shown_as_the_domain_has_it_to_be_changed() -> None:
    body = _do("show", "sentence", "utter_menu_in_form")
    assert "{progress}" in body and "  Lanjut daftar: Lanjut daftar\n" in body
    changed = body.replace("Lanjut daftar: Lanjut daftar", "Lanjut daftar: Ya, lanjut")
    arguments = ("draft", "sentence", "utter_menu_in_form", "-", "--by", "a", "--into", "percakapan.yml")
    assert "ERROR" not in _do(*arguments, given=changed)


@pytest.mark.parametrize(
    "given",
    [
        GOODBYE,
        "\ufeff" + GOODBYE.replace("\n", "\r\n"),
        "# catatan\n- id: utter_goodbye\n  text: Sampai nanti, jaga kesehatan.\n",
        "sentences:\n  - id: utter_thanks\n    text: Sama-sama.\n  - id: utter_goodbye\n"
        "    text: Sampai nanti, jaga kesehatan.\n",
    ],
)
def test_an_entry_is_taken_out_of_whatever_was_written(given: str) -> None:
    number = _draft(text=given)
    assert "text: Sampai nanti, jaga kesehatan." in _do("show", "sentence", "utter_goodbye", "--version", number)
    assert "kesehatan" not in _do("show", "sentence", "utter_goodbye")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("\n\nid: utter_goodby\ntext: a\n", "kalimat.yml, line 3: “id” must be “utter_goodbye”"),
        ("- id: utter_goodby\n  text: a\n", "no entry here has the id “utter_goodbye”"),
        ("# a\n- id: utter_goodbye\n  text: *a*\n", "kalimat.yml, line 3: a text that begins with *"),
        ('id: utter_goodbye\ntext: "a\n', "kalimat.yml, line 2: the text begins with"),
    ],
)
def test_a_mistake_in_a_draft_names_the_file_that_was_given(given: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "kalimat.yml"
    file.write_text(given, encoding="utf-8")
    said = _do("draft", "sentence", "utter_goodbye", str(file), "--by", "a", "--into", "percakapan.yml", ends_with=1)
    assert told in said


def test_a_draft_that_breaks_a_rule_is_told_at_once_and_by_check() -> None:
    body = "id: utter_menu_in_form\ntext: Lanjut?\nbuttons:\n  Lanjut daftar: Ya\n"
    said = _do("draft", "sentence", "utter_menu_in_form", "-", "--by", "a", "--into", "percakapan.yml", given=body)
    assert "line 2: {progress} is lost" in said and "cannot be published like this" in said
    assert "line 2: {progress} is lost" in _do("check", "--stored", ends_with=1)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("draft", "sentense", "x", "-", "--by", "a"), "no kind “sentense”"),
        (("draft", "sentence", "x", "--by", "a"), "--away"),
        (("draft", "sentence", "x", "/nowhere/x.yml", "--by", "a"), "cannot be read"),
        (("draft", "sentence", "x", "--away", "--by", "a"), "no entry “x”"),
        (("submit", "999", "--by", "a"), "999"),
        (("undo", "999", "--by", "a"), "no release 999"),
        (("history", "answer", "tidak-ada"), "no answer “tidak-ada”"),
        (("show", "answer", "tidak-ada"), "no answer “tidak-ada”"),
        (("import", "--directory", "/nowhere"), "no folder"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(arguments: tuple[str, ...], told: str) -> None:
    assert told in _do(*arguments, ends_with=1, given="id: x\ntext: a\n")


def test_import_and_export_of_the_content_lose_nothing(content: Path, tmp_path: Path) -> None:
    first = _do("import", "--directory", str(content))
    assert "Release" in first
    assert _do("import", "--directory", str(content)) == "Nothing new.\n"
    out = tmp_path / "out"
    _do("export", str(out))
    for path in content.rglob("*.yml"):
        if path.parent.name in ("answers", "hoaxes", "tips", "news", "front"):
            assert (out / path.parent.name / path.name).read_bytes() == path.read_bytes(), path
    page = tmp_path / "naskah" / "siaga.html"
    _do("export", str(page), "--format", "html")
    assert "Naskah Siaga untuk diperiksa" in page.read_text(encoding="utf-8")


def test_check_tells_the_files_and_the_database(content: Path) -> None:
    said = _do("check", "--directory", str(content))
    assert said.rstrip().splitlines()[-1].startswith("0 errors, ")
    path = content / "front" / "greeting.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("/show_menu", "/show_men"), encoding="utf-8")
    said = _do("check", "--directory", str(content), ends_with=1)
    assert "front/greeting.yml, line 15: “/show_men” leads nowhere" in said


def test_moments_are_written_and_shown_in_the_programmes_zone() -> None:
    assert moment("2026-12-24 08:00") == datetime(2026, 12, 24, 1, tzinfo=timezone.utc)
    assert moment("2026-12-24 8.00 wita") == datetime(2026, 12, 24, 0, tzinfo=timezone.utc)
    assert moment("2026-12-24") == datetime(2026, 12, 23, 17, tzinfo=timezone.utc)
    assert shown(datetime(2026, 12, 23, 17, tzinfo=timezone.utc)) == "24-12-2026 00.00 WIB"
    for wrong in ("24-12-2026", "2026-02-30", "2026-12-24 25:00", "besok"):
        with pytest.raises(TimeError, match="no moment"):
            moment(wrong)
