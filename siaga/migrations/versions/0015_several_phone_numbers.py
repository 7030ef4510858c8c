"""several phone numbers

Revision 0015, after 0014; written 2026-11-23.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_READY = {"postgresql_where": sa.text("ready_at is not null")}


def upgrade() -> None:
    """What is there belongs to the first number. The version before goes on beside it, as that number alone."""
    op.create_table(
        "upload",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("our_number", sa.String(length=30), nullable=False),
        sa.Column("graph_id", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["media.sha256"], name=op.f("fk_upload_sha256_media"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sha256", "our_number", name=op.f("pk_upload")),
    )
    op.alter_column("channel_state", "channel", existing_type=sa.String(length=10), type_=sa.String(length=40))
    for table in ("inbound_message", "dispatch"):
        op.add_column(table, sa.Column("our_number", sa.String(length=30), server_default="", nullable=False))
    op.drop_index("ix_dispatch_ready", table_name="dispatch")
    op.create_index("ix_dispatch_ready", "dispatch", ["channel", "our_number", "ready_at"], **_READY)


def downgrade() -> None:
    """Whoever wrote to another number is answered by the first from now on, with a template: its window is closed."""
    op.execute("UPDATE dispatch SET last_inbound_at = NULL, blocked_at = NULL WHERE our_number <> ''")
    op.drop_index("ix_dispatch_ready", table_name="dispatch")
    for table in ("dispatch", "inbound_message"):
        op.drop_column(table, "our_number")
    op.create_index("ix_dispatch_ready", "dispatch", ["channel", "ready_at"], **_READY)
    op.execute("DELETE FROM channel_state WHERE length(channel) > 10")
    op.alter_column("channel_state", "channel", existing_type=sa.String(length=40), type_=sa.String(length=10))
    op.drop_table("upload")
