"""Changed example files to take along, for a desk that runs on another machine than the model is trained on."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from difflib import unified_diff
from pathlib import Path

from siaga.settings import ROOT

PATCH = "contoh-baru.patch"


def zipped(texts: Mapping[Path, tuple[str, str]], folder: Path) -> bytes:
    """A ZIP of the changed files as they are with the new examples, and one patch of all of them for ``git apply``."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, (_, after) in texts.items():
            archive.writestr(name_of(path, folder), after.encode())
        archive.writestr(PATCH, patch(texts, folder).encode())
    return made.getvalue()


def patch(texts: Mapping[Path, tuple[str, str]], folder: Path) -> str:
    """A unified patch of all files."""
    return "".join(
        line for path, (before, after) in texts.items() for line in _diff(before, after, name_of(path, folder))
    )


def _diff(before: str, after: str, name: str) -> Iterator[str]:
    for line in unified_diff(_lines(before), _lines(after), f"a/{name}", f"b/{name}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    # Not splitlines: it also ends lines where git does not.
    return list(io.StringIO(text, newline="\n"))


def name_of(path: Path, folder: Path) -> str:
    """A file of the examples as it is called in the project: ``data/nlu/doses.yml``."""
    base = ROOT if path.is_relative_to(ROOT) else folder
    return path.relative_to(base).as_posix()
