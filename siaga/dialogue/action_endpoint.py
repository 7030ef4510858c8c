"""The way to the action server, which tells a turn when an action could not be run.

Rasa itself logs such an error, drops the action's events, and goes on as if nothing had happened.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from siaga.dialogue.turn import ActionFailed, ActionServerDown, TurnAborted, current_turn
from siaga.doors.tokens import action_token, bearer
from siaga.quick_json import dumped
from siaga.settings import Settings, settings
from siaga.watch import metrics, trace

DEFAULT_URL = "http://127.0.0.1:5055/webhook"
_HERE = {"127.0.0.1", "localhost", "::1"}
KEEP_ALIVE_SECONDS = 3.0
# Answers of a proxy or a server that is starting or stopping.
_AWAY = {502, 503, 504}


class GuardedEndpoint(EndpointConfig):
    """An action endpoint that aborts the running turn when the server is away or an action fails."""

    def __init__(self, *, seconds: float, **config: Any) -> None:
        super().__init__(**config)
        self._timeout = aiohttp.ClientTimeout(total=seconds)
        self._kept: tuple[asyncio.AbstractEventLoop, aiohttp.ClientSession] | None = None

    def session(self) -> Any:
        """One session for all calls of a loop: Rasa makes a new one, and with it a connection, for each action."""
        loop = asyncio.get_running_loop()
        if self._kept is None or self._kept[0] is not loop or self._kept[1].closed:
            # Given up before the server does, so that no call goes out on a connection that is just being closed.
            connector = aiohttp.TCPConnector(keepalive_timeout=KEEP_ALIVE_SECONDS, limit=0)
            named = self.basic_auth
            auth = aiohttp.BasicAuth(named["username"], named["password"]) if named else None
            self._kept = (loop, aiohttp.ClientSession(connector=connector, auth=auth))
        return contextlib.nullcontext(self._kept[1])

    async def close(self) -> None:
        """Close the connections."""
        if self._kept:
            await self._kept[1].close()

    async def request(self, *arguments: Any, **keywords: Any) -> Any:
        """Run an action.

        Raises:
            ClientResponseError: HTTP 400, an action that does not want to run; or, outside a turn, any other error.
            ActionServerDown: inside a turn; not reached, or no answer in time.
            ActionFailed: inside a turn; answered with an error, or with something that is no answer.
        """
        keywords["timeout"] = self._timeout
        keywords["headers"] = {**keywords.get("headers", {}), **trace.header()}
        if "json" in keywords:
            keywords["data"] = dumped(keywords.pop("json"))
        try:
            with metrics.LATENCY.timed("action"):
                answer = await super().request(*arguments, **keywords)
        except ClientResponseError as error:
            if error.status == 400 and _names_an_action(error.text):
                metrics.ACTIONS.add("rejected")
                raise
            metrics.ACTIONS.add("away" if error.status in _AWAY else "failed")
            _abort(ActionServerDown() if error.status in _AWAY else ActionFailed(f"HTTP {error.status}"))
            # The answer's body may repeat the citizen's message, and this error is logged.
            raise ClientResponseError(error.status, error.message, "") from None
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            metrics.ACTIONS.add("away")
            _abort(ActionServerDown(type(error).__name__))
            raise aiohttp.ClientConnectionError(type(error).__name__) from None
        metrics.ACTIONS.add("done" if isinstance(answer, dict) else "failed")
        if not isinstance(answer, dict):
            _abort(ActionFailed("no JSON"))
        return answer


def guarded(endpoint: EndpointConfig | None, config: Settings | None = None) -> GuardedEndpoint:
    """``endpoint`` with a guard, at the address that the settings give, and with the token that opens there.

    Raises:
        KeysMissing, TokenUnfit: there is no token.
    """
    if isinstance(endpoint, GuardedEndpoint):
        return endpoint
    config = config or settings()
    plain = endpoint or EndpointConfig(url=DEFAULT_URL)
    return GuardedEndpoint(
        seconds=config.action_seconds,
        url=action_url(plain.url or DEFAULT_URL, config),
        params=plain.params,
        headers=_with_token(plain, config),
        basic_auth=plain.basic_auth,
        token=plain.token,
        token_name=plain.token_name,
        cafile=plain.cafile,
        **plain.kwargs,
    )


def action_url(configured: str, config: Settings) -> str:
    """The address of the action server: on this machine its port is the one in the settings."""
    if config.action_url:
        return config.action_url
    parts = urlsplit(configured)
    if parts.hostname not in _HERE:
        return configured
    return parts._replace(netloc=f"{parts.hostname}:{config.action_port}").geturl()


def _with_token(endpoint: EndpointConfig, config: Settings) -> dict[str, str]:
    headers: dict[str, str] = dict(endpoint.headers or {})
    # Who has put something else before the action server, and named it in endpoints.yml, is let through there.
    if not endpoint.basic_auth:
        headers.setdefault("Authorization", bearer(action_token(config)))
    return headers


def _abort(reason: TurnAborted) -> None:
    if current_turn():
        raise reason from None


def _names_an_action(body: Any) -> bool:
    try:
        return "action_name" in json.loads(body)
    except (ValueError, TypeError):
        return False
