"""The Flow JSON: what Meta asks of it, and that it fits what the end point sends and reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner

from siaga.cli import main
from siaga.whatsapp.flows import exchange
from siaga.whatsapp.flows.screens import CONSENT, DISTRICT, SUMMARY, flow_json
from tests.whatsapp.flows.phone import Phone

FLOW: dict[str, Any] = json.loads(flow_json())
SCREENS: dict[str, dict[str, Any]] = {screen["id"]: screen for screen in FLOW["screens"]}
# Characters, from Meta's components reference.
LIMITS = {"TextHeading": {"text": 80}, "TextBody": {"text": 4096}, "TextCaption": {"text": 409}}
LIMITS |= {"TextInput": {"label": 20, "helper-text": 80}, "RadioButtonsGroup": {"label": 30}}
LIMITS |= {"Dropdown": {"label": 30}, "OptIn": {"label": 30}, "Footer": {"label": 35}}


def parts(screen: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from screen["layout"]["children"]


def sends(screen: dict[str, Any]) -> dict[str, str]:
    """What the screen's button sends, and from where."""
    (footer,) = (part for part in parts(screen) if part["type"] == "Footer")
    assert footer["on-click-action"]["name"] == "data_exchange"
    payload: dict[str, str] = footer["on-click-action"]["payload"]
    return payload


def test_the_versions_are_those_that_are_spoken() -> None:
    assert (FLOW["version"], FLOW["data_api_version"]) == ("7.0", "3.0")


def test_every_route_leads_forward_and_to_the_end() -> None:
    routes = FLOW["routing_model"]
    assert set(routes) == set(SCREENS)
    order = list(SCREENS)
    for screen, following in routes.items():
        assert all(order.index(screen) < order.index(other) for other in following)
        assert bool(following) != (screen == SUMMARY)
    entries = set(SCREENS) - {other for following in routes.values() for other in following}
    assert entries == {CONSENT}
    assert [screen["id"] for screen in SCREENS.values() if screen.get("terminal")] == [SUMMARY]
    assert not any(screen.get("refresh_on_back") for screen in SCREENS.values())


@pytest.mark.parametrize("screen", SCREENS.values(), ids=list(SCREENS))
def test_a_screen_is_within_metas_limits(screen: dict[str, Any]) -> None:
    assert screen["id"].replace("_", "").isalpha()
    for part in parts(screen):
        for name, most in LIMITS[part["type"]].items():
            assert 0 < len(part.get(name) or "x") <= most, (part["type"], name)
        for option in part["data-source"] if isinstance(part.get("data-source"), list) else ():
            assert 0 < len(option["title"]) <= 30


@pytest.mark.parametrize("screen", SCREENS.values(), ids=list(SCREENS))
def test_all_that_is_filled_in_is_sent(screen: dict[str, Any]) -> None:
    fields = {part["name"] for part in parts(screen) if "name" in part}
    assert sends(screen) == {name: f"${{form.{name}}}" for name in fields}
    assert all(part["required"] for part in parts(screen) if "name" in part)


@pytest.mark.parametrize("screen", SCREENS.values(), ids=list(SCREENS))
def test_nothing_is_shown_that_is_not_declared(screen: dict[str, Any]) -> None:
    used = {
        value.removeprefix("${data.").removesuffix("}")
        for part in parts(screen)
        for value in part.values()
        if isinstance(value, str) and value.startswith("${data.")
    }
    assert used == set(screen["data"])


@pytest.mark.parametrize("name", ["nik", "birth_date", "name", "place", "district"])
def test_what_is_personal_is_hidden_in_the_chat(name: str) -> None:
    (screen,) = (screen for screen in SCREENS.values() if name in sends(screen))
    assert name in screen["sensitive"]


def test_the_end_point_knows_every_screen_and_no_other() -> None:
    assert set(exchange._SUBMITTED) == set(SCREENS)
    assert set(exchange._BEFORE) == set(SCREENS) - {CONSENT}


def test_every_answer_fits_the_screen_it_shows(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data of the declared names and types, by routes that WhatsApp lets it take."""
    shown = []
    ask = phone.ask

    def watch(request: dict[str, Any]) -> dict[str, Any]:
        response = ask(request)
        shown.append((request.get("screen"), response))
        return response

    monkeypatch.setattr(phone, "ask", watch)
    phone.open_form()
    phone.submit(agrees=False)
    phone.submit(agrees=True)
    phone.submit(beneficiary="?")
    phone.submit(beneficiary="self")
    phone.submit(nik="1", birth_date="", name="")
    phone.submit(nik="3578010502859001", birth_date="05-02-1985", name="Warga Uji 001")
    phone.submit(place="?")
    phone.submit(place="surabaya")
    assert phone.screen == DISTRICT
    phone.submit(district="35.78.04")
    for before, response in shown:
        screen, data = response["screen"], dict(response["data"])
        assert not before or screen == before or screen in FLOW["routing_model"][before]
        data.pop("error_message", None)
        declared = SCREENS[screen]["data"]
        assert set(data) == set(declared), screen
        for name, value in data.items():
            assert type(value) is {"string": str, "boolean": bool, "array": list}[declared[name]["type"]]
    assert {response["screen"] for _, response in shown} == set(SCREENS)


def test_the_command_prints_it() -> None:
    result = CliRunner().invoke(main, ["flows", "json"])
    assert (result.exit_code, json.loads(result.output)) == (0, FLOW)
