"""``siaga news``: the good news, without a chat."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

import typer

from siaga.news.items import NewsFileError, NewsItem, load_news

app = typer.Typer(no_args_is_help=True, help="Good news, without a chat.")


def _load() -> list[NewsItem]:
    try:
        return load_news(today=date.today())  # noqa: DTZ011 - a civil day
    except NewsFileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@app.command()
def check() -> None:
    """Reads every news file, tells the first mistake with its file and line, and how many are still new."""
    items = _load()
    new = [item for item in items if not item.is_old(date.today())]  # noqa: DTZ011 - a civil day
    typer.echo(f"{len(items)} items, the newest of {items[0].day}; {len(new)} within their limit.")
    if not new:
        typer.echo("All are told with their age. Add newer news: docs/news.md.")


@app.command(name="list")
def list_command(day: Annotated[str | None, typer.Option(help="As on this day, 2026-11-22.")] = None) -> None:
    """Prints all news in the order in which it is told, one line of JSON each."""
    try:
        on = date.fromisoformat(day) if day else date.today()  # noqa: DTZ011 - a civil day
    except ValueError:
        raise typer.BadParameter("a day is written 2026-11-22") from None
    for item in _load():
        line = {
            "id": item.id,
            "title": item.title,
            "date": item.day.isoformat(),
            "source": item.source,
            "old": item.is_old(on),
        }
        typer.echo(json.dumps(line, ensure_ascii=False))
