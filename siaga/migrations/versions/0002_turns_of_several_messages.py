"""turns of several messages, dispatch, channel state, quarantine, received media

Revision 0002, after 0001; written 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channel_state",
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("tokens", sa.Float(), server_default="0", nullable=False),
        sa.Column("tokens_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pause_code", sa.Integer(), nullable=True),
        sa.Column("paused_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_state")),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        sa.UniqueConstraint("digest", name=op.f("uq_quarantine_digest")),
    )
    op.create_table(
        "dispatch",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tokens", sa.Float(), nullable=True),
        sa.Column("tokens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_inbound_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_dispatch_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_dispatch")),
    )
    op.create_index(
        "ix_dispatch_ready",
        "dispatch",
        ["channel", "ready_at"],
        unique=False,
        postgresql_where=sa.text("ready_at is not null"),
    )
    op.create_table(
        "received_media",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("message_key", sa.String(length=32), nullable=False),
        sa.Column("media_kind", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("channel_id", sa.LargeBinary(), nullable=True),
        sa.Column("declared_mime", sa.String(length=100), nullable=True),
        sa.Column("declared_sha256", sa.String(length=64), nullable=True),
        sa.Column("file_name", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("mime", sa.String(length=100), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_received_media_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_media")),
        sa.UniqueConstraint("message_key", name=op.f("uq_received_media_message_key")),
    )
    op.create_index(op.f("ix_received_media_contact_id"), "received_media", ["contact_id"], unique=False)
    op.create_index("ix_received_media_received_at", "received_media", ["received_at"], unique=False)
    op.create_index(
        "ix_received_media_waiting",
        "received_media",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.add_column("inbound_message", sa.Column("turn_id", sa.BigInteger(), nullable=True))
    op.add_column("inbound_message", sa.Column("replayed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_inbound_message_parked",
        "inbound_message",
        ["id"],
        unique=False,
        postgresql_where=sa.text("status = 'parked'"),
    )
    op.create_index("ix_inbound_message_received_at", "inbound_message", ["received_at"], unique=False)
    _add_channel("lane")
    op.add_column("lane", sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("lane", sa.Column("settle_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("lane", sa.Column("busy_told_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_lane_ready", "lane", ["channel", "ready_at"], unique=False, postgresql_where=sa.text("ready_at is not null")
    )
    op.execute(
        "update lane set ready_at = now() where exists (select from inbound_message as m"
        " where m.contact_id = lane.contact_id and m.status = 'waiting')"
    )
    op.execute(
        "insert into dispatch (contact_id, channel, last_seq, last_inbound_at)"
        " select lane.contact_id, 'whatsapp', lane.last_seq, contact.last_message_at"
        " from lane join contact on contact.id = lane.contact_id"
    )
    op.execute(
        "update dispatch set ready_at = now() where exists (select from outbound_message as m"
        " where m.contact_id = dispatch.contact_id and m.status in ('queued', 'sending', 'unknown'))"
    )
    op.drop_column("lane", "lease_until")
    op.drop_column("lane", "last_seq")
    op.drop_column("lane", "not_before")
    _add_channel("outbound_message")
    op.add_column(
        "outbound_message", sa.Column("unasked", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("outbound_message", sa.Column("template", sa.LargeBinary(), nullable=True))
    op.create_index("ix_outbound_message_created_at", "outbound_message", ["created_at"], unique=False)
    op.create_index(
        "ix_outbound_message_accepted",
        "outbound_message",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("status = 'accepted'"),
    )
    op.drop_column("outbound_message", "next_try_at")
    op.drop_index("ix_outbound_message_open", table_name="outbound_message")
    _index_open(("queued", "sending", "unknown"))


def _add_channel(table: str) -> None:
    """Until now there was one channel."""
    op.add_column(table, sa.Column("channel", sa.String(length=10), nullable=False, server_default="whatsapp"))
    op.alter_column(table, "channel", server_default=None)


def _index_open(statuses: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{status}'" for status in statuses)
    op.create_index(
        "ix_outbound_message_open",
        "outbound_message",
        ["contact_id", "seq"],
        unique=False,
        postgresql_where=sa.text(f"status in ({listed})"),
    )


def downgrade() -> None:
    op.add_column(
        "outbound_message",
        sa.Column("next_try_at", postgresql.TIMESTAMP(timezone=True), autoincrement=False, nullable=True),
    )
    op.drop_index(
        "ix_outbound_message_accepted", table_name="outbound_message", postgresql_where=sa.text("status = 'accepted'")
    )
    op.drop_index("ix_outbound_message_created_at", table_name="outbound_message")
    op.drop_index("ix_outbound_message_open", table_name="outbound_message")
    _index_open(("queued", "sending", "unknown", "accepted"))
    op.drop_column("outbound_message", "template")
    op.drop_column("outbound_message", "unasked")
    op.drop_column("outbound_message", "channel")
    op.add_column(
        "lane", sa.Column("not_before", postgresql.TIMESTAMP(timezone=True), autoincrement=False, nullable=True)
    )
    op.add_column(
        "lane",
        sa.Column("last_seq", sa.BIGINT(), server_default=sa.text("'0'::bigint"), autoincrement=False, nullable=False),
    )
    op.add_column(
        "lane", sa.Column("lease_until", postgresql.TIMESTAMP(timezone=True), autoincrement=False, nullable=True)
    )
    op.execute("update lane set last_seq = dispatch.last_seq from dispatch where dispatch.contact_id = lane.contact_id")
    op.drop_index("ix_lane_ready", table_name="lane", postgresql_where=sa.text("ready_at is not null"))
    op.drop_column("lane", "busy_told_at")
    op.drop_column("lane", "settle_until")
    op.drop_column("lane", "ready_at")
    op.drop_column("lane", "channel")
    op.drop_index("ix_inbound_message_received_at", table_name="inbound_message")
    op.drop_index(
        "ix_inbound_message_parked", table_name="inbound_message", postgresql_where=sa.text("status = 'parked'")
    )
    op.drop_column("inbound_message", "replayed_at")
    op.drop_column("inbound_message", "turn_id")
    op.drop_index(
        "ix_received_media_waiting", table_name="received_media", postgresql_where=sa.text("status = 'waiting'")
    )
    op.drop_index("ix_received_media_received_at", table_name="received_media")
    op.drop_index(op.f("ix_received_media_contact_id"), table_name="received_media")
    op.drop_table("received_media")
    op.drop_index("ix_dispatch_ready", table_name="dispatch", postgresql_where=sa.text("ready_at is not null"))
    op.drop_table("dispatch")
    op.drop_table("quarantine")
    op.drop_table("channel_state")
