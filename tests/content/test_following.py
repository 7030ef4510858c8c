"""The action server and `siaga start` follow the content by themselves."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk.plugin import plugin_manager

import actions
from actions import content
from siaga.content import live
from siaga.content.importing import import_files
from siaga.content.kinds import DIRECTORY
from siaga.db import transaction
from siaga.start import system
from tests.content.test_live import news, soon
from tests.content.test_store import released, titles

pytestmark = pytest.mark.usefixtures("fresh")


class App:
    """Of the server what a plugin uses."""

    def __init__(self) -> None:
        self.listeners: dict[str, Callable[..., Awaitable[None]]] = {}

    def register_listener(self, listener: Callable[..., Awaitable[None]], event: str) -> None:
        """Keep it."""
        self.listeners[event] = listener


def test_the_action_server_knows_of_it() -> None:
    assert actions.content is content
    assert plugin_manager().has_plugin("actions.content")


def test_the_action_server_follows_what_is_published(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction() as session:
        import_files(session, folder)
    read = threading.Event()
    monkeypatch.setattr(content, "told_from", lambda: (lambda: 1 / 0, news, read.set))
    app: Any = App()
    content.Following().attach_sanic_app_extensions(app)
    asyncio.run(app.listeners["after_server_start"]())
    assert read.wait(10)
    released("satu", "Baru")
    assert soon(lambda: news()["satu"] == "Baru")


def test_all_that_is_told_from_can_be_read() -> None:
    for read in content.told_from():
        assert read() is not None


def test_a_start_takes_what_is_new_in_the_files_once() -> None:
    told: list[str] = []
    system.prepare_database(sample_data=False, tell=told.append)
    assert len(told) == 1
    assert "entries are new or changed, 0 are gone" in told[0]
    first = live.stamp()
    system.prepare_database(sample_data=False, tell=told.append)
    live.refresh()
    assert (len(told), live.stamp()) == (1, first)


def test_a_start_tells_what_it_did_not_take(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siaga.content.kinds.DIRECTORY", folder)
    system.prepare_database(sample_data=False)
    released("satu", "Dari petugas")
    path = folder / "news" / "news.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("Kabar satu", "Dari berkas"), encoding="utf-8")
    told: list[str] = []
    system.prepare_database(sample_data=False, tell=told.append)
    assert told == ["Content: satu (news.yml) was changed in the files, and by staff: theirs stands."]
    path.write_text("news: []\n", encoding="utf-8")
    told.clear()
    system.prepare_database(sample_data=False, tell=told.append)
    assert len(told) == 1
    assert told[0].startswith("Content: news/news.yml, line 1: ")
    assert titles()["satu"] == "Dari petugas"
    assert folder != DIRECTORY
