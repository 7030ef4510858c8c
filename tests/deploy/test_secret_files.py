"""Secrets in files: read as if they stood in the environment, and no value is ever told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from siaga.secret_files import SecretFileTrouble
from siaga.settings import Settings


@pytest.fixture(autouse=True)
def _no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SIAGA_KEYS", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def _file(folder: Path, text: str) -> str:
    path = folder / "secret"
    path.write_text(text, newline="")
    return str(path)


def test_a_file_takes_the_variables_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIAGA_KEYS_FILE", _file(tmp_path, "satu:abc\n"))
    made = Settings()
    assert made.keys == "satu:abc"
    assert "keys" in made.__fields_set__


def test_the_databases_address_has_no_prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL_FILE", _file(tmp_path, "postgresql://siaga@basis/siaga"))
    assert Settings().database_url == "postgresql://siaga@basis/siaga"


def test_what_is_json_in_the_environment_is_json_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIAGA_DESK_OIDC_ROLES_FILE", _file(tmp_path, '{"dinkes-relawan": "volunteer"}\n'))
    assert Settings().desk_oidc_roles == {"dinkes-relawan": "volunteer"}


@how(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    value=st.text(st.characters(blacklist_categories=("Cs", "Cc", "Z")), min_size=1),
    ends=st.sampled_from(["", "\n", "\r\n", " \n\n"]),
)
def test_a_value_is_what_stands_there_but_for_the_end_of_the_line(value: str, ends: str, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIAGA_INDEX_KEY_FILE", _file(tmp_path, value + ends))
        patch.delenv("SIAGA_INDEX_KEY", raising=False)
        assert Settings().index_key == value


@pytest.mark.parametrize(("content", "why"), [(None, "no such file"), (b"\n", "empty"), (b"\xff\xfe\x00", "no text")])
def test_a_file_that_is_no_secret_is_named_with_its_variable(
    content: bytes | None, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("SIAGA_KEYS_FILE", str(path))
    with pytest.raises(SecretFileTrouble, match=f"SIAGA_KEYS_FILE names {path}.*{why}"):
        Settings()


def test_two_sources_for_one_secret_are_refused_without_telling_it(tmp_path: Path) -> None:
    # A process of its own: in this one the database may be open already, and nobody asks for the settings any more.
    both = {"SIAGA_KEYS_FILE": _file(tmp_path, "satu:abc"), "SIAGA_KEYS": "dua:def"}
    command = [sys.executable, "-m", "siaga.cli", "db", "check"]
    done = subprocess.run(command, env=os.environ | both, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "SIAGA_KEYS and SIAGA_KEYS_FILE are both set" in done.stdout + done.stderr
    assert "abc" not in done.stdout + done.stderr
    assert "def" not in done.stdout + done.stderr


def test_a_file_beside_it_is_read_and_the_environment_counts_for_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As compose has it there, too: what is none of ours is passed over."""
    (tmp_path / ".env").write_text("SIAGA_DESK_ZONE=WIT\nSIAGA_CHANNEL=twilio\nHOOK_HOST=kait.example.go.id\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIAGA_CHANNEL", "whatsapp")
    monkeypatch.delenv("SIAGA_DESK_ZONE", raising=False)
    assert Settings().desk_zone == "WIT"  # type: ignore[call-arg]
    assert Settings().channel == "whatsapp"  # type: ignore[call-arg]
