"""Pages from templates: what all of them are given, and how they look times up."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import StrictUndefined
from starlette.templating import Jinja2Templates

from siaga.desk import showing
from siaga.desk.marks import as_said
from siaga.desk.menu import menu_of
from siaga.desk.roles import ROLES
from siaga.desk.sessions import Here

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"

_templates = Jinja2Templates(directory=HERE / "templates")
_templates.env.undefined = StrictUndefined
_templates.env.trim_blocks = _templates.env.lstrip_blocks = True
_templates.env.filters.update(
    moment=showing.moment,
    hour=showing.hour,
    day=showing.day,
    lasting=showing.length,
    since=showing.since,
    as_said=as_said,
)


@lru_cache
def asset(name: str) -> str:
    """The address of a file of ``static``, which changes with what is in it: browsers keep it for good."""
    mark = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?{mark}"


_templates.env.globals.update(asset=asset, role_labels=ROLES, now=showing.now)


def render(
    request: Request, template: str, here: Here | None, *, status: int = 200, title: str = "", **context: Any
) -> HTMLResponse:
    """A page, or a part of one, with who is signed in, their menu, and the token that their changes carry."""
    given = {
        "here": here,
        "csrf": here.csrf if here else "",
        "menu": menu_of(here.roles) if here else [],
        "path": request.scope["path"],
        "title": title,
        **context,
    }
    return _templates.TemplateResponse(request, template, given, status_code=status)


def part(template: str, **context: Any) -> str:
    """A part of a page that is the same for everybody, for an answer or a stream that holds more than that."""
    return str(_templates.get_template(template).render(**context))


def is_htmx(request: Request) -> bool:
    """Whether htmx asks, which puts the answer into the page."""
    return request.headers.get("hx-request") == "true"


def go(request: Request, path: str) -> Response:
    """Send the browser to another page of ours after a change."""
    if is_htmx(request):
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, status_code=303)
