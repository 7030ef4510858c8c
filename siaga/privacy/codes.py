"""Codes that survive being spoken, and their signatures, which nobody else can make.

A code looks like ``SG-7K3M-9Q``: random signs and a check sign, over 23 signs chosen so that none looks or sounds like
another. One wrong sign or two neighbours that changed places never give another valid code.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from siaga.privacy.cipher import blind_index

# Without 0 O D, 1 I L, B, G, N, S, U V, Z. As many signs as a prime number: that is what makes the check sign sure.
SIGNS = "23456789ACEFHJKMPQRTWXY"
_SIGNATURE_BYTES = 10


def _check_sign(signs: str) -> str:
    weighted = sum(weight * SIGNS.index(sign) for weight, sign in enumerate(signs, start=1))
    # The check sign's own weight brings the sum to a multiple of the number of signs.
    return SIGNS[-weighted * pow(len(signs) + 1, -1, len(SIGNS)) % len(SIGNS)]


@dataclass(frozen=True)
class Codes:
    """Codes of one kind.

    Args:
        prefix: what each begins with.
        groups: how many signs stand together, the last of them being the check sign; fewer than 22 in all.
        purpose: what a signature is good for, so that one kind's is not another's.
    """

    prefix: str
    groups: tuple[int, ...]
    purpose: str

    @cached_property
    def _shape(self) -> re.Pattern[str]:
        between = r"[\s\-–.]*"
        groups = between.join(f"([{SIGNS}]{{{length}}})" for length in self.groups)
        return re.compile(rf"(?<![A-Z0-9]){self.prefix}{between}{groups}(?![A-Z0-9])", re.IGNORECASE | re.ASCII)

    def new(self) -> str:
        """A code at random."""
        signs = "".join(secrets.choice(SIGNS) for _ in range(sum(self.groups) - 1))
        return self._written(signs + _check_sign(signs))

    def find(self, text: str) -> str | None:
        """The code in a text, however it is spaced, dashed or cased; None if there is none or its check sign is
        wrong."""
        for found in self._shape.finditer(text):
            signs = "".join(found.groups()).upper()
            if _check_sign(signs[:-1]) == signs[-1]:
                return self._written(signs)
        return None

    def signed(self, code: str) -> str:
        """``<code>.<signature>``, in the signs that a QR packs densest."""
        return f"{code}.{self._signature(code)}"

    def verify(self, text: str) -> str | None:
        """The code in a scanned text if we signed it, else None."""
        code, _, signature = text.strip().partition(".")
        if not (code.isascii() and signature.isascii()) or not hmac.compare_digest(signature, self._signature(code)):
            return None
        return code

    def _written(self, signs: str) -> str:
        ends = list(accumulate(self.groups))
        return "-".join(
            [self.prefix, *(signs[end - length : end] for end, length in zip(ends, self.groups, strict=True))]
        )

    def _signature(self, code: str) -> str:
        return base64.b32encode(blind_index(code, self.purpose)[:_SIGNATURE_BYTES]).decode().rstrip("=")
