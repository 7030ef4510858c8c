"""Asking an outside service over HTTP: only if something is new, within limits of time and size, a few times."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import requests

from siaga.radar.sources import is_safe

LARGEST = 30_000_000
"""Bytes, unpacked; two years of a province's days are some hundred thousand."""
REDIRECTIONS = 3
LONGEST_RETRY_AFTER = 24 * 3600.0
_CHUNK = 65_536
_LONGEST_MARK = 200
_NOT_MODIFIED, _TOO_MANY = 304, 429
_HEADERS = {"User-Agent": "siaga-radar", "Accept": "application/json, text/csv;q=0.9, */*;q=0.1"}


@dataclass(frozen=True)
class Limits:
    """Seconds, and how often it is tried. ``answer`` bounds each silence, ``total`` all tries together."""

    connect: float = 5.0
    answer: float = 15.0
    total: float = 90.0
    tries: int = 3
    pause: float = 1.0


@dataclass(frozen=True)
class Answer:
    """``content`` is None where nothing is new; ``etag`` and ``last_modified`` are asked with the next time."""

    content: bytes | None = field(repr=False)
    etag: str | None = None
    last_modified: str | None = None


class NotFetched(Exception):
    """No answer that could be used. ``code`` is such as ``time``, ``connection``, ``http_503``, ``cut_off``,
    ``too_large``, ``empty``, ``redirected``, ``failed``; ``retry_after`` the seconds that the service asked for."""

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after

    @property
    def may_pass(self) -> bool:
        """Whether it is worth another try at once."""
        return self.retry_after is None and (
            self.code in ("time", "connection", "cut_off", "empty") or self.code.startswith("http_5")
        )


def ask(
    address: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    limits: Limits | None = None,
    sleep: Callable[[float], object] = time.sleep,
) -> Answer:
    """What is at an address, if it is another than what ``etag`` and ``last_modified`` stand for.

    Args:
        sleep: waits between two tries.

    Raises:
        NotFetched
    """
    limits = limits or Limits()
    headers = dict(_HEADERS)
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    deadline = time.monotonic() + limits.total
    tried = 0
    while True:
        tried += 1
        try:
            return _once(address, headers, limits, deadline)
        except NotFetched as problem:
            pause = limits.pause * 2 ** (tried - 1) * random.uniform(0.5, 1.5)  # noqa: S311 - jitter
            if not problem.may_pass or tried >= limits.tries or time.monotonic() + pause > deadline:
                raise
        sleep(pause)


def _once(address: str, headers: dict[str, str], limits: Limits, deadline: float) -> Answer:
    """Ask once, following a few redirections, none of which leads off https."""
    with requests.Session() as session:
        for _ in range(REDIRECTIONS + 1):
            left = max(0.05, deadline - time.monotonic())
            try:
                with session.get(
                    address,
                    headers=headers,
                    timeout=(min(limits.connect, left), min(limits.answer, left)),
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    if not response.is_redirect:
                        return _read(response, deadline)
                    target = urljoin(address, response.headers["Location"])
            except NotFetched:
                raise
            except requests.Timeout:
                raise NotFetched("time") from None
            except requests.RequestException:
                raise NotFetched("connection") from None
            except OSError:  # what breaks while the body is read comes from below `requests`
                raise NotFetched("connection") from None
            except Exception as problem:
                # A place to go on to that is no address, say; the other services are still to be asked.
                if not type(problem).__module__.startswith("urllib3"):
                    raise NotFetched("failed") from None
                raise NotFetched("time" if "Timeout" in type(problem).__name__ else "cut_off") from None
            if not is_safe(target) or (_is_https(address) and not _is_https(target)):
                break
            address = target
    raise NotFetched("redirected")


def _read(response: requests.Response, deadline: float) -> Answer:
    status = response.status_code
    if status == _NOT_MODIFIED:
        return Answer(None)
    if status == _TOO_MANY or status >= 500:
        raise NotFetched(f"http_{status}", _retry_after(response))
    if status != 200:
        raise NotFetched(f"http_{status}")
    content = _body(response, deadline)
    if not content.strip():
        raise NotFetched("empty")
    return Answer(content, _mark(response, "ETag"), _mark(response, "Last-Modified"))


def _mark(response: requests.Response, name: str) -> str | None:
    """What is asked with the next time; what no database keeps, or no server can mean, is nothing said."""
    said = response.headers.get(name, "")
    return said if 0 < len(said) <= _LONGEST_MARK and said.isprintable() else None


def _body(response: requests.Response, deadline: float) -> bytes:
    """The whole body; ``requests`` bounds only the time between two bytes, and no size. One that is shorter than was
    announced is an error of urllib3's."""
    parts, size = [], 0
    while part := response.raw.read1(_CHUNK, decode_content=True):
        parts.append(part)
        size += len(part)
        if time.monotonic() > deadline:
            raise NotFetched("time")
        if size > LARGEST:
            raise NotFetched("too_large")
    return b"".join(parts)


def _is_https(address: str) -> bool:
    return urlsplit(address).scheme == "https"


def _retry_after(response: requests.Response) -> float | None:
    """The seconds of ``Retry-After``; a date is taken for nothing said."""
    try:
        return min(max(0.0, float(response.headers.get("Retry-After", ""))), LONGEST_RETRY_AFTER)
    except ValueError:
        return None
