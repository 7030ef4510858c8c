"""The hooks before a commit: their file is valid, what they call is there, and all of it is this project's own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from siaga.cli import GROUPS
from siaga.settings import ROOT

FILE = ROOT / ".pre-commit-config.yaml"
REPOS: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["repos"]
HOOKS: dict[str, dict[str, Any]] = {hook["id"]: hook for repo in REPOS for hook in repo["hooks"]}
BIN = Path(sys.executable).parent


def test_pre_commit_takes_the_file() -> None:
    done = subprocess.run([BIN / "pre-commit", "validate-config", FILE], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_comes_from_elsewhere() -> None:
    """What checks a commit has the version that requirements.lock says."""
    assert [repo["repo"] for repo in REPOS] == ["local"]
    assert all(hook["language"] == "system" and "additional_dependencies" not in hook for hook in HOOKS.values())


@pytest.mark.parametrize("name", sorted(HOOKS))
def test_what_a_hook_calls_is_there(name: str) -> None:
    program, *arguments = HOOKS[name]["entry"].split()
    assert program.startswith(".venv/bin/")
    assert (BIN / Path(program).name).exists()
    if program.endswith("/siaga"):
        assert arguments[0] in GROUPS
    named = [one for one in arguments if "/" in one or one.endswith(".py")]
    assert all((ROOT / one).exists() for one in named)


@pytest.mark.parametrize(
    ("file", "hooks"),
    [
        ("domain.yml", {"siaga-check"}),
        ("data/rules/radar.yml", {"siaga-check"}),
        ("content/answers/vaccine.yml", {"siaga-check"}),
        ("siaga/turns/inbox.py", {"import-linter", "mypy"}),
        ("siaga/settings.py", {"import-linter", "mypy", "pages"}),
        ("pyproject.toml", {"import-linter", "release"}),
        ("docs/turns.md", {"pages"}),
        ("CHANGELOG.md", {"pages", "release"}),
    ],
)
def test_a_changed_file_is_looked_at_by_who_knows_it(file: str, hooks: set[str]) -> None:
    assert (ROOT / file).exists()
    assert {name for name, hook in HOOKS.items() if "files" in hook and re.search(hook["files"], file)} == hooks


def test_a_commit_does_not_wait_for_the_types() -> None:
    assert HOOKS["mypy"]["stages"] == ["pre-push"]
