"""The key, from the settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from siaga.settings import Settings
from siaga.whatsapp.flows.keys import FlowKeyUnusable, flow_key
from tests.whatsapp.flows.phone import PASSPHRASE, new_key, pem


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return new_key()


def _settings(private_key: str | None, passphrase: str | None = None, flow_id: str | None = "7") -> Settings:
    return Settings(
        whatsapp_flow_id=flow_id, whatsapp_flow_private_key=private_key, whatsapp_flow_passphrase=passphrase
    )


def test_without_a_flow_there_is_no_key() -> None:
    assert flow_key(_settings(None, flow_id=None)) is None
    assert flow_key(_settings("bukan kunci", flow_id="")) is None


def test_a_key_as_text_or_as_a_file(key: RSAPrivateKey, tmp_path: Path) -> None:
    text = pem(key)
    file = tmp_path / "kunci.pem"
    file.write_text(text)
    for given in (text, text.replace("\n", "\\n"), str(file)):
        found = flow_key(_settings(given, PASSPHRASE))
        assert found is not None and found.pem == text
    assert flow_key(_settings(pem(key, None))) is not None
    assert "BEGIN" not in repr(flow_key(_settings(text, PASSPHRASE)))


def test_a_key_that_cannot_be_used_stops_the_start(key: RSAPrivateKey, tmp_path: Path) -> None:
    curve = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for given, passphrase in [
        (None, None),
        (str(tmp_path / "tidak-ada.pem"), None),
        ("-----BEGIN RSA PRIVATE KEY-----\nx\n-----END RSA PRIVATE KEY-----", None),
        (pem(key), None),
        (pem(key), "salah"),
        (curve.decode(), None),
    ]:
        with pytest.raises(FlowKeyUnusable) as unusable:
            flow_key(_settings(given, passphrase))
        assert "SIAGA_WHATSAPP_FLOW_PRIVATE_KEY" in str(unusable.value)
        assert given is None or given not in str(unusable.value)
