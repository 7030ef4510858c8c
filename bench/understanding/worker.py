"""What is measured runs in its own process: ``train`` makes a model, ``parse`` loads one and reads messages.

    python -m bench.understanding.worker train CONFIG DATA DOMAIN FOLDER
    python -m bench.understanding.worker parse MODEL TEXTS RESULT

Both leave JSON behind. They run where the code is; what we keep from one training to the next (``.rasa``) is not there,
and what Rasa keeps lies in the folder given, so a training is cold.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from pathlib import Path

import psutil

MODEL = "model.tar.gz"
TRAINED = "trained.json"
# Read before anything is measured: models and word lists are loaded with the first message. None is in a set.
WARM_UP = [f"ini pesan percobaan nomor {number} sebelum pengukuran dimulai" for number in range(1, 21)]


def train(config: Path, data: Path, domain: Path, folder: Path) -> None:
    """Trains from nothing, with every processor."""
    os.environ["RASA_CACHE_DIRECTORY"] = str(folder / "cache")
    from rasa.model_training import train_nlu

    began, used = time.perf_counter(), time.process_time()
    model = train_nlu(str(config), str(data), str(folder), MODEL.removesuffix(".tar.gz"), domain=str(domain))
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    if model is None:
        raise SystemExit("Rasa trained nothing.")
    (folder / TRAINED).write_text(json.dumps({"seconds": round(seconds, 1), "processor": round(processor, 1)}))


def parse(model: Path, texts: Path, result: Path) -> None:
    """Loads a model as the running system does, and reads each text once, one after the other, on one processor."""
    if hasattr(os, "sched_setaffinity"):
        # Before anything is imported: libraries count the processors then.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    from rasa.utils.log_utils import configure_structlog

    from siaga.nlu.evaluate import load_parser

    # As the running system has it: otherwise a line is written about each message.
    configure_structlog(logging.WARNING)
    read = load_parser(model)
    for text in WARM_UP:
        read(text)
    memory = psutil.Process().memory_info().rss
    parsed = []
    for text in json.loads(texts.read_text(encoding="utf-8")):
        began = time.perf_counter()
        found = read(text)
        seconds = time.perf_counter() - began
        intent, ranking = found["intent"], found.get("intent_ranking") or []
        parsed.append(
            {
                "intent": [intent["name"], round(intent["confidence"] or 0.0, 4)],
                "ranking": [[one["name"], round(one["confidence"], 4)] for one in ranking],
                "seconds": seconds,
            }
        )
    after = psutil.Process().memory_info().rss
    result.write_text(json.dumps({"memory": memory, "memory_after": after, "parsed": parsed}), encoding="utf-8")


if __name__ == "__main__":
    command, *paths = sys.argv[1:]
    (train if command == "train" else parse)(*(Path(one).resolve() for one in paths))
