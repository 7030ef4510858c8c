"""What Meta says of our numbers, and how long certificates are still good: asked over the network, only when wished."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from siaga.content import ContentError
from siaga.doctor.finding import Finding, broken, look, ok, span
from siaga.settings import Settings
from siaga.whatsapp.access import SecretsMissing, access, other_numbers
from siaga.whatsapp.templates import load

_SECONDS = 10.0
_SOON, _VERY_SOON = 21 * 86_400.0, 5 * 86_400.0
_FIELDS = "status,quality_rating,throughput,whatsapp_business_manager_messaging_limit"


@dataclass(frozen=True)
class Answer:
    """What the Graph API said: its JSON, or the code of its refusal; ``reached``: it said anything."""

    reached: bool
    code: int | None
    said: Mapping[str, Any]


def ask(chosen: Settings, path: str, fields: str = "") -> Answer:
    """One GET with our token.

    Raises:
        SecretsMissing
    """
    url = f"{chosen.graph_url.rstrip('/')}/{chosen.whatsapp_api_version}/{path}"
    key = {"Authorization": f"Bearer {access(chosen).access_token}"}
    try:
        found = httpx.get(url, params={"fields": fields} if fields else None, headers=key, timeout=_SECONDS)
        said = found.json()
    except httpx.HTTPError:
        return Answer(False, None, {})
    except ValueError:
        said = {}
    if found.status_code == httpx.codes.OK and isinstance(said, dict):
        return Answer(True, None, said)
    error = said.get("error") if isinstance(said, dict) else None
    return Answer(True, error.get("code", found.status_code) if isinstance(error, dict) else found.status_code, {})


def token(answer: Answer) -> Finding:
    """The token opens our number."""
    if not answer.reached:
        return broken("Graph API", "cannot be reached", "is HTTPS to it let out? is it down (metastatus.com)?")
    if answer.code == 190:
        do = "make a new one (system user, never expires), put it into SIAGA_WHATSAPP_ACCESS_TOKEN, restart"
        return broken("Graph API", "the token has expired or was withdrawn (code 190)", do)
    if answer.code is not None:
        do = "compare SIAGA_WHATSAPP_PHONE_NUMBER_ID and the token's permissions with Meta's app page"
        return broken("Graph API", f"it refuses (code {answer.code})", do)
    return ok("Graph API", "the token opens our number")


def other_number(own_id: str, answer: Answer) -> Finding:
    """The same of a further number of ours; the token opens it, too."""
    name = f"number {own_id}"
    if answer.reached and answer.code is None:
        return number(answer, name)
    do = "is it in SIAGA_WHATSAPP_BUSINESS_ACCOUNT_ID's account? compare SIAGA_WHATSAPP_OTHER_NUMBERS with Meta's page"
    return broken(name, f"it refuses (code {answer.code})" if answer.reached else "cannot be reached", do)


def number(answer: Answer, name: str = "number") -> Finding:
    """The number may send, and people do not mind."""
    status, quality = answer.said.get("status", "UNKNOWN"), answer.said.get("quality_rating", "UNKNOWN")
    limit = answer.said.get("whatsapp_business_manager_messaging_limit", "not told")
    says = f"{status}, quality {quality}, limit {limit}"
    if status in ("BANNED", "RESTRICTED", "FLAGGED", "DISCONNECTED"):
        return broken(name, says, "Meta's Business Support Home says why; docs/runbook.md")
    if quality in ("RED", "YELLOW"):
        return look(name, says, "send less unasked (`siaga remind list`); docs/runbook.md")
    return ok(name, says)


def subscribed(answer: Answer) -> Finding:
    """Meta delivers the account's webhooks to an app."""
    if answer.code is not None or not answer.reached:
        return look("webhook", "Meta does not say whether it is subscribed", "look at Meta's app page, Webhooks")
    if not answer.said.get("data"):
        do = "subscribe the app to the account: POST <account>/subscribed_apps, then the field messages"
        return broken("webhook", "no app is subscribed to the account: nothing arrives", do)
    return ok("webhook", "an app is subscribed")


def templates(ours: set[str] | None, approved: set[str] | None) -> Finding:
    """What is said after a day of silence has its templates; None: cannot be read, or Meta does not say."""
    if ours is None:
        return broken("templates", "content/templates has a fault", "`siaga templates check`")
    if approved is None:
        return look("templates", "Meta does not tell", "`siaga templates list`")
    if missing := sorted(ours - approved):
        do = "`siaga templates submit`; until they are approved nobody is reminded after a day"
        return broken("templates", f"not approved: {', '.join(missing)}", do)
    return ok("templates", f"all {len(ours)} are approved")


def certificate(host: str, seconds: float | None) -> Finding:
    """The certificate of an address of ours (seconds left; None: none is shown that holds)."""
    name = f"certificate of {host}"
    if seconds is None:
        return broken(name, "no connection that can be trusted", "does the proxy before us run, with its certificate?")
    if seconds < _SOON:
        level = broken if seconds < _VERY_SOON else look
        return level(name, f"good for {span(seconds)}", "renew it; why did the proxy not?")
    return ok(name, f"good for {span(seconds)}")


def seconds_left(host: str, port: int, trusted: ssl.SSLContext | None = None) -> float | None:
    """How long a server's certificate is still good."""
    context = trusted or ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), _SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            until = (secure.getpeercert() or {}).get("notAfter")
    except OSError:
        return None
    return ssl.cert_time_to_seconds(str(until)) - time.time() if until else None


def check(chosen: Settings) -> Iterator[Finding]:
    """All lines of this area."""
    if chosen.channel == "whatsapp":
        yield from _meta(chosen)
    for address in (chosen.desk_url, chosen.twilio_public_url if chosen.channel == "twilio" else None):
        parts = urlsplit(address or "")
        if parts.scheme == "https" and parts.hostname:
            yield certificate(parts.hostname, seconds_left(parts.hostname, parts.port or 443))


def _meta(chosen: Settings) -> Iterator[Finding]:
    try:
        about = ask(chosen, chosen.whatsapp_phone_number_id, _FIELDS)
    except SecretsMissing:
        return  # another line says so
    yield token(about)
    if about.code is not None or not about.reached:
        return
    yield number(about)
    for own_id in other_numbers(chosen):
        yield other_number(own_id, ask(chosen, own_id, _FIELDS))
    yield subscribed(ask(chosen, f"{chosen.whatsapp_business_account_id}/subscribed_apps"))
    yield templates(_ours(), _approved(chosen))


def _ours() -> set[str] | None:
    try:
        return {template.name for template in load()}
    except ContentError:
        return None


def _approved(chosen: Settings) -> set[str] | None:
    from siaga.whatsapp.template_account import Account, AccountRefused  # pywa takes a second to import

    try:
        with Account(chosen) as account:
            return {one.name for one in account.registered() if one.status == "APPROVED"}
    except AccountRefused:
        return None
