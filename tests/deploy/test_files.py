"""The files of ``deploy/`` against the code that they run: names of settings, processes, ports and secrets."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import siaga
from siaga.cli import GROUPS
from siaga.privacy.keys import parse
from siaga.settings import ROOT
from tests.deploy.deployed import (
    DEPLOY,
    LISTENS,
    OPEN,
    OURS,
    PROCESSES,
    STOP_SECONDS,
    WATCH_PORT,
    cannot_be_read,
    compose,
    is_pinned,
    is_that_of_the_procfile,
    variables,
)

# Read by shell and Rasa rather than by the settings.
_NOT_SETTINGS = {"SIAGA_BIND", "SIAGA_MODEL", "SIAGA_LIGHT_IMAGE", "SIAGA_RASA_IMAGE", "SIAGA_BACKUP_IMAGE"}
_WATCHERS = {"prometheus", "alertmanager"}


# ------------------------------------------------------------------ both
@pytest.mark.parametrize(
    "file",
    ["Dockerfile", "compose/compose.yml", "compose/siaga.env.example", "kubernetes/province/this/settings.env"],
)
def test_every_setting_that_is_named_exists(file: str) -> None:
    named = set(re.findall(r"\b(?:SIAGA_[A-Z_]+|DATABASE_URL(?:_FILE)?)\b", (DEPLOY / file).read_text()))
    assert named
    assert {name for name in named - _NOT_SETTINGS if name.removesuffix("_FILE") not in variables()} == set()


@pytest.mark.parametrize("file", ["compose/compose.yml", "kubernetes/province/this/settings.env"])
def test_what_production_refuses_to_do_without_is_a_secret_in_a_file(file: str) -> None:
    text = (DEPLOY / file).read_text()
    secret = {"DATABASE_URL", "SIAGA_KEYS", "SIAGA_INDEX_KEY", "SIAGA_TWILIO_AUTH_TOKEN"} | {
        f"SIAGA_WHATSAPP_{name}" for name in ("APP_SECRET", "VERIFY_TOKEN", "ACCESS_TOKEN")
    }
    for name in secret:
        assert re.search(rf"\b{name}_FILE\b", text), name
        assert not re.search(rf"\b{name}\s*[=:]", text), f"{name} stands in the open"


def test_the_compose_files_secrets_are_those_that_are_made(tmp_path: Path) -> None:
    """The script in a folder of its own: whole, closed, the same when it is run again."""
    shutil.copytree(DEPLOY / "compose", tmp_path / "compose", ignore=shutil.ignore_patterns("secrets", "siaga.env"))
    script = ["sh", str(tmp_path / "compose" / "secrets.sh")]
    subprocess.run(script, input="rahasia-meta\ntoken-meta\n", capture_output=True, text=True, check=True)
    made = {path.name: path.read_text() for path in (tmp_path / "compose" / "secrets").iterdir()}
    declared = {Path(one["file"]).name for one in compose()["secrets"].values()}
    assert set(made) == declared
    assert (tmp_path / "compose" / "secrets").stat().st_mode & 0o077 == 0
    assert made["database_url"] == f"postgresql://siaga:{made['database_password']}@database:5432/siaga"
    assert made["whatsapp_app_secret"] == "rahasia-meta"
    again = subprocess.run(script, input="", capture_output=True, text=True, check=True)
    assert made == {path.name: path.read_text() for path in (tmp_path / "compose" / "secrets").iterdir()}
    assert not any(value in again.stdout + again.stderr for value in made.values())


def test_who_comes_by_way_of_twilio_is_asked_for_its_token_and_for_nothing_of_metas(tmp_path: Path) -> None:
    shutil.copytree(DEPLOY / "compose", tmp_path / "compose", ignore=shutil.ignore_patterns("secrets", "siaga.env"))
    script, folder = ["sh", str(tmp_path / "compose" / "secrets.sh")], tmp_path / "compose" / "secrets"

    def made() -> dict[str, str]:
        return {path.name: path.read_text() for path in folder.iterdir()}

    subprocess.run([*script, "twilio"], input="token-twilio\n", capture_output=True, text=True, check=True)
    first = made()
    assert set(first) == {Path(one["file"]).name for one in compose()["secrets"].values()}
    assert first["twilio_auth_token"] == "token-twilio"
    assert first["whatsapp_app_secret"].startswith("made-up-")
    assert first["whatsapp_app_secret"] != first["whatsapp_access_token"]
    # Who goes over to Meta is asked for what was made up, and keeps all else.
    subprocess.run(script, input="rahasia-meta\ntoken-meta\n", capture_output=True, text=True, check=True)
    assert made() == first | {"whatsapp_app_secret": "rahasia-meta", "whatsapp_access_token": "token-meta"}
    assert subprocess.run([*script, "telegram"], capture_output=True, check=False).returncode == 2


def test_the_keys_that_are_made_up_are_keys(tmp_path: Path) -> None:
    shutil.copytree(DEPLOY / "compose", tmp_path / "compose", ignore=shutil.ignore_patterns("secrets", "siaga.env"))
    script = ["sh", str(tmp_path / "compose" / "secrets.sh")]
    subprocess.run(script, input="a\nb\n", capture_output=True, text=True, check=True)
    keys, index_key = ((tmp_path / "compose" / "secrets" / name).read_text() for name in ("keys", "index_key"))
    assert len(parse(keys, index_key).keys) == 1


# ------------------------------------------------------------------ compose
def test_the_compose_file_runs_every_process_as_the_procfile_does() -> None:
    services = compose()["services"]
    assert set(services) == PROCESSES | {"proxy", "database", "prepare", "backup"} | _WATCHERS
    for name in PROCESSES:
        is_that_of_the_procfile(name, services[name]["command"])


def test_only_the_proxy_is_open_and_only_what_it_needs_is_beside_it() -> None:
    services = compose()["services"]
    assert {name for name, one in services.items() if one.get("ports")} == {"proxy", "prometheus"}
    assert all(port.startswith("127.0.0.1:") for port in services["prometheus"]["ports"])
    assert {name for name, one in services.items() if "edge" in one["networks"]} == OPEN | {"proxy"}
    assert set(services["database"]["networks"]) == {"inner"}
    assert all(compose()["networks"][name]["internal"] for name in ("edge", "inner"))


def test_no_process_of_ours_may_write_where_it_need_not_or_begins_before_the_database_is_ready() -> None:
    for name in PROCESSES | {"backup"}:
        one = compose()["services"][name]
        assert one["read_only"], name
        assert one["cap_drop"] == ["ALL"], name
        assert one["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}, name
        assert one["mem_limit"], name
        assert int(one["stop_grace_period"].removesuffix("s")) > 2 * STOP_SECONDS, name


_KEYS = {
    *("cap_add", "cap_drop", "command", "depends_on", "entrypoint", "env_file", "environment", "healthcheck", "image"),
    *("logging", "mem_limit", "networks", "ports", "profiles", "read_only", "restart", "secrets", "security_opt"),
    *("shm_size", "stop_grace_period", "tmpfs", "volumes"),
}
"""What a service of ours may say: a word that is not among these is most likely misspelt."""


def loose_ends(services: dict[str, Any], file: dict[str, Any]) -> list[str]:
    """What a service names that there is not."""
    wrong = []
    for name, one in services.items():
        named = {
            "": set(one) - _KEYS,
            "networks": set(one["networks"]) - set(file["networks"]),
            "services": set(one.get("depends_on", ())) - set(services),
            "secrets": set(one.get("secrets", ())) - set(file["secrets"]),
            "volumes": {place for place in _places(one) if not place.startswith("./")} - set(file["volumes"]),
        }
        wrong += [f"{name}: {kind} {what}" for kind, missing in named.items() for what in sorted(missing)]
        given = one.get("environment", {})
        pointed = {
            value.removeprefix("/run/secrets/") for key, value in given.items()
            if key.endswith("_FILE") and value.startswith("/run/secrets/")
        }  # fmt: skip
        wrong += [f"{name}: no secret {what}" for what in sorted(pointed - set(one.get("secrets", ())))]
        for place in _places(one):
            made = place.replace("alertmanager.yml", "alertmanager.yml.example")
            if place.startswith("./") and not (ROOT / made).is_file():
                wrong.append(f"{name}: there is no {place}")
    return wrong


def _places(service: dict[str, Any]) -> list[str]:
    """Where a service's volumes come from: names, or files beside the compose file."""
    return [re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", volume).split(":")[0] for volume in service.get("volumes", ())]


def test_the_compose_file_names_nothing_that_there_is_not() -> None:
    assert loose_ends(compose()["services"], compose()) == []


def test_a_slip_in_the_compose_file_is_found() -> None:
    file = compose()
    sender = file["services"]["sender"]
    broken = {
        "memory_limit": {**sender, "memory_limit": "512m"},
        "services databse": {**sender, "depends_on": {"databse": {}}},
        "networks outside": {**sender, "networks": ["outside"]},
        "secrets key": {**sender, "secrets": [*sender["secrets"], "key"]},
        "no secret keys": {**sender, "secrets": [one for one in sender["secrets"] if one != "keys"]},
        "volumes stat": {**sender, "volumes": ["stat:/var/lib/siaga"]},
        "there is no ./deploy/Caddyfile": {**sender, "volumes": ["./deploy/Caddyfile:/etc/caddy/Caddyfile:ro"]},
    }
    for said, one in broken.items():
        assert any(said in wrong for wrong in loose_ends({**file["services"], "sender": one}, file)), said


def test_each_image_of_the_compose_file_is_pinned_and_ours_are_of_this_version() -> None:
    for name, one in compose()["services"].items():
        image = re.sub(r"^\$\{\w+:-(.*)\}$", r"\1", one["image"])
        assert is_pinned(image), name
        if image.startswith("siaga-"):
            assert image in {f"{ours}:{siaga.__version__}" for ours in OURS}, name
    assert not any(is_pinned(image) for image in ("caddy", "caddy:alpine", "siaga-light:latest", "postgres:18"))


def test_every_command_of_ours_in_a_file_is_one() -> None:
    commands = [one["command"] for one in compose()["services"].values() if one.get("command", [""])[0] == "siaga"]
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    commands += [re.findall(r'"([^"]*)"', line) for line in re.findall(r'^CMD (\["siaga".*)$', dockerfile, re.M)]
    inner = compose()["services"]["prepare"]["command"][-1].split("&&")
    commands += [shlex.split(one) for one in inner]
    assert len(commands) > 10
    assert [(one, wrong) for one in commands if (wrong := cannot_be_read(one))] == []
    assert cannot_be_read(["siaga", "backup", "make", "--keeep", "14"])
    assert cannot_be_read(["siaga", "bakcup"])


def test_every_command_of_ours_on_the_page_is_one() -> None:
    page = (ROOT / "docs" / "deploy.md").read_text().replace("--entrypoint siaga backup ", "siaga ")
    typed = re.findall(r"^\$ (.*)$", page, re.M) + re.findall(r"`([^`\n]+)`", page)
    said = {found.strip() for line in typed for found in re.findall(r"(?:^|\s)(siaga [a-z][^#<&|]*)", line)}
    commands = [words for words in map(shlex.split, said) if words[1] in GROUPS]
    assert len(commands) > 8
    # Where the text only speaks of a command, it may stand there without what it needs.
    wrong = {shlex.join(words): cannot_be_read(words) for words in commands}
    assert {line: why for line, why in wrong.items() if why and "argument" not in why} == {}


def test_two_installations_on_one_machine_meet_nowhere() -> None:
    """Names follow the project's; what the machine has once is a variable."""
    file = compose()
    for name, one in file["services"].items():
        assert "container_name" not in one, name
        for port in one.get("ports", ()):
            outside = port.removesuffix("/udp").rpartition(":")[0].removeprefix("127.0.0.1:")
            assert re.fullmatch(r"\$\{\w+:-\d+\}", outside), f"{name}: {port}"
    subnets = [
        part["subnet"] for one in file["networks"].values() for part in (one or {}).get("ipam", {}).get("config", ())
    ]
    assert subnets == ["${EDGE_NETWORK:-172.30.71.0/24}"]
    assert {one["environment"]["SIAGA_DESK_PROXIES"] for name, one in file["services"].items() if name in OPEN} == set(
        subnets
    )
    for kind in ("volumes", "networks"):
        assert not any({"name", "external"} & set(one or {}) for one in file[kind].values()), kind


def test_the_proxy_sends_to_where_somebody_listens() -> None:
    caddyfile = (DEPLOY / "compose" / "Caddyfile").read_text()
    sent = {name: int(port) for name, port in re.findall(r"reverse_proxy \{\$\w+:(\w+):(\d+)\}", caddyfile)}
    assert sent == {name: LISTENS[name] for name in OPEN}
    action = compose()["services"]["rasa"]["environment"]["SIAGA_ACTION_URL"]
    assert action == f"http://actions:{LISTENS['actions']}/webhook"


def test_the_trial_of_a_backup_has_room_on_the_disk_and_the_backups_a_place_of_their_own() -> None:
    one = compose()["services"]["backup"]
    assert one["tmpfs"] == []
    assert {volume.rpartition(":")[2] for volume in one["volumes"]} == {"/tmp", "/backups", "/var/lib/siaga"}
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    assert "SIAGA_BACKUPS=/backups" in dockerfile
    assert re.search(r"install -d -o siaga .* /backups$", dockerfile, re.M)


# ------------------------------------------------------------------ the images
def test_an_images_health_is_asked_where_its_processes_tell_it() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    (asked,) = re.findall(r"http://127\.0\.0\.1:(\d+)/health", dockerfile)
    assert int(asked) == WATCH_PORT
    for stage in re.split(r"^FROM ", dockerfile, flags=re.M)[1:]:
        if re.search(r" AS (light|backup|rasa)$", stage.splitlines()[0]):
            assert WATCH_PORT in map(int, re.findall(r"^EXPOSE (.*)$", stage, re.M)[0].split())


def test_what_an_image_begins_with_is_pinned() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    stages = {name: below for below, name in re.findall(r"^FROM (\S+) AS (\S+)$", dockerfile, re.M)}
    assert {below for below in stages.values() if below not in stages} == {"${BASE}"}
    assert is_pinned(re.findall(r"^ARG BASE=(\S+)$", dockerfile, re.M)[0])


def test_an_image_runs_as_nobody_and_holds_only_what_is_named() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    stages = re.split(r"^FROM ", dockerfile, flags=re.M)[1:]
    running = next(stage for stage in stages if " AS running" in stage.splitlines()[0])
    assert "USER 10001:10001" in running
    assert 'ENTRYPOINT ["tini", "--", "siaga", "wait", "--"]' in running
    for stage in stages:
        if re.search(r" AS (light|backup|rasa)$", stage.splitlines()[0]):
            assert stage.startswith("running AS")
            assert "USER root" not in stage
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    rules = [line for line in ignored if line and not line.startswith("#")]
    assert rules[0] == "*"
    copied = {
        word for line in re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.M) for word in shlex.split(line)[:-1]
    }
    let_in = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    assert copied - {"models/${MODEL}"} == let_in - {"models/siaga-*.tar.gz"}
