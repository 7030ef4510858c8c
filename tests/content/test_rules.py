"""Rules and notices are content whose entries are whole files: what is published is told, and undone it is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from siaga.content import ContentError, editing, live
from siaga.content.commands import app
from siaga.content.importing import export_files, import_files
from siaga.content.kinds import KINDS
from siaga.content.store import FourEyesError, StoreError, approve, draft, publish, submit, undo
from siaga.db import transaction
from siaga.doses import Given, next_dose
from siaga.eligibility import Outcome, assess, rules_in_force
from siaga.emergency import steps_for
from siaga.reminders.words import words
from siaga.selfcheck import assess as check_self
from siaga.selfcheck import rules_in_force as selfcheck_in_force
from tests.content.given import published, taken, text_of

pytestmark = pytest.mark.usefixtures("fresh")

DAY = date(2026, 11, 23)
RULES = ("eligibility", "doses", "selfcheck", "emergency")
WHOLE = (*RULES, "notice")
FIVE = {"age": 5, "sex": "L"}


def told_eligibility() -> str:
    """Why a child of five may not be vaccinated."""
    found = assess(rules_in_force(DAY), FIVE, DAY)
    assert isinstance(found, Outcome)
    return found.reasons[0]


def told_doses() -> str:
    """When the second dose is due after a first one of IndoVac."""
    return str(next_dose([Given(1, "indovac", date(2026, 11, 1))], date(1980, 1, 1), DAY).start)


def told_selfcheck() -> str:
    """How urgent an oxygen of 91 is."""
    return str(getattr(check_self(selfcheck_in_force(DAY), {"oxygen": 91}, DAY), "level", "asks on"))


def told_emergency() -> str:
    """What is said first of a fit."""
    return steps_for("fit").lines[0]


def told_notice() -> str:
    """The end of the message of the evening before."""
    return words()["appointment_day_before"].words.split("\n")[-1]


CHANGES: dict[str, tuple[str, str, str, Callable[[], str]]] = {
    "eligibility": ("2023-01-24", "mulai umur 6 tahun", "mulai umur enam tahun", told_eligibility),
    "doses": ("2024-01-01", "28 days", "35 days", told_doses),
    "selfcheck": ("2023-08-01", "if: oxygen < 90", "if: oxygen < 92", told_selfcheck),
    "emergency": ("signs", "Jauhkan benda keras", "Singkirkan benda keras", told_emergency),
    "notice": ("appointment_day_before", "Bisa datang?", "Anda bisa datang?", told_notice),
}


def changed(kind: str) -> tuple[str, str]:
    """An entry of a kind, and its text changed."""
    key, old, new, _ = CHANGES[kind]
    text = text_of(kind, f"{key}.yml")
    assert old in text
    return key, text.replace(old, new)


@pytest.mark.parametrize("kind", WHOLE)
def test_what_is_published_is_told_and_undone_it_is_not(kind: str, tmp_path: Path) -> None:
    told = CHANGES[kind][3]
    before = told()
    assert taken(tmp_path, kind).refused == []
    live.refresh()
    assert told() == before
    release = published(kind, *changed(kind))
    live.refresh()
    assert told() != before
    with transaction() as session:
        undo(session, release, "Sari")
    live.refresh()
    assert told() == before


WRONG = {
    "eligibility": ("2023-01-24", "if: age < 6", "if: agee < 6", "“agee” is not a fact"),
    "doses": ("2024-01-01", "indovac: full", "indovac: some", "one of full, half"),
    "selfcheck": ("2023-08-01", "if: oxygen < 90", "if: oxygen under 90", "cannot be read"),
    "emergency": ("signs", "- id: fit", "- id: kejang", "“kejang” is no sign"),
    "notice": ("appointment_day_before", "*{nama}*", "*{name}*", "which this notice does not have"),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_wrong_file_is_told_with_its_line_and_cannot_be_published(kind: str, tmp_path: Path) -> None:
    taken(tmp_path, kind)
    key, old, new, reason = WRONG[kind]
    text = text_of(kind, f"{key}.yml")
    assert old in text
    body = text.replace(old, new, 1)
    line = text[: text.index(old)].count("\n") + 1
    with transaction() as session:
        (finding, *_) = editing.check_text(session, kind, key, body)
    assert finding.grave and reason in finding.reason
    # Of a text of several lines it is the first.
    assert finding.line in (line, line - 1)
    where = f"{KINDS[kind].folder}/{key}.yml, line {finding.line}: "
    with pytest.raises(ContentError, match=re.escape(where)):
        published(kind, key, body)


def test_what_is_no_yaml_is_no_draft(tmp_path: Path) -> None:
    taken(tmp_path, "doses")
    body = text_of("doses", "2024-01-01.yml").replace('title: "', 'title: "a" "', 1)
    with transaction() as session:
        (finding,) = editing.check_text(session, "doses", "2024-01-01", body)
        with pytest.raises(ContentError, match=rf"doses/2024-01-01\.yml, line {finding.line}: "):
            draft(session, "doses", "2024-01-01", body, by="Sari")


def test_nobody_publishes_a_rule_alone(tmp_path: Path) -> None:
    taken(tmp_path, "doses")
    key, body = changed("doses")
    with transaction() as session:
        version = draft(session, "doses", key, body, by="Sari")
        with pytest.raises(StoreError, match="is a draft"):
            publish(session, [version], by="Budi")
        submit(session, version, by="Sari")
        with pytest.raises(FourEyesError):
            approve(session, version, by="sari")


def new_rules(day: str) -> str:
    """The newest dose rules from another day on, a dose a week later."""
    return changed("doses")[1].replace("valid_from: 2024-01-01", f"valid_from: {day}")


def test_a_new_file_holds_from_its_day_on(tmp_path: Path) -> None:
    taken(tmp_path, "doses")
    published("doses", "2026-11-20", new_rules("2026-11-20"))
    live.refresh()
    given = [Given(1, "indovac", date(2026, 11, 1))]

    def due(day: date) -> date | None:
        return next_dose(given, date(1980, 1, 1), day).start

    assert due(date(2026, 11, 20)) == date(2026, 12, 6)
    assert due(date(2026, 11, 19)) == date(2026, 11, 29)


@pytest.mark.parametrize("key", ["2026-11-21", "baru", "questions"])
def test_a_new_file_is_named_after_its_day(tmp_path: Path, key: str) -> None:
    taken(tmp_path, "doses")
    with pytest.raises(ContentError, match=f"doses/{key}.yml, line [13]: "):
        published("doses", key, new_rules("2026-11-20"))


@pytest.mark.parametrize(("key", "file"), [("2026-11-20", "2026-11-21.yml"), ("../x", None), ("Baru", None)])
def test_a_file_has_the_name_of_its_entry(tmp_path: Path, key: str, file: str | None) -> None:
    taken(tmp_path, "doses")
    with pytest.raises(StoreError, match="file"):
        published("doses", key, new_rules("2026-11-20"), file=file)


@pytest.mark.parametrize(
    ("kind", "key", "told"),
    [
        ("emergency", "signs", "nothing is said of any sign"),
        ("notice", "validated", "there is no “validated”"),
        ("eligibility", "questions", "there is no “questions”"),
    ],
)
def test_what_is_needed_cannot_be_taken_away(tmp_path: Path, kind: str, key: str, told: str) -> None:
    taken(tmp_path, kind)
    with pytest.raises(ContentError, match=told):
        published(kind, key, None)


def test_a_question_that_a_rule_needs_is_told_before_it_is_published(tmp_path: Path) -> None:
    taken(tmp_path, "eligibility")
    text = text_of("eligibility", "questions.yml")
    body = text[: text.index("  - id: condition")]
    with transaction() as session:
        found = editing.check_text(session, "eligibility", "questions", body)
    assert any("no question for condition" in one.reason and one.key != "questions" for one in found)
    with pytest.raises(ContentError, match="no question for condition"):
        published("eligibility", "questions", body)


def test_before_the_files_were_imported_nothing_of_them_is_changed() -> None:
    """Else that one file would be all that stands."""
    with pytest.raises(StoreError, match="siaga content import"):
        published("doses", *changed("doses"))


def test_a_database_of_before_gets_the_new_kinds_with_the_next_import(tmp_path: Path) -> None:
    first = taken(tmp_path, "tip", "news")
    published("news", "baru", text_of_news())
    second = taken(tmp_path, "canned", *WHOLE)
    assert {told.kind for told in first.taken} == {"tip", "news"}
    assert {told.kind for told in second.taken} == {"canned", *WHOLE}
    assert (second.gone, second.conflicts, second.refused) == ([], [], [])
    assert taken(tmp_path).release is None


def text_of_news() -> str:
    """A piece of news."""
    from tests.content.conftest import item

    return item("baru")


def test_a_rule_is_changed_by_commands_as_the_manual_says(tmp_path: Path) -> None:
    taken(tmp_path, "doses")
    run = CliRunner()

    def do(*arguments: str, text: str | None = None) -> str:
        done = run.invoke(app, arguments, input=text)
        assert done.exit_code == 0, done.output
        return done.output

    shown = do("show", "doses", "2024-01-01")
    assert shown == text_of("doses", "2024-01-01.yml")
    told = do("draft", "doses", "2024-01-01", "-", "--by", "Sari", text=shown.replace("from: 28 days", "from: 35 days"))
    assert "doses/2024-01-01.yml, line 35: “until” is before “from”" in told
    number = re.findall(r"Draft (\d+)", do("draft", "doses", "2024-01-01", "-", "--by", "Sari", text=new_text()))[0]
    do("submit", number, "--by", "Sari")
    do("approve", number, "--by", "Budi")
    do("publish", number, "--by", "Sari")
    assert do("show", "doses", "2024-01-01") == new_text()


def new_text() -> str:
    """The newest dose rules, a dose a week later."""
    return changed("doses")[1]


# ------------------------------------------------------------------ files, and back
@pytest.fixture
def doses(tmp_path: Path) -> Iterator[Path]:
    """A folder with our dose rules, which were imported."""
    taken(tmp_path, "doses")
    yield tmp_path


def test_what_staff_changed_is_written_into_its_file_and_all_else_stays(doses: Path) -> None:
    before = {path.name: path.read_bytes() for path in (doses / "doses").iterdir()}
    key, body = changed("doses")
    published("doses", key, body)
    published("doses", "2026-11-20", new_rules("2026-11-20"))
    published("doses", "2021-02-11", None)
    with transaction() as session:
        done = export_files(session, doses)
    assert sorted(done.written) == ["doses/2024-01-01.yml", "doses/2026-11-20.yml"]
    assert done.removed == ["doses/2021-02-11.yml"]
    after = {path.name: path.read_bytes() for path in (doses / "doses").iterdir()}
    assert after.pop("2024-01-01.yml") == body.encode()
    assert after.pop("2026-11-20.yml") == new_rules("2026-11-20").encode()
    assert after == {name: text for name, text in before.items() if name in after} and len(after) == len(before) - 2
    with transaction() as session:
        report = import_files(session, doses)
        assert (report.taken, report.gone, report.conflicts) == ([], [], [])


def test_a_file_keeps_its_line_ends(doses: Path) -> None:
    path = doses / "doses" / "2024-01-01.yml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    windows = path.read_bytes()
    with transaction() as session:
        import_files(session, doses)
        export_files(session, doses)
    assert path.read_bytes() == windows
    published("doses", *changed("doses"))
    with transaction() as session:
        export_files(session, doses)
    assert path.read_bytes() == windows.replace(b"28 days", b"35 days")


def test_two_changes_of_one_file_are_a_conflict(doses: Path) -> None:
    key, body = changed("doses")
    published("doses", key, body)
    path = doses / "doses" / f"{key}.yml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# Lain.\n", encoding="utf-8")
    with transaction() as session:
        (told,) = import_files(session, doses).conflicts
    assert (told.kind, told.key, told.by, told.at) == ("doses", key, "Sari", f"doses/{key}.yml, line 1")


def test_a_wrong_file_is_not_imported(doses: Path) -> None:
    path = doses / "doses" / "2024-01-01.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("from: 28 days", "from: soon"), encoding="utf-8")
    with transaction() as session:
        (refused,) = import_files(session, doses).refused
    assert re.match(r"doses/2024-01-01\.yml, line \d+: ", refused)


# ------------------------------------------------------------------ drafts
@pytest.mark.parametrize("kind", WHOLE)
def test_a_text_is_shown_as_it_would_be_told_and_nothing_is_kept(kind: str, tmp_path: Path) -> None:
    taken(tmp_path, kind)
    key, body = changed(kind)
    told = CHANGES[kind][3]()
    with transaction() as session:
        assert editing.check_text(session, kind, key, body) == []
        sections = editing.preview(session, kind, key, body)
        assert editing.text_of(session, kind, key) == text_of(kind, f"{key}.yml")
        assert {one.state for one in editing.listed(session, kind)} == {"published"}
    said = " ".join(
        f"{item.title} {text.words}" for section in sections for item in section.items for text in item.texts
    )
    shown = {"doses": "35 hari", "selfcheck": "saturasi oksigen (%) < 92"}.get(kind, CHANGES[kind][2])
    assert shown in said
    live.refresh()
    assert CHANGES[kind][3]() == told


def test_a_draft_is_told_to_who_previews(tmp_path: Path) -> None:
    taken(tmp_path, "emergency", "eligibility")
    with transaction() as session:
        for kind in ("emergency", "eligibility"):
            draft(session, kind, *changed(kind), by="Sari")
    live.refresh()
    assert steps_for("fit", preview=True).lines[0].startswith("Singkirkan")
    assert steps_for("fit").lines[0].startswith("Jauhkan")
    found = assess(rules_in_force(DAY, preview=True), FIVE, DAY)
    assert isinstance(found, Outcome) and "enam tahun" in found.reasons[0]
    assert "6 tahun" in told_eligibility()


def test_older_rules_never_stand_in_for_those_that_cannot_be_read(tmp_path: Path) -> None:
    taken(tmp_path, "eligibility")
    stood = rules_in_force(DAY, preview=True)
    text = text_of("eligibility", "questions.yml")
    without = re.sub(r"  - id: preeclampsia\n(?:    .*\n|\n)*", "", text)
    assert without != text
    with transaction() as session:
        # Only the newer files need that question.
        draft(session, "eligibility", "questions", without, by="Sari")
    live.refresh()
    assert rules_in_force(DAY, preview=True) == stood == rules_in_force(DAY)


def test_blank_lines_above_an_entry_count(tmp_path: Path) -> None:
    taken(tmp_path, "news")
    body = "\n\n" + text_of_news().replace("source: WHO", "sourc: WHO")
    with transaction() as session:
        (finding,) = editing.check_text(session, "news", "baru", body, file="news.yml")
    assert body.split("\n")[finding.line - 1] == "sourc: WHO"
