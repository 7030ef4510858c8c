"""The news files are read strictly, and every piece of news is dated, sourced, and short."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from siaga.news import NewsFileError, NewsItem, commands, load_news

GOOD = """\
news:
  - id: lama
    title: Kabar lama
    lines: [Satu., Dua.]
    date: 2021-04-27
    source: WHO
    seen_in: Antara
    limit_days: 90
  - id: baru
    title: Kabar baru
    lines: [Satu., Dua., Tiga.]
    date: 2026-02-13
    source: Kemenkes
    seen_in: Antara
    limit_days: 1
"""
TODAY = date(2026, 11, 22)


def _write(folder: Path, text: str) -> Path:
    (folder / "news.yml").write_text(text, encoding="utf-8")
    return folder


def test_the_newest_comes_first(tmp_path: Path) -> None:
    assert [item.id for item in load_news(_write(tmp_path, GOOD), TODAY)] == ["baru", "lama"]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("    title: Kabar lama", "    titel: Kabar lama", 3, "“titel” is not known here"),
        ("    title: Kabar lama", "    title: " + "x" * 81, 3, "at most 80"),
        ("    lines: [Satu., Dua.]", "    lines: [Satu.]", 4, "2 or 3 lines"),
        ("    lines: [Satu., Dua.]", "    lines: [Satu., 2]", 4, "must be text"),
        ("    lines: [Satu., Dua.]", "    lines: [Satu., " + "x" * 161 + "]", 4, "at most 160"),
        ("    date: 2021-04-27", "    date: April", 5, "must be a date"),
        ("    date: 2021-04-27", "    date: 2026-11-23", 5, "still to come"),
        ("    limit_days: 90", "    limit_days: 0", 8, "1 to 730"),
        ("    limit_days: 90", '    limit_days: "90"', 8, "1 to 730"),
        ("    limit_days: 90", "    limit_days: 731", 8, "1 to 730"),
        ("    source: WHO\n", "", 2, "“source” is missing"),
        ("    source: WHO\n    seen_in: Antara\n", "    source: WHO\n", 2, "“seen_in” is missing"),
        ("  - id: baru", "  - id: lama", 9, "already an id"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, reason: str) -> None:
    with pytest.raises(NewsFileError) as refused:
        load_news(_write(tmp_path, GOOD.replace(old, new, 1)), TODAY)
    assert reason in refused.value.reason
    assert refused.value.line == line


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NewsFileError, match="no news file"):
        load_news(tmp_path)


def test_it_is_old_the_day_after_its_limit(tmp_path: Path) -> None:
    (item, _) = load_news(_write(tmp_path, GOOD), TODAY)
    assert not item.is_old(item.day + timedelta(days=1))
    assert item.is_old(item.day + timedelta(days=2))


@pytest.mark.parametrize("item", load_news(), ids=lambda item: item.id)
def test_the_voice(item: NewsItem) -> None:
    text = " ".join([item.title, *item.lines])
    assert not re.search(r"\b(?:kamu|kau|lu)\b", text, re.IGNORECASE)
    assert not re.search("[\U0001f300-\U0001faff☀-➿]", text)
    assert re.search(r"\d{4}|Kemenkes|WHO", item.source)


def test_commands() -> None:
    runner = CliRunner()
    assert f"{len(load_news())} items" in runner.invoke(commands.app, ["check"]).stdout
    listed = runner.invoke(commands.app, ["list", "--day", "2026-02-14"]).stdout.splitlines()
    assert '"old": false' in listed[0]
    assert '"old": true' in listed[-1]
    assert runner.invoke(commands.app, ["list", "--day", "besok"]).exit_code == 2


def test_check_tells_the_first_mistake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(today: date) -> None:
        raise NewsFileError(tmp_path / "news.yml", 3, "“date” must be a date.")

    monkeypatch.setattr(commands, "load_news", refuse)
    result = CliRunner().invoke(commands.app, ["check"])
    assert result.exit_code == 1
    assert "news.yml, line 3" in result.output
