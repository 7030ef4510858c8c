"""What docs/dependencies.md relies on: which old package is reached by whom."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import lru_cache

import pytest

from siaga.settings import ROOT

UNUSED = """
    aiogram apscheduler boto3 botocore confluent_kafka dask dns fbmessenger google.protobuf jax jsonpickle keras
    mattermostwrapper networkx pymongo rasa redis rocketchat_API sanic_cors sanic_jwt sentry_sdk skops slack_sdk
    socketio tensorboard tensorflow webexteamssdk werkzeug
""".split()
"""Rasa brings them; processes that talk with somebody outside have no part of them."""


@lru_cache
def locked() -> dict[str, str]:
    """The version of each package."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    return dict(found.groups() for line in lines if (found := re.match(r"([A-Za-z0-9._-]+)==([^\s\\]+)", line)))


@pytest.mark.parametrize(
    "modules",
    ["siaga.whatsapp.receiver", "siaga.whatsapp.commands, siaga.whatsapp.sender", "siaga.desk.server, siaga.desk.app"],
)
def test_who_is_reached_from_outside_has_no_part_of_what_is_unused(modules: str) -> None:
    script = f"import sys, {modules}; print(*(name for name in sys.argv[1:] if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script, *UNUSED], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_page_speaks_of_the_versions_that_are_installed() -> None:
    """Whoever changes one has to look at what is said of it."""
    page = (ROOT / "docs" / "dependencies.md").read_text()
    told = re.findall(r"^\| `([a-z0-9-]+)` ([0-9][^ |]*) \|", page, re.M)
    assert len(told) > 15
    assert [(name, version) for name, version in told if locked().get(name) != version] == []


def test_rasa_is_not_older_than_the_version_that_closes_remote_model_loading() -> None:
    assert tuple(map(int, locked()["rasa"].split("."))) >= (3, 6, 21)


def sources(*folders: str) -> str:
    files = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".html"))
    return "\n".join(path.read_text() for path in files)


@pytest.mark.parametrize(
    ("what", "folders"),
    [
        # The address that Starlette puts together from the caller's own Host (PYSEC-2026-248, CVE-2026-48710).
        (r"request\.url\b|url_for\(", ["siaga/desk"]),
        (r"\bHTTPEndpoint\b", ["siaga"]),
        # aiohttp answers nobody: we only ask with it.
        (r"aiohttp\.web\b|from aiohttp import .*\bweb\b", ["siaga", "actions"]),
        (r"\bCookieJar\b|\bcookies=\{", ["siaga/whatsapp", "siaga/dialogue", "actions"]),
        # pydantic's check of addresses of e-mail, and what reads objects back from text.
        (r"\bEmailStr\b|\bNameEmail\b|\bvalidate_email\b", ["siaga", "actions"]),
        (r"^\s*(import|from) (pickle|joblib|skops|jsonpickle|dill|cloudpickle|marshal|shelve)\b", ["siaga", "actions"]),
        (r"allow_pickle=True", ["siaga", "actions"]),
    ],
)
def test_what_an_advisory_is_about_is_not_used(what: str, folders: list[str]) -> None:
    assert re.findall(what, sources(*folders), re.M) == []
