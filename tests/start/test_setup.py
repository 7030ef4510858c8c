"""The script that makes `.venv`: what it says when it cannot, and that it does nothing when there is nothing to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the script reads, without a `.venv`."""
    made = tmp_path / "project"
    (made / "scripts").mkdir(parents=True)
    for name in ("scripts/setup.sh", "scripts/uv.txt", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, made / name)
    return made


def program(folder: Path, name: str, body: str) -> None:
    """A program on a PATH of the test's own."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def run(project: Path, path: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    home = project.parent / "home"
    home.mkdir(exist_ok=True)
    places = ([str(path)] if path else []) + ["/usr/bin", "/bin"]
    environment = {"HOME": str(home), "PATH": os.pathsep.join(places)} | variables
    return subprocess.run(
        ["sh", "scripts/setup.sh"], cwd=project, env=environment, capture_output=True, text=True, check=False
    )


def test_no_disk_is_one_sentence(project: Path, tmp_path: Path) -> None:
    program(tmp_path / "bin", "df", "echo Filesystem; echo /dev/x 100 100 1048576 99% /")

    done = run(project, tmp_path / "bin")

    assert done.returncode != 0
    assert done.stderr.splitlines() == [
        f"siaga: Not enough disk space in {project}: 4 GB are needed to install, 1 GB are free."
    ]


def test_no_python_is_one_sentence(project: Path, tmp_path: Path) -> None:
    # As pyenv leaves it: the name is on the PATH, and fails.
    program(tmp_path / "bin", "python3.10", "echo 'pyenv: python3.10: command not found' >&2; exit 127")

    done = run(project, tmp_path / "bin")

    if Path("/usr/bin/python3.10").exists():
        pytest.skip("this machine has a Python 3.10 that the test cannot hide")
    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("siaga: No working Python 3.10 was found.")


def test_a_python_that_was_named_must_work(project: Path) -> None:
    done = run(project, SIAGA_PYTHON="/bin/false")

    assert done.returncode != 0
    assert "SIAGA_PYTHON=/bin/false is not a working Python 3.10." in done.stderr


@pytest.mark.parametrize("place", ["on PATH", "pyenv root", "pyenv home", "uv home"])
def test_python_is_found(project: Path, tmp_path: Path, place: str) -> None:
    home = project.parent / "home"
    here = {
        "on PATH": tmp_path / "bin",
        "pyenv root": tmp_path / "pyenv/versions/3.10.13/bin",
        "pyenv home": home / ".pyenv/versions/3.10.2/bin",
        "uv home": home / ".local/share/uv/python/cpython-3.10.20-linux-x86_64-gnu/bin",
    }[place]
    here.mkdir(parents=True)
    program(here, "python3.10", f'exec {sys.executable} "$@"')
    # uv that only tells what it is asked: the installing itself is not this test's.
    program(tmp_path / "bin", "uv", 'echo "uv $*"; case "$1" in pip) exit 1;; esac')

    done = run(project, tmp_path / "bin", PYENV_ROOT=str(tmp_path / "pyenv"))

    assert f"uv venv --quiet --python {here / 'python3.10'} {project / '.venv'}" in done.stdout
    assert "uv pip sync --require-hashes" in done.stdout
    assert done.stderr.splitlines() == ["siaga: Installing the packages failed: the reason stands above."]
    assert done.returncode != 0


def test_a_lock_without_hashes_is_not_ours() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    names = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
    assert names and all(line.endswith("\\") for line in names)
    assert "://" not in lock.replace("https://github.com", ""), "the lock names a host"


def test_nothing_to_do_is_said_by_silence(project: Path) -> None:
    folder = project / ".venv/bin"
    folder.mkdir(parents=True)
    program(folder, "python", f'exec {sys.executable} "$@"')
    mark = subprocess.run(
        "cat requirements.lock pyproject.toml scripts/setup.sh | cksum",
        shell=True, cwd=project, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    (project / ".venv/.installed").write_text(mark)

    done = run(project)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
