"""``siaga details``: the questions asked for planning."""

from __future__ import annotations

import typer

from siaga.details.questions import DetailFileError, load

app = typer.Typer(no_args_is_help=True, help="What is asked for planning.")


@app.callback()
def _group() -> None:
    """What is asked for planning."""


@app.command()
def check() -> None:
    """Reads the file of questions, and tells the first mistake with its line."""
    try:
        details = load()
    except DetailFileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    for question in details.questions:
        typer.echo(f"{question.id}: {question.ask} ({', '.join(question.options.values())})")
