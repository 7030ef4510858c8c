"""``siaga knowledge``: the answers without a chat."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from siaga.knowledge.answers import Answer, AnswerFileError, load_answers, to_review
from siaga.knowledge.calibration import held_out, leave_one_out
from siaga.knowledge.search import Found, Knowledge, Near, Sure
from siaga.rulefiles.jsonlines import read_texts
from siaga.text.written import long_date

_ZONE = ZoneInfo("Asia/Jakarta")

app = typer.Typer(no_args_is_help=True, help="Answers to questions, without a chat.")


@app.callback()
def _group() -> None:
    """Answers to questions, without a chat."""


def _load() -> Knowledge:
    try:
        return Knowledge.load()
    except AnswerFileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _written(found: Found[Answer]) -> dict[str, Any]:
    line: dict[str, Any] = {"score": round(found.score, 3)}
    if isinstance(found, Sure):
        answer = found.answer
        return {
            "found": "sure",
            "id": answer.id,
            "question": answer.question,
            "answer": answer.short,
            "more": answer.more or None,
            "source": answer.source,
            "checked": answer.checked.isoformat(),
            **line,
        }
    if isinstance(found, Near):
        choices = [{"id": answer.id, "question": answer.question} for answer in found.answers]
        return {"found": "near", "choices": choices, **line}
    return {"found": "far", **line}


@app.command()
def ask(
    text: Annotated[str | None, typer.Argument(help="The question; without it JSON lines are read.")] = None,
    topic: Annotated[str | None, typer.Option(help="vaccine, covid or service.")] = None,
) -> None:
    """Prints what is found, one line of JSON for each question."""
    knowledge = _load()
    requests: Iterable[tuple[str, str | None]] = [(text, topic)] if text is not None else read_texts("topic")
    failed = False
    for question, about in requests:
        if question.strip():
            line = _written(knowledge.ask(question, about))
        else:
            line, failed = {"error": "a line must be a JSON object with a “text”"}, True
        typer.echo(json.dumps(line, ensure_ascii=False))
    if failed:
        raise typer.Exit(1)


@app.command()
def check() -> None:
    """Reads every answer file, tells the first mistake with its file and line, and what is due for review."""
    try:
        answers = load_answers()
    except AnswerFileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{len(answers)} answers, {sum(len(answer.ways_to_ask) for answer in answers)} ways to ask.")
    for answer in to_review(answers, date.today()):  # noqa: DTZ011 - a civil day
        typer.echo(f"To be reviewed since {answer.review_by}: {answer.id}")


@app.command()
def calibrate(
    questions: Annotated[Path | None, typer.Option(help="A TSV of answer id (- for none) and question.")] = None,
) -> None:
    """Measures the search: each way to ask left out in turn, or the questions of a file."""
    knowledge = _load()
    if questions is None:
        measured = leave_one_out(knowledge)
    else:
        lines = questions.read_text(encoding="utf-8").splitlines()[1:]
        measured = held_out(knowledge, [(right, text) for right, text in (line.split("\t") for line in lines)])
    typer.echo(json.dumps({key: round(value, 3) for key, value in asdict(measured).items()}))


Days = Annotated[int, typer.Option(min=1, help="Of so many days back.")]
AsJson = Annotated[bool, typer.Option("--json", help="One line of JSON for each.")]


@app.command()
def unanswered(days: Days = 90, as_json: AsJson = False) -> None:
    """Lists what was asked and has no answer, alike ones together, what most people ask first."""
    # The database is not needed by the other commands.
    from siaga.db import transaction
    from siaga.knowledge.unanswered import grouped

    with transaction() as session:
        groups = grouped(session, _since(days))
    if not groups and not as_json:
        typer.echo("Tidak ada pertanyaan yang belum terjawab.")
    for group in groups:
        texts = list(dict.fromkeys(question.text for question in group.questions))
        latest = group.questions[0].at
        if as_json:
            nearest = list(dict.fromkeys(each for question in group.questions for each in question.nearest))
            line = {"contacts": group.contacts, "latest": latest.isoformat(), "texts": texts, "nearest": nearest}
            typer.echo(json.dumps(line, ensure_ascii=False))
        else:
            more = f" (dan {len(texts) - 1} bunyi lain)" if len(texts) > 1 else ""
            typer.echo(f"{group.contacts:>4} orang  {_day(latest)}  {' '.join(texts[0].split())}{more}")


@app.command()
def feedback(days: Days = 90, as_json: AsJson = False) -> None:
    """Lists what citizens think of the answers, those that help least first."""
    from siaga.db import transaction
    from siaga.knowledge.feedback import counted

    with transaction() as session:
        counts = counted(session, _since(days))
    if not counts and not as_json:
        typer.echo("Belum ada yang menilai jawaban.")
    for count in counts:
        if as_json:
            line = {
                "id": count.answer_id,
                "helped": count.helped,
                "did_not": count.did_not,
                "latest": count.latest.isoformat(),
            }
            typer.echo(json.dumps(line, ensure_ascii=False))
        else:
            typer.echo(
                f"{count.helped:>5} membantu {count.did_not:>5} kurang pas  {_day(count.latest)}  {count.answer_id}"
            )


def _since(days: int) -> datetime:
    return datetime.now(timezone.utc) - timedelta(days=days)


def _day(at: datetime) -> str:
    return long_date(at.astimezone(_ZONE).date())
