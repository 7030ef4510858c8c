"""Makes siaga/text/use/use.onnx: the arithmetic of the multilingual universal sentence encoder, whose weights are given
when it is loaded.

    uv run --no-project --with onnx==1.16.2 --with "numpy<2" scripts/use_graph.py

Pieces of words are looked at in twos, threes and fives, by two convolutions each; all of it is normalised, added up
and goes through dense layers. The graph is one text's: in go the pieces' numbers, the places around each (two more
before the first and behind the last, where there is nothing) and how many pieces there are. ``tests/text/use`` compares
it with the package's own engine.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from e5_graph import Graph
from onnx import TensorProto, helper

NUMBERS, EACH, NARROW = 512, 256, 320
ORDERS = {2: 0, 3: 1, 5: 2}
"""Pieces that are looked at together: how many of them are before."""
AROUND = max(ORDERS)
EPSILON = 1e-12
GRAPH = Path(__file__).parents[1] / "siaga" / "text" / "use" / "use.onnx"


def build() -> bytes:
    """The model, without weights."""
    graph = Graph()
    nothing_around = graph.constant("nothing_around", np.array([ORDERS[AROUND], 0, ORDERS[AROUND], 0], np.int64))
    columns = graph.constant("columns", np.array([1], np.int64))
    rows = graph.constant("rows", np.array([0], np.int64))

    def product(inward: str, name: str, width: int, out: int) -> str:
        return graph.add("MatMul", inward, graph.given(name, TensorProto.FLOAT, width, out))

    def dense(inward: str, name: str, bias: str, width: int, out: int) -> str:
        return graph.add("Add", product(inward, name, width, out), graph.given(bias, TensorProto.FLOAT, out))

    def normal(inward: str, weight: str, bias: str, width: int) -> str:
        given = (graph.given(name, TensorProto.FLOAT, width) for name in (weight, bias))
        return graph.add("LayerNormalization", inward, *given, axis=-1, epsilon=EPSILON)

    def convolved(inward: str, layer: int, order: int, places: str, shape: str) -> str:
        looked_at = graph.add("Gather", graph.add("Pad", inward, nothing_around), places, axis=0)
        side_by_side = graph.add("Reshape", looked_at, shape)
        told = graph.add("Relu", dense(side_by_side, f"w{layer}_{order}", f"b{layer}_{order}", order * EACH, EACH))
        return graph.add("Add", told, inward)

    parts = [f"of_{order}" for order in ORDERS]
    projected = dense("pieces", "proj", "proj_b_all", NUMBERS, len(ORDERS) * EACH)
    state = normal(projected, "ln_g_all", "ln_b_all", len(ORDERS) * EACH)
    sizes = graph.constant("sizes", np.array([EACH] * len(ORDERS), np.int64))
    graph.nodes.append(helper.make_node("Split", [state, sizes], parts, axis=1))
    seen = ["pieces"]
    for part, (order, before) in zip(parts, ORDERS.items(), strict=True):
        first = ORDERS[AROUND] - before
        bounds = [
            graph.constant(f"{name}_{order}", np.array([at], np.int64))
            for name, at in (("from", first), ("to", first + order))
        ]
        places = graph.add("Slice", "around", *bounds, columns)
        shape = graph.constant(f"shape_{order}", np.array([-1, order * EACH], np.int64))
        once = convolved(part, 1, order, places, shape)
        seen.append(convolved(once, 2, order, places, shape))
    width = NUMBERS + len(ORDERS) * EACH
    whole = normal(graph.add("Concat", *seen, axis=1), "ln_g", "ln_b", width)
    summed = product(graph.add("ReduceSum", whole, rows, keepdims=1), "cnn_W", width, NUMBERS)
    bias = graph.add("Mul", "length", graph.given("cnn_b", TensorProto.FLOAT, NUMBERS))
    mean = graph.add("Div", graph.add("Add", summed, bias), graph.add("Sqrt", "length"))
    one = graph.add("Relu", product(mean, "d0", NUMBERS, NARROW))
    two = graph.add("Relu", graph.add("Add", product(mean, "p1", NUMBERS, NARROW), product(one, "d1", NARROW, NARROW)))
    three = graph.add("Relu", product(two, "d2", NARROW, NUMBERS))
    last = graph.add("Add", product(two, "p3", NARROW, NUMBERS), product(three, "d3", NUMBERS, NUMBERS))
    made = helper.make_graph(
        graph.nodes,
        "universal-sentence-encoder-multilingual",
        [
            helper.make_tensor_value_info("pieces", TensorProto.FLOAT, ["tokens", NUMBERS]),
            helper.make_tensor_value_info("around", TensorProto.INT64, ["tokens", AROUND]),
            helper.make_tensor_value_info("length", TensorProto.FLOAT, [1]),
        ],
        [helper.make_tensor_value_info(graph.add("Tanh", last), TensorProto.FLOAT, [1, NUMBERS])],
        graph.values,
    )
    serialized: bytes = helper.make_model(
        made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    ).SerializeToString()
    return serialized


if __name__ == "__main__":
    GRAPH.write_bytes(build())
    print(f"{GRAPH.name}: {GRAPH.stat().st_size} bytes")
