"""Every written dialogue, played over the running stack by the command that an operator has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.stack.conftest import Stack

SIAGA = Path(sys.executable).with_name("siaga")
SCENARIOS = Path(__file__).parents[1] / "scenarios"


def test_the_scenarios(stack: Stack) -> None:
    files = sorted(SCENARIOS.rglob("*.yml"))
    assert files, "there is no scenario"

    played = subprocess.run(
        [SIAGA, "scenario", *files, "--simulator", stack.simulator, "--timeout", "60"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env=stack.system.environment,
        timeout=900,
    )

    print(played.stdout)
    assert played.returncode == 0, played.stdout[-8000:] + played.stderr[-4000:]
