"""What docs/content.md shows works as it stands there."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from siaga.canned import fill, read_canned
from siaga.content import Entry, live, parse_entry
from siaga.content.commands import app
from siaga.content.kinds import KINDS, Entries
from siaga.content.leads import INTENTS
from siaga.content.sentences import read_sentences
from siaga.front import read_front
from siaga.front.standing import front
from siaga.settings import ROOT

MANUAL = (ROOT / "docs" / "content.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", MANUAL, re.DOTALL)


def test_the_sentence_can_be_said() -> None:
    (example,) = (text for text in EXAMPLES if "sentences:" in text)
    entry: Entry = parse_entry(example, Path("content/sentences/x.yml"))
    assert read_sentences(entry["sentences"])["utter_menu_in_form"].titles == {"Lanjut daftar": "Ya, lanjut"}


def test_the_ready_reply_can_be_sent() -> None:
    (example,) = (text for text in EXAMPLES if "canned:" in text)
    (reply,) = read_canned(Entries(parse_entry(example, Path("content/canned/x.yml"))["canned"]))
    assert "Warga Uji 001" in fill(reply.text, "Warga Uji 001")


def test_every_kind_is_in_the_table() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `content/(\w+)/` \|", MANUAL, re.MULTILINE)
    assert set(rows) == {(kind.name, kind.folder) for kind in KINDS.values()}


def test_the_intents_are_all_there() -> None:
    listed = MANUAL[MANUAL.index("Intents that a button may lead to") :]
    assert set(re.findall(r"`(\w+)`", listed)) == INTENTS


@pytest.mark.usefixtures("database")
def test_the_days_change_is_seen_by_citizens() -> None:
    (notice,) = (text for text in EXAMPLES if "is: notice" in text)
    assert read_front([parse_entry(notice, Path("content/front/notices.yml"))]).notices
    run = CliRunner()

    def do(*arguments: str) -> str:
        done = run.invoke(app, arguments, input=notice)
        assert done.exit_code == 0, done.output
        return done.output

    do("import")
    begun = do("draft", "front", "libur-natal-2026", "-", "--into", "notices.yml", "--by", "Warga Uji 001")
    number = re.findall(r"\d+", begun)[0]
    at = datetime(2026, 12, 24, 9, tzinfo=ZoneInfo("Asia/Jakarta"))
    do("submit", number, "--by", "Warga Uji 001")
    do("approve", number, "--by", "Warga Uji 002")
    live.forget()
    assert front().notice(at) is None
    release = re.findall(r"Release (\d+)", do("publish", number, "--by", "Warga Uji 001"))[0]
    live.forget()
    standing = front()
    told = standing.notice(at)
    assert told and "12.00 WIB" in told.text
    assert standing.menu and standing.greeting and standing.hours
    do("undo", release, "--by", "Warga Uji 003")
    live.forget()
    assert front().notice(at) is None
