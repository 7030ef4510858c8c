"""Every place in which a running system may have written something down, as raw text."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from siaga.privacy.folding import folded
from tests.planted.search import needles
from tests.planted.values import Planted

_SHORTEST = 8
"""A shorter piece of a message, such as "13/2", is found anywhere."""


def tables(database: Engine) -> Iterator[tuple[str, str | bytes]]:
    """Each table with all its rows, one a line, every column as PostgreSQL writes it; and what is bytes as bytes."""
    with database.connect() as connection:
        for table in sorted(sa.inspect(connection).get_table_names()):
            columns = {column["name"]: column["type"] for column in sa.inspect(connection).get_columns(table)}
            sealed = [name for name, kind in columns.items() if isinstance(kind, sa.LargeBinary)]
            written = ", ".join(f'"{name}"' for name in columns if name not in sealed)
            rows = connection.exec_driver_sql(f'SELECT ROW({written})::text FROM "{table}"').scalars()
            yield f"table {table}", "\n".join(rows)
            for name in sealed:
                values = connection.exec_driver_sql(f'SELECT "{name}" FROM "{table}" WHERE "{name}" IS NOT NULL')
                yield f"bytes {table}.{name}", b"\n".join(bytes(value) for value in values.scalars())


def processes(mark: str) -> Iterator[tuple[str, str]]:
    """Command lines and environments of all processes that have ``mark`` in their environment."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
            command = (process / "cmdline").read_bytes()
        except OSError:
            # It has ended, or is not ours.
            continue
        if mark.encode() in environment and int(process.name) != os.getpid():
            yield (
                f"process {process.name}",
                (command + b"\0" + environment).replace(b"\0", b"\n").decode(errors="replace"),
            )


def found(where: Iterable[tuple[str, str | bytes]], planted: Sequence[Planted]) -> list[str]:
    """What of the planted values stands in these texts: the place, and the form it was planted in; never the value."""
    return [f"{name}: {one.kind} {one.form!r}" for name, text in where for one in _among(text, planted)]


def _among(text: str | bytes, planted: Sequence[Planted]) -> Iterator[Planted]:
    if isinstance(text, bytes):
        # Nothing that is sealed or packed can be read in another way than as it is.
        low, legible = text.lower(), text.decode("utf-8", "ignore")
        for one in planted:
            if any(way.encode() in low for way in needles(one)) or _is_written(one, legible):
                yield one
        return
    plain = folded(text).casefold()
    digits = re.sub(r"[^\d\n]", "", plain)
    for one in planted:
        if any(way in (digits if way.isdigit() else plain) for way in needles(one)) or _is_written(one, text):
            yield one


def _is_written(one: Planted, text: str) -> bool:
    return len(one.written) >= _SHORTEST and one.written in text and bool(
        re.search(rf"(?<![0-9a-zA-Z]){re.escape(one.written)}(?![0-9a-zA-Z])", text)
    )  # fmt: skip


def found_in_files(folders: Iterable[Path], planted: Sequence[Planted]) -> list[str]:
    """The files in which a planted value stands in clear, bytes as they are: what a backup of the disk would hold."""
    patterns = {way for one in planted for way in (*needles(one), one.value, one.written) if len(way) >= _SHORTEST}
    # Of several lines each would be searched for by itself; eight digits stand in any number.
    patterns = {way for way in patterns if "\n" not in way and not (way.isdigit() and len(way) < 11)}
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as listed:
        listed.write("\n".join(sorted(patterns)) + "\n")
        listed.flush()
        there = [str(folder) for folder in folders if folder.exists()]
        searched = subprocess.run(
            ["grep", "-r", "-a", "-l", "-i", "-F", "-f", listed.name, *there],
            env={"LC_ALL": "C", "PATH": os.environ["PATH"]},
            capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
    # A file may have gone while it was read: PostgreSQL and the simulator write theirs all the time.
    assert searched.returncode in (0, 1, 2), searched.stderr
    return searched.stdout.splitlines()
