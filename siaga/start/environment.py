"""What the child processes find in their environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from siaga.settings import Settings
from siaga.start.ports import Ports

# TensorFlow, SQLAlchemy under Rasa, and old packages' deprecations speak at every import. What Rasa warns of in the
# data are UserWarnings: those stay.
_QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore::DeprecationWarning,ignore::PendingDeprecationWarning,ignore::FutureWarning",
    "MPLBACKEND": "Agg",
    "RASA_TELEMETRY_ENABLED": "false",
    "PYTHONUNBUFFERED": "1",
}
# Chats of the simulator that are shown what staff have not published yet.
PREVIEW_NUMBERS = "6280000009"


def quiet() -> dict[str, str]:
    """The environment of a Rasa command: nothing sent home, no chatter, our own commands found first."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return os.environ | _QUIET | {"PATH": path}


def of_processes(chosen: Settings, ports: Ports, database_url: str, model: Path, verbose: bool) -> dict[str, str]:
    """The environment of the processes in the Procfile."""
    made = quiet() | ports.variables()
    made |= {
        # A turn is one small multiplication: threads would only get in the way of other processes.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "SIAGA_HOME": str(chosen.home),
        "DATABASE_URL": database_url,
        "SIAGA_MODEL": str(model),
        "SIAGA_ACTION_URL": f"http://127.0.0.1:{ports.action}/webhook",
        "SIAGA_RASA_LOG": "--verbose" if verbose else "--quiet",
    }
    # The address that we found is theirs, whatever file named it.
    made.pop("DATABASE_URL_FILE", None)
    # On this machine each process has its own, or none.
    made["SIAGA_WATCH_PORT"] = "0"
    # The Procfile asks whether there is one.
    made.pop("SIAGA_RASA_API", None)
    if chosen.rasa_api:
        made["SIAGA_RASA_API"] = "true"
    if not verbose:
        made["PYTHONWARNINGS"] = "ignore"
    if "graph_url" not in chosen.__fields_set__ and ports.simulator:
        made["SIAGA_GRAPH_URL"] = f"http://127.0.0.1:{ports.simulator}"
        made["SIAGA_CLOCK_URL"] = f"http://127.0.0.1:{ports.simulator}/api/clock"
        if "preview_numbers" not in chosen.__fields_set__:
            made["SIAGA_PREVIEW_NUMBERS"] = PREVIEW_NUMBERS
    return made
