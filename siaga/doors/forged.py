"""What comes to a webhook without a good signature: counted by address, and beyond a measure turned away.

What is well signed is never counted, and so never refused, however much it is.
"""

from __future__ import annotations

import logging
import time

from sanic.request import Request
from sanic.response import HTTPResponse, text

from siaga.doors.addresses import Proxies
from siaga.doors.limits import Clock, PerAddress, retry_after
from siaga.doors.seldom import Seldom
from siaga.settings import settings
from siaga.watch.metrics import REFUSED

AT_ONCE = 100
"""A secret that was just changed at one end only is refused in words that tell so, for a while."""

log = logging.getLogger(__name__)


class Refusals:
    """The answers to them, for one server."""

    def __init__(self, *, clock: Clock = time.monotonic) -> None:
        """
        Raises:
            ValueError: the setting for proxies has something that is no address.
        """
        config = settings()
        self._proxies = Proxies.written(config.desk_proxies)
        self._limit = PerAddress(config.forged_rate, AT_ONCE, clock=clock)
        self._seldom = Seldom(clock=clock)

    def answer(self, request: Request, status: int, what: str) -> HTTPResponse:
        """``status``, or 429 to an address that has come too often; ``what`` was refused is logged once a minute."""
        caller = self._proxies.caller(request.ip or "", request.headers.getall("x-forwarded-for", []))
        if often := self._seldom():
            log.warning("refused %s (so many refusals since the last such line: %d)", what, often)
        if wait := self._limit.knock(caller):
            REFUSED.add("webhook", "often")
            return text("", status=429, headers=retry_after(wait))
        REFUSED.add("webhook", "unsigned")
        return text("", status=status)
