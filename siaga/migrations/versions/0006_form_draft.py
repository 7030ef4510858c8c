"""form draft: every form keeps its answers, not only the registration

Revision 0006, after 0005; written 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.rename_table("registration_draft", "form_draft")
    op.add_column("form_draft", sa.Column("form", sa.String(40), nullable=False, server_default="registration_form"))
    op.alter_column("form_draft", "form", server_default=None)
    op.drop_constraint("pk_registration_draft", "form_draft", type_="primary")
    op.create_primary_key(op.f("pk_form_draft"), "form_draft", ["contact_id", "form"])
    op.execute("ALTER TABLE form_draft RENAME CONSTRAINT fk_registration_draft_contact_id TO fk_form_draft_contact_id")


def downgrade() -> None:
    op.execute("DELETE FROM form_draft WHERE form <> 'registration_form'")
    op.drop_constraint("pk_form_draft", "form_draft", type_="primary")
    op.create_primary_key(op.f("pk_registration_draft"), "form_draft", ["contact_id"])
    op.drop_column("form_draft", "form")
    op.execute("ALTER TABLE form_draft RENAME CONSTRAINT fk_form_draft_contact_id TO fk_registration_draft_contact_id")
    op.rename_table("form_draft", "registration_draft")
