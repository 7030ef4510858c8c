"""Refusals in the form, and with the codes, of Meta's Graph API."""

from __future__ import annotations

import json
import math
import secrets
from typing import Any

from siaga.simulator.config import BUSINESS_ACCOUNT

HREF = "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes"

TITLES = {
    0: "AuthException",
    1: "API unknown",
    2: "API service unavailable",
    3: "API method",
    4: "API too many calls",
    10: "Permission denied",
    33: "Parameter value is not valid",
    100: "Invalid parameter",
    190: "Access token expired or invalid",
    200: "API permission",
    368: "Temporarily blocked for policy violations",
    2500: "Unknown path",
    80007: "Rate limit issues",
    130403: "Recipient has blocked this business",
    130429: "Rate limit hit",
    130472: "User's number is part of an experiment",
    130497: "Business account is restricted from messaging users in this country",
    131000: "Something went wrong",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131016: "Service unavailable",
    131021: "Recipient cannot be sender",
    131026: "Message undeliverable",
    131030: "Recipient phone number not in allowed list",
    131031: "Account has been locked",
    131042: "Business eligibility payment issue",
    131047: "Re-engagement message",
    131048: "Spam rate limit hit",
    131049: "Meta chose not to deliver",
    131050: "User has stopped marketing messages",
    131051: "Unsupported message type",
    131052: "Media download error",
    131053: "Media upload error",
    131056: "Pair rate limit hit",
    131057: "Account in maintenance mode",
    131060: "This message is currently unavailable",
    131062: "Business-scoped user id is not supported here",
    131064: "Sending is limited for this business",
    132000: "Template param count mismatch",
    132001: "Template does not exist",
    132005: "Template hydrated text too long",
    132007: "Template format character policy violated",
    132012: "Template parameter format mismatch",
    132015: "Template is paused",
    132016: "Template is disabled",
    132018: "There is an issue with the parameters of the template",
    132068: "Flow is blocked",
    132069: "Flow is throttled",
    133004: "Server temporarily unavailable",
    133010: "Phone number not registered",
    133016: "Account register deregister rate limit exceeded",
    135000: "Generic user error",
}

# Meta answers most refusals with 400; clients are told to look at the code.
_HTTP = {
    0: 401,
    2: 503,
    3: 500,
    10: 403,
    190: 401,
    200: 403,
    368: 403,
    130429: 429,
    131000: 500,
    131016: 500,
    131031: 403,
    131057: 500,
    132001: 404,
    133004: 503,
}


class GraphRefusal(Exception):
    """A request that Meta would refuse. ``details`` names the field and the rule, never the value."""

    def __init__(
        self,
        code: int,
        details: str,
        subcode: int | None = None,
        *,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"(#{code}) {details}")
        self.code = code
        self.details = details
        self.subcode = subcode
        self.http_status = status or _HTTP.get(code, 400)
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        """When to come again, as the Graph API says it: in seconds, and in minutes for the business use case."""
        if self.retry_after is None:
            return {}
        minutes = math.ceil(self.retry_after / 60)
        usage = {"type": "whatsapp", "call_count": 100, "estimated_time_to_regain_access": minutes}
        return {
            "Retry-After": f"{self.retry_after:g}",
            "X-Business-Use-Case-Usage": json.dumps({BUSINESS_ACCOUNT: [usage]}),
        }

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
        return {
            "code": self.code,
            "title": title,
            "message": title,
            "error_data": {"details": self.details},
            "href": HREF,
        }
