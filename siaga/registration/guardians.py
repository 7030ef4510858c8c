"""Who decides for somebody who is not of age.

Children are under 18: UU 35/2014 on child protection, article 1; their data need a parent's or guardian's consent: UU
27/2022 on personal data, article 25. A KTP, with which one acts for oneself, is had from 17: UU 24/2013, article 63.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from siaga.people.ages import age_on

OF_AGE = 18
"""Years."""
HAS_KTP = 17
"""Years."""

Guardian = Literal["nobody", "asked", "present", "needed"]


def guardian_for(relation: str | None, birth_date: date, today: date) -> Guardian:
    """Whether a parent or guardian is needed to register somebody.

    ``nobody``: of age. ``asked``: whoever registers the child must say that they are one. ``present``: somebody of 17
    registers alone, and brings one along. ``needed``: a child who registers alone cannot.
    """
    age = age_on(birth_date, today)
    if age >= OF_AGE:
        return "nobody"
    if relation not in (None, "self"):
        return "asked"
    return "present" if age >= HAS_KTP else "needed"
