"""``siaga eligibility`` as others call it."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from siaga.eligibility.commands import app

run = CliRunner()


def test_options_give_one_line() -> None:
    facts = ["--fact", "doses_received=2", "--fact", "last_dose_on=2022-12-01"]
    result = run.invoke(app, ["assess", "--birth-date", "1954-08-17", "--sex", "P", "--day", "2023-02-01", *facts])
    assert result.exit_code == 0
    line = json.loads(result.output)
    assert (line["outcome"], line["until"], line["rule"]) == ("postpone", "2023-03-01", "booster_1")
    assert "3 bulan" in line["reasons"][0]


def test_lines_of_json_give_lines_of_json() -> None:
    people = [
        {"birth_date": "1990-05-01", "sex": "L", "day": "2023-02-01"},
        {"age": 30, "sex": "L", "doses_received": 0, "health_now": "well", "condition": "none", "day": "2021-02-15"},
    ]
    result = run.invoke(app, ["assess"], input="\n".join(json.dumps(person) for person in people) + "\n\n")
    assert result.exit_code == 0
    first, second = (json.loads(line) for line in result.output.splitlines())
    assert first["ask"] == "doses_received"
    assert first["options"][-1] == {"value": 0, "label": "Belum pernah"}
    assert "condition" in first["may_follow"]
    assert second["outcome"] == "eligible"


def test_a_bad_line_is_told_and_the_others_are_answered() -> None:
    lines = ['{"shoe_size": 42}', "not json", '{"age": 4, "day": "2023-02-01"}', '{"age": 4, "day": "2020-01-01"}']
    result = run.invoke(app, ["assess"], input="\n".join(lines))
    assert result.exit_code == 1
    told = [json.loads(line) for line in result.output.splitlines()]
    assert "no fact is called" in told[0]["error"]
    assert "JSON object" in told[1]["error"]
    assert told[2]["outcome"] == "not_eligible"
    assert "no rules were in force" in told[3]["error"]


def test_check_lists_every_set() -> None:
    result = run.invoke(app, ["check"])
    assert result.exit_code == 0
    assert result.output.splitlines()[0].startswith("2021-02-11")


def test_at_once_leaves_out_what_cannot_better_the_outcome() -> None:
    ill = ["assess", "--fact", "health_now=ill", "--day", "2023-02-01"]
    assert json.loads(run.invoke(app, ill).output)["ask"] == "age"
    assert json.loads(run.invoke(app, [*ill, "--at-once"]).output)["rule"] == "ill_now"
    line = json.dumps({"health_now": "ill", "day": "2023-02-01", "at_once": True})
    assert json.loads(run.invoke(app, ["assess"], input=line).output)["rule"] == "ill_now"


def test_notes_are_told() -> None:
    facts = {"age": 30, "sex": "L", "doses_received": 0, "health_now": "well", "condition": "none", "day": "2023-02-01"}
    result = run.invoke(app, ["assess"], input=json.dumps({**facts, "comorbidity": ["hypertension", "asthma"]}))
    assert [note.split()[0] for note in json.loads(result.output)["notes"]] == ["Darah", "Asma"]


def test_what_a_message_speaks_of() -> None:
    result = run.invoke(app, ["mentioned", "ibu saya 67 th darah tinggi, boleh?"])
    assert json.loads(result.output) == {
        "whom": "mother",
        "facts": {"age": 67, "sex": "P", "comorbidity": ["hypertension"]},
        "several": False,
        "general": False,
    }
    result = run.invoke(app, ["mentioned"], input="anak 5 tahun\nsiapa yang boleh vaksin?\n")
    first, second = (json.loads(line) for line in result.output.splitlines())
    assert (first["facts"], second["general"]) == ({"age": 5}, True)
