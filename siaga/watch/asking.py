"""Asking a server of ours how it is: plain HTTP, inside, without what a client for the outside world takes to make."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit


def status(url: str, seconds: float) -> int | None:
    """The HTTP status of an address; None if nothing has answered after ``seconds``."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
