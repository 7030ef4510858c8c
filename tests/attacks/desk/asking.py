"""What can be asked of the desk, and who is let in there."""

from __future__ import annotations

import re

import schemathesis
from fastapi.routing import APIRoute

from siaga.desk.access import ForRoles
from siaga.desk.app import create_app
from tests.desk.test_access import guards_of

LEFT_OUT = {
    "/kotak/aliran": "a stream that ends when the browser goes; tests/desk/inbox/test_stream.py asks it",
}
APP = create_app()
SCHEMA = schemathesis.openapi.from_dict(APP.openapi())
ROLES = {
    (re.sub(r":\w+}", "}", route.path), method): next(
        (one.roles for one in guards_of(route.dependant) if isinstance(one, ForRoles)), None
    )
    for route in APP.routes
    if isinstance(route, APIRoute)
    for method in route.methods
}
"""By address and method; None: everybody, signed in or not."""
