"""Which model belongs to which data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from siaga.start import CannotStart, model


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("config.yml", "domain.yml", "data/nlu/a.yml", "siaga/nlu/a.py", "siaga/text/a.py", "siaga/doses/a.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one")
    return tmp_path


@pytest.mark.parametrize("name", ["config.yml", "domain.yml", "data/nlu/a.yml", "data/nlu/b.yml", "siaga/text/a.py"])
def test_a_change_in_what_is_learnt_asks_for_another_model(project: Path, name: str) -> None:
    before = model.fingerprint(project)
    (project / name).write_text("two")
    changed = model.fingerprint(project)
    assert changed != before


@pytest.mark.parametrize("name", ["siaga/doses/a.py", "README.md", "siaga/nlu/__pycache__/a.cpython-310.pyc"])
def test_other_changes_do_not(project: Path, name: str) -> None:
    before = model.fingerprint(project)
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_text("two")
    assert model.fingerprint(project) == before


def test_a_file_that_moves_counts_as_a_change(project: Path) -> None:
    before = model.fingerprint(project)
    (project / "data/nlu/a.yml").rename(project / "data/nlu/b.yml")
    assert model.fingerprint(project) != before


def test_a_model_that_is_there_is_used_at_once(project: Path) -> None:
    path = model.path_of(model.fingerprint(project), project / "models")
    path.parent.mkdir()
    path.write_bytes(b"")
    assert model.ensure(pytest.fail, project) == path


def test_a_training_that_fails_says_why_and_leaves_no_model(project: Path) -> None:
    told: list[str] = []
    with pytest.raises(CannotStart, match="training failed"):
        model.ensure(told.append, project)
    assert told[0].startswith("Training a model")
    assert list((project / "models").glob("*.tar.gz")) == []
    assert (project / "models/training.log").read_text()


@pytest.mark.parametrize("check", [True, False])
def test_rasa_looks_at_the_data_first_unless_that_is_done_elsewhere(
    project: Path, monkeypatch: pytest.MonkeyPatch, check: bool
) -> None:
    began: list[list[str]] = []

    def follow(command: list[str], *rest: object) -> int:
        began.append(command)
        Path(command[command.index("--out") + 1], f"{command[command.index('--fixed-model-name') + 1]}.tar.gz").touch()
        return 0

    monkeypatch.setattr(model, "_follow", follow)
    assert model.ensure(lambda line: None, project, check=check).exists()
    assert ("--skip-validation" in began[0]) is not check


def test_the_newest_are_kept_and_others_models_are_left_alone(tmp_path: Path) -> None:
    for age, name in enumerate(["siaga-a", "siaga-b", "siaga-c", "siaga-d", "20260101-mine"]):
        path = tmp_path / f"{name}.tar.gz"
        path.write_bytes(b"")
        os.utime(path, (1000 - age, 1000 - age))

    model._keep_newest(tmp_path, tmp_path / "siaga-d.tar.gz")

    kept = {path.name.split(".")[0] for path in tmp_path.glob("*.tar.gz")}
    assert kept == {"siaga-a", "siaga-b", "siaga-d", "20260101-mine"}
