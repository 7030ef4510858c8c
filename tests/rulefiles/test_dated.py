"""Of dated rule sets the last that has begun is in force, from the store as from a directory."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.content import Entry
from siaga.content.files import whole_entry
from siaga.content.kinds import Entries, read_folder
from siaga.rulefiles.dated import Dated, NoRules, RuleFileError, RuleFiles, valid_from, version_of

DAYS = st.dates(date(2021, 1, 1), date(2021, 3, 1))


@given(begun=st.sets(DAYS, min_size=1), day=DAYS)
def test_the_last_that_has_begun_is_in_force(begun: set[date], day: date) -> None:
    days = tuple(sorted(begun))
    dated = Dated(days, days)
    earlier = [one for one in days if one <= day]
    if earlier:
        assert dated.on(day) == max(earlier)
    else:
        with pytest.raises(NoRules, match=str(days[0])):
            dated.on(day)


def _read(content: Entry, asked: Entry) -> tuple[date, str]:
    return valid_from(content), version_of(valid_from(content), content, asked)


FILES = RuleFiles(Path("content/x"), _read, asks=True)


def folder(at: Path, *days: date) -> Path:
    """A directory with rule files and questions."""
    at.mkdir(exist_ok=True)
    for old in at.iterdir():
        old.unlink()
    (at / "questions.yml").write_text("questions: 1\n", encoding="utf-8")
    for day in days:
        (at / f"{day}.yml").write_text(f"valid_from: {day}\n", encoding="utf-8")
    return at


@settings(max_examples=20, deadline=None)
@given(days=st.sets(DAYS, min_size=1, max_size=4), after=st.integers(0, 30))
def test_a_directory_and_its_entries_say_the_same(
    tmp_path_factory: pytest.TempPathFactory, days: set[date], after: int
) -> None:
    directory = folder(tmp_path_factory.getbasetemp() / "dated", *days)
    dated = FILES.read_all(read_folder(directory, None))
    assert list(dated) == FILES.all_of(directory)
    day = min(days) + timedelta(days=after)
    assert dated.on(day) == FILES.in_force(directory, day)


def test_the_version_is_of_the_wording_of_both() -> None:
    def version(rules: str, questions: str) -> str:
        entries = [("2021-01-01", rules), ("questions", questions)]
        (found,) = FILES.read_all(Entries(whole_entry(text, Path(f"x/{name}.yml")) for name, text in entries))
        return found[1]

    first = version("valid_from: 2021-01-01", "a: 1")
    assert first == version("valid_from: 2021-01-01", "a: 1") and first.startswith("2021-01-01.")
    assert len({first, version("valid_from: 2021-01-01 # x", "a: 1"), version("valid_from: 2021-01-01", "a: 2")}) == 3


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ({}, "x/questions.yml, line 1: there is no “questions”"),
        ({"2021-01-01": "valid_from: 2021-01-01"}, "there is no “questions”"),
        ({"questions": "a: 1"}, "there is no rule file"),
        ({"questions": "a: 1", "baru": "a: 1"}, "x/baru.yml, line 1: name the file after the day"),
        (
            {"questions": "a: 1", "2021-01-01": "# x\nvalid_from: 2021-01-02"},
            "line 2: the file is named 2021-01-01.yml",
        ),
    ],
)
def test_what_cannot_be_read_as_a_whole_is_told(texts: dict[str, str], told: str) -> None:
    with pytest.raises(RuleFileError, match=told):
        FILES.read_all(Entries(whole_entry(text, Path(f"x/{name}.yml")) for name, text in texts.items()))
