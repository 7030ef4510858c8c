"""``siaga check`` as it is called."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from siaga.checking.commands import app
from siaga.checking.mistake import Mistake, meant
from siaga.checking.scenarios import in_indonesian

SMALL = {
    "domain.yml": 'intents: [greet]\nactions: []\nresponses:\n  utter_greet:\n    - text: "Halo, {salam}"\n',
    "config.yml": "pipeline:\n  - name: WhitespaceTokenizer\npolicies:\n  - name: RulePolicy\n",
    "data/nlu.yml": "nlu:\n- intent: greet\n  examples: |\n    - halo\n    - hai\n",
    "data/rules.yml": "rules:\n- rule: salam\n  steps:\n  - intent: greet\n  - action: utter_greet\n",
    "content/conversation/capabilities.yml": "other:\n  label: Lain\n  intents: [greet]\n",
    "content/conversation/meanings.yml": "greet: Menyapa\n",
    "content/conversation/other_requests.yml": "greet:\n  juga: menyapa\n  tombol: Ya, sapa\n",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A bot that knows one thing."""
    for name, text in SMALL.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_line_each_and_exit_code_one(small: Path) -> None:
    result = CliRunner().invoke(app, [str(small)])
    assert result.output.splitlines() == [
        "domain.yml:5: {salam} di kalimat “utter_greet” tidak diisi oleh aturan yang memakai kalimat ini; "
        "warga akan membaca kurungnya.",
        "1 kesalahan.",
    ]
    assert result.exit_code == 1


def test_exit_code_zero_where_there_is_none(small: Path) -> None:
    (small / "domain.yml").write_text(SMALL["domain.yml"].replace(", {salam}", ""))
    result = CliRunner().invoke(app, [str(small)])
    assert (result.output, result.exit_code) == ("Tidak ada kesalahan.\n", 0)


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("data/rules.yml", "rules:\n\t- rule: salam\n", "data/rules.yml:2: Ada tab di baris ini."),
        ("data/nlu.yml", SMALL["data/nlu.yml"].encode("utf-16"), "data/nlu.yml:1: Berkasnya bukan teks UTF-8"),
        (
            "domain.yml", SMALL["domain.yml"].replace(", {salam}", "") + "responses:\n  utter_x:\n    - text: A\n",
            "domain.yml:6: “responses” sudah ada di baris 3",
        ),
        ("data/rules.yml", SMALL["data/rules.yml"].replace("- rule: salam", "- rule salam"),
         "data/rules.yml:2: Di belakang “rule” kurang titik dua (:)."),
        ("data/rules.yml", SMALL["data/rules.yml"].replace("utter_greet", "utter_gret"),
         "data/rules.yml:5: Kalimat “utter_gret” tidak ada di domain.yml"),
        ("domain.yml", "intents: [greet]\nactions: []\nresponses:\n  utter_a:\n    - text: A\n"
         "utter_greet:\n    - text: Halo\n  utter_b:\n    - text: B\n",
         "domain.yml:6: “utter_greet” menjorok 0 spasi, padahal “utter_a” di atasnya 2."),
    ],
)  # fmt: skip
def test_what_only_follows_from_a_mistake_is_not_told_beside_it(
    small: Path, file: str, text: str | bytes, told: str
) -> None:
    """Neither sentences that nobody says, nor intents without examples or a rule, when that part was not read."""
    (small / "domain.yml").write_text(SMALL["domain.yml"].replace(", {salam}", ""))
    (small / file).write_bytes(text if isinstance(text, bytes) else text.encode())
    result = CliRunner().invoke(app, [str(small)])
    first, last = result.output.splitlines()
    assert first.startswith(told)
    assert (last, result.exit_code) == ("1 kesalahan.", 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_how_an_editor_saves_a_file_is_no_mistake(small: Path, encoding: str, line_end: str) -> None:
    """With or without a byte order mark, with the line ends of any system."""
    files = SMALL | {"domain.yml": SMALL["domain.yml"].replace(", {salam}", ""), "content/answers/a.yml": "answers:\n"}
    for name, text in files.items():
        (small / name).parent.mkdir(parents=True, exist_ok=True)
        (small / name).write_bytes(text.replace("\n", line_end).encode(encoding))
    said = CliRunner().invoke(app, [str(small)]).output
    assert [line for line in said.splitlines() if "belum ada “answers:”" in line or "content/" not in line] == [
        "1 kesalahan."
    ], said


def test_what_is_only_to_be_looked_at_is_told_last_and_does_not_count(small: Path) -> None:
    (small / "domain.yml").write_text(SMALL["domain.yml"].replace(", {salam}", ""))
    (small / "data/nlu.yml").write_text(SMALL["data/nlu.yml"] + "    - Hai!\n")
    result = CliRunner().invoke(app, [str(small)])
    assert result.output.splitlines() == [
        "data/nlu.yml:6: perlu dilihat: “Hai!” sudah ada di data/nlu.yml:5; satu saja cukup.",
        "Tidak ada kesalahan, 1 perlu dilihat.",
    ]
    assert result.exit_code == 0


def test_another_folder_is_no_project(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, [str(tmp_path)]).exit_code == 2


def test_neither_rasa_nor_tensorflow_is_waited_for(small: Path) -> None:
    code = (
        "import sys\nfrom siaga.cli import main\n"
        f"try: main(['check', {str(small)!r}, '--json'])\n"
        "finally: print(sorted({'rasa', 'tensorflow', 'sanic', 'rasa_sdk'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip() == "[]"
    told = json.loads(done.stdout)
    assert (told["mistakes"], told["notes"]) == (1, 0)
    one = told["found"][0]
    assert (one["file"], one["line"], one["kind"], one["grave"]) == ("domain.yml", 5, "placeholder", True)
    assert Mistake(**one).as_json() == one


@pytest.mark.parametrize(("name", "asked"), [("utter_gret", " Maksud Anda “utter_greet”?"), ("zzz", "")])
def test_a_name_that_is_nearly_known_is_asked_about(name: str, asked: str) -> None:
    assert meant(name, ["utter_greet", "utter_menu"]) == asked


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("bot: '(' is not a regular expression: missing )", "“(” bukan pola yang benar"),
        ("a turn has exactly one of user, tap; here: user and tap", "Satu langkah hanya satu hal; di sini ada user"),
        ("something new", "Skenario ini belum benar: something new."),
    ],
)
def test_what_the_reader_of_scenarios_says_is_told_in_indonesian(reason: str, told: str) -> None:
    assert in_indonesian(reason).startswith(told)
