"""``python -m siaga.dialogue run …``: Rasa's own command, without TensorFlow where nothing needs it."""

from __future__ import annotations

import contextlib
import sys

import yaml

from siaga.dialogue.lean import can_do_without, leave_out
from siaga.settings import ROOT


def main() -> None:
    """What ``rasa`` does with the same arguments."""
    with contextlib.suppress(OSError, yaml.YAMLError):
        config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
        if isinstance(config, dict) and can_do_without(config, sys.argv[1:]):
            leave_out()
    from rasa.__main__ import main as rasa

    rasa()


if __name__ == "__main__":
    main()
