"""The roads to WhatsApp, as commands and tables name them."""

from __future__ import annotations

from enum import Enum


class Channel(str, Enum):
    """Meta's own API, or Twilio's."""

    WHATSAPP = "whatsapp"
    TWILIO = "twilio"
