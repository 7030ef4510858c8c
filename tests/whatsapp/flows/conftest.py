"""A contact who has been offered a form, and the end point over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from siaga.db import transaction
from siaga.people.contacts import ensure_contact
from siaga.registration import forms
from siaga.registration.seed import seed
from siaga.settings import settings
from tests.whatsapp.door import serving_beside
from tests.whatsapp.flows.phone import PASSPHRASE, Phone, new_key, pem


@pytest.fixture(scope="session")
def flow_key() -> RSAPrivateKey:
    return new_key()


@pytest.fixture
def configured(database: str, flow_key: RSAPrivateKey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "whatsapp_flow_id", "700000000000001")
    monkeypatch.setattr(settings(), "whatsapp_flow_private_key", pem(flow_key))
    monkeypatch.setattr(settings(), "whatsapp_flow_passphrase", PASSPHRASE)


@pytest.fixture
def contact(database: str) -> str:
    """The key of somebody who may register."""
    with transaction() as session:
        seed(session, (datetime.now(timezone.utc) + timedelta(hours=7)).date())
        return str(ensure_contact(session, phone="628000000001").key)


@pytest.fixture
def phone(configured: None, contact: str, flow_key: RSAPrivateKey) -> Iterator[Phone]:
    """The contact's phone, with the message that opens the form."""
    with transaction() as session:
        token = forms.offer(session, contact, datetime.now(timezone.utc))
    with serving_beside() as address:
        yield Phone(address, flow_key, settings().whatsapp_app_secret, token)
