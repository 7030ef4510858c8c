"""Settings that are missing, contradict each other, or are dangerous where citizens write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from siaga.desk import server as desk
from siaga.doctor.finding import Finding, broken, look, ok
from siaga.doors.addresses import is_loopback
from siaga.doors.tokens import TokenUnfit, action_token, rasa_api_token
from siaga.privacy.keys import KeysMissing
from siaga.registration.gateways.access import AccessMissing, checked
from siaga.settings import Settings
from siaga.whatsapp import access
from siaga.whatsapp.twilio import access as twilio


@dataclass(frozen=True)
class Configured:
    """The settings, and the address that processes listen on (``SIAGA_BIND``)."""

    chosen: Settings
    bind: str

    @property
    def production(self) -> bool:
        """Whether citizens write here."""
        return self.chosen.environment == "production"


Check = Callable[[Configured], Finding]


def environment(facts: Configured) -> Finding:
    """Development makes up what is missing."""
    if facts.production:
        return ok("environment", "production")
    return look(
        "environment",
        "development: missing keys and secrets are made up",
        "where citizens write, set SIAGA_ENVIRONMENT=production",
    )


def secrets(facts: Configured) -> Finding:
    """The channel's secrets are not the simulator's."""
    try:
        twilio.access(facts.chosen) if facts.chosen.channel == "twilio" else access.access(facts.chosen)
    except access.SecretsMissing as problem:
        return broken("channel secrets", str(problem), "put them into the environment of all processes, and restart")
    return ok("channel secrets", "given" if facts.production else "the simulator's will do here")


def graph(facts: Configured) -> Finding:
    """In production the Graph API is Meta's, by HTTPS."""
    address = urlsplit(facts.chosen.graph_url)
    if facts.chosen.channel != "whatsapp" or not facts.production:
        return ok("Graph API address", address.hostname or "none")
    if address.scheme != "https" or is_loopback(address.hostname or ""):
        says = f"{address.scheme}://{address.hostname} is not Meta's"
        return broken("Graph API address", says, "set SIAGA_GRAPH_URL=https://graph.facebook.com")
    return ok("Graph API address", address.hostname or "")


def desk_settings(facts: Configured) -> Finding:
    """The desk would start."""
    try:
        desk.check(facts.chosen)
    except desk.NotReady as problem:
        return broken("desk settings", str(problem), "the desk does not start like this: docs/desk.md, “In production”")
    url = facts.chosen.desk_url
    if facts.production and not url:
        return look(
            "desk settings", "SIAGA_DESK_URL is missing: invitations have no link", "set it to the desk's address"
        )
    if facts.production and not str(url).startswith("https://"):
        return broken("desk settings", "SIAGA_DESK_URL is no https:// address", "set it to the desk's public address")
    return ok("desk settings", "fit")


def proxies(facts: Configured) -> Finding:
    """Who asks is known, where something stands before us."""
    open_to_others = not is_loopback(facts.bind) and facts.bind != "localhost"
    if (open_to_others or facts.production) and not facts.chosen.desk_proxies:
        says = "SIAGA_DESK_PROXIES is empty: everybody seems to come from the proxy's address"
        where = f", and SIAGA_BIND is {facts.bind}" if open_to_others else ""
        return look("proxies", says + where, "name the proxy, and keep 5005, 5055 and the watch ports from outside")
    return ok("proxies", "named" if facts.chosen.desk_proxies else "none needed on one machine")


def tokens(facts: Configured) -> Finding:
    """Our processes know each other, and Rasa's own interface is shut."""
    try:
        action_token(facts.chosen)
        if facts.chosen.rasa_api:
            rasa_api_token(facts.chosen)
    except KeysMissing:
        return broken("tokens", "without the index key there is no token for the action server", "see the line “keys”")
    except TokenUnfit as problem:
        return broken("tokens", str(problem), "make one with `openssl rand -hex 32`, the same for all processes")
    if facts.chosen.rasa_api and facts.production:
        return look("tokens", "Rasa's own HTTP interface is open", "unset SIAGA_RASA_API: it reads every conversation")
    return ok("tokens", "fit")


def limits(facts: Configured) -> Finding:
    """Who knocks too often is turned away."""
    off = [name for name in ("desk_rate", "forged_rate") if not getattr(facts.chosen, name)]
    if off and facts.production:
        names = " and ".join(f"SIAGA_{name.upper()}" for name in off)
        return look("limits", f"switched off: {names}", "unset them: anybody may ask as often as they like")
    return ok("limits", "on" if not off else "off, which will do here")


def registry(facts: Configured) -> Finding:
    """What the outside registry needs is there."""
    try:
        checked(facts.chosen)
    except AccessMissing as problem:
        return broken("outside registry", str(problem), "docs/registry.md says where each comes from")
    return ok("outside registry", "none" if facts.chosen.registry == "local" else facts.chosen.registry)


def contradictions(facts: Configured) -> Finding:
    """Times that make no sense beside each other, and what is meant for trying things out."""
    chosen = facts.chosen
    said = [
        (chosen.longest_pause_seconds < chosen.pause_seconds, "SIAGA_LONGEST_PAUSE_SECONDS is below …_PAUSE_…"),
        (chosen.desk_idle_minutes > chosen.desk_session_hours * 60, "SIAGA_DESK_IDLE_MINUTES outlasts the session"),
        (chosen.busy_seconds > chosen.stale_seconds, "SIAGA_BUSY_SECONDS is above SIAGA_STALE_SECONDS"),
        (chosen.handoff_reply_minutes > chosen.handoff_silence_minutes, "SIAGA_HANDOFF_REPLY_MINUTES over …_SILENCE_…"),
        (facts.production and bool(chosen.preview_numbers), "SIAGA_PREVIEW_NUMBERS shows what is not published"),
        (facts.production and chosen.content_one_person, "SIAGA_CONTENT_ONE_PERSON: nobody reads before publishing"),
        (facts.production and bool(chosen.clock_url), "SIAGA_CLOCK_URL is the simulator's, and is not followed"),
    ]  # fmt: skip
    if wrong := [says for is_so, says in said if is_so]:
        return look("contradictions", "; ".join(wrong), "docs/operation.md and siaga/settings.py say what each means")
    return ok("contradictions", "none")


CHECKS: tuple[Check, ...] = (
    environment, secrets, graph, desk_settings, proxies, tokens, limits, registry, contradictions,
)  # fmt: skip


def check(facts: Configured) -> Iterator[Finding]:
    """All lines of this area."""
    return (one(facts) for one in CHECKS)
