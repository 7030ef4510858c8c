"""The tables for docs/understanding.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Report = Mapping[str, Any]


def table(head: Sequence[str], rows: Iterable[Sequence[str]], text_columns: int = 1) -> str:
    """A markdown table; the columns after the first are numbers."""
    lines = [head, [*["---"] * text_columns, *["--:"] * (len(head) - text_columns)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def side_by_side(reports: Mapping[str, Report]) -> str:
    """The measures of the same messages, one candidate a column."""
    any_of = next(iter(reports.values()))
    n, inside, outside, emergency = any_of["n"], any_of["inside"], any_of["outside"], any_of["emergency"]
    lines: list[tuple[str, Callable[[Report], str]]] = [
        (f"accuracy ({n})", lambda one: three(one["accuracy"])),
        ("macro-F1", lambda one: three(one["macro_f1"])),
        ("accuracy by rank, no threshold", lambda one: three(one["by_rank"]["accuracy"])),
        ("macro-F1 by rank", lambda one: three(one["by_rank"]["macro_f1"])),
    ]
    if inside:
        lines += [
            (f"within scope ({inside}): right", lambda one: percent(one["open_set"]["right"])),
            ("… wrong when sure", lambda one: percent(one["open_set"]["wrong"])),
            ("… … of these taken for out of scope", lambda one: percent(one["open_set"]["sent_away"])),
            ("… asked back", lambda one: percent(one["open_set"]["fallback"])),
        ]
    if outside:
        lines += [
            (f"out of scope ({outside}): refused", lambda one: percent(one["open_set"]["out_of_scope_refused"])),
            ("… answered in confidence", lambda one: percent(one["open_set"]["out_of_scope_answered"])),
        ]
    if emergency["n"]:
        lines.append((f"emergencies ({emergency['n']}) seen", lambda one: percent(one["emergency"]["recall"])))
    if emergency["others"]:
        lines.append(
            (f"false alarms per 100 others ({emergency['others']})", lambda one: f"{one['emergency']['false_per_100']}")
        )
    rows = [[name, *(show(one) for one in reports.values())] for name, show in lines]
    return table(["", *reports], rows)


def costs(found: Mapping[str, Report]) -> str:
    """What each candidate costs."""
    lines: list[tuple[str, Callable[[Report], str]]] = [
        ("training, s", lambda one: f"{one['training']['seconds']:.0f}"),
        ("… of processor time, s", lambda one: f"{one['training']['processor']:.0f}"),
        ("model, MB", lambda one: f"{one['model_mb']:.1f}"),
        ("one message on one core, p50 ms", lambda one: f"{one['latency']['p50']:.1f}"),
        ("… p99 ms", lambda one: f"{one['latency']['p99']:.1f}"),
        ("memory of a process, MB", lambda one: f"{one['memory_mb']:.0f}"),
    ]
    return table(["", *found], [[name, *(show(one) for one in found.values())] for name, show in lines])


def parts(what: str, found: Mapping[str, Mapping[str, Report]]) -> str:
    """A row for each part of the messages (a source, a style) and candidate."""
    rows = []
    for name in next(iter(found.values())):
        for place, (candidate, reports) in enumerate(found.items()):
            one = reports[name]
            shares = one["open_set"]
            row = [name if place == 0 else "", str(one["n"]) if place == 0 else "", candidate, three(one["accuracy"])]
            row.append(three(one["macro_f1"]) if one["inside"] else "")
            row += [percent(shares[key]) if key in shares else "" for key in ("right", "wrong", "fallback")]
            row.append(percent(shares["out_of_scope_answered"]) if one["outside"] else "")
            rows.append(row)
    head = [what, "n", "pipeline", "accuracy", "macro-F1", "right", "wrong when sure", "asked back"]
    return table([*head, "out of scope answered"], rows, text_columns=3)


def three(share: float) -> str:
    """With three digits."""
    return f"{share:.3f}"


def percent(share: float) -> str:
    """In percent."""
    return f"{100 * share:.1f} %"
