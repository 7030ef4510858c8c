"""Lines in the log: one JSON object each, with the message's trace, and never an error's own words."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.settings import ROOT
from siaga.watch import logs, trace

KEY = "0123456789abcdef0123456789abcdef"
SECRET = "Warga Uji 042"


def line(record: logging.LogRecord) -> dict[str, Any]:
    return json.loads(logs.formatter("sender").format(record))


def record(text: str, *args: Any, **more: Any) -> logging.LogRecord:
    made = logging.LogRecord("siaga.turns", logging.WARNING, "x.py", 1, text, args, more.pop("exc_info", None))
    made.__dict__.update(more)
    return made


def test_a_line_is_an_object_with_the_trace_of_the_task() -> None:
    trace.follow(KEY)
    told = line(record("message %s again in %.0f seconds", "k1", 2.0))
    trace.follow(None)
    at = told.pop("at")
    assert at.endswith("Z")
    assert told == {
        "event": "message k1 again in 2 seconds",
        "level": "warning",
        "logger": "siaga.turns",
        "process": "sender",
        "trace": KEY,
    }


def test_only_known_extras_are_written() -> None:
    told = line(record("x", kind="text", phone="628000000001", trace=KEY))
    assert (told["kind"], told["trace"]) == ("text", KEY)
    assert "phone" not in told


def test_an_error_is_its_class_and_its_places() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        told = line(record("a turn failed", exc_info=sys.exc_info()))
    assert told["error"] == "ValueError"
    assert told["where"][0].endswith("test_an_error_is_its_class_and_its_places")
    assert SECRET not in json.dumps(told)


def test_of_what_rasa_writes_as_json_only_the_event_is_kept() -> None:
    told = line(record(json.dumps({"event": "processor.message.parse", "text": SECRET})))
    assert told["event"] == "processor.message.parse"
    assert SECRET not in json.dumps(told)
    assert line(record("{" + SECRET))["event"] == "{…}"


def test_all_of_a_process_is_json_whoever_set_up_what_before() -> None:
    script = f"""
import logging, warnings
logging.basicConfig(format="plain %(message)s")
logging.getLogger("uvicorn").addHandler(logging.StreamHandler())
logging.getLogger("sanic.error").propagate = False
from siaga.watch import logs, trace
logs.set_up("desk")
logging.getLogger("uvicorn").warning("one")
logging.getLogger("sanic.error").error("two")
logging.getLogger("uvicorn.access").error("a path with a token")
warnings.warn("three")
warnings.simplefilter("always")
warnings.warn("not told", DeprecationWarning)
trace.station("turn", "{KEY}", messages=1)
raise ValueError("{SECRET}")
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT, env={"SIAGA_LOG": "json", "PATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = [json.loads(one) for one in done.stdout.splitlines()]
    assert done.stderr == ""
    assert [one["logger"] for one in told] == ["uvicorn", "sanic.error", "py.warnings", "siaga.way", "siaga.watch.logs"]
    assert told[3]["trace"] == KEY
    assert told[4]["error"] == "ValueError"
    assert SECRET not in done.stdout


def test_plain_lines_have_no_stations(caplog: pytest.LogCaptureFixture) -> None:
    assert not trace.is_told()
    trace.station("turn", KEY)
    assert caplog.records == []


def test_a_trace_travels_in_a_header() -> None:
    assert trace.header() == {}
    trace.follow(KEY)
    header = trace.header()[trace.HEADER]
    trace.follow(None)
    assert trace.read(header) == KEY


@given(st.text())
def test_whatever_a_header_says_a_trace_is_a_key_or_nothing(value: str) -> None:
    assert trace.read(value) is None
    trace.follow(value)
    assert trace.current() is None


@pytest.mark.parametrize(
    "value", [None, "", f"00-{KEY}-01", f"00-{'0' * 32}-{'1' * 16}-01", f"00-{KEY.upper()}-{'1' * 16}-01"]
)
def test_what_is_no_traceparent_is_no_trace(value: str | None) -> None:
    assert trace.read(value) is None
