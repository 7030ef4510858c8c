"""The guides show what the script draws, and it draws nothing else."""

from __future__ import annotations

import re

from scripts.guide_pictures import CHATS, DESK, FOLDER
from siaga.settings import ROOT

TERMINAL = "periksa"
LARGEST_BYTES = 120_000


def test_every_picture_is_drawn_and_shown() -> None:
    shown = {
        name
        for page in ROOT.glob("docs/panduan/*.md")
        for name in re.findall(r"images/panduan/([\w-]+)\.png", page.read_text(encoding="utf-8"))
    }
    assert shown == {*CHATS, *DESK.values(), TERMINAL} == {path.stem for path in FOLDER.iterdir()}


def test_a_picture_is_small() -> None:
    assert [path.name for path in FOLDER.iterdir() if path.stat().st_size > LARGEST_BYTES] == []
