"""``siaga nlu``: look at, and measure, what is understood."""

from __future__ import annotations

import json
import logging
import os
import warnings
from pathlib import Path
from typing import Annotated, Any

import typer

from siaga.settings import ROOT
from siaga.unclear.commands import review_command

app = typer.Typer(help="Look at, and measure, what is understood.", no_args_is_help=True)

_Model = Annotated[Path | None, typer.Option("--model", help="A trained model; without it the newest in models/.")]


def _quiet() -> None:
    """Rasa's libraries warn about each other on import; nobody here can act on it."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    warnings.filterwarnings("ignore")
    logging.getLogger("rasa").setLevel(logging.ERROR)
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)


@app.callback()
def main() -> None:
    """Look at, and measure, what is understood."""


@app.command("evaluate")
def evaluate_command(
    file: Annotated[Path, typer.Argument(help="Tab-separated: text, label, and if you like style.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
    model: _Model = None,
) -> None:
    """Accuracy, macro-F1, per label and per style, and the confusions, on messages with known labels."""
    _quiet()
    from siaga.nlu.evaluate import NoModel, evaluate, load_parser, read_rows

    try:
        report = evaluate(read_rows(file), load_parser(model))
    except (NoModel, OSError, ValueError) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None
    typer.echo(json.dumps(report, ensure_ascii=False) if as_json else _table(report))


@app.command("parse")
def parse_command(
    text: Annotated[str, typer.Argument(help="A message as a citizen types it.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    model: _Model = None,
) -> None:
    """What is understood of one message, its plain words included."""
    _quiet()
    from siaga.nlu.evaluate import NoModel, load_parser
    from siaga.text.normalise import normalise

    try:
        parsed = load_parser(model)(text)
    except NoModel as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None
    shown = {
        "text": text,
        "normalised": normalise(text),
        "intent": parsed["intent"],
        "ranking": parsed.get("intent_ranking", [])[:5],
        "entities": parsed.get("entities", []),
    }
    if as_json:
        typer.echo(json.dumps(shown, ensure_ascii=False))
        return
    typer.echo(f"text        {shown['text']}\nnormalised  {shown['normalised']}")
    for place, intent in enumerate(shown["ranking"]):
        typer.echo(f"{'intent' if place == 0 else '':<12}{intent['name']:<24}{intent['confidence']:.2f}")
    for place, entity in enumerate(shown["entities"]):
        span = text[entity["start"] : entity["end"]]
        typer.echo(f"{'entities' if place == 0 else '':<12}{entity['entity']:<24}{entity['value']}  ({span})")


@app.command("cross-validate")
def cross_validate_command(
    data: Annotated[Path, typer.Argument(help="NLU examples.")] = ROOT / "data" / "nlu",
    alike: Annotated[float, typer.Option(help="How alike (0 to 1) examples must be to stay in one fold.")] = 0.72,
) -> None:
    """What each fallback threshold would do, measured on the training examples; look-alikes are kept together."""
    _quiet()
    from siaga.nlu.cross_validation import cross_validate

    accuracy, outcomes = cross_validate(data, alike)
    typer.echo(f"accuracy {accuracy:.3f} without a threshold")
    typer.echo("threshold  margin   right   wrong  fallback  out of scope refused")
    for some in outcomes:
        typer.echo(
            f"{some.threshold:>9.2f}{some.margin:>8.2f}{some.right:>8.3f}{some.wrong:>8.3f}{some.fallback:>10.3f}"
            f"{some.out_of_scope_refused:>22.3f}"
        )


@app.command("weak")
def weak_command(
    data: Annotated[Path, typer.Argument(help="NLU examples.")] = ROOT / "data" / "nlu",
    top: Annotated[int, typer.Option(min=1, help="How many of each kind are shown.")] = 10,
    intent: Annotated[str | None, typer.Option(help="Only what concerns this intent.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    alike: Annotated[float, typer.Option(help="How alike (0 to 1) examples must be to stay in one fold.")] = 0.72,
) -> None:
    """What is weak about the examples, with file and line, in words for those who write them; takes ten minutes."""
    _quiet()
    from siaga.nlu.examples import UnreadableExamples
    from siaga.nlu.weak_report import as_data, as_text
    from siaga.nlu.weak_spots import TooFew, weak_spots_of

    typer.echo("Semua contoh sedang dibaca dan ditebak; ini perlu sekitar sepuluh menit ...", err=True)
    try:
        spots = weak_spots_of(data, alike, intent)
    except (UnreadableExamples, TooFew) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None
    typer.echo(json.dumps(as_data(spots, top), ensure_ascii=False) if as_json else as_text(spots, top))


@app.command("convert")
def convert_command(
    file: Annotated[Path, typer.Argument(help="Tab-separated: text, label, and if you like style.")],
) -> None:
    """The messages of a table as NLU examples in YAML, on standard output, for `rasa test nlu --nlu`."""
    from siaga.nlu.convert import to_yaml
    from siaga.nlu.evaluate import read_rows

    try:
        typer.echo(to_yaml(read_rows(file)), nl=False)
    except (OSError, ValueError) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None


app.command("review")(review_command)


def _table(report: dict[str, Any]) -> str:
    lines = [f"{report['n']} messages   accuracy {report['accuracy']:.3f}   macro-F1 {report['macro_f1']:.3f}", ""]
    lines += ["   ".join(f"{name} {share:.3f}" for name, share in report["open_set"].items()), ""]
    lines.append(f"{'style':<24}{'n':>5}{'accuracy':>10}{'macro-F1':>10}")
    lines += [
        f"{style:<24}{some['n']:>5}{some['accuracy']:>10.3f}{some['macro_f1']:>10.3f}"
        for style, some in report["styles"].items()
    ]
    lines += ["", f"{'label':<24}{'n':>5}{'precision':>10}{'recall':>10}{'F1':>8}"]
    lines += [
        f"{label:<24}{score['n']:>5}{score['precision']:>10.3f}{score['recall']:>10.3f}{score['f1']:>8.3f}"
        for label, score in sorted(report["labels"].items(), key=lambda pair: pair[1]["f1"])
    ]
    lines += ["", "most frequent confusions"]
    lines += [f"{wrong['n']:>4}  {wrong['label']} -> {wrong['predicted']}" for wrong in report["confusions"]]
    return "\n".join(lines)
