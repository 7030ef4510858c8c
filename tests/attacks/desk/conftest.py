"""The desk for those who attack it: its browsers, small content, and nothing that reaches the world outside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from siaga.content import live
from siaga.desk import sending
from siaga.desk.dashboard import pages as dashboard
from siaga.desk.editor import asking
from siaga.desk.inbox import suggesting
from siaga.desk.public import pages as public
from siaga.desk.understanding import meanings
from siaga.doors.limits import PerAddress
from siaga.hoaxes import matching
from siaga.knowledge.answers import read_answers
from siaga.knowledge.search import Knowledge
from tests.desk.conftest import desk, desk_app  # noqa: F401
from tests.hoaxes.conftest import few  # noqa: F401


async def _nobody_is_told(channel: str, number: str, wamid: str) -> None:
    """In the place of what shows the citizen that somebody writes."""


@pytest.fixture
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: object) -> Iterator[Path]:  # noqa: F811
    """Nothing is written but below this folder, nothing is sent, and searches go by words, without the models."""
    folder = tmp_path / "data" / "nlu"
    folder.mkdir(parents=True)
    (folder / "satu.yml").write_text('version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - halo\n')
    monkeypatch.setattr(meanings, "FOLDER", folder)
    monkeypatch.setattr(sending, "show_typing", _nobody_is_told)
    monkeypatch.setattr(asking, "ENCODERS", ())
    monkeypatch.setattr(suggesting, "_knowledge", lambda entries: Knowledge(read_answers(entries), encoders=()))
    monkeypatch.setattr(matching, "checker", lambda preview=False: few)
    # Who asks a thousand things in a minute is refused otherwise, and nothing is tried: tests/doors is about that.
    monkeypatch.setattr(PerAddress, "knock", lambda self, address: 0.0)
    for figures in (dashboard.kept, public.kept):
        figures.forget()
    live.forget()
    yield tmp_path
    live.forget()
