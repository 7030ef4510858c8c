"""Tables of messages as Rasa reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from siaga.nlu.commands import app
from siaga.nlu.convert import to_yaml
from siaga.nlu.evaluate import Row
from siaga.nlu.examples import read_examples

ROWS = [
    Row("mau vaksin: gmn?", "register_vaccination"),
    Row("- 'halo' # \"min\" 😀", "greet"),
    Row("/greet halo", "greet"),
    Row("lihat [ini](http://x.id) ya", "out_of_scope"),
    Row("dua\u2028baris \0 ", "out_of_scope"),
    Row("/", "out_of_scope"),
    Row("halo", "greet"),
    Row("halo", "greet"),
    Row("ya", "yes"),
]
READ = [
    ("mau vaksin: gmn?", "register_vaccination"),
    ("- 'halo' # \"min\" 😀", "greet"),
    ("greet halo", "greet"),
    ("halo", "greet"),
    ("lihat [ini] (http://x.id) ya", "out_of_scope"),
    ("dua baris", "out_of_scope"),
    ("…", "out_of_scope"),
    ("ya", "yes"),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "nlu.yml"
    path.write_text(to_yaml(ROWS), encoding="utf-8")
    return path


def test_rasa_reads_what_was_meant(file: Path) -> None:
    from rasa.shared.nlu.training_data.loading import load_data

    examples = load_data(str(file)).intent_examples
    assert [(some.get("text"), some.get("intent")) for some in examples] == READ


def test_we_read_it_alike(file: Path) -> None:
    assert [(some.text, some.intent) for some in read_examples(file)] == READ


def test_the_command_prints_it_and_says_what_is_wrong(tmp_path: Path) -> None:
    table = tmp_path / "messages.tsv"
    table.write_text("text\tlabel\nhalo\tgreet\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["convert", str(table)])
    assert done.exit_code == 0
    assert done.stdout == 'version: "3.1"\n\nnlu:\n- intent: greet\n  examples: |\n    - halo\n'
    table.write_text("text\nhalo\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["convert", str(table)]).exit_code == 1
