"""``python -m bench.knowledge``: how often the right answer is found, and how fast among many entries."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Annotated

import typer

from bench.knowledge.measures import Given, Shares, judge
from bench.knowledge.questions import Question, question_sets, read_questions
from bench.knowledge.searches import Search, bm25, ours
from bench.knowledge.selector import TookTooLong, selector
from bench.knowledge.speed import SIZES, Speed, measure, measure_answers
from bench.measures import Machine
from siaga.knowledge import Answer, load_answers

_Files = Annotated[list[Path] | None, typer.Argument(help="TSV files (id, question); otherwise those of this folder.")]


def main(
    files: _Files = None,
    minutes: Annotated[float, typer.Option(help="How long Rasa's selector may train; 0 leaves it out.")] = 30,
    epochs: Annotated[int, typer.Option(help="Of the selector; its own default is 300.")] = 100,
    sizes: Annotated[str, typer.Option(help="Of entries that are made up to time a question.")] = ",".join(
        map(str, SIZES)
    ),
    chance: Annotated[int, typer.Option(help="Another number, other made-up entries.")] = 1,
) -> None:
    """Ask every search the same questions in one run, and time ours; prints Markdown."""
    answers = load_answers()
    try:
        ids = {answer.id for answer in answers}
        sets = {file.stem: read_questions([file], ids) for file in files or question_sets()}
    except (ValueError, OSError) as problem:
        raise SystemExit(str(problem)) from None
    questions = [question for some in sets.values() for question in some]
    if not questions:
        raise SystemExit("There are no questions: give a file, or put one into bench/knowledge.")
    typer.echo(f"{Machine.here()}\n")
    typer.echo("\n".join(_found(answers, sets, minutes, epochs)))
    typer.echo("\n".join(_speeds(answers, [int(size) for size in sizes.split(",") if size], questions, chance)))


def _found(answers: list[Answer], sets: Mapping[str, list[Question]], minutes: float, epochs: int) -> list[str]:
    texts = [question.text for questions in sets.values() for question in questions]
    searches: dict[str, Search] = {
        "Siaga": ours(answers),
        "Siaga, words only": ours(answers, vectors=False),
        "BM25 (always answers)": bm25(answers),
    }
    found: dict[str, list[Given] | str] = {name: [search(text) for text in texts] for name, search in searches.items()}
    if minutes:
        name = f"Rasa's ResponseSelector, {epochs} epochs"
        try:
            found[name] = selector(answers, texts, epochs, minutes)
        except (TookTooLong, RuntimeError) as problem:
            found[name] = str(problem)
    return [f"{len(answers)} answers.\n", *tables(sets, found)]


def tables(sets: Mapping[str, list[Question]], found: Mapping[str, list[Given] | str]) -> list[str]:
    """A table for each set, and one for all where there are several.

    ``found`` is what each search says to the questions of all sets, one set after the other, or why it says nothing.
    """
    lines: list[str] = []
    start = 0
    for name, questions in sets.items():
        part = slice(start, start + len(questions))
        lines += _table(name, questions, {search: _cut(given, part) for search, given in found.items()})
        start = part.stop
    if len(sets) > 1:
        lines += _table("together", [question for some in sets.values() for question in some], found)
    return lines


def _cut(given: list[Given] | str, part: slice) -> list[Given] | str:
    return given if isinstance(given, str) else given[part]


def _table(name: str, questions: list[Question], found: Mapping[str, list[Given] | str]) -> list[str]:
    unanswered = sum(not one.right for one in questions)
    return [
        f"{name}: {len(questions) - unanswered} questions that one of them answers, {unanswered} that none does.\n",
        "| search | hit@1 | hit@3 | wrongly sure | wrongly unsure |",
        "|---|---|---|---|---|",
        *(
            f"| {search} | {given} | | | |" if isinstance(given, str) else _row(search, judge(questions, given))
            for search, given in found.items()
        ),
        "",
    ]


def _row(name: str, shares: Shares) -> str:
    told = (shares.first, shares.three, shares.wrong, shares.unsure)
    return f"| {name} | " + " | ".join(f"{share:.1%}" for share in told) + " |"


def _speeds(answers: list[Answer], sizes: list[int], questions: list[Question], chance: int) -> list[str]:
    texts = [question.text for question in questions]
    speeds: dict[str, Speed] = {f"{len(answers)} answers": measure_answers(answers, texts)}
    speeds |= {f"{size:,} made up": measure(size, texts, Random(chance)) for size in sizes}
    return [
        "| entries | p50 | p99 | of that, processor: p50 | p99 | made in | memory |",
        "|---|---|---|---|---|---|---|",
        *(
            f"| {name} | {one.took.p50:.1f} ms | {one.took.p99:.1f} ms | {one.processor.p50:.1f} ms "
            f"| {one.processor.p99:.1f} ms | {one.seconds:.1f} s | {one.size / 1e6:,.0f} MB |"
            for name, one in speeds.items()
        ),
    ]


if __name__ == "__main__":
    typer.run(main)
