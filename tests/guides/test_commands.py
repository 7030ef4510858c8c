"""Each command of the guides, the README and CONTRIBUTING is run as it stands there, or it is said where it is.

A guide is followed from its first line to its last in a copy of the project: its files are written, its changes made,
its commands typed. ``docs/panduan`` marks its blocks for this, in comments that no reader sees:

=========================  ============================================================================================
``uji: salinan``           the commands are run in the copy; with ``, gagal`` the last one has to end badly
``uji: pangkalan data``    the commands are run on an empty database
``uji: keluaran``          each line stands in what the commands before have said
``uji: tulis FILE``        the block becomes a file of the copy
``uji: ganti FILE``        the block is a change of one of its files
=========================  ============================================================================================
"""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from siaga.cli import main
from siaga.settings import ROOT
from tests.guides.blocks import Block, blocks, with_change

PAGES = sorted(
    [
        *ROOT.glob("docs/panduan/*.md"),
        *ROOT.glob("README*.md"),
        *(path for path in [ROOT / "CONTRIBUTING.md"] if path.exists()),
    ]
)
COPIED = ("domain.yml", "config.yml", "data", "content/conversation", "tests/stories", "tests/nlu/held_out.tsv")
COPIED_CODE = ("actions", "siaga/dialogue", "siaga/whatsapp/flows", "siaga/registration/nik.py", "siaga/nlu")
KEPT_EXAMPLES = 4
"""Of each block in data/nlu: reading all of them again and again would take long, and say the same."""

ELSEWHERE: dict[str, tuple[str, str, str]] = {
    r"make setup": ("installs; the first step of all others", "Makefile", "test: setup"),
    r"make hooks": ("writes into git's folder", "Makefile", "pre-commit install"),
    r"git .*": ("is git's own", ".ci/run", ""),
    r"make start( ARGS=.*)?": ("runs until it is stopped", "tests/stack/test_start.py", "start"),
    r"make train": ("takes minutes; once a run, for all tests", "scripts/test.py", "model.ensure(tell"),
    r"make check": ("is the first step of make test", "scripts/test.py", '"checks"'),
    r"make test( ARGS=.*)?": ("is what runs this", ".ci/run", "make test"),
    r".*rasa data validate": ("a step of make test", "scripts/test.py", '"rasa", "data", "validate"'),
    r".*rasa test core --stories tests/stories --fail-on-prediction-errors": (
        "a step of make test", "scripts/test.py", '"--fail-on-prediction-errors"'),
    r".*siaga scenario .*": ("needs the running system", "tests/stack/test_scenarios.py", "scenario"),
    r".*siaga nlu (parse|evaluate) .*": ("loads the trained model", "tests/nlu/test_pipeline.py", "load_parser"),
    r".*siaga nlu weak.*": ("takes ten minutes", "tests/nlu/test_weak_spots.py", "weak"),
    r".*siaga knowledge ask .*": ("loads the search", "tests/knowledge/test_commands.py", "ask"),
    r".*siaga desk admin create": ("asks for a password", "tests/desk/test_commands.py", '"create"'),
    r".*siaga desk (unlock|invite) .*": ("needs an account", "tests/desk/test_commands.py", '"invite"'),
    r".*siaga doctor": ("tells of this machine", "tests/doctor", "invoke"),
    r".*siaga backup (make|list|check).*": ("needs a database's tools", "tests/backups", "make"),
}  # fmt: skip
"""What is not run here, by pattern: why, and the file that shows where it is, with words that stand in it."""


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what designers write, with few examples."""
    root = tmp_path_factory.mktemp("guides")
    for name in (*COPIED, *COPIED_CODE):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, root / name)
    for path in (root / "data/nlu").rglob("*.yml"):
        path.write_text(thinned(path.read_text(encoding="utf-8")), encoding="utf-8")
    return root


def thinned(text: str) -> str:
    """A file of examples with the first few of each block."""
    kept, count = [], 0
    for line in text.splitlines():
        count = count + 1 if line.startswith("    - ") else 0
        if count <= KEPT_EXAMPLES:
            kept.append(line)
    return "\n".join(kept) + "\n"


class Reader:
    """Somebody who follows a guide in a copy of the project."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._said = ""

    def follow(self, block: Block) -> None:
        what, _, rest = block.mark.partition(" ")
        if what == "tulis":
            (self.folder / rest).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / rest).write_text(block.text, encoding="utf-8")
        elif what == "ganti":
            path = self.folder / rest
            path.write_text(with_change(path.read_text(encoding="utf-8"), block.text), encoding="utf-8")
        elif what == "keluaran":
            missing = [line for line in block.text.splitlines() if line not in self._said]
            assert not missing, f"{missing} was not said, but:\n{self._said}"
        elif what:
            self._type(block)

    def _type(self, block: Block) -> None:
        results = [self._run(command) for command in block.commands if elsewhere(command) is None]
        assert results, "none of these commands is run: take the mark away"
        self._said = "".join(result.output for result in results)
        for result in results[:-1] if "gagal" in block.mark else results:
            assert result.exit_code == 0, f"{result.output}{result.exception or ''}"
        if "gagal" in block.mark:
            assert results[-1].exit_code == 1

    def _run(self, command: str) -> Result:
        program, *arguments = shlex.split(command)
        assert program.removeprefix(".venv/bin/") == "siaga", f"{command}: say in ELSEWHERE where this is run"
        # The copy, where the reader's folder would be taken.
        if arguments[:1] == ["check"]:
            arguments.append(str(self.folder))
        elif arguments[:2] == ["content", "check"]:
            arguments += ["-d", str(self.folder / "content")]
        return CliRunner().invoke(main, arguments)


