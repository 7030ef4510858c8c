"""What Prometheus is told to scrape: every kind of process, at its watch port, by the name that alarms look for."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import yaml

from siaga.settings import ROOT
from siaga.start.processes import read_procfile
from tests import plain_yaml
from tests.deploy.assembled import KUBERNETES, overlay, pod_of, read_all
from tests.deploy.deployed import PROCESSES, WATCH_PORT, compose

ALARMS = plain_yaml.load(ROOT / "deploy" / "alarms.yml")
OPTIONAL = {"registry"}
"""Only where there is an outside registry: its absence is no alarm."""


def alarms() -> dict[str, str]:
    return {rule["alert"]: rule["expr"] for group in ALARMS["groups"] for rule in group["rules"]}


def of_compose() -> dict[str, tuple[str, int]]:
    """By job: the service that is asked, and its port."""
    config = plain_yaml.load(ROOT / "deploy" / "compose" / "prometheus.yml")
    found = {}
    for job in config["scrape_configs"]:
        (asked,) = job["dns_sd_configs"]
        (service,) = asked["names"]
        assert asked["type"] == "A"
        found[job["job_name"]] = service, asked["port"]
    return found


def test_the_compose_files_prometheus_finds_every_process_and_everything_that_it_names() -> None:
    assert of_compose() == {f"siaga-{name}": (name, WATCH_PORT) for name in PROCESSES}
    services = compose()["services"]
    asking = services["prometheus"]
    for name in PROCESSES | {"alertmanager"}:
        assert set(services[name]["networks"]) & set(asking["networks"]), name
    config = plain_yaml.load(ROOT / "deploy" / "compose" / "prometheus.yml")
    mounted = {volume.split(":")[1] for volume in asking["volumes"]}
    assert set(config["rule_files"]) <= mounted
    assert config["alerting"]["alertmanagers"] == [{"static_configs": [{"targets": ["alertmanager:9093"]}]}]


def kubernetes_jobs(relabel: list[dict[str, Any]], names: dict[str, str]) -> set[str]:
    """The jobs of all pods of ours, as a Prometheus names them by its rules; ``names``: how it calls their parts."""
    (rule,) = [one for one in relabel if one.get(names["target"]) == "job"]
    (source,) = rule[names["sources"]]
    jobs = set()
    for one in overlay("province"):
        pod = pod_of(one)
        if one["kind"] == "Deployment" and pod:
            meta = {
                "__meta_kubernetes_pod_label_" + re.sub(r"\W", "_", key): value
                for key, value in pod["metadata"]["labels"].items()
            }
            jobs.add(rule["replacement"].replace("$1", meta[source]))
    return jobs


def test_a_prometheus_in_the_cluster_finds_every_process() -> None:
    (job,) = plain_yaml.load(KUBERNETES / "prometheus.yml")["scrape_configs"]
    relabel = job["relabel_configs"]
    assert kubernetes_jobs(relabel, {"target": "target_label", "sources": "source_labels"}) == {
        f"siaga-{name}" for name in PROCESSES
    }
    keeps = {one["source_labels"][0]: one["regex"] for one in relabel if one.get("action") == "keep"}
    assert set(keeps) == {
        "__meta_kubernetes_pod_annotation_prometheus_io_scrape",
        "__meta_kubernetes_pod_container_port_name",
    }
    for name, pod in _deployments().items():
        assert pod["metadata"]["annotations"]["prometheus.io/scrape"] == "true", name
        (port,) = [one for one in pod["spec"]["containers"][0]["ports"] if one["name"] in keeps.values()]
        assert port["containerPort"] == WATCH_PORT == int(pod["metadata"]["annotations"]["prometheus.io/port"])


def test_the_operators_pod_monitor_means_every_process() -> None:
    (monitor,) = read_all((KUBERNETES / "watch" / "pods.yaml").read_text())
    (end,) = monitor["spec"]["podMetricsEndpoints"]
    names = {"target": "targetLabel", "sources": "sourceLabels"}
    assert kubernetes_jobs(end["relabelings"], names) == {f"siaga-{name}" for name in PROCESSES}
    for pod in _deployments().values():
        assert monitor["spec"]["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
        assert end["port"] in {port["name"] for port in pod["spec"]["containers"][0]["ports"]}


def _deployments() -> dict[str, Any]:
    return {one["metadata"]["name"]: pod_of(one) for one in overlay("province") if one["kind"] == "Deployment"}


def test_the_page_names_each_process_at_the_port_that_siaga_start_gives_it() -> None:
    page = (ROOT / "docs" / "watching.md").read_text()
    (config,) = [yaml.safe_load(one) for one in re.findall(r"```yaml\n(.*?)```", page, re.S) if "scrape_configs" in one]
    asked = {
        job["job_name"]: int(job["static_configs"][0]["targets"][0].rpartition(":")[2])
        for job in config["scrape_configs"]
    }
    begun = [name for name in read_procfile(ROOT / "Procfile") if name != "simulator"]
    assert asked == {f"siaga-{name}": 9110 + at for at, name in enumerate(begun) if name not in OPTIONAL}


def test_a_kind_of_process_that_is_not_there_at_all_is_an_alarm() -> None:
    named = re.findall(r'absent\(up\{job="([^"]+)"\}\)', alarms()["SiagaProcessMissing"])
    assert sorted(named) == sorted(f"siaga-{name}" for name in PROCESSES - OPTIONAL)


def test_whatever_names_a_job_means_ours() -> None:
    """In alarms and on the dashboard: a pattern all of them, a name one."""
    jobs = set(of_compose())
    board = (ROOT / "deploy" / "grafana" / "siaga.json").read_text().replace('\\"', '"')
    asked = set(re.findall(r'job(=~?)"([^"]*)"', board + " ".join(alarms().values())))
    assert len(asked) > 4
    for how, what in asked:
        meant = {name for name in jobs if (re.fullmatch(what, name) if how == "=~" else name == what)}
        assert meant == (jobs if how == "=~" else {what}), what


def test_the_operator_gets_the_same_alarms() -> None:
    made = subprocess.run(["sh", KUBERNETES / "alarms.sh"], capture_output=True, text=True, check=True).stdout
    (rule,) = read_all(made)
    assert rule["kind"] == "PrometheusRule"
    assert rule["spec"] == ALARMS
