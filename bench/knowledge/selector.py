"""Rasa's own way: a ResponseSelector trained on the same answers, each way to ask an example. Runs in its own process.

python -m bench.knowledge.selector FOLDER
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import yaml

from bench.knowledge.measures import Given
from siaga.knowledge import Answer

SURE = 0.7
"""The confidence at which Rasa's documentation has an assistant act without asking back."""
_RETRIEVAL = "answer"


class TookTooLong(Exception):
    """It was not trained within the time that it was given."""


def selector(answers: Sequence[Answer], texts: Sequence[str], epochs: int, minutes: float) -> list[Given]:
    """What a freshly trained selector says to each text.

    Raises:
        TookTooLong: not within ``minutes``.
        RuntimeError: it could not be trained; with the end of what it said.
    """
    with tempfile.TemporaryDirectory(prefix="siaga-selector-") as place:
        folder = Path(place)
        _write(folder, answers, epochs)
        (folder / "texts.json").write_text(json.dumps(list(texts)), encoding="utf-8")
        command = [sys.executable, "-m", "bench.knowledge.selector", str(folder)]
        try:
            ended = subprocess.run(command, timeout=minutes * 60, capture_output=True, text=True, check=False)
        except subprocess.TimeoutExpired:
            raise TookTooLong(f"not trained in {minutes:g} minutes") from None
        if ended.returncode:
            raise RuntimeError(ended.stderr[-2000:])
        found = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    return [Given(tuple(ids), confidence >= SURE) for ids, confidence in found]


def _write(folder: Path, answers: Sequence[Answer], epochs: int) -> None:
    examples = [
        {"intent": f"{_RETRIEVAL}/{one.id}", "examples": "".join(f"- {way}\n" for way in one.ways_to_ask)}
        for one in answers
    ]
    # A retrieval intent wants a second one beside it.
    examples.append({"intent": "greet", "examples": "- halo\n- selamat pagi\n- assalamualaikum\n"})
    responses = {f"utter_{_RETRIEVAL}/{one.id}": [{"text": one.short}] for one in answers}
    pipeline = [
        {"name": "WhitespaceTokenizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "ResponseSelector", "epochs": epochs, "retrieval_intent": _RETRIEVAL, "random_seed": 1},
    ]
    files = {
        "nlu.yml": {"version": "3.1", "nlu": examples},
        "domain.yml": {"version": "3.1", "intents": [_RETRIEVAL, "greet"], "responses": responses},
        "config.yml": {"recipe": "default.v1", "language": "id", "pipeline": pipeline, "policies": []},
    }
    for name, content in files.items():
        (folder / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def _run(folder: Path) -> None:
    from rasa.core.agent import load_agent
    from rasa.model_training import train_nlu

    config, data, domain = (str(folder / name) for name in ("config.yml", "nlu.yml", "domain.yml"))
    model = train_nlu(config, data, str(folder), "selector", domain=domain)
    if model is None:
        raise SystemExit("Rasa trained nothing.")
    texts: list[str] = json.loads((folder / "texts.json").read_text(encoding="utf-8"))

    async def read() -> list[tuple[list[str], float]]:
        agent = await load_agent(model_path=model)
        found = []
        for text in texts:
            parsed = await agent.parse_message(text)
            ranking = parsed["response_selector"][_RETRIEVAL]["ranking"]
            ids = [each["intent_response_key"].partition("/")[2] for each in ranking[:3]]
            found.append((ids, float(ranking[0]["confidence"]) if ranking else 0.0))
        return found

    (folder / "found.json").write_text(json.dumps(asyncio.run(read())), encoding="utf-8")


if __name__ == "__main__":
    _run(Path(sys.argv[1]))
