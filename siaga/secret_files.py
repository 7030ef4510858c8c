"""Settings that stand in files, as containers and service managers hand over secrets: ``SIAGA_KEYS_FILE=/run/…``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import BaseSettings

_ENDING = "_FILE"


class SecretFileTrouble(RuntimeError):
    """A setting's file cannot be read, or is one of two sources; the text tells the operator which, and no value."""


def from_files(config: BaseSettings) -> dict[str, Any]:
    """The values of those settings of ``config`` whose variable, with ``_FILE`` behind it, names a file.

    White space at the end is not part of a value: editors and ``echo`` leave a new line there.

    Raises:
        SecretFileTrouble: the file cannot be read as text, is empty, or the variable itself is set as well.
    """
    found: dict[str, Any] = {}
    for field in config.__fields__.values():
        for name in field.field_info.extra["env_names"]:
            variable = name.upper()
            path = os.environ.get(variable + _ENDING)
            if not path:
                continue
            if os.environ.get(variable):
                raise SecretFileTrouble(f"{variable} and {variable}{_ENDING} are both set: take one of them away.")
            text = _read(variable, Path(path))
            found[field.alias] = config.__config__.json_loads(text) if field.is_complex() else text
    return found


def _read(variable: str, path: Path) -> str:
    try:
        text = path.read_text().rstrip()
    except UnicodeDecodeError:
        raise SecretFileTrouble(f"{variable}{_ENDING} names {path}, which is no text.") from None
    except OSError as problem:
        reason = (problem.strerror or type(problem).__name__).lower()
        raise SecretFileTrouble(f"{variable}{_ENDING} names {path}, which cannot be read: {reason}.") from None
    if not text:
        raise SecretFileTrouble(f"{variable}{_ENDING} names {path}, which is empty.")
    return text
