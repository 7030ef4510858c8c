"""What the runbook and docs/backup.md tell an operator to do can be done, and the alarms lead to it."""

from __future__ import annotations

import re
import shlex
from functools import lru_cache
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from siaga.cli import main
from siaga.doctor import configured, database, records, waiting
from siaga.settings import ROOT

DOCS = ROOT / "docs"
RUNBOOK = (DOCS / "runbook.md").read_text(encoding="utf-8")
DAYS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", RUNBOOK, re.MULTILINE | re.DOTALL))
PARTS = ("Seen", "First", "Over when", "Tell")
ALARMS = [
    rule
    for group in yaml.safe_load((ROOT / "deploy" / "alarms.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "siaga" / "doctor").glob("*.py"))
"""The names of lines are literals in there."""


def commands(text: str) -> list[str]:
    """Each ``siaga …`` between backticks, and each line of a console that begins with one."""
    spans = re.findall(r"`((?:[A-Z_]+=\S+ )?siaga [^`]+)`", text)
    consoles = re.findall(r"^\$ (siaga .+?)(?:\s+#.*)?$", text, re.MULTILINE)
    return [re.sub(r"^[A-Z_]+=\S+ ", "", one) for one in (*spans, *consoles)]


WRITTEN = sorted({one for page in ("runbook.md", "backup.md") for one in commands((DOCS / page).read_text("utf-8"))})


@lru_cache
def resolved(line: str) -> tuple[click.Command, list[str]]:
    """The command that a line calls, and the words behind its name."""
    found: click.Command = main
    context = click.Context(main)
    words = shlex.split(line)[1:]
    while isinstance(found, click.Group) and words and not words[0].startswith("-"):
        child = found.get_command(context, words[0])
        if child is None:
            break
        found, words = child, words[1:]
    return found, words


@pytest.mark.parametrize("line", WRITTEN)
def test_each_command_is_there_with_its_options(line: str) -> None:
    command, words = resolved(line)
    assert command is not main, f"siaga has no {line.split()[1]}"
    if isinstance(command, click.Group):
        assert not words and (command.invoke_without_command or not command.no_args_is_help), line
        return
    options = {name: one for one in command.params for name in one.opts if isinstance(one, click.Option)}
    given = [word.split("=")[0] for word in words if word.startswith("--")]
    assert set(given) <= {*options, "--help"}, f"{line}: {set(given) - set(options)}"
    needed = [one for one in command.params if isinstance(one, click.Option) and one.required]
    assert not [one for one in needed if not set(one.opts) & set(given)], f"{line}: needs {needed}"
    valued = [name for name in given if not options[name].is_flag]
    loose = [word for word in words if not word.startswith("--")]
    room = [one for one in command.params if isinstance(one, click.Argument)]
    most = float("inf") if any(one.nargs == -1 for one in room) else len(room)
    assert len(loose) - len(valued) <= most, f"{line}: too many words"
    required = sum(one.required for one in room)
    assert len(loose) - len(valued) >= required, f"{line}: too few words"


def test_the_commands_are_many_and_a_wrong_one_is_seen() -> None:
    assert len(WRITTEN) > 35
    assert commands("`SIAGA_X=1 siaga send` and\n$ siaga turns   # waits") == ["siaga send", "siaga turns"]
    for wrong in ("siaga tiada", "siaga backup tiada", "siaga backup make --tiada", "siaga doctor dua kata"):
        with pytest.raises((AssertionError, KeyError)):
            test_each_command_is_there_with_its_options(wrong)


@pytest.mark.parametrize("day", DAYS)
def test_each_day_says_all_that_is_to_be_said(day: str) -> None:
    places = [DAYS[day].find(f"* **{part}**") for part in PARTS]
    assert -1 not in places and places == sorted(places)
    assert len(DAYS[day].split()) < 330, "somebody reads it at three in the morning"


def test_each_alarm_leads_to_a_day_that_names_it() -> None:
    for rule in ALARMS:
        heading = rule["annotations"]["runbook"]
        assert heading in DAYS, heading
        assert f"`{rule['alert']}`" in DAYS[heading], f"{heading} does not name {rule['alert']}"
    named = set(re.findall(r"`(Siaga\w+)`", RUNBOOK))
    assert named == {rule["alert"] for rule in ALARMS}


def test_each_line_of_the_doctor_that_is_named_is_one() -> None:
    named = {
        name
        for seen in re.findall(r"doctor (?:\(`--online`\) )?((?:`[a-zA-Z …’']+`(?: \([^)]*\))?,? ?)+)", RUNBOOK)
        for name in re.findall(r"`([^`]+)`", seen)
    }
    assert len(named) > 20
    for name in named:
        literal = name.removesuffix(" …")
        assert f'"{literal}' in SOURCES, f"the doctor has no line {name}"


def test_links_lead_somewhere() -> None:
    for page in ("runbook.md", "backup.md"):
        text = (DOCS / page).read_text(encoding="utf-8")
        for file, anchor in re.findall(r"\]\(([\w.]*)#?([\w-]*)\)", text):
            target = DOCS / (file or page)
            assert target.exists(), target
            headings = {
                re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
                for line in target.read_text(encoding="utf-8").splitlines()
                if line.startswith("#")
            }
            assert not anchor or anchor in headings, f"{page}: {file}#{anchor}"


def test_what_the_doctor_says_to_do_can_be_done() -> None:
    lines = re.findall(r"`(siaga [^`{]+)`", SOURCES)
    assert len(lines) > 25
    for line in lines:
        command, words = resolved(line)
        assert command is not main, line
        if isinstance(command, click.Group):
            assert not words, line
        else:
            given = {word for word in words if word.startswith("--")}
            assert given <= {name for one in command.params for name in one.opts}, line
    pages = set(re.findall(r"docs/(\w+\.md)", SOURCES))
    assert pages and all((DOCS / page).exists() for page in pages)


def test_every_check_is_called() -> None:
    """A function over facts that nobody calls would look like a check."""
    modules: list[Any] = [configured, database, waiting]
    for module in modules:
        source = Path(module.__file__).read_text(encoding="utf-8")
        for name in re.findall(r"^def (\w+)\(facts: (?:Facts|Configured)\) -> Finding", source, re.MULTILINE):
            assert getattr(module, name) in module.CHECKS, name
    source = Path(records.__file__).read_text(encoding="utf-8") + SOURCES
    for name in re.findall(r"^def (\w+)\(.*\) -> Finding", Path(records.__file__).read_text("utf-8"), re.MULTILINE):
        assert len(re.findall(rf"\b{name}\(", source)) > 1, name
