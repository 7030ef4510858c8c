"""The secrets and addresses of the numbers we answer on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from siaga.settings import Settings, settings
from siaga.turns.roads import FIRST

_SECRETS = ("whatsapp_app_secret", "whatsapp_verify_token", "whatsapp_access_token")


class SecretsMissing(RuntimeError):
    """Production was started with the simulator's secrets."""


@dataclass(frozen=True)
class Access:
    """What the channel needs to receive, and to send by one of our numbers.

    ``number`` is which (``siaga.turns.roads``), ``first`` the id of the first, ``others`` those of all others.
    """

    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    access_token: str = field(repr=False)
    messages_url: str
    media_url: str
    first: str
    others: tuple[str, ...] = ()
    number: str = FIRST

    @property
    def numbers(self) -> tuple[str, ...]:
        """All of ours, the first first."""
        return FIRST, *self.others

    def by(self, number: str) -> Access:
        """The same for another of our numbers."""
        if number == self.number:
            return self
        version = self.messages_url.rsplit("/", 2)[0]
        own = number or self.first
        return replace(
            self, messages_url=f"{version}/{own}/messages", media_url=f"{version}/{own}/media", number=number
        )


def other_numbers(config: Settings) -> tuple[str, ...]:
    """The ids of our numbers but the first, each once."""
    ids = (one.strip() for one in config.whatsapp_other_numbers.split(","))
    return tuple(one for one in dict.fromkeys(ids) if one and one != config.whatsapp_phone_number_id)


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
        other_numbers(config),
    )
