"""names that are told of a NIK are counted, too

Revision 0014, after 0013; written 2026-11-23.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("nik_tried", sa.Column("name_index", sa.LargeBinary(), server_default=sa.text("''"), nullable=False))
    op.drop_constraint("pk_nik_tried", "nik_tried", type_="primary")
    op.create_primary_key("pk_nik_tried", "nik_tried", ["contact_id", "day", "nik_index", "name_index"])


def downgrade() -> None:
    """Names are not counted any more."""
    op.execute("DELETE FROM nik_tried WHERE name_index <> ''")
    op.drop_constraint("pk_nik_tried", "nik_tried", type_="primary")
    op.drop_column("nik_tried", "name_index")
    op.create_primary_key("pk_nik_tried", "nik_tried", ["contact_id", "day", "nik_index"])
