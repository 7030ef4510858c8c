"""``siaga train``."""

from __future__ import annotations

import os

import typer

from siaga.settings import ROOT
from siaga.start import CannotStart, model, search

app = typer.Typer(help="Train a model, if there is none for this data.")


@app.command()
def train(
    force: bool = typer.Option(False, help="Train although there is a model for this data."),
    verbose: bool = typer.Option(False, help="Show all that Rasa says."),
) -> None:
    """Train a model, if there is none for this data, and print where it is."""
    os.chdir(ROOT)
    try:
        found = model.ensure(typer.echo, verbose=verbose, force=force)
        search.ensure(typer.echo)
    except CannotStart as problem:
        typer.echo(f"siaga: {problem}", err=True)
        raise typer.Exit(1) from None
    typer.echo(found.relative_to(ROOT))
