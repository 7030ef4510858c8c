"""``siaga knowledge`` as others call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from siaga.knowledge import Knowledge
from siaga.knowledge.answers import load_answers
from siaga.knowledge.commands import app

run = CliRunner()


def test_a_question_gives_one_line() -> None:
    result = run.invoke(app, ["ask", "vaksin halal ga?"])
    assert result.exit_code == 0
    line = json.loads(result.output)
    assert (line["found"], line["id"]) == ("sure", "vaksin-halal")
    assert "MUI" in line["answer"]
    assert line["source"].startswith("Fatwa MUI")


def test_lines_give_lines() -> None:
    lines = ['{"text": "efek samping?", "topic": "vaccine"}', '"cara masak rendang"', "not json", '{"text": ""}']
    result = run.invoke(app, ["ask"], input="\n".join(lines))
    assert result.exit_code == 1
    told = [json.loads(line) for line in result.output.splitlines()]
    assert told[0]["id"] == "vaksin-efek-samping"
    assert told[1]["found"] == "far"
    assert "error" in told[2]
    assert "error" in told[3]


def test_check_counts_and_calibrate_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "answers" in run.invoke(app, ["check"]).output
    file = str(Path(__file__).with_name("questions.tsv"))
    assert json.loads(run.invoke(app, ["calibrate", "--questions", file]).output)["off_topic"] >= 15
    # Of some answers only: each way to ask is weighed against all others.
    some = load_answers()[:40]
    monkeypatch.setattr(Knowledge, "load", lambda: Knowledge(some))
    measured = json.loads(run.invoke(app, ["calibrate"]).output)
    assert measured["questions"] == sum(len(answer.ways_to_ask) for answer in some) > 300
