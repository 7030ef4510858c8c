"""``siaga hoax`` as staff and other programs call it."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from typer.testing import CliRunner

from siaga.db import transaction
from siaga.hoaxes import queue
from siaga.hoaxes.commands import app
from siaga.people.contacts import ensure_contact

run = CliRunner()
NOW = datetime.now(timezone.utc)

pytestmark = pytest.mark.usefixtures("claims")


def test_a_message_gives_one_line() -> None:
    result = run.invoke(app, ["check", "bener ga vaksin ada magnetnya?"])
    assert result.exit_code == 0
    line = json.loads(result.output)
    assert (line["found"], line["id"], line["verdict_in_words"]) == ("sure", "vaksin-magnet", "HOAKS")
    assert line["share"].startswith("Vaksin tidak membuat") and line["source"] == "WHO" and not line["by_link"]


def test_lines_give_lines() -> None:
    lines = ['{"text": "kabar-uji.example.com/vaksin-chip"}', '"cara masak rendang"', "not json", '{"text": ""}']
    result = run.invoke(app, ["check"], input="\n".join(lines))
    assert result.exit_code == 1
    told = [json.loads(line) for line in result.output.splitlines()]
    assert told[0]["id"] == "vaksin-chip" and told[0]["by_link"] and told[0]["also"] == []
    assert told[1] == {"found": "far", "score": told[1]["score"]}
    assert "error" in told[2] and "error" in told[3]


def test_the_queue_from_question_to_answer(database: str) -> None:
    with transaction() as session:
        contact_id = ensure_contact(session, phone="628000000001").id
        question = queue.ask(session, contact_id, "senin depan jatim lockdown total", "wamid.1", NOW)
        assert queue.wants_answer(session, contact_id, question, NOW)
    line = json.loads(run.invoke(app, ["queue"]).output)
    assert (line["id"], line["people"], line["waiting"]) == (question, 1, 1)
    assert "lockdown" in line["text"]
    wrong = run.invoke(app, ["answer", str(question), "tidak-ada"])
    assert wrong.exit_code == 1 and "no claim tidak-ada" in wrong.output
    assert (
        json.loads(run.invoke(app, ["answer", str(question), "air-garam", "--by", "Petugas Uji"]).output)["told"] == 1
    )
    assert run.invoke(app, ["queue"]).output == ""
    again = run.invoke(app, ["answer", str(question), "air-garam"])
    assert again.exit_code == 1 and "no open question" in again.output
    assert run.invoke(app, ["drop", str(question)]).exit_code == 1


def test_the_files_are_counted() -> None:
    assert "claims" in run.invoke(app, ["list"]).output
