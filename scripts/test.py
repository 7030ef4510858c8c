"""Runs all tests: style and types, Rasa's own checks, pytest with the whole running system. ``make test`` calls it.

    scripts/test.py [--only checks|rasa|pytest] [pytest's own arguments …]

Every step is run even if an earlier one failed; the exit code is 0 when all passed. The checks are run beside the
training, which keeps one processor busy for half of its time, and are shown afterwards.
"""

from __future__ import annotations

import argparse
import compileall
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from siaga.start import CannotStart, model, search  # noqa: E402
from siaga.start.environment import quiet  # noqa: E402

BIN = Path(sys.executable).parent
RESULTS = ROOT / "results"
STORIES = ROOT / "tests" / "stories"
PROCESSES = 2
"""That share the tests of pytest: as many as CI has processors. ``tests/groups.py`` says what stays together."""
LIMIT = 40 * 60
"""Seconds after which a step is taken for stuck."""

Step = Callable[[TextIO], str | None]
"""Does one check and tells of it; returns why it failed, or None."""


def main() -> int:
    """Run the chosen steps and say what came of them."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # its lines stand among those of its children
    parser = argparse.ArgumentParser(description="Run all tests.")
    parser.add_argument("--only", choices=("checks", "rasa", "pytest"), help="one part instead of all")
    chosen, for_pytest = parser.parse_known_args()
    os.chdir(ROOT)
    RESULTS.mkdir(exist_ok=True)

    # The order is ours: xdist would begin with the groups of the most tests, not with the longest.
    shared = [f"-n{PROCESSES}", "--dist=loadgroup", "--no-loadscope-reorder", "--durations=15"]
    checks: dict[str, Step] = {
        "ruff check": lambda out: run(out, "ruff", "check", "."),
        "ruff format": lambda out: run(out, "ruff", "format", "--check", "."),
        "mypy": lambda out: run(out, "mypy"),
        "import-linter": lambda out: run(out, "lint-imports"),
    }
    validate: dict[str, Step] = {
        "rasa data validate": lambda out: run_to_file(out, "validate", "rasa", "data", "validate")[0]
    }
    rasa: dict[str, Step] = {"train": train, "rasa test core": test_stories}
    prepared: dict[str, Step] = {"compile": compiled, "chromium": chromium}
    tests: dict[str, Step] = {"pytest": lambda out: run(out, "pytest", *shared, *for_pytest)}
    if not for_pytest:
        tests["pytest bench"] = lambda out: run(out, "pytest", "bench")
    if chosen.only == "checks":
        return go({}, checks)
    if chosen.only == "rasa":
        return go(validate, rasa)
    if chosen.only == "pytest":
        return go({}, prepared, tests)
    return go(prepared | validate | checks, rasa, tests)


def go(beside: dict[str, Step], first: dict[str, Step], then: dict[str, Step] | None = None) -> int:
    """Run the first steps, with some beside them, then the others, and count what came of them."""
    began = time.monotonic()
    log = RESULTS / "beside.log"
    with ThreadPoolExecutor(1) as other:
        others = other.submit(in_a_row_to_file, beside, log)
        # Here, for a training ends with the thread that began it.
        failed = in_a_row(first, sys.stdout)
        failed |= others.result()
        print(log.read_text(errors="replace"), end="")
    failed |= in_a_row(then or {}, sys.stdout)

    count = len(beside) + len(first) + len(then or {})
    print(f"\nAll in {(time.monotonic() - began) / 60:.1f} minutes.")
    for name, problem in failed.items():
        print(f"FAILED: {name}: {problem}")
    print(f"steps: {count - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def in_a_row(steps: dict[str, Step], out: TextIO) -> dict[str, str]:
    """Run the steps one after the other and tell how each ended; those that failed, and why."""
    failed: dict[str, str] = {}
    for name, step in steps.items():
        print(f"\n=== {name}", file=out, flush=True)
        began = time.monotonic()
        problem = step(out)
        took = f"{time.monotonic() - began:.0f} s"
        print(f"--- {name}: {'passed' if problem is None else f'FAILED, {problem}'} ({took})", file=out, flush=True)
        if problem is not None:
            failed[name] = problem
    return failed


def in_a_row_to_file(steps: dict[str, Step], log: Path) -> dict[str, str]:
    """As ``in_a_row``; what is told goes to a file."""
    with log.open("w") as out:
        return in_a_row(steps, out)


def run(out: TextIO, program: str, *arguments: str) -> str | None:
    """Run one of our own tools with its output as it comes."""
    try:
        code = subprocess.run(  # noqa: S603 - our own tools
            [BIN / program, *arguments],
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            env=with_tools(), check=False, timeout=LIMIT,
        ).returncode  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"not done after {LIMIT // 60} minutes"
    return None if code == 0 else f"exit code {code}"


def compiled(out: TextIO) -> str | None:
    """Compile our code, or a hundred processes would, each anew, where Python may not write its caches."""
    well = all([compileall.compile_dir(ROOT / folder, quiet=1) for folder in ("siaga", "actions")])
    print("Done." if well else "Not all could be written.", file=out)
    return None


def run_to_file(out: TextIO, name: str, program: str, *arguments: str) -> tuple[str | None, str]:
    """Run a talkative tool; its output goes to ``results/<name>.log``, and the end of it is shown if it fails."""
    log = RESULTS / f"{name}.log"
    with log.open("wb") as file:
        try:
            code = subprocess.run(  # noqa: S603 - our own tools
                [BIN / program, *arguments],
                stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
                env=quiet() | {"NO_COLOR": "1"}, check=False, timeout=LIMIT,
            ).returncode  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"not done after {LIMIT // 60} minutes", ""
    said = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(errors="replace"))
    if code:
        print("\n".join(said.splitlines()[-60:]), file=out)
        return f"exit code {code}, all of it in {log.relative_to(ROOT)}", said
    warnings = [line for line in said.splitlines() if "UserWarning: " in line or " WARNING " in line]
    # The actions choose most responses, which Rasa cannot see.
    for line in [line for line in warnings if "is not used in any story or rule" not in line][:20]:
        print(f"  {line.rpartition('UserWarning: ')[2]}", file=out)
    print(f"{len(warnings)} warnings, all of it in {log.relative_to(ROOT)}", file=out)
    return None, said


def train(out: TextIO) -> str | None:
    """The one model that all tests use."""

    def tell(line: object) -> None:
        print(line, file=out, flush=True)

    try:
        # What Rasa finds in the data is told by the step beside this one.
        tell(model.ensure(tell, check=False).relative_to(ROOT))
        search.ensure(tell)
    except CannotStart as problem:
        return str(problem)
    return None


def test_stories(out: TextIO) -> str | None:
    """The conversations of ``tests/stories``, predicted step by step."""
    if not any(STORIES.rglob("*.yml")):
        return "there is no story in tests/stories"
    found = model.path_of(model.fingerprint())
    if not found.exists():
        return "there is no model"
    arguments = ["test", "core", "--model", str(found), "--stories", str(STORIES), "--out", str(RESULTS / "stories")]
    arguments += ["--fail-on-prediction-errors", "--no-plot"]
    # Rasa reads what a person wrote, rather than what was understood, only from files that are named so and if told to.
    if any(STORIES.rglob("test_*.yml")):
        arguments.append("--e2e")
    problem, said = run_to_file(out, "stories", "rasa", *arguments)
    if problem:
        return problem
    # Rasa ends well, too, when it has found nothing to test.
    right = re.search(r"CONVERSATION level:.*?Correct:\s+(\d+) / (\d+)", said, re.DOTALL)
    if right is None or int(right.group(2)) == 0:
        return "no story was tested"
    print(f"{right.group(1)} of {right.group(2)} stories as written", file=out)
    return None if right.group(1) == right.group(2) else "not every story goes as written"


def chromium(out: TextIO) -> str | None:
    """The browser for the chat page: Debian's, installed if that is possible. Without one those tests are skipped."""
    if shutil.which("chromium"):
        print("Chromium is there.", file=out)
        return None
    apt = shutil.which("apt-get")
    if not apt or os.geteuid() != 0:
        why = "this machine has no apt-get" if not apt else "only root can install it"
        print(f"SKIPPED: the tests of the chat page in a browser, because Chromium is missing and {why}.", file=out)
        return None
    print("Installing Chromium ...", file=out)
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        done = subprocess.run(  # noqa: S603 - the system's own
            [apt, *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False, timeout=LIMIT,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )  # fmt: skip
        if done.returncode:
            print(f"SKIPPED: the tests of the chat page in a browser, because apt-get {arguments[0]} failed.", file=out)
            return "Chromium cannot be installed" if os.environ.get("CI") else None
    return None


def with_tools() -> dict[str, str]:
    """Our environment, with this project's commands found first."""
    return os.environ | {"PATH": quiet()["PATH"]}


if __name__ == "__main__":
    sys.exit(main())
