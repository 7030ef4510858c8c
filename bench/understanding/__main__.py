"""``python -m bench.understanding``: how well messages are understood, pipelines side by side in one run."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bench.measures import Machine, Spread, as_json
from bench.understanding import measures, tables
from bench.understanding.candidates import (
    NO_VECTORS,
    OURS,
    STOCK,
    Candidate,
    Failed,
    candidate,
    run,
    snapshot,
    train,
)
from bench.understanding.data import SETS, examples, file_of, fold, read_sets, thin
from bench.understanding.measures import Judged, Parsed
from bench.understanding.shared import read_shared
from siaga.nlu.evaluate import Row

OWN, OTHERS = "The development sets", "Texts of others"


_Sets = Annotated[
    list[Path] | None, typer.Argument(help="TSV files (text, label, style); otherwise those of this folder.")
]
_Also = Annotated[
    list[Path] | None, typer.Option(help="A file or folder of other texts: text, label, and if any style and source.")
]
_Shared = Annotated[
    Path | None, typer.Option(help="A folder of other people's texts; what of them can surely be labelled is used.")
]
_Candidates = Annotated[str, typer.Option(help="Which, with commas; the path of a configuration is one too.")]
_Keep = Annotated[Path | None, typer.Option(help="A folder that keeps trained models for the next run.")]
_Part = Annotated[
    int, typer.Option(min=1, help="Train on every N-th example of each intent: the stock pipeline takes hours for all.")
]
_Json = Annotated[
    Path | None, typer.Option("--json", help="A file for everything, the place of each wrong message included.")
]


def main(
    sets: _Sets = None,
    also: _Also = None,
    shared: _Shared = None,
    candidates: _Candidates = f"{STOCK},{OURS},{NO_VECTORS}",
    keep: _Keep = None,
    part: _Part = 1,
    json_file: _Json = None,
) -> None:
    """Train each pipeline on data/nlu from nothing, and measure how it understands messages of others."""
    with tempfile.TemporaryDirectory(prefix="siaga-understanding-") as place:
        source = snapshot(Path(place))
        if part > 1:
            thin(source / "data" / "nlu", part)
        trained_on = examples(source / "data" / "nlu")
        intents = {intent for _, intent in trained_on}
        try:
            chosen = [candidate(name.strip(), source) for name in candidates.split(",")]
            groups = {OWN: read_sets(sets or [SETS], intents)}
            others = read_sets(also or [], intents)
            if shared:
                found, notes = read_shared(shared)
                others += found
                _say(*notes)
        except (ValueError, OSError) as problem:
            raise SystemExit(str(problem)) from None
        if others:
            groups[OTHERS] = others
        failed = _compare(chosen, source, trained_on, groups, keep, json_file)
    if failed:
        raise SystemExit("\n".join(failed))


def _compare(
    chosen: Sequence[Candidate],
    source: Path,
    trained_on: Sequence[tuple[str, str]],
    groups: Mapping[str, Sequence[Row]],
    keep: Path | None,
    json_file: Path | None,
) -> list[str]:
    """Measures the candidates, prints and writes; what went wrong with those that cannot be measured."""
    machine = Machine.here()
    rows = [row for group in groups.values() for row in group]
    # Each text once: nothing that is remembered of a message may help with the next.
    texts = list(dict.fromkeys(row.text for row in rows))
    known = {fold(text) for text, _ in trained_on}
    data: dict[str, Any] = as_json(machine=machine, examples=len(trained_on), messages=len(rows))
    data["intents"] = len({intent for _, intent in trained_on})
    data["also_trained_on"] = sum(fold(row.text) in known for row in rows)
    data["candidates"] = {}
    judged: dict[str, dict[str, Judged]] = {}
    failed = []
    for one in chosen:
        try:
            parsed, costs = _try(one, source, texts, keep)
        except Failed as problem:
            failed.append(str(problem))
            continue
        judged[one.name] = {name: [(row, parsed[row.text]) for row in group] for name, group in groups.items()}
        data["candidates"][one.name] = costs | {"groups": _reports(judged[one.name])}
    if data["candidates"]:
        print("\n\n".join(_page(machine, data, judged)))
    if json_file:
        json_file.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return failed


def _try(
    one: Candidate, source: Path, texts: Sequence[str], keep: Path | None
) -> tuple[dict[str, Parsed], dict[str, Any]]:
    """What a candidate understands of each text, and what it costs."""
    with tempfile.TemporaryDirectory(prefix="siaga-model-") as place:
        folder = Path(place)
        trained = train(one, source, folder, keep, _say)
        asked, answered = folder / "texts.json", folder / "parsed.json"
        asked.write_text(json.dumps(texts), encoding="utf-8")
        _say(f"{one.name}: reads {len(texts)} messages")
        run(one.name, source, folder / "parse.log", "parse", trained.model, asked, answered)
        found = json.loads(answered.read_text(encoding="utf-8"))
        size = trained.model.stat().st_size
    parsed = {text: Parsed.of(answer) for text, answer in zip(texts, found["parsed"], strict=True)}
    costs = as_json(
        digest=trained.digest,
        training={"seconds": trained.seconds, "processor": trained.processor},
        latency=Spread.of(answer.seconds for answer in parsed.values()),
        memory_mb=round(found["memory"] / 1e6, 1),
        memory_after_mb=round(found["memory_after"] / 1e6, 1),
        model_mb=round(size / 1e6, 1),
    )
    return parsed, costs


def _reports(groups: Mapping[str, Judged]) -> dict[str, Any]:
    """Everything that is measured of each group of messages."""
    return {
        name: {
            **measures.measure(judged),
            "files": measures.by(judged, file_of),
            "sources": measures.by(judged, lambda row: row.source),
            "styles": measures.by(judged, lambda row: row.style),
            "labels": measures.labels(judged),
            "confusions": measures.confusions(judged),
            "wrong": measures.wrong(judged),
        }
        for name, judged in groups.items()
    }


def _page(machine: Machine, data: Mapping[str, Any], judged: Mapping[str, Mapping[str, Judged]]) -> list[str]:
    """What is printed, for docs/understanding.md."""
    reports = data["candidates"]
    page = [
        f"{machine}. {data['examples']} examples of {data['intents']} intents; {data['also_trained_on']} of "
        f"{data['messages']} messages are also examples, word for word.",
        tables.costs(reports),
    ]
    for name in next(iter(judged.values())):
        groups = {candidate_name: one["groups"][name] for candidate_name, one in reports.items()}
        page += [f"### {name}", tables.side_by_side(groups)]
        page.append(tables.parts("source", {one: group["files"] for one, group in groups.items()}))
        if len(next(iter(groups.values()))["styles"]) > 1:
            page.append(tables.parts("style", {one: group["styles"] for one, group in groups.items()}))
    return page


def _say(*lines: str) -> None:
    """Tell how far it is, beside what is measured."""
    print(*lines, sep="\n", file=sys.stderr, flush=True)


if __name__ == "__main__":
    typer.run(main)
