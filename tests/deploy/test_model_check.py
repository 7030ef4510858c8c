"""``siaga train --check``: an image gets no model but that of its own data and code."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from siaga.cli import main
from siaga.start import model


def _check(path: Path) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["train", "--check", str(path)])
    return done.exit_code, done.output


def test_the_models_name_is_this_datas_mark(tmp_path: Path) -> None:
    mine = tmp_path / model.path_of(model.fingerprint()).name
    mine.touch()
    assert _check(mine)[0] == 0
    other = tmp_path / "siaga-0123456789abcdef.tar.gz"
    other.touch()
    code, said = _check(other)
    assert code == 1
    assert "from other data or code" in said
    assert mine.name in said


def test_a_model_that_is_not_there_is_none(tmp_path: Path) -> None:
    code, said = _check(tmp_path / model.path_of(model.fingerprint()).name)
    assert code == 1
    assert "there is no model" in said


def test_an_image_without_tensorflow_knows_the_models_of_machines_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    here = model.fingerprint()

    def without(name: str) -> str:
        if name == "tensorflow":
            raise model.PackageNotFoundError(name)
        return real(name)

    real = model.version
    monkeypatch.setattr(model, "version", without)
    assert model.fingerprint() == here
