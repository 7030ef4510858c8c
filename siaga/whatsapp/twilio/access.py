"""The secrets and addresses of the number we answer on at Twilio."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from siaga.settings import Settings, settings
from siaga.whatsapp.access import SecretsMissing

NAME = "twilio"
# As Rasa mounts the channel.
PATH = f"/webhooks/{NAME}"
# Asks Twilio to try a webhook five times, whatever went wrong, in the fifteen seconds it takes for that.
# "Webhook connection overrides", Twilio's documentation, November 2026.
TRY_AGAIN = "#rc=5&rp=all"

_NEEDED = ("twilio_account_sid", "twilio_auth_token", "twilio_sender", "twilio_public_url")
_SENDER = re.compile(r"whatsapp:\+\d{5,20}|MG[0-9a-f]{32}")


@dataclass(frozen=True)
class TwilioAccess:
    """What the channel needs to receive and to send. ``public_url`` is where Twilio finds the channel's routes."""

    account_sid: str
    auth_token: str = field(repr=False)
    sender: str = field(repr=False)
    api_url: str
    content_url: str
    typing_url: str
    public_url: str
    use_content: bool
    typing: bool
    templates: Mapping[str, str]

    @property
    def account_url(self) -> str:
        """Where messages are posted, and the files of messages lie."""
        return f"{self.api_url}/2010-04-01/Accounts/{self.account_sid}"


def access(config: Settings | None = None) -> TwilioAccess:
    """Read it from the settings.

    Raises:
        SecretsMissing: in production, when something was not given; or the sender is none.
    """
    config = config or settings()
    if config.environment == "production":
        missing = [name for name in _NEEDED if getattr(config, name) == Settings.__fields__[name].default]
        if missing:
            names = ", ".join(f"SIAGA_{name.upper()}" for name in missing)
            raise SecretsMissing(f"{names} must be set in production")
    if not _SENDER.fullmatch(config.twilio_sender):
        raise SecretsMissing("SIAGA_TWILIO_SENDER must be whatsapp:+<number>, or a messaging service's MG…")
    return TwilioAccess(
        account_sid=config.twilio_account_sid,
        auth_token=config.twilio_auth_token,
        sender=config.twilio_sender,
        api_url=config.twilio_api_url.rstrip("/"),
        content_url=f"{config.twilio_content_url.rstrip('/')}/v1/Content",
        typing_url=f"{config.twilio_messaging_url.rstrip('/')}/v2/Indicators/Typing.json",
        public_url=(config.twilio_public_url or f"http://127.0.0.1:{config.rasa_port}").rstrip("/"),
        use_content=config.twilio_content,
        typing=config.twilio_typing,
        templates=dict(config.twilio_templates),
    )
