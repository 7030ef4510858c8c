"""Approved templates, for when a contact has been silent for too long.

Whoever writes to silent contacts names a template and its variables as for Meta; the settings say what Twilio calls it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


class TemplateUnknown(LookupError):
    """The settings do not say what Twilio calls this template."""


def is_template(payload: Mapping[str, Any]) -> bool:
    """Whether a payload is a template in Meta's form."""
    return payload.get("type") == "template"


def parameters(payload: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    """Twilio's parameters for a template: the variables of header and body, by name or counted from 1.

    Raises:
        TemplateUnknown
    """
    template = payload["template"]
    sid = known.get(template["name"])
    if sid is None:
        raise TemplateUnknown(template["name"])
    values: dict[str, str] = {}
    for component in template.get("components", ()):
        if component.get("type") in ("header", "body"):
            for parameter in component.get("parameters", ()):
                name = parameter.get("parameter_name") or str(len(values) + 1)
                # Neither ends of lines nor emptiness are allowed.
                values[name] = " ".join(str(parameter.get("text", "")).split()) or "-"
    return {"ContentSid": sid} | ({"ContentVariables": json.dumps(values)} if values else {})