def elsewhere(command: str) -> tuple[str, str, str] | None:
    """Why a command is not run here, and where it is."""
    return next((where for pattern, where in ELSEWHERE.items() if re.fullmatch(pattern, command)), None)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_who_follows_a_page_gets_what_it_says(
    page: Path, pristine: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    found = list(blocks(page, ROOT))
    if any(block.mark.startswith(("tulis", "ganti", "salinan")) for block in found):
        shutil.copytree(pristine, tmp_path, dirs_exist_ok=True)
    if any(block.mark == "pangkalan data" for block in found):
        request.getfixturevalue("database")
    reader = Reader(tmp_path)
    for block in found:
        try:
            reader.follow(block)
        except (AssertionError, ValueError) as problem:
            pytest.fail(f"{block.page}:{block.line}: {problem}")


def test_a_command_that_is_not_run_here_is_run_where_it_is_said_to_be() -> None:
    not_run = []
    for page in PAGES:
        for block in blocks(page, ROOT):
            for command in block.commands:
                if (where := elsewhere(command)) is None:
                    if not block.mark:
                        not_run.append(f"{block.page}:{block.line}: {command}")
                    continue
                _, file, words = where
                files = [ROOT / file] if (ROOT / file).is_file() else sorted((ROOT / file).rglob("*.py"))
                assert any(words in one.read_text(encoding="utf-8") for one in files), f"{command}: {file}"
                assert not (problem := unknown(command)), f"{block.page}:{block.line}: {command}: {problem}"
    assert not not_run, "neither run nor in ELSEWHERE:\n" + "\n".join(not_run)


def unknown(command: str) -> str:
    """What ``siaga`` does not know in a command that is not run; empty if it knows all of it."""
    program, *arguments = shlex.split(command)
    if program.removeprefix(".venv/bin/") != "siaga":
        return ""
    spread = [one for each in arguments for one in (map(str, ROOT.glob(each)) if "*" in each else [each])]
    group: click.Command = main
    context = click.Context(main, info_name="siaga")
    try:
        while isinstance(group, click.Group):
            name, group, spread = group.resolve_command(context, spread)  # type: ignore[assignment]
            context = click.Context(group, info_name=name, parent=context)
        group.make_context(None, spread, parent=context.parent)
    except click.ClickException as problem:
        return problem.format_message()
    return ""


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/panduan/*.md")), ids=lambda page: page.name)
def test_a_guide_that_speaks_of_siaga_commands_says_how_they_are_typed(page: Path) -> None:
    """Whoever types `siaga check` as a sentence has it is told that there is no such command."""
    text = page.read_text(encoding="utf-8")
    if re.search(r"`siaga [a-z]", text):
        assert ".venv/bin/siaga" in text.split("\n## ")[0] or "di terminal, di folder proyek ini" in text


@pytest.mark.parametrize(
    ("command", "known"),
    [("siaga nlu parse halo", True), ("siaga nlu parsing halo", False), ("siaga scenario --jobz 4 x.yml", False)],
)
def test_a_command_that_is_not_there_is_noticed(command: str, known: bool) -> None:
    assert (unknown(command) == "") is known


def test_a_page_is_taken_apart(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "a\n\n<!-- uji: salinan, gagal -->\n```bash\n# first\nsiaga check  # look\n```\n"
        "```console\n$ x\ny\n```\n```\nmake z  # z\ny\n```\n"
    )
    first, second, third = blocks(page, tmp_path)
    assert (first.line, first.language, first.mark, first.commands) == (3, "bash", "salinan, gagal", ["siaga check"])
    assert (second.mark, second.commands, third.commands) == ("", ["x"], ["make z"])


def test_a_change_is_made_only_where_it_fits() -> None:
    assert with_change("a\nb\nc\n", " a\n-b\n+B\n+b\n") == "a\nB\nb\nc\n"
    with pytest.raises(ValueError, match="any more"):
        with_change("a\nb\n", "-c\n+d\n")
