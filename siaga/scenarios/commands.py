"""``siaga scenario``."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Annotated

import typer

from siaga.scenarios.model import Result, Scenario
from siaga.scenarios.reading import ScenarioUnclear, read_file

app = typer.Typer(add_completion=False, help="Play written dialogues over the running stack.")


def describe(result: Result) -> str:
    """What a scenario's result looks like on a terminal."""
    if not result.failures:
        return f"ok    {result.scenario.name} ({result.seconds:.1f} s)"
    lines = [f"FAIL  {result.scenario.name} ({result.scenario.file}:{result.scenario.line}, {result.contact})"]
    for failure in result.failures:
        if failure.turn:
            lines.append(f"      turn {failure.turn}, line {failure.line}, {failure.said}")
        lines.append(f"        expected: {failure.expected}")
        lines.append(textwrap.indent(failure.came, " " * 18).replace(" " * 18, "        came:     ", 1))
    return "\n".join(lines)


def _read(files: list[Path]) -> list[Scenario]:
    return [scenario for file in files for scenario in read_file(file)]


@app.command()
def scenario(
    files: Annotated[list[Path], typer.Argument(metavar="FILE.yml...", help="Scenario files.")],
    simulator: str = typer.Option(None, help="The simulator's address; the one on this machine otherwise."),
    timeout: float = typer.Option(20.0, min=0.1, max=120, help="Seconds to wait for the bot in each turn."),
    jobs: int = typer.Option(4, min=1, help="Scenarios played at a time."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document instead of lines."),
) -> None:
    """Play written dialogues over the running stack; exit code 1 if one fails, 2 if none could be played."""
    from siaga.scenarios.player import SimulatorAway, SimulatorClient, play_all
    from siaga.settings import settings

    try:
        scenarios = _read(files)
    except ScenarioUnclear as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(2) from None
    client = SimulatorClient(simulator or f"http://127.0.0.1:{settings().simulator_port}", timeout)

    def tell(result: Result) -> None:
        if not as_json:
            typer.echo(describe(result))

    try:
        client.check()
        results = play_all(client, scenarios, timeout=timeout, jobs=jobs, tell=tell)
    except SimulatorAway as problem:
        typer.echo(f"{problem} Is the stack running (make start)?", err=True)
        raise typer.Exit(2) from None
    finally:
        client.close()
    failed = sum(bool(result.failures) for result in results)
    passed = len(results) - failed
    if as_json:
        entries = [result.as_json() for result in results]
        typer.echo(json.dumps({"passed": passed, "failed": failed, "scenarios": entries}, ensure_ascii=False))
    else:
        typer.echo(f"{passed} passed, {failed} failed")
    raise typer.Exit(1 if failed else 0)
