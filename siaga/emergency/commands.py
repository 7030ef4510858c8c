"""``siaga emergency``: what is told in an emergency, without a chat."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Optional

import typer

from siaga.emergency.aftermath import read_aftermath
from siaga.emergency.signs import SignFileError, load_signs, steps_for
from siaga.text.danger import find_danger

app = typer.Typer(no_args_is_help=True, help="What is told in an emergency, without a chat.")


@app.command()
def check() -> None:
    """Reads what to do until help comes, and tells the first mistake with its file and line."""
    try:
        found = load_signs()
    except SignFileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    for steps in found.values():
        typer.echo(f"{steps.sign}: {len(steps.lines)} lines ({steps.source})")


@app.command()
def read(
    # Typer reads this at run time, where Python 3.10 and it agree on Optional only.
    message: Annotated[Optional[str], typer.Argument(help="Lines of standard input if absent.")] = None,  # noqa: UP045
) -> None:
    """Prints, as a line of JSON, the danger sign of a message with its steps, and how it would be read after one."""
    for text in [message] if message is not None else (line.rstrip("\n") for line in sys.stdin):
        danger = find_danger(text)
        line = {
            "sign": danger.sign if danger else None,
            "steps": list(steps_for(danger.sign).lines) if danger else [],
            "aftermath": read_aftermath(text),
        }
        typer.echo(json.dumps(line, ensure_ascii=False))
