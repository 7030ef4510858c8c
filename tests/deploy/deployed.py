"""What the files of ``deploy/`` are held against: the Procfile, the settings, the commands."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import click

from siaga.cli import main
from siaga.settings import ROOT, Settings
from siaga.start.processes import read_procfile
from tests import plain_yaml

DEPLOY = ROOT / "deploy"
# Read rather than imported: with it would come Rasa and TensorFlow.
_WORKER = (ROOT / "siaga" / "dialogue" / "worker.py").read_text()
STOP_SECONDS = float(re.findall(r"^STOP_SECONDS = ([0-9.]+)$", _WORKER, re.M)[0])
PROCESSES = set(read_procfile(ROOT / "Procfile")) - {"simulator"}
OPEN = {"receiver", "desk"}
WATCH_PORT = int(re.findall(r"SIAGA_WATCH_PORT=(\d+)", (DEPLOY / "Dockerfile").read_text())[0])
LISTENS = {
    name: Settings.__fields__[field].default
    for name, field in (("receiver", "receive_port"), ("actions", "action_port"), ("desk", "desk_port"))
}
"""Where a process listens besides its watch port, unless a command says otherwise."""
OURS = ("siaga-light", "siaga-rasa", "siaga-backup")


def variables() -> set[str]:
    """Every variable that the settings read."""
    return {name.upper() for field in Settings.__fields__.values() for name in field.field_info.extra["env_names"]}


@lru_cache
def compose() -> dict[str, Any]:
    """The compose file, its variables as they stand there."""
    found: dict[str, Any] = plain_yaml.load(DEPLOY / "compose" / "compose.yml")
    return found


def is_pinned(image: str) -> bool:
    """Whether it names a version or a digest: not nothing, nor what somebody moves."""
    last = image.rpartition("/")[2]
    return bool(re.search(r"(:[a-z-]*\d+\.\d+[^:]*|@sha256:[0-9a-f]{64})$", last))


def cannot_be_read(command: list[str]) -> str | None:
    """What is wrong with a ``siaga`` command line that stands in a file: a command or an option that there is not."""
    found: click.Command = main
    words = command[1:]
    try:
        while isinstance(found, click.Group) and words:
            _, inner, words = found.resolve_command(click.Context(found), words)
            assert inner is not None
            found = inner
        found.make_context("siaga", list(words))
    except click.ClickException as problem:
        return problem.format_message()
    return None


def is_that_of_the_procfile(name: str, command: list[str]) -> None:
    """The same program and subcommands; options tell other machines other addresses."""
    line = re.sub(r"^exec (nice -n \d+ )?", "", read_procfile(ROOT / "Procfile")[name])
    wanted = [word for word in line.split() if not re.search(r"\$\{", word)]
    options = {word for word in wanted if word.startswith("--")} - {"--port"}
    begins = [word for word in wanted if not word.startswith("--")]
    assert command[: len(begins[:2])] == begins[:2], name
    if name == "rasa":
        assert options <= set(command) | {"--port"}, name
