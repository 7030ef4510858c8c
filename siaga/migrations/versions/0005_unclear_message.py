"""unclear message

Revision 0005, after 0004; written 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unclear_message",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("message_key", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("ranking", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("asked", sa.String(length=60), nullable=True),
        sa.Column("suggested", sa.String(length=60), nullable=True),
        sa.Column("label", sa.String(length=60), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forget_after", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_unclear_message_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unclear_message")),
        sa.UniqueConstraint("message_key", name=op.f("uq_unclear_message_message_key")),
    )
    op.create_index(op.f("ix_unclear_message_contact_id"), "unclear_message", ["contact_id"])
    op.create_index(op.f("ix_unclear_message_forget_after"), "unclear_message", ["forget_after"])
    op.create_index(
        "ix_unclear_message_waiting",
        "unclear_message",
        ["at"],
        postgresql_where=sa.text("reviewed_at is null"),
    )


def downgrade() -> None:
    op.drop_table("unclear_message")
