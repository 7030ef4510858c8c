"""radar: figures, colours, subscriptions, pictures, fetching

Revision 0009, after 0008; written 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "radar_import",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("shape", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("disease", sa.String(length=20), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("notes", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("sample", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_radar_import_taken")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_radar_import")),
    )
    op.create_index(
        "uq_radar_import_digest",
        "radar_import",
        ["digest", "source"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "radar_fetch",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("series", sa.String(length=40), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("good_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_radar_fetch_failures")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_radar_fetch")),
    )
    op.create_table(
        "radar_picture",
        sa.Column("of", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("of", "version", name=op.f("pk_radar_picture")),
    )
    op.create_index("ix_radar_picture_drawn_at", "radar_picture", ["drawn_at"], unique=False)
    op.create_table(
        "radar_colour",
        sa.Column("region_code", sa.String(length=8), nullable=False),
        sa.Column("disease", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("colour", sa.String(length=6), nullable=False),
        sa.CheckConstraint("colour IN ('green', 'yellow', 'orange', 'red')", name=op.f("ck_radar_colour_colour")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["radar_import.id"], name=op.f("fk_radar_colour_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("region_code", "disease", "day", "import_id", name=op.f("pk_radar_colour")),
    )
    op.create_index("ix_radar_colour_import", "radar_colour", ["import_id"], unique=False)
    op.create_table(
        "radar_figure",
        sa.Column("region_code", sa.String(length=8), nullable=False),
        sa.Column("disease", sa.String(length=20), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("count", sa.String(length=5), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("count IN ('total', 'new', 'now')", name=op.f("ck_radar_figure_count")),
        sa.CheckConstraint("value >= 0 OR count = 'new'", name=op.f("ck_radar_figure_value")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["radar_import.id"], name=op.f("fk_radar_figure_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "region_code", "disease", "measure", "count", "day", "import_id", name=op.f("pk_radar_figure")
        ),
    )
    op.create_index("ix_radar_figure_import", "radar_figure", ["import_id"], unique=False)
    op.create_table(
        "radar_subscription",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=8), nullable=False),
        sa.Column("disease", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("level", sa.SmallInteger(), nullable=True),
        sa.Column("measures", sa.String(length=40), nullable=True),
        sa.Column("colour", sa.String(length=6), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_radar_subscription_level")),
        sa.CheckConstraint("colour IN ('green', 'yellow', 'orange', 'red')", name=op.f("ck_radar_subscription_colour")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_radar_subscription_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", "region_code", "disease", name=op.f("pk_radar_subscription")),
    )
    op.create_index(
        "ix_radar_subscription_region",
        "radar_subscription",
        ["region_code", "disease"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_radar_subscription_region", table_name="radar_subscription", postgresql_where=sa.text("ended_at IS NULL")
    )
    op.drop_table("radar_subscription")
    op.drop_index("ix_radar_figure_import", table_name="radar_figure")
    op.drop_table("radar_figure")
    op.drop_index("ix_radar_colour_import", table_name="radar_colour")
    op.drop_table("radar_colour")
    op.drop_index("ix_radar_picture_drawn_at", table_name="radar_picture")
    op.drop_table("radar_picture")
    op.drop_table("radar_fetch")
    op.drop_index("uq_radar_import_digest", table_name="radar_import", postgresql_where=sa.text("undone_at IS NULL"))
    op.drop_table("radar_import")
