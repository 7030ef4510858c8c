"""``siaga selfcheck`` as others call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from siaga.selfcheck import commands
from siaga.selfcheck.commands import app

run = CliRunner()


def test_lines_of_json_give_lines_of_json() -> None:
    people = [
        {"danger": ["breath"], "day": "2022-02-01"},
        {"danger": [], "age": 40, "sex": "L", "day": "2022-02-01"},
        {"danger": [], "age": 40, "sex": "L", "symptoms": {}, "positive_days": 1, "day": "2022-02-01"},
    ]
    result = run.invoke(app, ["assess"], input="\n".join(json.dumps(person) for person in people) + "\n\n")
    assert result.exit_code == 0
    first, second, third = (json.loads(line) for line in result.output.splitlines())
    assert (first["level"], first["danger"], first["again_after_hours"]) == ("emergency", ["breath"], None)
    assert (second["ask"], second["kind"]) == ("symptoms", "several")
    assert second["text"].startswith("Apa saja yang Anda rasakan")
    assert second["options"][0] == {"value": "fever", "label": "Demam"}
    assert (third["level"], third["until"], third["valid_for_hours"]) == ("isolate", "2022-02-10", 24.0)
    assert third["version"].startswith("2022-01-17.")


def test_a_bad_line_is_told_and_the_others_are_answered() -> None:
    lines = ['{"shoe_size": 42}', "not json", '{"danger": "fit"}', '{"danger": "fit", "day": "2020-01-01"}',
             '{"danger": [], "day": "soon"}', "[]"]  # fmt: skip
    result = run.invoke(app, ["assess"], input="\n".join(lines))
    assert result.exit_code == 1
    told = [json.loads(line) for line in result.output.splitlines()]
    assert "no fact is called" in told[0]["error"]
    assert "JSON object" in told[1]["error"]
    assert told[2]["level"] == "emergency"
    assert "no rules were in force" in told[3]["error"]
    assert "day must be a date" in told[4]["error"]
    assert "JSON object" in told[5]["error"]


def test_options_give_one_line() -> None:
    given = ["--fact", "danger=none", "--fact", "age=62", "--fact", "symptoms=fever,cough"]
    line = json.loads(run.invoke(app, ["assess", "--day", "2022-02-01", *given]).output)
    assert line["ask"] == "positive_test"
    given += ["--fact", "positive_test=no"]
    line = json.loads(run.invoke(app, ["assess", "--day", "2022-02-01", *given]).output)
    assert line["level"] == "doctor"
    assert run.invoke(app, ["assess", "--fact", "danger"]).exit_code == 2


def test_check_lists_every_set_and_tells_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run.invoke(app, ["check"])
    assert result.exit_code == 0
    assert [line[:10] for line in result.output.splitlines()] == ["2020-07-13", "2022-01-17", "2023-08-01"]
    (tmp_path / "2022-01-17.yml").write_text("title: x\n", encoding="utf-8")
    (tmp_path / "questions.yml").write_text("questions: none\n", encoding="utf-8")
    monkeypatch.setattr(commands, "DIRECTORY", tmp_path)
    result = run.invoke(app, ["check"])
    assert result.exit_code == 1
    assert "questions.yml, line 1" in result.output
