"""registration form

Revision 0004, after 0003; written 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "registration_form",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("token_index", sa.LargeBinary(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_registration_form_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_registration_form")),
        sa.UniqueConstraint("token_index", name=op.f("uq_registration_form_token_index")),
    )


def downgrade() -> None:
    op.drop_table("registration_form")
