"""the audit log's chain, who was erased, requests of data, questions sealed

Revision 0012, after 0011; written 2026-11-23.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from siaga.privacy.cipher import decrypt, encrypt

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KNOWN = sa.text("ready_at is not null and token > 0")
_QUESTION = "unanswered_question.text"
_VECTOR = "hoax_question.vector"
_STAYS = """
CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.seal IS NULL AND (NEW.id, NEW.at, NEW.actor, NEW.action, NEW.detail)
        IS NOT DISTINCT FROM (OLD.id, OLD.at, OLD.actor, OLD.action, OLD.detail) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit log is only added to';
END $$
"""


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=10), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("user_id_index", sa.LargeBinary(), nullable=True),
        sa.Column("nik_index", sa.LargeBinary(), nullable=True),
        sa.Column("erased", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kept", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("by IN ('citizen', 'staff', 'rule', 'again')", name=op.f("ck_erasure_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index(op.f("ix_erasure_at"), "erasure", ["at"], unique=False)
    op.create_index(op.f("ix_erasure_number"), "erasure", ["number"], unique=False)
    op.create_index(
        "ix_erasure_unlisted", "erasure", ["id"], unique=False, postgresql_where=sa.text("listed_at is null")
    )
    op.create_table(
        "data_request",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("caused_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file", sa.String(length=80), nullable=True),
        sa.CheckConstraint("kind IN ('see', 'erase')", name=op.f("ck_data_request_kind")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_data_request_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request")),
        sa.UniqueConstraint("caused_by", name=op.f("uq_data_request_caused_by")),
        sa.UniqueConstraint("number", name=op.f("uq_data_request_number")),
    )
    op.create_index(op.f("ix_data_request_contact_id"), "data_request", ["contact_id"], unique=False)
    op.create_index(
        "ix_data_request_open", "data_request", ["asked_at"], unique=False, postgresql_where=sa.text("done_at is null")
    )
    op.add_column("audit", sa.Column("place", sa.BigInteger(), nullable=True))
    op.add_column("audit", sa.Column("seal", sa.LargeBinary(), nullable=True))
    op.create_unique_constraint(op.f("uq_audit_place"), "audit", ["place"])
    op.create_index("ix_audit_unsealed", "audit", ["id"], unique=False, postgresql_where=sa.text("seal IS NULL"))
    op.add_column("contact", sa.Column("forget_after", sa.DateTime(timezone=True), nullable=True))
    op.add_column("lane", sa.Column("unread", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_lane_ready_known", "lane", ["channel", "ready_at"], unique=False, postgresql_where=_KNOWN)
    op.drop_index("ix_inbound_message_contact_id", table_name="inbound_message")
    op.create_index("ix_inbound_message_contact_id", "inbound_message", ["contact_id", "received_at"], unique=False)
    op.execute(_STAYS)
    op.execute(
        "CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_stays()"
    )
    op.execute("CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit EXECUTE FUNCTION audit_stays()")
    op.add_column("unanswered_question", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    _change("unanswered_question", "text", "sealed", lambda plain: encrypt(plain.encode(), _QUESTION))
    op.drop_column("unanswered_question", "text")
    op.alter_column("unanswered_question", "sealed", new_column_name="text", nullable=False)
    _change("hoax_question", "vector", "vector", lambda vector: encrypt(bytes(vector), _VECTOR))
    # Only pictures of tickets had no end, which are drawn anew; so long a message may still be waiting to be sent.
    op.execute("UPDATE media SET forget_after = now() + interval '2 days' WHERE forget_after IS NULL")
    op.alter_column("media", "forget_after", nullable=False, server_default=sa.text("now() + interval '2 days'"))


def downgrade() -> None:
    op.alter_column("media", "forget_after", nullable=True, server_default=None)
    op.add_column("unanswered_question", sa.Column("plain", sa.Text(), nullable=True))
    _change("unanswered_question", "text", "plain", lambda sealed: decrypt(sealed, _QUESTION).decode())
    op.drop_column("unanswered_question", "text")
    op.alter_column("unanswered_question", "plain", new_column_name="text", nullable=False)
    _change("hoax_question", "vector", "vector", lambda sealed: decrypt(sealed, _VECTOR))
    op.execute("DROP TRIGGER audit_is_not_emptied ON audit")
    op.execute("DROP TRIGGER audit_stays ON audit")
    op.execute("DROP FUNCTION audit_stays")
    op.drop_index("ix_inbound_message_contact_id", table_name="inbound_message")
    op.create_index("ix_inbound_message_contact_id", "inbound_message", ["contact_id"], unique=False)
    op.drop_index("ix_lane_ready_known", table_name="lane", postgresql_where=_KNOWN)
    op.drop_column("lane", "unread")
    op.drop_column("contact", "forget_after")
    op.drop_index("ix_audit_unsealed", table_name="audit", postgresql_where=sa.text("seal IS NULL"))
    op.drop_constraint(op.f("uq_audit_place"), "audit", type_="unique")
    op.drop_column("audit", "seal")
    op.drop_column("audit", "place")
    op.drop_index("ix_data_request_open", table_name="data_request", postgresql_where=sa.text("done_at is null"))
    op.drop_index(op.f("ix_data_request_contact_id"), table_name="data_request")
    op.drop_table("data_request")
    op.drop_index("ix_erasure_unlisted", table_name="erasure", postgresql_where=sa.text("listed_at is null"))
    op.drop_index(op.f("ix_erasure_number"), table_name="erasure")
    op.drop_index(op.f("ix_erasure_at"), table_name="erasure")
    op.drop_table("erasure")


def _change(table: str, before: str, after: str, change: Callable[[Any], Any]) -> None:
    connection = op.get_bind()
    rows = sa.table(table, sa.column("id"), sa.column(before), sa.column(after))
    for row in connection.execute(sa.select(rows.c.id, rows.c[before]).where(rows.c[before].is_not(None))).all():
        connection.execute(rows.update().where(rows.c.id == row[0]).values({after: change(row[1])}))
