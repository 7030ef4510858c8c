"""Version, changelog and tags agree; what is asked for before a tag, and what writing a number does."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from siaga import __version__
from siaga.settings import ROOT

TODAY = date(2026, 11, 23)


def _loaded() -> ModuleType:
    found = importlib.util.spec_from_file_location("release", ROOT / "scripts" / "release.py")
    assert found and found.loader
    module = importlib.util.module_from_spec(found)
    sys.modules["release"] = module
    found.loader.exec_module(module)
    return module


release = _loaded()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of all that holds the version, with one line to be released."""
    for pattern, _ in release.PLACES:
        for path in ROOT.glob(pattern):
            copy = tmp_path / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## [Unreleased]\n\n### Added\n\n* A thing.\n")
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_this_project_agrees() -> None:
    assert list(release.wrong(ROOT, release.tags_of(ROOT))) == []
    assert set(release.versions(ROOT)) >= {"pyproject.toml", "siaga/__init__.py"}


def test_a_number_is_written_everywhere_and_may_then_be_tagged(project: Path) -> None:
    release.number(project, "7.0.0rc1", TODAY)
    assert set().union(*release.versions(project).values()) == {"7.0.0rc1"}
    newest = release.sections((project / "CHANGELOG.md").read_text())
    assert [(one.name, one.day, one.text) for one in newest] == [
        ("Unreleased", None, ""),
        ("7.0.0rc1", "2026-11-23", "### Added\n\n* A thing."),
    ]
    assert list(release.wrong(project, [], "v7.0.0rc1")) == []
    assert list(release.wrong(project, ["v7.0.0rc1"])) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("pyproject.toml", 'version = "7.0.0"', 'version = "seven"', "'seven' is no version"),
        ("siaga/__init__.py", "7.0.0", "7.0.1", "siaga/__init__.py: 7.0.1, where pyproject.toml has 7.0.0"),
        ("CHANGELOG.md", "[7.0.0] - ", "[6.9.0] - ", "the newest version is 6.9.0"),
        ("CHANGELOG.md", " - 2026-11-23", "", "7.0.0 has no date"),
        ("CHANGELOG.md", "2026-11-23", "2026-11-32", "7.0.0 has no date"),
        ("CHANGELOG.md", "### Added", "### New", "“New” is none of"),
        ("CHANGELOG.md", "## [Unreleased]\n\n", "", "it begins with [Unreleased]"),
        ("CHANGELOG.md", "# Changelog", "# Changelog\n\n## [6.0.0] - 2026-01-01\n\nOld.", "the newest first"),
    ],
)
def test_what_does_not_agree_is_told(project: Path, file: str, old: str, new: str, told: str) -> None:
    release.number(project, "7.0.0", TODAY)
    change(project / file, old, new)
    assert told in "\n".join(release.wrong(project, []))


@pytest.mark.parametrize(
    ("tag", "tags", "told"),
    [
        ("v7.0.1", [], "it would be v7.0.0"),
        ("7.0.0", [], "it would be v7.0.0"),
        ("v7.0.0", ["v7.0.0"], "is there already"),
        ("v7.0.0", ["v6.0.0"], "the tag v6.0.0 has no section"),
    ],
)
def test_a_tag_that_does_not_fit_is_refused(project: Path, tag: str, tags: list[str], told: str) -> None:
    release.number(project, "7.0.0", TODAY)
    assert told in "\n".join(release.wrong(project, tags, tag))


def test_nothing_is_tagged_before_it_has_a_section_nor_while_something_is_left(project: Path) -> None:
    before = "\n".join(release.wrong(project, [], f"v{__version__}"))
    assert f"{__version__} has no section" in before and "something is left under [Unreleased]" in before


@pytest.mark.parametrize("number", ["7", "7.0", "v7.0.0", "7.0.0-rc1", "07.0.0", ""])
def test_what_is_no_version_is_not_written(project: Path, number: str) -> None:
    with pytest.raises(ValueError, match="is no version"):
        release.number(project, number, TODAY)


def test_a_number_only_grows_and_stands_for_something(project: Path) -> None:
    release.number(project, "7.0.0", TODAY)
    with pytest.raises(ValueError, match="nothing under"):
        release.number(project, "7.0.1", TODAY)
    with pytest.raises(ValueError, match="does not come after"):
        release.number(project, "7.0.0rc2", TODAY)


def test_it_is_a_command() -> None:
    script = [sys.executable, str(ROOT / "scripts" / "release.py"), "check"]
    assert subprocess.run(script, capture_output=True, text=True).returncode == 0
    done = subprocess.run([*script, "--tag", "v99.0.0"], capture_output=True, text=True)
    assert done.returncode == 1 and f"it would be v{__version__}" in done.stdout
