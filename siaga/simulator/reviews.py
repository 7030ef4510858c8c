"""The catalogue of templates: submitted, reviewed, rated and deleted."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from siaga.simulator import webhooks
from siaga.simulator.catalogue import SAME_NAME, UNKNOWN_NAME, Template, checked_form
from siaga.simulator.errors import GraphRefusal
from siaga.simulator.world import World


class Reviews:
    """Meta's desk for templates."""

    def __init__(self, world: World) -> None:
        self._world = world

    def resume(self) -> None:
        """Go on with the reviews that had not ended."""
        for template in list(self._world.chats.templates.values()):
            if template.status == "PENDING":
                self._review(template)

    def approve(self, templates: Iterable[dict[str, Any]]) -> None:
        """Have these templates as they are given, whatever there was under their names.

        Raises:
            GraphRefusal: 100, the form of one is not Meta's.
        """
        for given in templates:
            found = self.find(given["name"], given["language"])
            if found is not None and all(getattr(found, key) == value for key, value in checked_form(given).items()):
                continue
            if found is not None:
                self.delete(found.name, found.id)
            self.submit(given, status="APPROVED")

    @property
    def all(self) -> list[Template]:
        """All templates, the oldest first."""
        return list(self._world.chats.templates.values())

    def find(self, name: str, language: str) -> Template | None:
        """The template with this name in this language."""
        return next((one for one in self.all if (one.name, one.language) == (name, language)), None)

    def submit(self, given: Any, *, status: str | None = None) -> Template:
        """Take a template for review; with a ``status`` there is none.

        Raises:
            GraphRefusal: 100, the form is not Meta's; with subcode 2388024 there is such a template.
        """
        form = checked_form(given)
        if self.find(form["name"], form["language"]):
            raise GraphRefusal(100, "There is a template with this name in this language", SAME_NAME)
        template = Template(id=str(10**15 + secrets.randbelow(9 * 10**15)), status=status or "PENDING", **form)
        self._keep(template)
        if status is None:
            self._review(template)
        return template

    def edit(self, template: Template, given: Any) -> None:
        """Replace a template's text or category; its review begins anew.

        Raises:
            GraphRefusal: 100, the form is not Meta's.
        """
        known = {key: value for key, value in asdict(template).items() if key not in ("id", "status", "reason")}
        given = given if isinstance(given, dict) else {}
        form = checked_form({**known, **given, "name": template.name, "language": template.language})
        edited = Template(id=template.id, **form)
        self._keep(edited)
        self._review(edited)

    def rate(self, template: Template, status: str, reason: str = "NONE") -> Template:
        """Change how a template stands, and tell the bot."""
        rated = replace(template, status=status, reason=reason)
        self._keep(rated)
        self._world.tell(webhooks.template_update(rated))
        return rated

    def delete(self, name: str, template_id: str | None) -> None:
        """Delete a template, in all its languages or only the one with this id.

        Raises:
            GraphRefusal: 100, there is none.
        """
        found = [one.id for one in self.all if one.name == name and template_id in (None, one.id)]
        if not found:
            raise GraphRefusal(100, "There is no template with this name", UNKNOWN_NAME)
        for one in found:
            self._world.record({"event": "template_deleted", "id": one})

    def _keep(self, template: Template) -> None:
        self._world.record({"event": "template", "template": asdict(template)})

    def _review(self, template: Template) -> None:
        verdict = self._world.faults.templates
        if verdict == "PENDING":
            return

        def end() -> None:
            if not self._world.stopping.is_set() and self._world.chats.templates.get(template.id) == template:
                self.rate(template, verdict, "INCORRECT_CATEGORY" if verdict == "REJECTED" else "NONE")

        asyncio.get_running_loop().call_later(self._world.config.approved_after, end)
