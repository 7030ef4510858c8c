"""The secrets and addresses of the number we answer on."""

from __future__ import annotations

from dataclasses import dataclass, field

from siaga.settings import Settings, settings

_SECRETS = ("whatsapp_app_secret", "whatsapp_verify_token", "whatsapp_access_token")


class SecretsMissing(RuntimeError):
    """Production was started with the simulator's secrets."""


@dataclass(frozen=True)
class Access:
    """What the channel needs to receive and to send."""

    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    access_token: str = field(repr=False)
    messages_url: str
    media_url: str
    phone_number_id: str


def access(config: Settings | None = None) -> Access:
    """Read it from the settings.

    Raises:
        SecretsMissing: in production, when a secret was not given.
    """
    config = config or settings()
    if config.environment == "production":
        missing = [name for name in _SECRETS if getattr(config, name) == Settings.__fields__[name].default]
        if missing:
            names = ", ".join(f"SIAGA_{name.upper()}" for name in missing)
            raise SecretsMissing(f"{names} must be set in production")
    number = f"{config.graph_url.rstrip('/')}/{config.whatsapp_api_version}/{config.whatsapp_phone_number_id}"
    return Access(
        config.whatsapp_app_secret,
        config.whatsapp_verify_token,
        config.whatsapp_access_token,
        f"{number}/messages",
        f"{number}/media",
        config.whatsapp_phone_number_id,
    )
