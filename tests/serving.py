"""A small HTTP server in a thread; what it answers is the affair of whoever asks for one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """Keeps connections open, and prints nothing; whoever extends it says how to ``respond``."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.respond()

    def do_POST(self) -> None:
        self.respond()

    def respond(self) -> None:
        """Answer one request."""
        raise NotImplementedError

    def posted(self) -> bytes:
        """What came with the request."""
        return self.rfile.read(int(self.headers["Content-Length"]))

    def answer(self, status: int, body: Any, headers: Mapping[str, str]) -> None:
        """Answer with JSON; an underscore in a header's name stands for a hyphen."""
        content = json.dumps(body).encode()
        # Whoever did not wait for the answer has gone.
        with suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


def in_a_thread(server: HTTPServer) -> None:
    """Have it serve until its ``shutdown``, which it looks out for far more often than every half second, as usual:
    hundreds of tests end with it.
    """
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()


@contextmanager
def serving(handler: type[Handler]) -> Iterator[str]:
    """A server on a free port: its URL, without a slash at the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    in_a_thread(server)
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
