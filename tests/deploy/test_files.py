"""The files of ``deploy/`` against the code that they run: names of settings, processes, ports and secrets."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from siaga.privacy.keys import parse
from siaga.settings import ROOT, Settings
from siaga.start.processes import read_procfile

DEPLOY = ROOT / "deploy"
# Read rather than imported: with it would come Rasa and TensorFlow.
_WORKER = (ROOT / "siaga" / "dialogue" / "worker.py").read_text()
STOP_SECONDS = float(re.findall(r"^STOP_SECONDS = ([0-9.]+)$", _WORKER, re.M)[0])
# Read by shell and Rasa rather than by the settings.
_NOT_SETTINGS = {"SIAGA_BIND", "SIAGA_MODEL", "SIAGA_LIGHT_IMAGE", "SIAGA_RASA_IMAGE"}
_PROCESSES = set(read_procfile(ROOT / "Procfile")) - {"simulator"}
_OPEN = {"receiver", "desk"}


def variables() -> set[str]:
    """Every variable that the settings read."""
    return {name.upper() for field in Settings.__fields__.values() for name in field.field_info.extra["env_names"]}


@lru_cache
def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose" / "compose.yml").read_text())


@lru_cache
def objects(folder: str) -> list[dict[str, Any]]:
    """The Kubernetes objects of a folder, as kustomize puts them together."""
    if not shutil.which("kubectl"):
        pytest.skip("there is no kubectl here")
    done = subprocess.run(
        ["kubectl", "kustomize", f"deploy/kubernetes/{folder}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [one for one in yaml.safe_load_all(done.stdout) if one]


def of_kind(kind: str, folder: str = "province") -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in objects(folder) if one["kind"] == kind}


# ------------------------------------------------------------------ both
@pytest.mark.parametrize(
    "file",
    ["Dockerfile", "compose/compose.yml", "compose/siaga.env.example", "kubernetes/settings/settings.env"],
)
def test_every_setting_that_is_named_exists(file: str) -> None:
    named = set(re.findall(r"\b(?:SIAGA_[A-Z_]+|DATABASE_URL(?:_FILE)?)\b", (DEPLOY / file).read_text()))
    assert named
    assert {name for name in named - _NOT_SETTINGS if name.removesuffix("_FILE") not in variables()} == set()


@pytest.mark.parametrize("file", ["compose/compose.yml", "kubernetes/settings/settings.env"])
def test_what_production_refuses_to_do_without_is_a_secret_in_a_file(file: str) -> None:
    text = (DEPLOY / file).read_text()
    secret = {"DATABASE_URL", "SIAGA_KEYS", "SIAGA_INDEX_KEY"} | {
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


def test_the_keys_that_are_made_up_are_keys(tmp_path: Path) -> None:
    shutil.copytree(DEPLOY / "compose", tmp_path / "compose", ignore=shutil.ignore_patterns("secrets", "siaga.env"))
    script = ["sh", str(tmp_path / "compose" / "secrets.sh")]
    subprocess.run(script, input="a\nb\n", capture_output=True, text=True, check=True)
    keys, index_key = ((tmp_path / "compose" / "secrets" / name).read_text() for name in ("keys", "index_key"))
    assert len(parse(keys, index_key).keys) == 1


# ------------------------------------------------------------------ compose
def test_the_compose_file_runs_every_process_as_the_procfile_does() -> None:
    services = compose()["services"]
    assert set(services) == _PROCESSES | {"proxy", "database", "prepare"}
    for name in _PROCESSES:
        _is_that_of_the_procfile(name, services[name]["command"])


def test_only_the_proxy_is_open_and_only_what_it_needs_is_beside_it() -> None:
    services = compose()["services"]
    assert [name for name, one in services.items() if one.get("ports")] == ["proxy"]
    assert {name for name, one in services.items() if "edge" in one["networks"]} == _OPEN | {"proxy"}
    assert set(services["database"]["networks"]) == {"inner"}
    assert all(compose()["networks"][name]["internal"] for name in ("edge", "inner"))


def test_no_process_of_ours_may_write_where_it_need_not_or_begins_before_the_database_is_ready() -> None:
    for name in _PROCESSES:
        one = compose()["services"][name]
        assert one["read_only"], name
        assert one["cap_drop"] == ["ALL"], name
        assert one["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}, name
        assert one["mem_limit"], name
        assert int(one["stop_grace_period"].removesuffix("s")) > 2 * STOP_SECONDS, name


# ------------------------------------------------------------------ Kubernetes
def test_kubernetes_runs_every_process_as_the_procfile_does() -> None:
    deployments = of_kind("Deployment")
    assert set(deployments) == _PROCESSES
    for name, one in deployments.items():
        (container,) = one["spec"]["template"]["spec"]["containers"]
        _is_that_of_the_procfile(name, container["args"])
        assert container["image"].rpartition("/")[2].startswith("siaga-rasa:" if name == "rasa" else "siaga-light:")


def test_every_pod_is_closed_watched_and_given_time_to_end() -> None:
    pods = {name: one["spec"]["template"]["spec"] for name, one in of_kind("Deployment").items()}
    pods["prepare"] = of_kind("Job", "prepare")["prepare"]["spec"]["template"]["spec"]
    for name, pod in pods.items():
        (container,) = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["automountServiceAccountToken"] is False, name
        assert container["securityContext"]["readOnlyRootFilesystem"], name
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}, name
        assert container["resources"]["requests"]["memory"], name
        assert container["resources"]["limits"]["memory"], name
        if name == "prepare":
            continue
        assert pod["terminationGracePeriodSeconds"] > 2 * STOP_SECONDS + 15, name
        assert {kind: container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("liveness", "readiness")} == {
            "liveness": "/health",
            "readiness": "/ready",
        }


def test_an_update_takes_nothing_away_before_the_new_one_is_ready() -> None:
    for name, one in of_kind("Deployment").items():
        assert one["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}, name
    scaled = {one["spec"]["scaleTargetRef"]["name"] for one in of_kind("HorizontalPodAutoscaler").values()}
    for name in scaled:
        assert "replicas" not in of_kind("Deployment")[name]["spec"], "or each update would set it back"


def test_the_database_is_prepared_with_the_settings_and_the_code_of_what_runs_then() -> None:
    (job,) = of_kind("Job", "prepare")["prepare"]["spec"]["template"]["spec"]["containers"]
    receiver = of_kind("Deployment")["receiver"]["spec"]["template"]["spec"]["containers"][0]
    assert job["envFrom"] == receiver["envFrom"]
    assert job["image"] == receiver["image"]
    assert "siaga db migrate" in job["command"][-1]


def test_nobody_speaks_with_anybody_unless_it_is_said() -> None:
    policies = of_kind("NetworkPolicy")
    assert policies["nothing"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    edge = policies["edge"]["spec"]
    assert set(edge["podSelector"]["matchExpressions"][0]["values"]) == _OPEN
    outside = {rule["host"] for one in of_kind("Ingress").values() for rule in one["spec"]["rules"]}
    assert len(outside) == 2
    paths = [
        (path["path"], path["backend"]["service"]["name"])
        for one in of_kind("Ingress").values()
        for rule in one["spec"]["rules"]
        for path in rule["http"]["paths"]
    ]
    assert sorted(paths) == [("/", "desk"), ("/webhooks/", "receiver")]


def test_what_scales_by_the_queue_asks_for_a_figure_that_is_told() -> None:
    from siaga.watch.figures import FIGURES

    metrics = of_kind("HorizontalPodAutoscaler")["rasa"]["spec"]["metrics"]
    (asked,) = [one["external"]["metric"]["name"] for one in metrics if one["type"] == "External"]
    assert asked in {figure.name for figure in FIGURES}


# ------------------------------------------------------------------ the images
def test_an_image_runs_as_nobody_and_holds_only_what_is_named() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    stages = re.split(r"^FROM ", dockerfile, flags=re.M)[1:]
    running = next(stage for stage in stages if " AS running" in stage.splitlines()[0])
    assert "USER 10001:10001" in running
    assert 'ENTRYPOINT ["tini", "--", "siaga", "wait", "--"]' in running
    for stage in stages:
        if re.search(r" AS (light|rasa)$", stage.splitlines()[0]):
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


def _is_that_of_the_procfile(name: str, command: list[str]) -> None:
    """The same program and subcommands; options tell other machines other addresses."""
    line = re.sub(r"^exec (nice -n \d+ )?", "", read_procfile(ROOT / "Procfile")[name])
    wanted = [word for word in line.split() if not re.search(r"\$\{", word)]
    options = {word for word in wanted if word.startswith("--")} - {"--port"}
    begins = [word for word in wanted if not word.startswith("--")]
    assert command[: len(begins[:2])] == begins[:2], name
    if name == "rasa":
        assert options <= set(command) | {"--port"}, name
