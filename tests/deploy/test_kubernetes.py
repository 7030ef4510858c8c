"""The Kubernetes objects against their schemas, each other, and the code that they run."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import jsonschema
import pytest

import siaga
from siaga.settings import ROOT, Settings
from tests.deploy.assembled import KUBERNETES, Object, assembled, overlay, pod_of, read_all
from tests.deploy.deployed import (
    LISTENS,
    OPEN,
    OURS,
    PROCESSES,
    STOP_SECONDS,
    WATCH_PORT,
    cannot_be_read,
    compose,
    is_that_of_the_procfile,
)

ALL = ("province", "province/prepare", "province/restore")
SCHEMAS = json.loads((Path(__file__).parent / "kubernetes.json").read_text())["$defs"]


def of_kind(kind: str, folder: str = "province") -> dict[str, Object]:
    return {one["metadata"]["name"]: one for one in overlay(folder) if one["kind"] == kind}


def test_kubernetes_runs_every_process_as_the_procfile_does() -> None:
    deployments = of_kind("Deployment")
    assert set(deployments) == PROCESSES
    for name, one in deployments.items():
        (container,) = one["spec"]["template"]["spec"]["containers"]
        is_that_of_the_procfile(name, container["args"])
        assert container["image"].rpartition("/")[2].startswith("siaga-rasa:" if name == "rasa" else "siaga-light:")


def test_every_pod_is_closed_watched_and_given_time_to_end() -> None:
    pods = {name: one["spec"]["template"]["spec"] for name, one in of_kind("Deployment").items()}
    jobs = {name: pod["spec"] for folder in ALL for name, pod in _pods(folder).items() if name not in pods}
    pods |= jobs
    for name, pod in pods.items():
        (container,) = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["automountServiceAccountToken"] is False, name
        assert container["securityContext"]["readOnlyRootFilesystem"], name
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}, name
        assert container["resources"]["requests"]["memory"], name
        assert container["resources"]["limits"]["memory"], name
        if name in jobs:
            assert pod["restartPolicy"] == "Never", name
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
    (job,) = of_kind("Job", "province/prepare")["prepare"]["spec"]["template"]["spec"]["containers"]
    receiver = of_kind("Deployment")["receiver"]["spec"]["template"]["spec"]["containers"][0]
    assert job["envFrom"] == receiver["envFrom"]
    assert job["image"] == receiver["image"]
    assert "siaga db migrate" in job["command"][-1]


def test_nobody_speaks_with_anybody_unless_it_is_said() -> None:
    policies = of_kind("NetworkPolicy")
    assert policies["nothing"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    edge = policies["edge"]["spec"]
    assert set(edge["podSelector"]["matchExpressions"][0]["values"]) == OPEN
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


# ------------------------------------------------------------------ schemas, and kustomize itself
def unfit(one: Object) -> list[str]:
    """What the schema of its kind has against an object."""
    version = one["apiVersion"].rpartition("/")[2]
    (kind,) = [
        name for name in SCHEMAS if name.startswith("io.k8s.api.") and name.endswith(f".{version}.{one['kind']}")
    ]
    checked = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": SCHEMAS})
    return [f"{'.'.join(map(str, wrong.absolute_path))}: {wrong.message}" for wrong in checked.iter_errors(one)]


@pytest.mark.parametrize("folder", ALL)
def test_each_object_is_what_kubernetes_reads(folder: str) -> None:
    assert len(overlay(folder)) >= 2
    assert [(one["kind"], wrong) for one in overlay(folder) for wrong in unfit(one)] == []


def test_an_object_that_kubernetes_would_not_read_is_found() -> None:
    receiver = of_kind("Deployment")["receiver"]
    (container,) = receiver["spec"]["template"]["spec"]["containers"]
    for wrong in ({"imagePulPolicy": "Always"}, {"ports": [{"containerPort": "5015"}]}, {"name": None, "image": 7}):
        pod = {**receiver["spec"]["template"]["spec"], "containers": [{**container, **wrong}]}
        assert unfit({**receiver, "spec": {**receiver["spec"], "template": {"spec": pod}}}), wrong
    assert unfit({**receiver, "spec": {"replicas": 2}})


@pytest.mark.parametrize("folder", ALL)
def test_what_is_put_together_here_is_what_kustomize_puts_together(folder: str) -> None:
    if not shutil.which("kubectl"):
        pytest.skip("there is no kubectl here")
    done = subprocess.run(["kubectl", "kustomize", KUBERNETES / folder], capture_output=True, text=True, check=True)
    # Its name for the settings ends with their hash.
    theirs = read_all(re.sub(r"\bsiaga-[0-9a-z]{10}\b", "siaga", done.stdout))

    def by_name(objects: Iterable[Object]) -> dict[tuple[str, str], Object]:
        return {(one["kind"], one["metadata"]["name"]): one for one in objects}

    assert by_name(overlay(folder)) == by_name(theirs)


# ------------------------------------------------------------------ each other
def _pods(folder: str) -> dict[str, Object]:
    """The pods' templates by the name of what makes them."""
    return {one["metadata"]["name"]: made for one in overlay(folder) if (made := pod_of(one))}


