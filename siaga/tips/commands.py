"""``siaga tips``: advice without a chat."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from siaga.rulefiles.jsonlines import read_texts
from siaga.tips.audience import read_audience
from siaga.tips.finder import Found, Near, Sure, Tips
from siaga.tips.follow import read_follow_up
from siaga.tips.tips import Tip, TipFileError, load_no_situation, load_tips, to_review

app = typer.Typer(no_args_is_help=True, help="What to do in a situation, without a chat.")


def _load() -> Tips:
    try:
        return Tips.load()
    except TipFileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@app.command()
def check() -> None:
    """Reads every tip file, tells the first mistake with its file and line, and what is due for review."""
    try:
        tips, none = load_tips(), load_no_situation()
    except TipFileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    ways = sum(len(tip.variants) for tip in tips) + len(none.general) + len(none.elsewhere)
    typer.echo(f"{len(tips)} situations, {ways} ways to ask, {sum(len(tip.follow_ups) for tip in tips)} follow-ups.")
    for tip in to_review(tips, date.today()):  # noqa: DTZ011 - a civil day
        typer.echo(f"To be reviewed since {tip.review_by}: {tip.id}")


def _written(tip: Tip, text: str) -> dict[str, Any]:
    audience = read_audience(text).audience
    return {
        "id": tip.id,
        "title": tip.title,
        "advice": list(tip.advice),
        "audience": audience,
        "for_audience": tip.audiences.get(audience) if audience else None,
        "source": tip.source,
        "checked": tip.checked.isoformat(),
        "due": tip.is_due(date.today()),  # noqa: DTZ011 - a civil day
    }


def _line(found: Found, text: str) -> dict[str, Any]:
    score = {"score": round(found.score, 3)}
    if isinstance(found, Sure):
        return {"found": "sure", **_written(found.tip, text), **score}
    if isinstance(found, Near):
        return {"found": "near", "choices": [{"id": tip.id, "title": tip.title} for tip in found.tips], **score}
    return {"found": "unknown", **score}


def _after(tips: Tips, before: Tip, text: str) -> dict[str, Any] | None:
    """What a message asks further about the situation before; None if it asks about another."""
    follow = read_follow_up(tips, before, text)
    if follow is None:
        return None
    if follow.written is not None:
        if other := tips.by_id(follow.written.tip):
            return {"found": "follow_up", "asks": "other", **_written(other, text)}
        said: str | None = follow.written.say
    elif follow.kind == "audience":
        said = before.audiences.get(follow.audience) if follow.audience else None
    else:
        said = before.how_long if follow.kind == "how_long" else before.more
    return {
        "found": "follow_up", "asks": follow.kind, "id": before.id, "audience": follow.audience, "said": said or None,
    }  # fmt: skip


@app.command()
def ask(
    text: Annotated[str | None, typer.Argument(help="The situation in a citizen's words; else JSON lines.")] = None,
    after: Annotated[str | None, typer.Option(help="The id of the tip that was told just before.")] = None,
) -> None:
    """Prints what is found, one line of JSON for each message."""
    tips = _load()
    requests: Iterable[tuple[str, str | None]] = [(text, after)] if text is not None else read_texts("after")
    failed = False
    for message, last in requests:
        before = tips.by_id(last) if last else None
        if not message.strip() or (last and before is None):
            reason = "no such tip" if message.strip() else "a line must be a JSON object with a “text”"
            line, failed = {"error": reason}, True
        else:
            line = (_after(tips, before, message) if before else None) or _line(tips.find(message), message)
        typer.echo(json.dumps(line, ensure_ascii=False))
    if failed:
        raise typer.Exit(1)


def measure(tips: Tips, questions: Iterable[tuple[str, str]]) -> dict[str, float]:
    """Pairs of tip id ("-" for no situation) and question: how often the right tip scores highest (``hit_at_1``), is
    told (``told``) or offered, and how often another is told instead; shares from 0 to 1."""
    counts: Counter[str] = Counter()
    for right, text in questions:
        found = tips.find(text)
        kind = "none" if right == "-" else "asked"
        counts[kind] += 1
        counts[f"{kind}_told"] += isinstance(found, Sure)
        if right != "-":
            counts["first"] += tips.likeliest(text).id == right
            counts["right"] += isinstance(found, Sure) and found.tip.id == right
            counts["offered"] += isinstance(found, Near) and any(tip.id == right for tip in found.tips)
    asked, none = max(counts["asked"], 1), max(counts["none"], 1)
    return {
        "questions": counts["asked"],
        "hit_at_1": round(counts["first"] / asked, 3),
        "told_right": round(counts["right"] / asked, 3),
        "told_wrong": round((counts["asked_told"] - counts["right"]) / asked, 3),
        "offered": round(counts["offered"] / asked, 3),
        "no_situation": counts["none"],
        "told_without_situation": round(counts["none_told"] / none, 3),
    }


def read_questions(path: Path) -> list[tuple[str, str]]:
    """The pairs of a TSV file with a heading: tip id and question."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return [(tip, text) for tip, text in (line.split("\t") for line in lines if line)]


@app.command(name="measure")
def measure_command(
    questions: Annotated[Path, typer.Argument(help="A TSV of tip id (- for none) and question.")],
) -> None:
    """Measures how often the right situation is found, on questions that are not in the files."""
    typer.echo(json.dumps(measure(_load(), read_questions(questions))))
