"""Setting aside what cannot be understood, so that nothing is lost and nobody has to choke on it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siaga.turns.messages import Oddity
from siaga.turns.tables import Quarantine


def keep(session: Session, oddities: Sequence[Oddity], channel: str = "whatsapp") -> None:
    """Set aside each of these once, however often it is delivered."""
    rows = {}
    for oddity in oddities:
        digest = hashlib.sha256(json.dumps(oddity.raw, sort_keys=True, default=str).encode()).digest()
        rows[digest] = {"channel": channel, "reason": oddity.reason[:120], "digest": digest, "content": oddity.raw}
    if rows:
        session.execute(
            insert(Quarantine)
            .values([rows[digest] for digest in sorted(rows)])
            .on_conflict_do_nothing(index_elements=["digest"])
        )
