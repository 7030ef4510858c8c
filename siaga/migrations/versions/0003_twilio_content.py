"""twilio content

Revision 0003, after 0002; written 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "twilio_content",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("sid", sa.String(length=34), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_twilio_content")),
    )
