"""WhatsApp: Meta's Cloud API, whose JSON only this package and the simulator know, and Twilio as the second road.

``credentials.yml`` names a channel as ``siaga.whatsapp.WhatsAppInput`` or ``siaga.whatsapp.TwilioInput``.
"""

from __future__ import annotations

import importlib
from typing import Any

_CHANNELS = {"WhatsAppInput": "siaga.whatsapp.input", "TwilioInput": "siaga.whatsapp.twilio.input"}

__all__ = ["TwilioInput", "WhatsAppInput"]


def __getattr__(name: str) -> Any:
    """A channel's class; only who asks for one pays for importing Rasa."""
    if name not in _CHANNELS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_CHANNELS[name]), name)
