"""Requests to a registry: within time limits, repeated only where that is safe, no personal data in what goes wrong.

A NIK may stand in an address, because a registry offers no other way to search. So no exception of ``requests`` leaves
this module, nor hangs on one of ours (``__context__``), and what ``urllib3`` logs has its queries cut off.
"""

from __future__ import annotations

import json
import logging
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from siaga.registration.gateways.base import Unavailable
from siaga.registration.gateways.breaker import Breaker

LARGEST_ANSWER = 2_000_000
"""Bytes; a person's doses are some kilobytes."""
LONGEST_RETRY_AFTER = 24 * 3600.0
_CHUNK = 65_536
_TOO_MANY = 429
_QUERY = re.compile(r"\?[^\s\"'>)]*")


@dataclass(frozen=True)
class Limits:
    """How long to wait, in seconds, and how often to try what may be tried again.

    ``total_seconds`` is for all tries together; what ``answer_seconds`` bounds is each silence, and the whole answer.
    """

    connect_seconds: float = 3.0
    answer_seconds: float = 10.0
    tries: int = 3
    total_seconds: float = 30.0
    pause_seconds: float = 0.5


@dataclass(frozen=True)
class Answer:
    """What came back, of any status: JSON, or None if there was no body."""

    status: int
    body: Any = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether the registry did what was asked."""
        return 200 <= self.status < 300

    @property
    def again_in(self) -> float | None:
        """The seconds of ``Retry-After``, which may be a date elsewhere: that is taken for nothing said."""
        try:
            return min(max(0.0, float(self.headers.get("Retry-After", ""))), LONGEST_RETRY_AFTER)
        except ValueError:
            return None


class _Bearer(requests.auth.AuthBase):
    """Without it, a ``.netrc`` would take the place of our token."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Transport:
    """One registry's address, in one process."""

    def __init__(
        self,
        base_url: str,
        limits: Limits | None = None,
        breaker: Breaker | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.limits = limits or Limits()
        self.breaker = breaker or Breaker()
        self._sleep = sleep
        self._session = requests.Session()

    def ask(
        self,
        method: str,
        path: str,
        *,
        safe: bool,
        token: str | None = None,
        params: Mapping[str, str] | None = None,
        json_body: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request, and again if it fails and is ``safe``: it reads, or a key makes it count once.

        An answer of 4xx is given back, but for 429.

        Raises:
            Unavailable: time is over, no connection, 5xx, 429, a redirection, no JSON; or the breaker is open.
        """
        what = {"params": params, "json": json_body, "data": form, "headers": headers, "auth": _Bearer(token)}
        tries = self.limits.tries if safe else 1
        deadline = time.monotonic() + self.limits.total_seconds
        attempt = 0
        while True:
            rest = self.breaker.rests_for()
            if rest > 0:
                raise Unavailable("circuit_open", rest)
            answer = self._once(method, path, min(deadline, time.monotonic() + self.limits.answer_seconds), what)
            if isinstance(answer, Answer):
                self.breaker.succeeded()
                return answer
            self.breaker.failed(answer.retry_after)
            attempt += 1
            pause = self.limits.pause_seconds * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311 - jitter
            if attempt == tries or answer.retry_after is not None or time.monotonic() + pause > deadline:
                raise answer
            self._sleep(pause)

    def _once(self, method: str, path: str, deadline: float, what: dict[str, Any]) -> Answer | Unavailable:
        """Send a request once. A failure is returned, to be raised where no exception with the address is near."""
        left = max(0.05, deadline - time.monotonic())
        times = (min(self.limits.connect_seconds, left), min(self.limits.answer_seconds, left))
        try:
            with self._session.request(
                method, self.base_url + path, timeout=times, allow_redirects=False, stream=True, **what
            ) as response:
                return _read(response.status_code, response.headers, _body(response, deadline))
        except requests.Timeout:
            return Unavailable("time")
        except requests.RequestException:
            return Unavailable("connection")
        except _TooLong as problem:
            return Unavailable(str(problem))
        except OSError:  # what breaks while the body is read comes from below `requests`
            return Unavailable("connection")
        except Exception as problem:
            return Unavailable("connection" if type(problem).__module__.startswith("urllib3") else "failed")


class _TooLong(Exception):
    """An answer that takes too long, or too much room."""


def _body(response: requests.Response, deadline: float) -> bytes:
    """The whole body; ``requests`` bounds only the time between two bytes."""
    parts, size = [], 0
    while part := response.raw.read1(_CHUNK, decode_content=True):
        parts.append(part)
        size += len(part)
        if time.monotonic() > deadline:
            raise _TooLong("time")
        if size > LARGEST_ANSWER:
            raise _TooLong("too_large")
    return b"".join(parts)


def _read(status: int, headers: Mapping[str, str], content: bytes) -> Answer | Unavailable:
    try:
        answer = Answer(status, json.loads(content) if content.strip() else None, headers)
    except ValueError:
        answer = Answer(status, None, headers)
        if answer.ok:
            return Unavailable("not_json")
    if status == _TOO_MANY or status >= 500:
        return Unavailable(f"http_{status}", answer.again_in)
    # A redirection is not followed: it may lead our token, and a NIK, to somebody else.
    return answer if answer.ok or status >= 400 else Unavailable(f"http_{status}")


class _WithoutQueries(logging.Filter):
    """Cuts the queries off the addresses that ``urllib3`` logs, at whatever level."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _QUERY.sub("?…", record.getMessage()), ()
        record.exc_info = record.exc_text = None
        return True


def _cut_queries() -> None:
    """A filter works only on the very logger that speaks, so each of them has it."""
    for name in ("connection", "connectionpool", "poolmanager", "response", "util.retry", "util.response"):
        logger = logging.getLogger(f"urllib3.{name}")
        if not any(isinstance(known, _WithoutQueries) for known in logger.filters):
            logger.addFilter(_WithoutQueries())


_cut_queries()
