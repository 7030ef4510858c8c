"""``python -m bench.stock.understand MODEL TEXTS RESULT``: what a turn of ours makes of each text, in a process apart.

``TEXTS`` is a JSON list; ``RESULT`` is made: of each text ``intent`` and ``entities``, as the pipeline leaves them.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from siaga.dialogue.lean import leave_out


def main(model: Path, texts: Path, result: Path) -> None:
    """Read them all."""
    # As in the running system; before Rasa is imported.
    leave_out()
    from rasa.utils.log_utils import configure_structlog

    from siaga.dialogue.rumours import heard
    from siaga.nlu.evaluate import load_parser

    # Otherwise a line is written about each message.
    configure_structlog(logging.WARNING)
    read = load_parser(model)
    understood = {}
    for text in json.loads(texts.read_text(encoding="utf-8")):
        parsed = heard(read(text), {}, [])
        understood[text] = {"intent": parsed["intent"], "entities": parsed["entities"]}
    result.write_text(json.dumps(understood, default=str), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
