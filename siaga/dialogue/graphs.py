"""Rasa's graph of components, run in the order of its parts, which is looked up once.

Rasa makes the smaller graph that a target needs, and dask's plan of it, anew with each message and each prediction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphNode, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner

_PLANS = "_siaga_plans"
_Plan = list[tuple[str, GraphNode, list[str]]]
"""The parts of a graph, each with its name and the names of what it needs, which come before it."""


def spare_graphs() -> None:
    """Change Rasa so, for this process."""
    DaskGraphRunner.run = run


def run(
    runner: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
) -> dict[str, Any]:
    """As Rasa's: what the targets put out.

    Raises:
        GraphRunError: an input is named like a part, or is missing.
        GraphComponentException: a part fails.
    """
    wanted = targets or runner._graph_schema.target_names
    plans: dict[tuple[str, ...], _Plan] = runner.__dict__.setdefault(_PLANS, {})
    if tuple(wanted) not in plans:
        plans[tuple(wanted)] = _plan(runner, wanted)
    plan = plans[tuple(wanted)]
    found = dict(inputs or {})
    for name, _, _ in plan:
        if name in found:
            raise GraphRunError(f"Input value '{name}' clashes with a node name.")
    for name, node, needs in plan:
        _, found[name] = node(*((need, found[need]) if need in found else need for need in needs))
    return {name: found[name] for name in wanted}


def _plan(runner: DaskGraphRunner, wanted: list[str]) -> _Plan:
    schema = runner._graph_schema.minimal_graph_schema(wanted)
    done: dict[str, None] = {}
    for name in wanted:
        done.update(dict.fromkeys(_in_order(schema, name, done)))
    return [(name, runner._instantiated_nodes[name], list(schema.nodes[name].needs.values())) for name in done]


def _in_order(schema: GraphSchema, name: str, done: dict[str, None]) -> Iterator[str]:
    """What a part needs, and then the part itself; inputs are no parts."""
    if name in done or name not in schema.nodes:
        return
    for need in schema.nodes[name].needs.values():
        yield from _in_order(schema, need, done)
    yield name
