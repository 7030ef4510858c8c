"""Settings, each broken in turn."""

from __future__ import annotations

from typing import Any

import pytest

from siaga.doctor import configured
from siaga.doctor.configured import Configured
from siaga.doctor.finding import Level
from siaga.settings import Settings, settings

LONG = "a" * 32
PRODUCTION: dict[str, Any] = {
    "environment": "production",
    "whatsapp_app_secret": "rahasia",
    "whatsapp_verify_token": "token",
    "whatsapp_access_token": "akses",
    "graph_url": "https://graph.facebook.com",
    "desk_https": True,
    "desk_url": "https://meja.example.go.id",
    "desk_proxies": "10.0.0.1",
    "desk_rate": 40.0,
}


def found(bind: str = "127.0.0.1", **differs: Any) -> dict[str, Level]:
    chosen = settings().copy(update=differs)
    return {finding.check: finding.level for finding in configured.check(Configured(chosen, bind))}


def test_a_laptop_is_only_reminded_that_it_is_one() -> None:
    assert {check for check, level in found().items() if level is not Level.OK} == {"environment"}


def test_a_whole_production_has_nothing_to_look_at() -> None:
    assert set(found("0.0.0.0", **PRODUCTION).values()) == {Level.OK}


@pytest.mark.parametrize(
    ("differs", "check", "level"),
    [
        ({"whatsapp_access_token": Settings.__fields__["whatsapp_access_token"].default}, "channel secrets", "broken"),
        ({"channel": "twilio"}, "channel secrets", "broken"),
        ({"graph_url": "http://127.0.0.1:8088"}, "Graph API address", "broken"),
        ({"graph_url": "http://graph.facebook.com"}, "Graph API address", "broken"),
        ({"desk_https": False}, "desk settings", "broken"),
        ({"desk_url": None}, "desk settings", "look"),
        ({"desk_url": "http://meja.example.go.id"}, "desk settings", "broken"),
        ({"desk_proxies": "bukan alamat"}, "desk settings", "broken"),
        ({"desk_proxies": ""}, "proxies", "look"),
        ({"action_token": "pendek"}, "tokens", "broken"),
        ({"rasa_api": True}, "tokens", "broken"),
        ({"rasa_api": True, "rasa_api_token": LONG}, "tokens", "look"),
        ({"desk_rate": 0.0}, "limits", "look"),
        ({"forged_rate": 0.0}, "limits", "look"),
        ({"registry": "http"}, "outside registry", "broken"),
        ({"registry": "satusehat"}, "outside registry", "broken"),
        ({"pause_seconds": 9.0}, "contradictions", "look"),
        ({"desk_idle_minutes": 10_000.0}, "contradictions", "look"),
        ({"busy_seconds": 5_000.0}, "contradictions", "look"),
        ({"handoff_reply_minutes": 60.0}, "contradictions", "look"),
        ({"preview_numbers": "62"}, "contradictions", "look"),
        ({"content_one_person": True}, "contradictions", "look"),
        ({"clock_url": "http://127.0.0.1:8088/api/clock"}, "contradictions", "look"),
    ],
)
def test_each_mistake_has_its_line(differs: dict[str, Any], check: str, level: str) -> None:
    wrong = {name: level.value for name, level in found(**{**PRODUCTION, **differs}).items() if level is not Level.OK}
    assert wrong == {check: level}
