"""Making a stub the registry of the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from siaga.registration.gateways import access
from siaga.settings import settings
from tests.registration.gateways.fhir_stub import AUTH, BASE, CLIENT, ORGANIZATION
from tests.registration.gateways.stub import JsonRegistry
from tests.registration.gateways.worlds import World

SECONDS = 1.0
"""So long a form waits in tests."""


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, World], None]]:
    """Makes a world's registry the one of the settings."""

    def choose(kind: str, world: World) -> None:
        chosen: dict[str, Any] = {
            "SIAGA_REGISTRY": kind,
            "SIAGA_REGISTRY_URL": world.url or "http://127.0.0.1:1",
            "SIAGA_REGISTRY_TOKEN": JsonRegistry.token,
            "SIAGA_REGISTRY_LOOKUP_SECONDS": str(SECONDS),
            "SIAGA_SATUSEHAT_URL": world.url + BASE,
            "SIAGA_SATUSEHAT_AUTH_URL": world.url + AUTH,
            "SIAGA_SATUSEHAT_CLIENT_ID": CLIENT["client_id"],
            "SIAGA_SATUSEHAT_CLIENT_SECRET": CLIENT["client_secret"],
            "SIAGA_SATUSEHAT_ORGANIZATION_ID": ORGANIZATION,
        }
        for name, value in chosen.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        access.forget()

    yield choose
    monkeypatch.undo()
    settings.cache_clear()
    access.forget()
