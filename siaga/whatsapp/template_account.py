"""The templates that Meta keeps for the business account, beside ours.

pywa speaks this part of the API: pages of results, versions, statuses. It is not used for receiving or sending.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from pywa import WhatsApp
from pywa.errors import WhatsAppError
from pywa.types import Result
from pywa.types.templates import Template as Submission
from pywa.types.templates import TemplateCategory, TemplateDetails, TemplateLanguage

from siaga.settings import Settings, settings
from siaga.whatsapp.access import access
from siaga.whatsapp.templates import Template

SECONDS = 20.0


class AccountRefused(RuntimeError):
    """Meta refused, or could not be reached; says why, for an operator."""


@dataclass(frozen=True)
class Registered:
    """A template as Meta has it; ``status`` is APPROVED, PENDING, REJECTED, PAUSED and so on."""

    id: str
    name: str
    language: str
    category: str
    status: str
    reason: str | None
    content: dict[str, Any]


@dataclass(frozen=True)
class Comparison:
    """One of our templates, or one that only Meta has, and what is to be done about it.

    ``state`` is missing, changed, same, or foreign (not ours).
    """

    name: str
    language: str
    state: str
    ours: Template | None
    theirs: Registered | None


def content_of(components: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What a citizen sees of a template, to compare: ``{"body", "footer", "buttons"}``."""
    content: dict[str, Any] = {"body": "", "footer": "", "buttons": []}
    for part in components:
        kind = str(part.get("type", "")).lower()
        if kind in ("body", "footer"):
            content[kind] = str(part.get("text", ""))
        elif kind == "buttons":
            content["buttons"] = [str(button.get("text", "")) for button in part.get("buttons", ())]
    return content


def compare(ours: Iterable[Template], theirs: Iterable[Registered]) -> list[Comparison]:
    """Our templates beside Meta's, by name and language."""
    mine = {(template.name, template.language): template for template in ours}
    found = {(template.name, template.language): template for template in theirs}
    compared = []
    for key in sorted({*mine, *found}):
        template, registered = mine.get(key), found.get(key)
        if template is None:
            state = "foreign"
        elif registered is None:
            state = "missing"
        else:
            # The words around a code are Meta's, and not compared.
            same = template.carries_code or content_of(template.definition()["components"]) == registered.content
            state = "same" if same and template.category.upper() == registered.category else "changed"
        compared.append(Comparison(*key, state, template, registered))
    return compared


class Account:
    """The business account's templates."""

    def __init__(self, config: Settings | None = None) -> None:
        config = config or settings()
        version = config.whatsapp_api_version.removeprefix("v")
        self._http = httpx.Client(timeout=SECONDS)
        self._whatsapp = WhatsApp(
            token=access(config).access_token,
            waba_id=config.whatsapp_business_account_id,
            api_version=version,
            session=self._http,
        )
        # pywa knows Meta's own address only.
        self._http.base_url = f"{config.graph_url.rstrip('/')}/v{version}"

    def __enter__(self) -> Account:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def registered(self) -> list[Registered]:
        """What Meta has.

        Raises:
            AccountRefused
        """
        found = []
        with _told():
            page: Result[TemplateDetails] = self._whatsapp.get_templates()
            while True:
                found += [_registered(details) for details in page]
                if not page.has_next:
                    return found
                page = page.next()

    def submit(self, comparison: Comparison) -> str:
        """Hand in one of our templates, as new or in the place of the one that Meta has; returns its status.

        Raises:
            AccountRefused: as when an approved template was changed today already, or gets another category.
        """
        template = comparison.ours
        if template is None:
            raise ValueError("only our own templates are submitted")
        definition = template.definition()
        with _told():
            if comparison.theirs is None:
                submission = Submission(
                    name=template.name,
                    language=TemplateLanguage(template.language),
                    category=TemplateCategory(definition["category"]),
                    components=definition["components"],
                    parameter_format=definition["parameter_format"],
                )
                return str(self._whatsapp.create_template(submission).status.value)
            changed: dict[str, Any] = {"components": definition["components"]}
            if comparison.theirs.category != definition["category"]:
                changed["category"] = definition["category"]
            # The layer below, since Meta's documented answer, {"success": true}, is less than the one above expects.
            self._whatsapp.api.update_template(comparison.theirs.id, changed)  # type: ignore[arg-type]
            return "PENDING"


@contextmanager
def _told() -> Iterator[None]:
    """Turns pywa's and httpx's errors into ours."""
    try:
        yield
    except WhatsAppError as error:
        raise AccountRefused(f"Meta refuses (code {error.code}): {error.details or error.message}") from None
    except httpx.HTTPError as error:
        raise AccountRefused(f"the Graph API cannot be reached ({type(error).__name__})") from None


def _registered(details: Any) -> Registered:
    components = [part if isinstance(part, dict) else part.to_dict() for part in details.components]
    reason = details.rejected_reason
    return Registered(
        id=str(details.id),
        name=details.name,
        language=str(details.language.value),
        category=str(details.category.value),
        status=str(details.status.value),
        reason=str(reason.value) if reason else None,
        content=content_of(components),
    )
