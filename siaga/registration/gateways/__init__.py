"""Doors to registries of persons and doses: our own database, a plain HTTP registry, SATUSEHAT."""

from siaga.registration.gateways.access import AccessMissing, compares, is_outside
from siaga.registration.gateways.base import (
    DoseToWrite,
    Gateway,
    Known,
    KnownDose,
    Refused,
    RegistrationToWrite,
    Unavailable,
)
from siaga.registration.gateways.known import Looked, known, known_doses

__all__ = [
    "AccessMissing",
    "DoseToWrite",
    "Gateway",
    "Known",
    "KnownDose",
    "Looked",
    "Refused",
    "RegistrationToWrite",
    "Unavailable",
    "compares",
    "is_outside",
    "known",
    "known_doses",
]
