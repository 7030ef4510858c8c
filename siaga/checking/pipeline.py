"""``config.yml``: components that are there, and intents that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from siaga.checking.domain import Domain
from siaga.checking.mistake import Mistake, meant
from siaga.checking.nodes import Value

FILE = "config.yml"
_SECTIONS = ("recipe", "language", "assistant_id", "pipeline", "policies", "importers")


def check_config(root: Value, domain: Domain, folder: Path) -> Iterator[Mistake]:
    """What is wrong with the pipeline and the policies."""
    yield from root.strange(_SECTIONS, FILE, "config", "config.yml")
    for section in ("pipeline", "policies"):
        if not root.listed(section):
            yield Mistake(FILE, root.line_of(section), "config", f"“{section}” kosong; isinya jangan dihapus semua.")
        for item in root.listed(section):
            name = item.get("name")
            if name is None or not name.text:
                yield Mistake(FILE, item.line, "config", "Di sini harus ada “- name: …”.")
            elif name.text.startswith("siaga.") and not _is_there(name.text, folder):
                yield Mistake(FILE, name.line, "config", f"Komponen “{name.text}” tidak ada.")
            for group in item.listed("together"):
                for intent in group.items:
                    if intent.text not in domain.intents:
                        sentence = f"Maksud “{intent.text}” tidak ada di domain.yml."
                        yield Mistake(FILE, intent.line, "intent", sentence + meant(intent.text or "", domain.intents))


def _is_there(name: str, folder: Path) -> bool:
    module, _, class_name = name.rpartition(".")
    path = folder / (module.replace(".", "/") + ".py")
    return path.is_file() and bool(re.search(rf"^class {class_name}\b", path.read_text(encoding="utf-8"), re.MULTILINE))
