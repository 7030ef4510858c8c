"""Authenticated encryption (AES-256-GCM) and keyed hashes for lookup.

A ciphertext is ``<key id>\\0<12-byte nonce><sealed>``; its purpose (a table and column) is bound in, so a
value moved to another column does not open. A blind index finds equal values without storing them.
"""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from siaga.privacy.keys import ring

NONCE_BYTES = 12


def encrypt(plain: bytes, purpose: str) -> bytes:
    """Seal ``plain`` under the active key; ``purpose`` must be given again to open it."""
    keys = ring()
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(keys.keys[keys.active]).encrypt(nonce, plain, purpose.encode())
    return keys.active.encode() + b"\0" + nonce + sealed


def decrypt(sealed: bytes, purpose: str) -> bytes:
    """Open what ``encrypt`` made.

    Raises:
        KeyError: the key is no longer in the ring.
        cryptography.exceptions.InvalidTag: changed, or sealed for another purpose.
    """
    key_id, _, rest = bytes(sealed).partition(b"\0")
    nonce, body = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    return AESGCM(ring().keys[key_id.decode()]).decrypt(nonce, body, purpose.encode())


def blind_index(value: str, purpose: str) -> bytes:
    """A 32-byte keyed hash: equal values of one purpose meet, and nothing can be read back."""
    return hmac.new(ring().index, f"{purpose}\0{value}".encode(), hashlib.sha256).digest()
