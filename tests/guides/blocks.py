"""The blocks of code of a page, with the mark that stands above each: ``<!-- uji: salinan -->``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"(?:<!-- uji: ([^>]+?) -->\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A block: its page and line, the language behind its fence, the mark's words, and the text."""

    page: str
    line: int
    language: str
    mark: str
    text: str

    @property
    def commands(self) -> list[str]:
        """What a reader types, without remarks and without the prompt of a ``console``."""
        if self.language == "bash":
            lines = self.text.splitlines()
        elif self.language == "console":
            lines = [line[2:] for line in self.text.splitlines() if line.startswith("$ ")]
        elif not self.language:
            lines = [line for line in self.text.splitlines() if line.startswith(("make ", "siaga ", ".venv/bin/"))]
        else:
            return []
        plain = (re.sub(r"\s+#.*$", "", line).strip() for line in lines)
        return [line for line in plain if line and not line.startswith("#")]


def blocks(path: Path, root: Path) -> Iterator[Block]:
    """The blocks of a page, in order."""
    text = path.read_text(encoding="utf-8")
    for match in _BLOCK.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Block(path.relative_to(root).as_posix(), line, match[2], match[1] or "", match[3])


def with_change(text: str, diff: str) -> str:
    """A text after a change as it is shown to a reader: lines with ``-`` go, lines with ``+`` come, the others stay.

    Raises:
        ValueError: the lines before the change do not stand in the text.
    """
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    if before not in text:
        raise ValueError("what is to be changed does not stand there any more")
    return text.replace(before, after, 1)
