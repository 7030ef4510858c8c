"""The Kubernetes objects of ``deploy/``, put together as kustomize does it, as far as it is used there.

``tests/deploy/test_kubernetes.py`` holds it against kustomize itself where there is one.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from siaga.settings import ROOT

KUBERNETES = ROOT / "deploy" / "kubernetes"
Object = dict[str, Any]

_KNOWN = {
    *("apiVersion", "kind", "resources", "components", "namespace", "images"),
    *("configMapGenerator", "patches", "labels"),
}
_KEYS = {"containers": "name", "volumes": "name", "env": "name", "ports": "containerPort", "volumeMounts": "mountPath"}
"""What tells the members of a list from each other when a patch is laid over it; other lists are replaced."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@lru_cache
def overlay(folder: str) -> tuple[Object, ...]:
    """The objects of a folder under ``deploy/kubernetes``; to be read and not changed."""
    return tuple(assembled(KUBERNETES / folder))


def assembled(folder: Path) -> list[Object]:
    """The objects of a kustomization.

    Raises:
        ValueError: it uses what is not understood here.
    """
    return _over(folder, [])


def read_all(text: str) -> list[Object]:
    """The objects of a file with several."""
    return [one for one in yaml.load_all(text, Loader=_LOADER) if one]


def pod_of(one: Object) -> Object | None:
    """The template of the pods that an object makes, if it makes any."""
    if one["kind"] in ("Deployment", "Job"):
        return one["spec"]["template"]
    if one["kind"] == "CronJob":
        return one["spec"]["jobTemplate"]["spec"]["template"]
    return None


def _over(folder: Path, given: list[Object]) -> list[Object]:
    asked = yaml.load((folder / "kustomization.yaml").read_text(), Loader=_LOADER)
    if unknown := set(asked) - _KNOWN:
        raise ValueError(f"{folder.name}/kustomization.yaml: {', '.join(sorted(unknown))}")
    objects = list(given)
    for resource in asked.get("resources", ()):
        path = folder / resource
        objects += assembled(path) if path.is_dir() else read_all(path.read_text())
    for component in asked.get("components", ()):
        objects = _over(folder / component, objects)
    for made in asked.get("configMapGenerator", ()):
        objects.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": made["name"]},
                        "data": _settings(folder, made["envs"])})  # fmt: skip
    for patch in asked.get("patches", ()):
        _patch(objects, read_all((folder / patch["path"]).read_text()), patch.get("target"))
    for pairs in asked.get("labels", ()):
        for one in objects:
            _label(one, pairs["pairs"])
    for image in asked.get("images", ()):
        for container in [part for one in objects for part in _containers(one)]:
            if container["image"] == image["name"]:
                container["image"] = f"{image['newName']}:{image['newTag']}"
    if name := asked.get("namespace"):
        for one in objects:
            one["metadata"]["name" if one["kind"] == "Namespace" else "namespace"] = name
    return objects


def _settings(folder: Path, files: list[str]) -> dict[str, str]:
    lines = [line for file in files for line in (folder / file).read_text().splitlines()]
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def _patch(objects: list[Object], patches: list[Object], target: dict[str, str] | None) -> None:
    for patch in patches:
        meant = target or {"kind": patch["kind"], "name": patch["metadata"]["name"]}
        found = [
            one for one in objects
            if one["kind"] == meant["kind"] and meant.get("name") in (None, one["metadata"]["name"])
        ]  # fmt: skip
        if not found:
            raise ValueError(f"a patch for {meant} that there is not")
        laid = {key: value for key, value in patch.items() if key not in ("apiVersion", "kind")}
        laid["metadata"] = {key: value for key, value in laid["metadata"].items() if key != "name"}
        for one in found:
            one.update(_merged(one, laid))


def _merged(below: Any, above: Any, name: str = "") -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        return below | {key: _merged(below.get(key), value, key) for key, value in above.items()}
    if isinstance(below, list) and isinstance(above, list) and (key := _KEYS.get(name)):
        members = {one[key]: one for one in below}
        laid = {one[key]: _merged(members.get(one[key]), one) for one in above}
        return list((laid | {which: one for which, one in members.items() if which not in laid}).values())
    return copy.deepcopy(above)


def _label(one: Object, pairs: dict[str, str]) -> None:
    one["metadata"].setdefault("labels", {}).update(pairs)
    spec = one.get("spec", {})
    if one["kind"] == "Service":
        spec["selector"].update(pairs)
    elif one["kind"] in ("Deployment", "PodDisruptionBudget"):
        spec["selector"]["matchLabels"].update(pairs)
    elif one["kind"] == "CronJob":
        spec["jobTemplate"].setdefault("metadata", {}).setdefault("labels", {}).update(pairs)
    elif one["kind"] == "NetworkPolicy":
        rules = [rule for way in ("ingress", "egress") for rule in spec.get(way, ())]
        peers = [peer for rule in rules for way in ("from", "to") for peer in rule.get(way, ())]
        for selector in [spec["podSelector"], *(peer.get("podSelector", {}) for peer in peers)]:
            if "matchLabels" in selector:
                selector["matchLabels"].update(pairs)
    if pod := pod_of(one):
        pod.setdefault("metadata", {}).setdefault("labels", {}).update(pairs)


def _containers(one: Object) -> Iterator[Object]:
    if pod := pod_of(one):
        yield from pod["spec"]["containers"]
