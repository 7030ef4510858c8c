"""The whole system is started in an order that answers citizens soon."""

from __future__ import annotations

import sys
from pathlib import Path

from siaga.settings import Settings
from siaga.start.ports import Ports
from siaga.start.system import System

# Answers 200 to everything, some time after it has been started.
_SERVER = """
import sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer

class Ready(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass

print("started", flush=True)
time.sleep(float(sys.argv[2]))
HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""


def test_what_an_answer_waits_for_is_up_before_the_others_are_started(tmp_path: Path) -> None:
    server = tmp_path / "server.py"
    server.write_text(_SERVER)
    ports, seen = Ports.free(), list[str]()
    system = System(
        Settings(home=tmp_path), ports, "postgresql://", tmp_path, lambda name, line: seen.append(f"{name} {line}")
    )
    system.processes.commands.clear()
    for name, port, seconds in (("desk", ports.desk, 0), ("actions", ports.action, 0.5), ("rasa", ports.rasa, 1)):
        system.processes.commands[name] = f"exec {sys.executable} {server} {port} {seconds}"
    try:
        system.start(lambda line: seen.append(line.split("(")[0].strip()))
    finally:
        system.stop()

    assert set(seen[:2]) == {"actions started", "rasa started"}
    assert seen[2:] == ["actions is up", "rasa is up", "desk started", "desk is up"]
