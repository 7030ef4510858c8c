"""The audit log: who did what to the programme's data, and when; chained, so that no change of it goes unseen."""

from siaga.db.audit import sealing
from siaga.db.audit.log import Audit, note

__all__ = ["Audit", "note", "sealing"]
