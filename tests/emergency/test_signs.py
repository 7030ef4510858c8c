"""What to do until help comes: something for each sign, short, and refused where it is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from siaga.emergency import SignFileError, commands, load_signs, steps_for
from siaga.emergency.signs import FILE, OTHER, OWN_NUMBERS
from siaga.text.danger import Sign

TEXT = FILE.read_text(encoding="utf-8")
SOURCE = '    source: "IFRC, International First Aid, Resuscitation and Education Guidelines 2020"\n'


def changed(folder: Path, old: str, new: str) -> Path:
    assert old in TEXT
    path = folder / "signs.yml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    return path


def test_every_sign_has_steps_but_those_with_numbers_of_their_own() -> None:
    assert set(load_signs()) == (set(get_args(Sign)) - OWN_NUMBERS) | {OTHER}
    assert steps_for(None) == steps_for("suicide") == load_signs()[OTHER]
    assert "mulut" in steps_for("fit").lines[0]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("- id: fit", "- id: kejang", "“kejang” is no sign"),
        ("- id: fit", "- id: unconscious", "already there"),
        ("- id: fit", "- name: fit", "“name” is not known"),
        ("Bawa Buku KIA", "Minum 1 tablet, bawa Buku KIA", "dose"),
        ("Bawa Buku KIA", "Bawa Buku KIA " * 10, "at most 110"),
        ('      - "Bawa Buku KIA', '      - "satu"\n      - "Bawa Buku KIA', "1 to 2 lines"),
        (SOURCE, "", "“source” is missing"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(tmp_path: Path, old: str, new: str, reason: str) -> None:
    with pytest.raises(SignFileError, match=r"signs\.yml, line \d+: ") as refused:
        load_signs(changed(tmp_path, old, new))
    assert reason in refused.value.reason


def test_a_sign_without_steps_is_refused(tmp_path: Path) -> None:
    start = TEXT.index("  - id: pregnancy")
    with pytest.raises(SignFileError, match="nothing is said of pregnancy"):
        load_signs(changed(tmp_path, TEXT[start : TEXT.index("  - id: other")], ""))


def test_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "fit: 2 lines (IFRC" in CliRunner().invoke(commands.app, ["check"]).stdout
    told = CliRunner().invoke(commands.app, ["read", "anak saya kejang"]).stdout
    assert '"sign": "fit"' in told and "kepalanya" in told
    read = CliRunner().invoke(commands.app, ["read"], input="udah dibawa ke RS\nbukan darurat kok\n").stdout
    assert [line.split('"aftermath": ')[1] for line in read.splitlines()] == ['"helped"}', '"false_alarm"}']

    broken = changed(tmp_path, "- id: fit", "- id: kejang")
    monkeypatch.setattr(commands, "load_signs", lambda: load_signs(broken))
    refused = CliRunner().invoke(commands.app, ["check"])
    assert refused.exit_code == 1 and "no sign" in refused.output
