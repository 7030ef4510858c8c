"""What one simulator needs to know, taken from the settings or made by a test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siaga.settings import Settings
from siaga.whatsapp.access import other_numbers

BUSINESS_PHONE = "628000000000"
"""The bot's own number: the first of the reserved test numbers."""
BUSINESS_ACCOUNT = "100000000000000"


class NotInProduction(RuntimeError):
    """The simulator was asked to start where real citizens write, or may write."""


@dataclass(frozen=True)
class Config:
    """Addresses and secrets of one simulator.

    Times in seconds. ``pair_rate`` and ``throughput`` may be changed while it runs (``POST /api/limits``).
    """

    home: Path
    """The folder that holds ``chats.jsonl`` and ``media/``."""
    webhook_url: str
    """Where webhooks go; several addresses, separated by commas, are used in turn."""
    app_secret: str
    access_token: str
    phone_number_id: str
    """The bot's first number, by Meta's id of it."""
    base_url: str
    """The simulator's own address, written into media links."""
    other_numbers: tuple[str, ...] = ()
    """Ids of the bot's further numbers."""
    pair_rate: bool = True
    """Whether one contact may be sent 45 messages at once and then one every 6 s, as Meta has it."""
    throughput: int = 80
    """Messages a second in both directions before sends are refused; 0 for no limit."""
    delivered_after: float = 0.15
    read_after: float = 0.4
    retry_delays: tuple[float, ...] = (0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 5.0, 10.0)
    """Pauses between tries of one webhook; the last repeats for up to seven days."""
    approved_after: float = 0.5
    """How long the review of a template takes."""
    templates: tuple[dict[str, Any], ...] = ()
    """Templates that are approved from the start, in the form in which they are submitted."""
    database: bool = True
    """Whether the bot's database may be asked if a turn has ended."""
    from_elsewhere: bool = False
    """Whether it listens for other machines, too."""
    hosts: tuple[str, ...] = ()
    """Names by which it may be asked for, beside this machine's own."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """The ids of all the bot's numbers, the first first."""
        return self.phone_number_id, *self.other_numbers

    @property
    def webhook_urls(self) -> list[str]:
        """The addresses for webhooks, at least one."""
        return [url.strip() for url in self.webhook_url.split(",") if url.strip()]


def check(settings: Settings) -> None:
    """
    Raises:
        NotInProduction: the settings say anything but development.
    """
    if settings.environment != "development":
        raise NotInProduction("The simulator does not run in production: it has no access control.")


def from_settings(settings: Settings, *, base_url: str | None = None) -> Config:
    """The configuration that fits the rest of the stack on this machine.

    Raises:
        NotInProduction: the settings say anything but development.
    """
    check(settings)
    default_url = f"http://127.0.0.1:{settings.receive_port}/webhooks/whatsapp/webhook"
    return Config(
        home=settings.home / "simulator",
        webhook_url=settings.simulator_webhook_url or default_url,
        app_secret=settings.whatsapp_app_secret,
        access_token=settings.whatsapp_access_token,
        phone_number_id=settings.whatsapp_phone_number_id,
        other_numbers=other_numbers(settings),
        base_url=(base_url or settings.graph_url).rstrip("/"),
    )
