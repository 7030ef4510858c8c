"""Setting aside what cannot be understood, so that nothing is lost and nobody has to choke on it again."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy.orm import Session

from siaga.db.bulk import insert_rows
from siaga.privacy import blind_index
from siaga.turns.messages import Oddity
from siaga.turns.storable import clean, kept_or_shape
from siaga.turns.tables import Quarantine

REASON_LENGTH = 120


def keep(session: Session, oddities: Sequence[Oddity], channel: str = "whatsapp") -> None:
    """Set aside each of these once, however often it is delivered; of what is too large, its shape."""
    rows = {}
    for oddity in oddities:
        content = kept_or_shape(oddity.raw)
        # Keyed: a plain hash of little more than a phone number could be found by trying them all.
        digest = blind_index(json.dumps(content, sort_keys=True), f"quarantine.{channel}")
        rows[digest] = {
            "channel": channel,
            "reason": clean(oddity.reason, REASON_LENGTH),
            "digest": digest,
            # An encrypted column takes None for nothing at all.
            "content": "null" if content is None else content,
        }
    if rows:
        session.execute(
            insert_rows(Quarantine, [rows[digest] for digest in sorted(rows)]).on_conflict_do_nothing(
                index_elements=["digest"]
            )
        )
