"""The key that WhatsApp encrypts a form's answers for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from siaga.settings import Settings, settings


class FlowKeyUnusable(RuntimeError):
    """A Flow is configured, and its key is missing or cannot be read; says why, for an operator."""


@dataclass(frozen=True)
class FlowKey:
    """A private RSA key, and the passphrase it is kept under."""

    pem: str = field(repr=False)
    passphrase: str | None = field(default=None, repr=False)


def flow_key(config: Settings | None = None) -> FlowKey | None:
    """Read it from the settings; None where no Flow is configured.

    Raises:
        FlowKeyUnusable: see there.
    """
    config = config or settings()
    if not config.whatsapp_flow_id:
        return None
    name, given = "SIAGA_WHATSAPP_FLOW_PRIVATE_KEY", config.whatsapp_flow_private_key
    if not given:
        raise FlowKeyUnusable(f"{name} must be set where SIAGA_WHATSAPP_FLOW_ID is")
    passphrase = config.whatsapp_flow_passphrase or None
    try:
        # In a .env file a PEM's line breaks are often written \n.
        pem = given.replace("\\n", "\n") if "-----BEGIN" in given else Path(given).expanduser().read_text()
        key = load_pem_private_key(pem.encode(), passphrase.encode() if passphrase else None)
    except (OSError, ValueError, TypeError) as error:
        # What the error says could hold the path, which may be a key that was pasted badly.
        raise FlowKeyUnusable(f"{name} cannot be read, or its passphrase is wrong: {type(error).__name__}") from None
    if not isinstance(key, RSAPrivateKey):
        raise FlowKeyUnusable(f"{name} is no RSA key")
    return FlowKey(pem, passphrase)
