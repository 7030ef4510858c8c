"""Checks the files of deploy/ as far as it goes without Docker and a cluster: linters and schemas; 1 if one fails.

The linters are installed by hash from deploy/linters.lock into .siaga/tools, apart from the project's own packages.
Without kubectl, which puts the Kubernetes objects together, those are skipped, and it is said so.

    scripts/check_deploy.py [--schemas]     --schemas writes those that the tests hold the objects against, instead
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
TOOLS = ROOT / ".siaga" / "tools"
KUBERNETES = "1.32"
SCHEMAS = ROOT / "tests" / "deploy" / "kubernetes.json"
KINDS = (
    *(
        "io.k8s.api.apps.v1.Deployment",
        "io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler",
        "io.k8s.api.batch.v1.CronJob",
    ),
    *("io.k8s.api.batch.v1.Job", "io.k8s.api.networking.v1.Ingress", "io.k8s.api.networking.v1.NetworkPolicy"),
    *("io.k8s.api.policy.v1.PodDisruptionBudget", "io.k8s.api.core.v1.ConfigMap", "io.k8s.api.core.v1.Namespace"),
    *("io.k8s.api.core.v1.PersistentVolumeClaim", "io.k8s.api.core.v1.Service", "io.k8s.api.core.v1.ServiceAccount"),
)
"""What deploy/kubernetes is made of."""
_HOSTS = {"HOOK_HOST": "kait.example.go.id", "DESK_HOST": "meja.example.go.id"}
_VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}")
_COMPOSE = (
    "import sys, yaml\nfrom compose_spec import PyCompose\n"
    "PyCompose.from_yaml(yaml.safe_dump(yaml.safe_load(sys.stdin.read())))"
)


class Failed(Exception):
    """A check has found something; the text is what it said."""


def linters() -> Path:
    """The folder of the linters' commands, installed now if they were not.

    Raises:
        Failed: they cannot be installed.
    """
    lock, place = DEPLOY / "linters.lock", TOOLS / "linters"
    stamp = place / ".installed"
    if not stamp.exists() or stamp.read_text() != lock.read_text():
        uv = shutil.which("uv") or str(TOOLS / "uv" / "bin" / "uv")
        run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(place)])
        run([uv, "pip", "sync", "--quiet", "--require-hashes", str(lock)], {"VIRTUAL_ENV": str(place)})
        stamp.write_text(lock.read_text())
    return place / "bin"


def run(command: list[str], more: Mapping[str, str] | None = None, given: str = "") -> str:
    """What a command prints.

    Raises:
        Failed: it ends with another code than 0.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own commands
            command,
            cwd=ROOT,
            env=os.environ | dict(more or {}),
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as problem:
        raise Failed(f"{command[0]} cannot be run: {problem.strerror}") from None
    if done.returncode:
        raise Failed(f"{done.stdout}{done.stderr}".strip())
    return done.stdout


def filled_in(text: str) -> str:
    """A compose file with its variables replaced, as compose does before it reads it."""
    return _VARIABLE.sub(lambda found: _HOSTS.get(found[1], found[2] or ""), text)


def _dockerfile(bin_: Path) -> None:
    run([str(bin_ / "hadolint"), "deploy/Dockerfile"])


def _yaml(bin_: Path) -> None:
    rules = "{extends: relaxed, rules: {line-length: {max: 200}, key-duplicates: enable, octal-values: disable}}"
    run([str(bin_ / "yamllint"), "--strict", "-d", rules, "deploy"])


def _compose(bin_: Path) -> None:
    text = filled_in((DEPLOY / "compose" / "compose.yml").read_text())
    run([str(bin_ / "python"), "-c", _COMPOSE], given=text)


def _caddy(bin_: Path) -> None:
    file = "deploy/compose/Caddyfile"
    run([str(bin_ / "caddy"), "validate", "--adapter", "caddyfile", "--config", file], _HOSTS)


def _kubernetes(bin_: Path) -> None:
    if not shutil.which("kubectl"):
        print("skipped: there is no kubectl to put the Kubernetes objects together with")
        return
    for folder in ("province", "province/prepare", "province/restore"):
        made = TOOLS / f"{Path(folder).name}.yaml"
        made.write_text(run(["kubectl", "kustomize", f"deploy/kubernetes/{folder}"]))
        run([str(bin_ / "kubernetes-validate"), "--strict", "--quiet", "-k", KUBERNETES, str(made)])


def schemas(bin_: Path) -> str:
    """The linter's schemas of the kinds that we use, as JSON: what may stand there and must, not what it means.

    Raises:
        Failed: they are not where they were.
    """
    try:
        (file,) = bin_.parent.glob(
            f"lib/*/site-packages/kubernetes_validate/*/v{KUBERNETES}.0-local-strict/_definitions.json"
        )
    except ValueError:
        raise Failed(f"kubernetes-validate has no schemas of {KUBERNETES}") from None
    everything = json.loads(file.read_text())["$defs"]
    needed: dict[str, object] = {}
    open_ = list(KINDS)
    while open_:
        name = open_.pop()
        if name not in needed:
            needed[name] = _bare(everything[name])
            open_ += re.findall(r'"#/\$defs/([^"]+)"', json.dumps(needed[name]))
    return json.dumps({"kubernetes": KUBERNETES, "$defs": dict(sorted(needed.items()))}, separators=(",", ":")) + "\n"


def _bare(part: object) -> object:
    """A schema without descriptions and hints, its references as they are within one file."""
    if isinstance(part, list):
        return [_bare(one) for one in part]
    if not isinstance(part, dict):
        return part
    kept: dict[str, object] = {}
    for key, value in part.items():
        if key == "properties":
            kept[key] = {name: _bare(one) for name, one in value.items()}
        elif key == "$ref":
            kept[key] = "#" + str(value).partition("#")[2]
        elif key in ("type", "required", "items", "additionalProperties", "enum", "oneOf", "anyOf", "format"):
            kept[key] = _bare(value)
    return kept


CHECKS: dict[str, Callable[[Path], None]] = {
    "Dockerfile (hadolint)": _dockerfile,
    "YAML (yamllint)": _yaml,
    "compose file (the compose specification)": _compose,
    "Caddyfile (caddy validate)": _caddy,
    f"Kubernetes objects (kustomize, schemas of {KUBERNETES})": _kubernetes,
}


def main() -> int:
    """Run every check and print how each ended."""
    try:
        bin_ = linters()
    except Failed as problem:
        print(f"The linters cannot be installed: {problem}", file=sys.stderr)
        return 2
    if sys.argv[1:] == ["--schemas"]:
        SCHEMAS.write_text(schemas(bin_))
        return 0
    failed = 0
    for name, check in CHECKS.items():
        try:
            check(bin_)
        except Failed as problem:
            failed += 1
            print(f"FAILED  {name}\n{problem}")
        else:
            print(f"ok      {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
