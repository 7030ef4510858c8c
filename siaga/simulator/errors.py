"""Refusals in the form, and with the codes, of Meta's Graph API."""

from __future__ import annotations

import secrets
from typing import Any

TITLES = {
    1: "API unknown",
    2: "API service unavailable",
    4: "Too many API calls",
    10: "Permission denied",
    33: "Parameter value is not valid",
    100: "Invalid parameter",
    130429: "Rate limit hit",
    131000: "Something went wrong",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131016: "Service unavailable",
    131021: "Recipient cannot be sender",
    131026: "Message undeliverable",
    131047: "Re-engagement message",
    131048: "Spam rate limit hit",
    131049: "Not delivered to keep engagement healthy",
    131051: "Unsupported message type",
    131052: "Media download error",
    131053: "Media upload error",
    131056: "Pair rate limit hit",
    131057: "Account in maintenance mode",
    190: "Access token expired or invalid",
    2500: "Unknown path",
}

# Meta answers most refusals with 400; clients are told to look at the code.
_HTTP = {2: 503, 10: 403, 190: 401, 131000: 500, 131016: 500, 131057: 500, 131031: 403, 368: 403, 132001: 404}


class GraphRefusal(Exception):
    """A request that Meta would refuse. ``details`` names the field and the rule, never the value."""

    def __init__(self, code: int, details: str, subcode: int | None = None) -> None:
        super().__init__(f"(#{code}) {details}")
        self.code = code
        self.details = details
        self.subcode = subcode

    @property
    def http_status(self) -> int:
        return _HTTP.get(self.code, 400)

    def envelope(self) -> dict[str, Any]:
        """The body of the answer: ``{"error": {message, type, code, error_data, fbtrace_id, error_subcode?}}``."""
        error: dict[str, Any] = {
            "message": f"(#{self.code}) {TITLES.get(self.code, 'Error')}",
            "type": "OAuthException",
            "code": self.code,
            "error_data": {"messaging_product": "whatsapp", "details": self.details},
            "fbtrace_id": "A" + secrets.token_hex(8),
        }
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        return {"error": error}

    def status_error(self) -> dict[str, Any]:
        """The same refusal as it stands in the ``errors`` of a failed status."""
        title = TITLES.get(self.code, "Error")
        return {"code": self.code, "title": title, "message": title, "error_data": {"details": self.details}}
