"""Who may come to the inbox, and what citizens are told that they are."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from siaga.desk import access
from siaga.desk.sessions import Here

Volunteer = Annotated[Here, Depends(access.for_roles("volunteer", "admin"))]


def role_of(here: Here) -> str:
    """As a citizen reads it after the name."""
    return "relawan kesehatan" if here.may("volunteer") else "petugas Siaga"
