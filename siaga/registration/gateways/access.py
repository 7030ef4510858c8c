"""Which registry this installation works with, from the settings."""

from __future__ import annotations

from functools import lru_cache

from siaga.registration.gateways.base import Gateway
from siaga.registration.gateways.breaker import Breaker
from siaga.registration.gateways.fhir import Codes
from siaga.registration.gateways.http import HttpGateway
from siaga.registration.gateways.satusehat import SatusehatGateway, Token
from siaga.registration.gateways.transport import Limits, Transport
from siaga.settings import Settings, settings

_NEEDED = {
    "http": ("registry_url", "registry_token"),
    "satusehat": (
        "satusehat_url",
        "satusehat_auth_url",
        "satusehat_client_id",
        "satusehat_client_secret",
        "satusehat_organization_id",
    ),
}


def compares(config: Settings | None = None) -> bool:
    """Whether there is a registry besides our own database that tells enough to compare a registration with.

    Birth date and sex stand in the NIK itself: one that hides names would confirm whoever made up a NIK that exists,
    and so tell that it does. Whether SATUSEHAT masks names is not documented.
    """
    config = config or settings()
    told = config.registry_tells_names
    return is_outside(config) and (config.registry == "http" if told is None else told)


class AccessMissing(RuntimeError):
    """The settings of the chosen registry are not complete."""


def is_outside(config: Settings | None = None) -> bool:
    """Whether there is a registry besides our own database."""
    return (config or settings()).registry != "local"


def checked(config: Settings) -> Settings:
    """The settings, if they are complete: never without credentials, and in production with no default.

    Raises:
        AccessMissing: naming what is missing.
    """
    production = config.environment == "production"
    missing = []
    for name in _NEEDED.get(config.registry, ()):
        value = getattr(config, name)
        needed = production or config.registry == "satusehat"
        if (needed and not value) or (production and value == Settings.__fields__[name].default):
            missing.append(f"SIAGA_{name.upper()}")
    if missing:
        raise AccessMissing(f"{', '.join(missing)} must be set for the registry '{config.registry}'")
    return config


def limits_of_queue(config: Settings) -> Limits:
    """How patient the queue is: nobody waits for it."""
    return Limits(answer_seconds=config.registry_answer_seconds, total_seconds=3 * config.registry_answer_seconds)


def limits_of_form(config: Settings) -> Limits:
    """How patient a form is: one try, with somebody waiting."""
    patience = config.registry_lookup_seconds
    return Limits(min(1.0, patience), patience, tries=1, total_seconds=patience)


def made(config: Settings, limits: Limits, breaker: Breaker | None = None) -> Gateway:
    """The gateway to the outside registry of these settings.

    Raises:
        AccessMissing: see ``checked``.
        ValueError: the registry is our own database, which has a session instead.
    """
    config, breaker = checked(config), breaker or Breaker()
    if config.registry == "http":
        return HttpGateway(Transport(config.registry_url, limits, breaker), config.registry_token)
    if config.registry == "satusehat":
        codes = Codes(
            organization_id=config.satusehat_organization_id or "",
            kfa=config.satusehat_kfa_codes,
            locations=config.satusehat_locations,
            reason=config.satusehat_reason,
        )
        token = Token(
            Transport(config.satusehat_auth_url, limits, breaker),
            config.satusehat_client_id or "",
            config.satusehat_client_secret or "",
        )
        return SatusehatGateway(Transport(config.satusehat_url, limits, breaker), token, codes)
    raise ValueError("the local registry is not an outside one")


@lru_cache(maxsize=1)
def for_queue() -> Gateway:
    """The process's gateway for the queue; errors as in ``made``."""
    return made(settings(), limits_of_queue(settings()))


@lru_cache(maxsize=1)
def for_forms() -> Gateway:
    """The process's gateway for lookups while somebody waits; errors as in ``made``."""
    return made(settings(), limits_of_form(settings()))


def forget() -> None:
    """Read the settings anew at the next use."""
    for_queue.cache_clear()
    for_forms.cache_clear()
