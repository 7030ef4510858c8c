"""Whether a message asks what to do: "saya harus bagaimana", "kudu lapo", "sebaiknya ngapain"."""

from __future__ import annotations

import re

from siaga.text.normalise import normalise

_MUST = r"(?:harus|perlu|mesti|musti|sebaiknya|baiknya|enaknya|kedah)(?:nya)?"
_WHAT = r"(?:bagaimana|kados pundi|seperti mana|(?:me)?lakukan apa|berbuat apa|kenapa)"
_DO = r"(?:di)?(?:laku|buat)\w*"
_ASKS = re.compile(rf"\b{_MUST}\s+(?:\w+\s+){{0,2}}?{_WHAT}\b|\bapa (?:saja )?yang {_MUST}\s+(?:\w+\s+)?{_DO}")


def asks_what_to_do(text: str) -> bool:
    """Whether it does, in Indonesian or Javanese, abbreviated or not; "harus vaksin apa" asks something else."""
    return bool(_ASKS.search(normalise(text)))
