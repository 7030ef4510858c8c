"""The alarms and the dashboard ask for figures that there are, in words that Prometheus reads."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Iterator
from typing import Any

import promql_parser
import pytest
import yaml

from siaga.settings import ROOT
from siaga.watch.figures import Figures
from siaga.watch.metrics import REGISTRY
from siaga.watch.pool import Pool

ALARMS = [
    rule for group in yaml.safe_load((ROOT / "deploy" / "alarms.yml").read_text())["groups"] for rule in group["rules"]
]
BOARD = json.loads((ROOT / "deploy" / "grafana" / "siaga.json").read_text())
OF_PROMETHEUS = {"up": {"job", "instance"}}


def told() -> dict[str, dict[str, set[str]]]:
    """The values of each label of each sample that some process tells."""
    found: dict[str, dict[str, set[str]]] = {}
    figures = Figures(lambda: _Anything(), lag=lambda: 0.0)
    for family in [*REGISTRY.collect(), *Pool().collect(), *figures.collect()]:
        for one in family.samples:
            labels = found.setdefault(one.name, {})
            for name, value in one.labels.items():
                labels.setdefault(name, set()).add(value)
    found["siaga_work_done_timestamp_seconds"] = {"work": {"sweep", "notices"}}
    return found


class _Anything(dict[str, Any]):
    """A row in which every column is empty."""

    def __missing__(self, name: str) -> None:
        return None


TOLD = told()


def selectors(part: Any) -> Iterator[Any]:
    """What an expression reads, wherever in it."""
    if isinstance(part, promql_parser.VectorSelector):
        yield part
        return
    for name in ("expr", "lhs", "rhs", "vector_selector", "param"):
        inner = getattr(part, name, None)
        if isinstance(inner, promql_parser.Expr):
            yield from selectors(inner)
    for inner in getattr(part, "args", None) or ():
        yield from selectors(inner)


def unknown(expression: str) -> list[str]:
    """What an expression asks for that nobody tells."""
    found = list(selectors(promql_parser.parse(expression.replace("$__rate_interval", "5m"))))
    assert found, "it asks for nothing"
    wrong = []
    for one in found:
        if one.name not in TOLD and one.name not in OF_PROMETHEUS:
            wrong.append(one.name)
            continue
        for matcher in one.matchers.matchers:
            if matcher.name in ("job", "instance"):
                continue
            known = TOLD[one.name].get(matcher.name, set())
            wanted = re.split(r"\|", matcher.value)
            wrong += [f"{one.name}{{{matcher.name}={value}}}" for value in wanted if value not in known]
    return wrong


@pytest.mark.parametrize("rule", ALARMS, ids=lambda rule: rule["alert"])
def test_an_alarm_asks_for_what_there_is_and_says_what_it_means(rule: dict[str, Any]) -> None:
    assert unknown(rule["expr"]) == []
    assert rule["labels"]["severity"] in ("page", "work")
    assert set(rule["annotations"]) == {"summary", "meaning", "runbook"}


def test_each_panel_asks_for_what_there_is() -> None:
    asked = [target["expr"] for panel in BOARD["panels"] for target in panel.get("targets", ())]
    assert len(asked) > 40
    assert [wrong for one in asked for wrong in unknown(one)] == []


def test_a_name_that_nobody_tells_is_found() -> None:
    assert unknown("sum(rate(siaga_turn_total[5m]))") == ["siaga_turn_total"]
    assert unknown('sum by (x) (siaga_lanes{state="lost"}) > 1') == ["siaga_lanes{state=lost}"]
    with pytest.raises(ValueError, match="unclosed"):
        unknown("sum(rate(siaga_turns_total[5m])")


def test_the_dashboard_is_the_one_of_its_list() -> None:
    made = runpy.run_path(str(ROOT / "deploy" / "grafana" / "dashboard.py"))
    assert (ROOT / "deploy" / "grafana" / "siaga.json").read_text(encoding="utf-8") == made["written"]()
    places = [tuple(panel["gridPos"].values()) for panel in BOARD["panels"]]
    cells = [(x + i, y + j) for x, y, w, h in places for i in range(w) for j in range(h)]
    assert len(cells) == len(set(cells)), "two panels lie on each other"


def test_each_figure_is_on_the_dashboard_and_in_the_page() -> None:
    page = (ROOT / "docs" / "watching.md").read_text(encoding="utf-8")
    board = json.dumps(BOARD)
    families = {re.sub(r"_(total|bucket|sum|count|created)$", "", name) for name in TOLD if name.startswith("siaga_")}
    assert sorted(name for name in families if name not in board) == []
    assert sorted(name for name in families if f"`{name}" not in page) == []
