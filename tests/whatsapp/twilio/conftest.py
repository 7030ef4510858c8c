"""What Twilio's tests share: an API that stands for Twilio's, settings that lead to it, and the tiny model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from siaga.settings import settings
from tests.dialogue.conftest import actions, agent, load_agent, model
from tests.whatsapp.twilio import api

__all__ = ["actions", "agent", "load_agent", "model"]


@pytest.fixture
def twilio(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Iterator[api.Twilio]:
    """A Twilio, and the settings of this process lead to it."""
    with api.running() as twilio:
        for name, value in twilio.settings().dict().items():
            if name.startswith("twilio_"):
                monkeypatch.setattr(settings(), name, value)
        yield twilio
