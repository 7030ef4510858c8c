"""Each mistake that a designer may make is told in one sentence, at its line; the project itself has none."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from siaga.checking import Mistake, check
from siaga.settings import ROOT
from tests.checking.planted import AT_HAND, BEFORE, PLANTS, Plant

COPIED = (
    *("domain.yml", "config.yml", "data/rules", "data/nlu/registration.yml", "data/nlu/conversation.yml"),
    *(
        "content/conversation",
        "content/news",
        "content/tips",
        "content/templates",
        "content/radar/levels",
        "tests/scenarios/tips.yml",
    ),
    *(
        "tests/nlu/held_out.tsv",
        "actions",
        "siaga/dialogue",
        "siaga/whatsapp/flows",
        "siaga/registration/nik.py",
        "siaga/nlu",
    ),
)
"""What the slips are put into: enough of each, for it is read anew."""


def plant(root: Path, slips: Iterable[Plant]) -> None:
    """Put the slips into a copy of the project."""
    for slip in slips:
        path = root / slip.file
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8") if path.exists() else BEFORE.get(slip.file, "")
        if slip.after:
            start = re.search(rf"^ *{re.escape(slip.after)}.*\n", text, re.MULTILINE)
            assert start, slip
            at = start.start() if slip.after.startswith("utter_") else start.end()
            text = text[:at] + slip.text + text[at:]
        else:
            text += slip.text
        path.write_text(text, encoding="utf-8")


def line_of(root: Path, file: str, words: str) -> int:
    """The first line that holds these words."""
    text = (root / file).read_text(encoding="utf-8")
    assert words in text, (file, words)
    return text.count("\n", 0, text.index(words)) + 1


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with all the slips in it."""
    root = tmp_path_factory.mktemp("siaga")
    for name in COPIED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, root / name)
    plant(root, (*AT_HAND, *PLANTS))
    return root


@pytest.fixture(scope="module")
def found(copy: Path) -> list[Mistake]:
    return check(copy)


@pytest.mark.parametrize("slip", PLANTS, ids=lambda slip: f"{slip.kind}: {slip.at.strip()}")
def test_a_mistake_is_told_in_one_sentence_at_its_line(slip: Plant, copy: Path, found: list[Mistake]) -> None:
    def place(match: re.Match[str]) -> str:
        file, _, words = match[1].partition("|")
        return f"{file}:{line_of(copy, file, words)}"

    expected = re.sub(r"<([^>]+)>", place, slip.sentence)
    at = line_of(copy, slip.file, slip.at)
    here = [one for one in found if one.file == slip.file and one.line == at]
    fitting = [one for one in here if one.kind == slip.kind and expected in one.sentence]
    assert len(fitting) == 1, "\n".join(map(str, here or [one for one in found if one.file == slip.file]))
    assert "\n" not in str(fitting[0])
    assert str(fitting[0]).startswith(f"{slip.file}:{at}: ")


def test_the_project_itself_has_no_mistake() -> None:
    # Of content/ tests/content/test_checking.py says it.
    grave = [str(one) for one in check(ROOT, content=False) if one.grave]
    assert not grave, "\n".join(grave)
