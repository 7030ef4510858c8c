"""Whether a province's own accounts sign in, and whether the settings for it are complete.

Apart from ``siaga.desk.oidc``, whose imports a desk without them does not pay for.
"""

from __future__ import annotations

from siaga.desk.roles import EVERYBODY
from siaga.settings import Settings, settings


def is_on(config: Settings | None = None) -> bool:
    """Whether there is a provider."""
    return bool((config or settings()).desk_oidc_issuer)


def check(config: Settings) -> None:
    """Look at the settings.

    Raises:
        ValueError: some are missing, or roles are named that there are not.
    """
    if not is_on(config):
        return
    needed = ("desk_oidc_client_id", "desk_oidc_client_secret", "desk_url")
    missing = [f"SIAGA_{name.upper()}" for name in needed if not getattr(config, name)]
    if missing:
        raise ValueError(f"{', '.join(missing)} must be set for SIAGA_DESK_OIDC_ISSUER")
    addresses = (config.desk_oidc_issuer or "", config.desk_url or "")
    if config.environment == "production" and not all(one.startswith("https://") for one in addresses):
        raise ValueError("SIAGA_DESK_OIDC_ISSUER and SIAGA_DESK_URL must be addresses with https:// in production")
    if unknown := set(config.desk_oidc_roles.values()) - set(EVERYBODY):
        raise ValueError(f"SIAGA_DESK_OIDC_ROLES: no such roles: {', '.join(sorted(unknown))}")
