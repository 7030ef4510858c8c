"""self-check, reports, news

Revision 0008, after 0007; written 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "monitoring",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unanswered", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_why", sa.String(length=10), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.CheckConstraint("ended_why IN ('over', 'stopped', 'worse', 'silent')", name=op.f("ck_monitoring_ended_why")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_monitoring_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring")),
        sa.UniqueConstraint("message_id", name=op.f("uq_monitoring_message_id")),
    )
    op.create_index(
        "uq_monitoring_open",
        "monitoring",
        ["contact_id", "who"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "news_told",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("news_id", sa.String(length=60), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_news_told_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", "news_id", name=op.f("pk_news_told")),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("needs_help", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("what", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=True),
        sa.Column("regency_code", sa.String(length=5), nullable=True),
        sa.Column("district_code", sa.String(length=8), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("when_told", sa.LargeBinary(), nullable=True),
        sa.Column("picture", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=10), server_default="new", nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("group_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('new', 'seen', 'working', 'done', 'closed')", name=op.f("ck_report_status")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_report_contact_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["group_id"], ["report.id"], name=op.f("fk_report_group_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("code", name=op.f("uq_report_code")),
        sa.UniqueConstraint("message_id", name=op.f("uq_report_message_id")),
    )
    op.create_index(op.f("ix_report_contact_id"), "report", ["contact_id"], unique=False)
    op.create_index(op.f("ix_report_group_id"), "report", ["group_id"], unique=False)
    op.create_index(
        "ix_report_open",
        "report",
        ["kind", "regency_code", "created_at"],
        unique=False,
        postgresql_where=sa.text("status <> 'closed'"),
    )
    op.create_table(
        "report_tried",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("code_index", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_report_tried_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", "day", "code_index", name=op.f("pk_report_tried")),
    )
    op.create_table(
        "self_check",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("rules_version", sa.String(length=40), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("isolate_until", sa.Date(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "level IN ('emergency', 'doctor', 'isolate', 'watch', 'none')", name=op.f("ck_self_check_level")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_self_check_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_check")),
        sa.UniqueConstraint("message_id", name=op.f("uq_self_check_message_id")),
    )
    op.create_index("ix_self_check_last", "self_check", ["contact_id", "who", "at"], unique=False)
    op.add_column("facility", sa.Column("emergency", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.alter_column("task", "contact_id", existing_type=sa.BIGINT(), nullable=True)


def downgrade() -> None:
    op.alter_column("task", "contact_id", existing_type=sa.BIGINT(), nullable=False)
    op.drop_column("facility", "emergency")
    op.drop_index("ix_self_check_last", table_name="self_check")
    op.drop_table("self_check")
    op.drop_table("report_tried")
    op.drop_index("ix_report_open", table_name="report", postgresql_where=sa.text("status <> 'closed'"))
    op.drop_index(op.f("ix_report_group_id"), table_name="report")
    op.drop_index(op.f("ix_report_contact_id"), table_name="report")
    op.drop_table("report")
    op.drop_table("news_told")
    op.drop_index("uq_monitoring_open", table_name="monitoring", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_table("monitoring")
