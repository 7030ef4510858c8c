"""``python -m bench.knowledge``: how often the right answer is found, and how fast among many entries."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Annotated

import typer

from bench.knowledge.measures import Given, Shares, judge
from bench.knowledge.questions import Question, question_sets, read_questions
from bench.knowledge.searches import Search, bm25, ours
from bench.knowledge.selector import TookTooLong, selector
from bench.knowledge.speed import SIZES, Speed, measure
from bench.measures import Machine
from siaga.knowledge import Answer, load_answers

_Files = Annotated[list[Path] | None, typer.Argument(help="TSV files (id, question); otherwise those of this folder.")]


def main(
    files: _Files = None,
    minutes: Annotated[float, typer.Option(help="How long Rasa's selector may train; 0 leaves it out.")] = 30,
    epochs: Annotated[int, typer.Option(help="Of the selector; its own default is 300.")] = 100,
    sizes: Annotated[str, typer.Option(help="Entries among which a question is timed.")] = ",".join(map(str, SIZES)),
    chance: Annotated[int, typer.Option(help="Another number, other made-up entries.")] = 1,
) -> None:
    """Ask every search the same questions in one run, and time ours; prints Markdown."""
    answers = load_answers()
    try:
        questions = read_questions(files or question_sets(), {answer.id for answer in answers})
    except (ValueError, OSError) as problem:
        raise SystemExit(str(problem)) from None
    if not questions:
        raise SystemExit("There are no questions: give a file, or put one into bench/knowledge.")
    typer.echo(f"{Machine.here()}\n")
    typer.echo("\n".join(_found(answers, questions, minutes, epochs)))
    typer.echo("\n".join(_speeds([int(size) for size in sizes.split(",") if size], questions, chance)))


def _found(answers: list[Answer], questions: list[Question], minutes: float, epochs: int) -> list[str]:
    unanswered = sum(one.right is None for one in questions)
    lines = [
        f"{len(answers)} answers; {len(questions) - unanswered} questions that one of them answers, "
        f"{unanswered} that none does.\n",
        "| search | hit@1 | hit@3 | wrongly sure | wrongly unsure |",
        "|---|---|---|---|---|",
    ]
    searches: dict[str, Search] = {
        "Siaga": ours(answers),
        "Siaga, words only": ours(answers, vectors=False),
        "BM25 (always answers)": bm25(answers),
    }
    for name, search in searches.items():
        lines.append(_row(name, judge(questions, [search(question.text) for question in questions])))
    if minutes:
        name = f"Rasa's ResponseSelector, {epochs} epochs"
        try:
            given: list[Given] = selector(answers, [question.text for question in questions], epochs, minutes)
            lines.append(_row(name, judge(questions, given)))
        except (TookTooLong, RuntimeError) as problem:
            lines.append(f"| {name} | {problem} | | | |")
    return [*lines, ""]


def _row(name: str, shares: Shares) -> str:
    told = (shares.first, shares.three, shares.wrong, shares.unsure)
    return f"| {name} | " + " | ".join(f"{share:.1%}" for share in told) + " |"


def _speeds(sizes: list[int], questions: list[Question], chance: int) -> list[str]:
    texts = [question.text for question in questions]
    speeds: list[Speed] = [measure(size, texts, Random(chance)) for size in sizes]
    return [
        "| entries (made up) | p50 | p99 | made in | memory |",
        "|---|---|---|---|---|",
        *(
            f"| {one.entries:,} | {one.took.p50:.1f} ms | {one.took.p99:.1f} ms | {one.seconds:.1f} s "
            f"| {one.size / 1e6:,.0f} MB |"
            for one in speeds
        ),
    ]


if __name__ == "__main__":
    typer.run(main)
