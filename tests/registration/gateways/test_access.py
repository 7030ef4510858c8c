"""Which registry is worked with, and that none is without what it needs."""

from __future__ import annotations

from typing import Any

import pytest

from siaga.registration.gateways import access
from siaga.registration.gateways.http import HttpGateway
from siaga.registration.gateways.satusehat import SatusehatGateway
from siaga.registration.gateways.transport import Limits
from siaga.settings import Settings

SATUSEHAT = {
    "registry": "satusehat",
    "satusehat_client_id": "klien",
    "satusehat_client_secret": "rahasia",
    "satusehat_organization_id": "10000004",
}
LIVE = {"satusehat_url": "https://contoh.invalid/fhir-r4/v1", "satusehat_auth_url": "https://contoh.invalid/oauth2/v1"}


def config(**values: Any) -> Settings:
    return Settings(_env_file=None, **values)


def test_our_own_database_is_no_outside_registry() -> None:
    assert not access.is_outside(config())
    assert access.is_outside(config(registry="http"))
    with pytest.raises(ValueError, match="local"):
        access.made(config(), Limits())


@pytest.mark.parametrize(
    ("values", "compares"),
    [
        ({}, False),
        ({"registry": "http"}, True),
        (SATUSEHAT, False),
        ({**SATUSEHAT, "registry_tells_names": True}, True),
        ({"registry": "http", "registry_tells_names": False}, False),
        ({"registry_tells_names": True}, False),
    ],
)
def test_who_hides_names_is_not_compared_with(values: dict[str, Any], compares: bool) -> None:
    assert access.compares(config(**values)) is compares


def test_each_kind_has_its_gateway() -> None:
    assert isinstance(access.made(config(registry="http"), Limits()), HttpGateway)
    assert isinstance(access.made(config(**SATUSEHAT), Limits()), SatusehatGateway)


@pytest.mark.parametrize("name", ["satusehat_client_id", "satusehat_client_secret", "satusehat_organization_id"])
def test_satusehat_is_never_without_credentials(name: str) -> None:
    with pytest.raises(access.AccessMissing, match=f"SIAGA_{name.upper()}"):
        access.checked(config(**{**SATUSEHAT, name: None}))


def test_in_production_no_default_is_taken() -> None:
    with pytest.raises(access.AccessMissing, match="SIAGA_SATUSEHAT_URL, SIAGA_SATUSEHAT_AUTH_URL"):
        access.checked(config(environment="production", **SATUSEHAT))
    with pytest.raises(access.AccessMissing, match="SIAGA_REGISTRY_URL, SIAGA_REGISTRY_TOKEN"):
        access.checked(config(environment="production", registry="http"))
    access.checked(config(environment="production", **SATUSEHAT, **LIVE))
    access.checked(config(environment="production"))


def test_a_form_waits_no_longer_than_told() -> None:
    limits = access.limits_of_form(config(registry_lookup_seconds=2))
    assert (limits.tries, limits.total_seconds) == (1, 2)
