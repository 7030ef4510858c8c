"""The roads to WhatsApp, as commands and tables name them."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Optional

import typer

from siaga.settings import settings


class Channel(str, Enum):
    """Meta's own API, or Twilio's."""

    WHATSAPP = "whatsapp"
    TWILIO = "twilio"


# Typer reads this at run time, where Python 3.10 and it agree on Optional only.
ChannelOption = Annotated[Optional[Channel], typer.Option(help="By which road; SIAGA_CHANNEL unless given.")]  # noqa: UP045


def chosen(given: Channel | None) -> Channel:
    """The channel of a command: as given, or as the settings say."""
    return given or Channel(settings().channel)
