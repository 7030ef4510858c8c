"""The tokens with which our own processes know each other."""

from __future__ import annotations

import hmac

from siaga.privacy import blind_index
from siaga.settings import Settings, settings

SHORTEST = 32
"""Signs; a token that is given must have so many."""
_BEARER = "Bearer "


class TokenUnfit(RuntimeError):
    """A token is missing or too short; the text says which, in one sentence."""


def action_token(config: Settings | None = None) -> str:
    """What Rasa shows to the action server: made from the index key, which both have, unless another is given.

    Raises:
        KeysMissing: in production without keys.
        TokenUnfit: the one that is given is too short.
    """
    config = config or settings()
    if config.action_token is not None:
        return _long_enough(config.action_token, "SIAGA_ACTION_TOKEN")
    return blind_index("", "token.action_server").hex()


def rasa_api_token(config: Settings | None = None) -> str:
    """What Rasa's own HTTP interface asks for, where it has been switched on.

    Raises:
        TokenUnfit: there is none, or it is too short.
    """
    config = config or settings()
    return _long_enough(config.rasa_api_token or "", "SIAGA_RASA_API_TOKEN")


def _long_enough(token: str, variable: str) -> str:
    if len(token) < SHORTEST or not token.isascii() or not token.isprintable() or " " in token:
        raise TokenUnfit(f"{variable} must have at least {SHORTEST} signs, letters or digits without spaces.")
    return token


def bearer(token: str) -> str:
    """The value of the header ``Authorization``."""
    return _BEARER + token


def opens(header: str | None, token: str) -> bool:
    """Whether ``header``, an ``Authorization``, carries the token; takes as long for any wrong one."""
    return hmac.compare_digest((header or "").encode(errors="replace"), bearer(token).encode())
