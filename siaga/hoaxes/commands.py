"""``siaga hoax``: claims without a chat, and the questions that wait for staff."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, timezone
from typing import Annotated, Any

import typer

from siaga.content import ContentError
from siaga.db import transaction
from siaga.hoaxes import matching, queue
from siaga.hoaxes.claims import Claim, load_claims, to_review
from siaga.hoaxes.matching import Found, Near, Sure
from siaga.rulefiles.jsonlines import read_texts

app = typer.Typer(no_args_is_help=True, help="Claims that are told around, without a chat.")

By = Annotated[str, typer.Option(help="Who does it, for the audit log.")]


@app.callback()
def _group() -> None:
    """Claims that are told around, without a chat."""


@contextmanager
def _told_plainly() -> Iterator[None]:
    """What is wrong in a sentence, instead of a traceback."""
    try:
        yield
    except (ContentError, queue.UnknownQuestion, queue.UnknownClaim) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _short(claim: Claim) -> dict[str, str]:
    return {"id": claim.id, "claim": claim.claim, "verdict": claim.verdict}


def _written(found: Found) -> dict[str, Any]:
    score = {"score": round(found.score, 3)}
    if isinstance(found, Sure):
        claim = found.claim
        return {
            "found": "sure",
            **_short(claim),
            "verdict_in_words": claim.verdict_in_words,
            "answer": claim.short,
            "share": claim.share,
            "source": claim.source,
            "checked": claim.checked.isoformat(),
            "by_link": found.by_link,
            "also": [_short(other) for other in found.also],
            **score,
        }
    if isinstance(found, Near):
        return {"found": "near", "choices": [_short(claim) for claim in found.claims], **score}
    return {"found": "far", **score}


@app.command()
def check(
    text: Annotated[str | None, typer.Argument(help="The message; without it JSON lines are read.")] = None,
) -> None:
    """Prints what is known of a message, one line of JSON for each."""
    with _told_plainly():
        checker = matching.checker()
    texts: Iterable[str] = [text] if text is not None else (line for line, _ in read_texts("from"))
    failed = False
    for message in texts:
        if message.strip():
            line = _written(checker.check(message))
        else:
            line, failed = {"error": "a line must be a JSON object with a “text”"}, True
        typer.echo(json.dumps(line, ensure_ascii=False))
    if failed:
        raise typer.Exit(1)


@app.command("list")
def list_command() -> None:
    """Reads the files of claims, tells the first mistake with its line, and what is due for review."""
    with _told_plainly():
        claims = load_claims()
    typer.echo(f"{len(claims)} claims, {sum(len(claim.ways_to_ask) for claim in claims)} ways they are told.")
    for claim in to_review(claims, date.today()):  # noqa: DTZ011 - a civil day
        typer.echo(f"To be reviewed since {claim.review_by}: {claim.id}")


@app.command("queue")
def queue_command(limit: Annotated[int, typer.Option(min=1, max=1000)] = 100) -> None:
    """Open questions, those first that most people ask, one line of JSON each; their words are masked."""
    with transaction() as session:
        for one in queue.waiting(session, limit):
            typer.echo(json.dumps(asdict(one), ensure_ascii=False, default=lambda at: at.isoformat()))


@app.command()
def answer(
    number: Annotated[int, typer.Argument(help="The question, as `queue` numbers it.")],
    claim: Annotated[str, typer.Argument(help="The id of the entry that answers it.")],
    by: By = "siaga hoax",
) -> None:
    """Say which claim a question is: who wanted to know is told."""
    with _told_plainly(), transaction() as session:
        told = queue.answer(session, number, claim, by, _now())
    typer.echo(json.dumps({"question": number, "claim": claim, "told": told}))


@app.command()
def drop(
    number: Annotated[int, typer.Argument(help="The question, as `queue` numbers it.")], by: By = "siaga hoax"
) -> None:
    """Take a question out of the queue that holds no claim, or none that can be checked: nobody is told."""
    with _told_plainly(), transaction() as session:
        queue.drop(session, number, by, _now())
    typer.echo(json.dumps({"question": number, "dropped": True}))
