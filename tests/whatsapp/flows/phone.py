"""What a phone with WhatsApp does with a Flow: encrypts requests as Meta documents it, and opens the answers.

Written from Meta's "Implementing Endpoint for Flows", with nothing of ours or pywa's, so that both ends cannot share
one misreading.
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from typing import Any

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from siaga.whatsapp.signature import HEADER, sign

PATH = "/webhooks/whatsapp/flow"
PASSPHRASE = "kata-sandi-uji"


def new_key() -> RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: RSAPrivateKey, passphrase: str | None = PASSPHRASE) -> str:
    """As ``openssl genrsa -des3`` writes it, in newer clothes."""
    secret = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, secret
    ).decode()


@dataclass
class Sealed:
    """A request on its way, with what is needed to open the answer."""

    body: bytes
    aes_key: bytes
    vector: bytes

    def open(self, answer: str) -> dict[str, Any]:
        """The answer in clear.

        Raises:
            cryptography.exceptions.InvalidTag: not encrypted for this request.
        """
        turned = bytes(byte ^ 0xFF for byte in self.vector)
        plain: dict[str, Any] = json.loads(AESGCM(self.aes_key).decrypt(turned, base64.b64decode(answer), None))
        return plain


def seal(request: Any, key: RSAPrivateKey) -> Sealed:
    """Encrypt a request for who holds ``key``."""
    aes_key, vector = os.urandom(16), os.urandom(16)
    oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    body = {
        "encrypted_flow_data": AESGCM(aes_key).encrypt(vector, json.dumps(request).encode(), None),
        "encrypted_aes_key": key.public_key().encrypt(aes_key, oaep),
        "initial_vector": vector,
    }
    text = json.dumps({name: base64.b64encode(value).decode() for name, value in body.items()})
    return Sealed(text.encode(), aes_key, vector)


class Refused(Exception):
    """The end point answered with a status other than 200."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(str(answer.status_code))
        self.status = answer.status_code
        self.words = answer.json()["error_msg"] if answer.text else ""


class Phone:
    """One citizen's phone with a Flow message; ``token`` is the message's."""

    def __init__(self, address: str, key: RSAPrivateKey, app_secret: str, token: str = "") -> None:
        self.address = address
        self.key = key
        self.app_secret = app_secret
        self.token = token
        self.screen = ""

    def post(self, body: bytes, signature: str | None = None) -> httpx.Response:
        signature = sign(body, self.app_secret) if signature is None else signature
        headers = {HEADER: signature, "Content-Type": "application/json"}
        return httpx.post(self.address + PATH, content=body, headers=headers, timeout=30, trust_env=False)

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send a request and open the answer.

        Raises:
            Refused: see there.
        """
        sealed = seal({"version": "3.0", **request}, self.key)
        answer = self.post(sealed.body)
        if answer.status_code != 200:
            raise Refused(answer)
        return sealed.open(answer.text)

    def open_form(self) -> dict[str, Any]:
        return self._shown(self.ask({"action": "INIT", "flow_token": self.token, "screen": "", "data": {}}))

    def submit(self, **data: Any) -> dict[str, Any]:
        """Submit the screen that is shown; what the next one shows."""
        request = {"action": "data_exchange", "flow_token": self.token, "screen": self.screen, "data": data}
        return self._shown(self.ask(request))

    def _shown(self, response: dict[str, Any]) -> dict[str, Any]:
        self.screen = response["screen"]
        shown: dict[str, Any] = response["data"]
        return shown