def loose_ends(name: str, pod: Object, there: set[tuple[str, str]]) -> list[str]:
    """What a pod names that there is not: settings, volumes, accounts, ports."""
    spec = pod["spec"]
    named = set()
    for volume in spec.get("volumes", ()):
        if "persistentVolumeClaim" in volume:
            named.add(("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]))
        if "secret" in volume:
            named.add(("Secret", volume["secret"]["secretName"]))
    if account := spec.get("serviceAccountName"):
        named.add(("ServiceAccount", account))
    wrong = []
    volumes = {volume["name"] for volume in spec.get("volumes", ())}
    for container in spec["containers"]:
        named |= {("ConfigMap", one["configMapRef"]["name"]) for one in container.get("envFrom", ())}
        wrong += [f"{name}: no volume {one['name']}" for one in container["volumeMounts"] if one["name"] not in volumes]
        ports = {one["name"]: one["containerPort"] for one in container.get("ports", ())}
        for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
            if (probe := container.get(kind)) and ports.get(probe["httpGet"]["port"]) != WATCH_PORT:
                wrong.append(f"{name}: {kind} asks where nobody listens")
    return wrong + [f"{name}: no {kind} {what}" for kind, what in sorted(named - there)]


@pytest.mark.parametrize("folder", ALL)
def test_what_a_pod_names_is_there(folder: str) -> None:
    # The secret is made by hand; a restore comes to what runs already.
    objects = overlay(folder) + (overlay("province") if folder.endswith("restore") else ())
    there = {(one["kind"], one["metadata"]["name"]) for one in objects} | {("Secret", "siaga")}
    assert [wrong for name, pod in _pods(folder).items() for wrong in loose_ends(name, pod, there)] == []


def test_a_loose_end_of_a_pod_is_found() -> None:
    there = {(one["kind"], one["metadata"]["name"]) for one in overlay("province")}
    pod = _pods("province")["receiver"]
    assert loose_ends("receiver", pod, there) == ["receiver: no Secret siaga"]
    (container,) = pod["spec"]["containers"]
    elsewhere = {**container, "ports": [{"name": "watch", "containerPort": 9111}]}
    assert "receiver: livenessProbe asks where nobody listens" in loose_ends(
        "receiver", {"spec": {**pod["spec"], "containers": [elsewhere]}}, there
    )


def test_each_secret_that_a_setting_names_is_one_that_is_made_and_mounted() -> None:
    given = of_kind("ConfigMap")["siaga"]["data"]
    paths = {Path(value) for key, value in given.items() if key.endswith("_FILE")}
    assert {path.name for path in paths} <= {Path(one["file"]).name for one in compose()["secrets"].values()}
    for name, pod in [pair for folder in ALL for pair in _pods(folder).items()]:
        (container,) = pod["spec"]["containers"]
        (mounted,) = [one["mountPath"] for one in container["volumeMounts"] if one["name"] == "secrets"]
        assert {str(path.parent) for path in paths} == {mounted}, name
        assert container["envFrom"] == [{"configMapRef": {"name": "siaga"}}], name


def _chosen(selector: Object) -> set[str]:
    """The deployments and jobs whose pods a selector means."""
    found = set()
    for name, pod in _pods("province").items():
        labels = pod["metadata"]["labels"]
        words = selector.get("matchExpressions", ())
        if selector.get("matchLabels", {}).items() <= labels.items() and all(
            labels.get(one["key"]) in one["values"] for one in words
        ):
            found.add(name)
    return found


def _ports(name: str) -> dict[str, int]:
    (container,) = _pods("province")[name]["spec"]["containers"]
    return {one["name"]: one["containerPort"] for one in container.get("ports", ())}


def test_each_way_leads_to_where_somebody_listens() -> None:
    services = of_kind("Service")
    for name, one in services.items():
        assert _chosen({"matchLabels": one["spec"]["selector"]}) == {name}
        (port,) = one["spec"]["ports"]
        assert _ports(name)[port["targetPort"]] == port["port"] == LISTENS[name]
    for ingress in of_kind("Ingress").values():
        for path in [path for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]]:
            meant = path["backend"]["service"]
            assert meant["port"]["name"] in {port["name"] for port in services[meant["name"]]["spec"]["ports"]}
    assert of_kind("ConfigMap")["siaga"]["data"]["SIAGA_ACTION_URL"] == f"http://actions:{LISTENS['actions']}/webhook"
    for name in PROCESSES:
        assert _ports(name) == {"watch": WATCH_PORT} | ({_named(name): LISTENS[name]} if name in LISTENS else {}), name


def _named(service: str) -> str:
    return str(of_kind("Service")[service]["spec"]["ports"][0]["name"])


def test_each_policy_budget_and_scale_means_somebody() -> None:
    for name, one in of_kind("PodDisruptionBudget").items():
        assert _chosen(one["spec"]["selector"]) == {name}
    for one in of_kind("HorizontalPodAutoscaler").values():
        assert one["spec"]["scaleTargetRef"]["name"] in of_kind("Deployment")
    for name, one in of_kind("NetworkPolicy").items():
        meant = _chosen(one["spec"]["podSelector"])
        words = one["spec"]["podSelector"].get("matchExpressions", [{"values": []}])
        assert meant >= set(words[0]["values"]), name
        assert meant, name
        for rule in one["spec"].get("ingress", ()):
            listened = {port for pod in meant for port in _ports(pod).values()}
            assert {port["port"] for port in rule["ports"]} <= listened, name


def test_images_are_ours_of_this_version() -> None:
    for folder in ALL:
        for name, pod in _pods(folder).items():
            (container,) = pod["spec"]["containers"]
            _, _, image = container["image"].rpartition("/")
            assert image in {f"{ours}:{siaga.__version__}" for ours in OURS}, name


def test_every_command_of_ours_is_one() -> None:
    commands = [pod["spec"]["containers"][0].get("args", []) for pod in _pods("province").values()]
    (job,) = _pods("province/prepare")["prepare"]["spec"]["containers"]
    commands += [shlex.split(one) for one in job["command"][-1].split("&&")]
    (job,) = _pods("province/restore")["restore"]["spec"]["containers"]
    commands.append(job["command"][job["command"].index("siaga") :])
    ours = [one for one in commands if one[:1] == ["siaga"]]
    assert len(ours) > 9
    assert [(one, wrong) for one in ours if (wrong := cannot_be_read(one))] == []


# ------------------------------------------------------------------ backups
def test_a_backup_is_made_each_night_kept_and_tried() -> None:
    jobs = of_kind("CronJob")
    assert {name: one["spec"]["schedule"].split()[2:] for name, one in jobs.items()} == {
        "backup": ["*", "*", "*"],
        "backup-check": ["*", "*", "6"],
    }
    for name, one in jobs.items():
        assert one["spec"]["concurrencyPolicy"] == "Forbid"
        spec = _pods("province")[name]["spec"]
        (container,) = spec["containers"]
        assert container["image"].rpartition("/")[2].startswith("siaga-backup:")
        places = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        (folder,) = [each["value"] for each in container["env"] if each["name"] == "SIAGA_BACKUPS"]
        assert volumes[places[folder]]["persistentVolumeClaim"]["claimName"] == "siaga-backups"
        # Where a backup is tried there is as much room as for the backups.
        if "--try" in container["args"]:
            assert "ephemeral" in volumes[places["/tmp"]]
    (made,) = _pods("province")["backup"]["spec"]["containers"]
    kept = int(made["args"][made["args"].index("--keep") + 1])
    assert 7 <= kept <= Settings.__fields__["erased_days"].default


# ------------------------------------------------------------------ side by side
@pytest.fixture
def another(tmp_path: Path) -> Path:
    """The folder with a second overlay, of another namespace, as an operator makes it."""
    shutil.copytree(KUBERNETES, tmp_path / "kubernetes")
    shutil.copytree(KUBERNETES / "province", tmp_path / "kubernetes" / "kedua")
    this = tmp_path / "kubernetes" / "kedua" / "this" / "kustomization.yaml"
    this.write_text(this.read_text().replace("namespace: siaga", "namespace: siaga-kedua"))
    return tmp_path / "kubernetes"


def test_two_installations_in_one_cluster_have_no_object_in_common(another: Path) -> None:
    def names(folder: str) -> set[tuple[str, str, str]]:
        objects = [one for part in ("", "prepare", "restore") for one in assembled(another / folder / part)]
        assert all("namespace" in one["metadata"] or one["kind"] == "Namespace" for one in objects)
        return {(one["metadata"].get("namespace", ""), one["kind"], one["metadata"]["name"]) for one in objects}

    assert names("province") & names("kedua") == set()
    assert {space for space, *_ in names("kedua")} == {"", "siaga-kedua"}


def test_who_watches_with_the_operator_does_so_in_the_namespace(another: Path) -> None:
    """As the page has it: the component before the one that names the namespace."""
    (said,) = re.findall(r"`components: \[([^\]]+)\]`", (ROOT / "docs" / "deploy.md").read_text())
    file = another / "kedua" / "kustomization.yaml"
    file.write_text(file.read_text().replace("components:\n  - this\n", f"components: [{said}]\n"))
    (monitor,) = [one for one in assembled(another / "kedua") if one["kind"] == "PodMonitor"]
    assert monitor["metadata"] == {"name": "siaga", "namespace": "siaga-kedua"}


def test_a_rollout_stays_in_the_namespace_of_its_overlay_and_in_its_order(another: Path, tmp_path: Path) -> None:
    told = tmp_path / "told"
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$*" >>{told}\n'
        'case "$*" in *"get deployments"*) printf "deployment.apps/actions\\ndeployment.apps/desk\\n";; esac\n'
    )
    kubectl.chmod(0o755)
    place = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run(["sh", another / "rollout.sh", "kedua"], env=place, capture_output=True, check=True)

    asked = told.read_text().splitlines()
    assert [line for line in asked if not line.startswith(("-n siaga-kedua ", "apply -k kedua"))] == []
    order = ["get secret", "apply -k kedua/prepare", "wait --for=condition=complete job/prepare", "name!=rasa",
             "rollout status deployment.apps/actions", "rollout status deployment.apps/desk",
             "rollout status deployment/rasa"]  # fmt: skip
    places = [next(place for place, line in enumerate(asked) if word in line) for word in order]
    assert places == sorted(places)

    kubectl.write_text("#!/bin/sh\nexit 1\n")
    stopped = subprocess.run(["sh", another / "rollout.sh", "kedua"], env=place, capture_output=True, text=True)
    assert stopped.returncode == 1
    assert "the secret siaga" in stopped.stderr
