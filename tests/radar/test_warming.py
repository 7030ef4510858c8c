"""The action server has read what pictures are drawn with before somebody asks for one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from siaga.settings import ROOT


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="what a process has loaded is told by Linux only")
def test_the_server_warms_up_by_itself(database: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port), "--quiet"]
    started = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "SANIC_HOST": "127.0.0.1"})
    try:
        loaded = Path(f"/proc/{started.pid}/maps")
        until = time.monotonic() + 90
        while "_backend_agg" not in loaded.read_text() and time.monotonic() < until:
            time.sleep(0.05)
        assert "_backend_agg" in loaded.read_text()
        # It is done beside the server, which answers meanwhile.
        assert httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False, timeout=10).status_code == 200
    finally:
        started.terminate()
        assert started.wait(30) == 0
