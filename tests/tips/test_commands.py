"""``siaga tips``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from siaga.tips import commands
from siaga.tips.tips import TipFileError
from tests.tips import QUESTIONS

RUN = CliRunner()


def _lines(*args: str, given: str | None = None) -> tuple[list[dict[str, object]], int]:
    result = RUN.invoke(commands.app, [*args], input=given)
    return [json.loads(line) for line in result.stdout.splitlines()], result.exit_code


def test_check_counts_what_is_there() -> None:
    result = RUN.invoke(commands.app, ["check"])
    assert result.exit_code == 0
    assert "situations" in result.stdout


def test_check_tells_the_first_mistake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse() -> None:
        raise TipFileError(tmp_path / "tips.yml", 7, "“label” is missing.")

    monkeypatch.setattr(commands, "load_tips", refuse)
    result = RUN.invoke(commands.app, ["check"])
    assert result.exit_code == 1
    assert "tips.yml, line 7: “label” is missing." in result.output


def test_ask_tells_advice_with_what_differs() -> None:
    ((line,), code) = _lines("ask", "cara isoman kalau hamil")
    assert code == 0
    assert (line["found"], line["id"], line["audience"]) == ("sure", "isolasi-mandiri", "pregnant")
    assert line["for_audience"] and line["source"] and line["checked"]


def test_ask_after_a_tip() -> None:
    ((line,), _) = _lines("ask", "berapa lama?", "--after", "positif")
    assert (line["found"], line["asks"], line["id"]) == ("follow_up", "how_long", "positif")
    ((line,), _) = _lines("ask", "kalau sudah negatif?", "--after", "positif")
    assert (line["asks"], line["id"]) == ("other", "selesai-isolasi")
    ((line,), _) = _lines("ask", "cara cuci tangan", "--after", "positif")
    assert (line["found"], line["id"]) == ("sure", "cuci-tangan")


def test_ask_reads_lines() -> None:
    asked = [
        '{"text": "minta saran"}',
        '"tips isoman"',
        '{"text": "kalau anak?", "after": "masker"}',
        "not json",
        '{"text": "x", "after": "y"}',
    ]
    given = "\n".join(asked)
    lines, code = _lines("ask", given=given)
    assert [line.get("found") for line in lines] == ["unknown", "sure", "follow_up", None, None]
    assert code == 1
    assert lines[4] == {"error": "no such tip"}


def test_measure_prints_shares() -> None:
    ((line,), _) = _lines("measure", str(QUESTIONS))
    assert 0 < float(str(line["hit_at_1"])) <= 1
