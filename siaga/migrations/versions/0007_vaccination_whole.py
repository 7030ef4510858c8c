"""vaccination whole

Revision 0007, after 0006; written 2026-11-22.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from siaga.people.names import name_birth_index
from siaga.privacy import decrypt

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


_STATUS = "status IN ('draft', 'confirmed', 'waiting_validation', {}'cancelled')"


def upgrade() -> None:
    _registration_status("'refused', ")
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_table(
        "import_run",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "identity_check",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("nik_index", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("caused_by", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_identity_check_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_identity_check_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_check")),
        sa.UniqueConstraint("caused_by", name=op.f("uq_identity_check_caused_by")),
    )
    op.create_index("ix_identity_check_contact", "identity_check", ["contact_id", "started_at"], unique=False)
    op.create_index("ix_identity_check_nik", "identity_check", ["nik_index", "started_at"], unique=False)
    op.create_index(op.f("ix_identity_check_person_id"), "identity_check", ["person_id"], unique=False)
    op.create_table(
        "nik_tried",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("nik_index", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_nik_tried_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", "day", "nik_index", name=op.f("pk_nik_tried")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("again", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("values", sa.LargeBinary(), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=10), server_default="planned", nullable=False),
        sa.Column("status_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status IN ('planned', 'sent', 'cancelled', 'skipped')", name=op.f("ck_notice_status")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_notice_contact_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("contact_id", "kind", "about", "again", name=op.f("uq_notice_contact_id_kind_about_again")),
    )
    op.create_index(op.f("ix_notice_about"), "notice", ["about"], unique=False)
    op.create_index("ix_notice_due", "notice", ["due_at"], unique=False, postgresql_where=sa.text("status = 'planned'"))
    op.create_index(op.f("ix_notice_person_id"), "notice", ["person_id"], unique=False)
    op.create_table(
        "official_person",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("nik", sa.LargeBinary(), nullable=False),
        sa.Column("nik_index", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("name_birth_index", sa.LargeBinary(), nullable=False),
        sa.Column("birth_date", sa.LargeBinary(), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=True),
        sa.Column("regency_code", sa.String(length=5), nullable=True),
        sa.Column("district_code", sa.String(length=8), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("group", sa.String(length=40), nullable=True),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import_run.id"], name=op.f("fk_official_person_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official_person")),
        sa.UniqueConstraint("nik_index", name=op.f("uq_official_person_nik_index")),
    )
    op.create_index(op.f("ix_official_person_import_id"), "official_person", ["import_id"], unique=False)
    op.create_index(op.f("ix_official_person_name_birth_index"), "official_person", ["name_birth_index"], unique=False)
    op.create_table(
        "person_detail",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("purpose_version", sa.String(length=20), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_detail_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "field", name=op.f("pk_person_detail")),
    )
    op.create_table(
        "registry_write",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(length=10), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("outside_id", sa.String(length=80), nullable=True),
        sa.Column("error", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('waiting', 'done', 'refused')", name=op.f("ck_registry_write_status")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_registry_write_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_write")),
        sa.UniqueConstraint("key", name=op.f("uq_registry_write_key")),
    )
    op.create_index(
        "ix_registry_write_due",
        "registry_write",
        ["not_before"],
        unique=False,
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(op.f("ix_registry_write_person_id"), "registry_write", ["person_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(length=10), server_default="open", nullable=False),
        sa.Column("caused_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('open', 'done', 'refused')", name=op.f("ck_task_status")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_task_contact_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_task_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("caused_by", name=op.f("uq_task_caused_by")),
    )
    op.create_index(op.f("ix_task_contact_id"), "task", ["contact_id"], unique=False)
    op.create_index("ix_task_open", "task", ["id"], unique=False, postgresql_where=sa.text("status = 'open'"))
    op.create_index(op.f("ix_task_person_id"), "task", ["person_id"], unique=False)
    op.create_table(
        "certificate",
        sa.Column("dose_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["dose_id"], ["dose.id"], name=op.f("fk_certificate_dose_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("dose_id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
    )
    op.create_table(
        "waiting",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("registration_id", sa.BigInteger(), nullable=False),
        sa.Column("facility_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
        sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(length=10), server_default="waiting", nullable=False),
        sa.Column("caused_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("status_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "status IN ('waiting', 'offered', 'taken', 'lapsed', 'left')", name=op.f("ck_waiting_status")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_waiting_contact_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facility.id"], name=op.f("fk_waiting_facility_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_waiting_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_waiting_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_waiting_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
    )
    op.create_index(op.f("ix_waiting_contact_id"), "waiting", ["contact_id"], unique=False)
    op.create_index(
        "ix_waiting_facility",
        "waiting",
        ["facility_id", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(
        "ix_waiting_offered_until",
        "waiting",
        ["offered_until"],
        unique=False,
        postgresql_where=sa.text("status = 'offered'"),
    )
    op.create_index(op.f("ix_waiting_registration_id"), "waiting", ["registration_id"], unique=False)
    op.create_index(op.f("ix_waiting_session_id"), "waiting", ["session_id"], unique=False)
    op.create_index(
        "uq_waiting_open_person",
        "waiting",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('waiting', 'offered')"),
    )
    op.add_column("appointment", sa.Column("moved_by", sa.Text(), nullable=True))
    op.add_column("appointment", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbound_message", sa.Column("until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("contact", sa.Column("reminders_off_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "contact_person", sa.Column("guardian", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column(
        "contact_person", sa.Column("sees_name", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.add_column("dose", sa.Column("place", sa.Text(), nullable=True))
    op.add_column("dose", sa.Column("batch", sa.String(length=40), nullable=True))
    op.add_column("dose", sa.Column("outside_id", sa.String(length=80), nullable=True))
    op.create_unique_constraint(op.f("uq_dose_outside_id"), "dose", ["outside_id"])
    op.add_column("facility", sa.Column("phone", sa.Text(), nullable=True))
    op.add_column("facility", sa.Column("opening", sa.Text(), nullable=True))
    op.add_column("facility", sa.Column("is_open", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.add_column("person", sa.Column("name_birth_index", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_person_name_birth_index"), "person", ["name_birth_index"], unique=False)
    _index_people()
    op.add_column("person", sa.Column("phone", sa.LargeBinary(), nullable=True))
    op.add_column("person", sa.Column("validated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("validated_by", sa.String(length=10), nullable=True))
    op.add_column("registration", sa.Column("validated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("registration", sa.Column("refused_for", sa.String(length=40), nullable=True))
    op.add_column("session", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    _seal_pictures()


def _index_people() -> None:
    """Fill the new index for those on file; both it and the columns it is made of are sealed with the keys in use."""
    person = sa.table("person", *(sa.column(name) for name in ("id", "name", "birth_date", "name_birth_index")))
    at = op.get_bind()
    for row in at.execute(sa.select(person.c.id, person.c.name, person.c.birth_date)).all():
        name, born = (decrypt(row[column], f"person.{column}").decode() for column in ("name", "birth_date"))
        at.execute(person.update().where(person.c.id == row.id).values(name_birth_index=name_birth_index(name, born)))


def _registration_status(more: str) -> None:
    op.drop_constraint(op.f("ck_registration_status"), "registration", type_="check")
    op.create_check_constraint(op.f("ck_registration_status"), "registration", _STATUS.format(more))


def _seal_pictures() -> None:
    """What is to be sent is sealed from now on; what is there is in clear, and will be drawn anew."""
    op.execute("DELETE FROM media")
    op.add_column("media", sa.Column("forget_after", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_media_forget_after",
        "media",
        ["forget_after"],
        unique=False,
        postgresql_where=sa.text("forget_after IS NOT NULL"),
    )


def downgrade() -> None:
    op.execute("DELETE FROM media")
    op.drop_index("ix_media_forget_after", table_name="media", postgresql_where=sa.text("forget_after IS NOT NULL"))
    op.drop_column("media", "forget_after")
    op.execute("UPDATE registration SET status = 'waiting_validation' WHERE status = 'refused'")
    _registration_status("")
    op.drop_column("session", "cancelled_at")
    op.drop_column("registration", "refused_for")
    op.drop_column("registration", "validated_at")
    op.drop_column("person", "validated_by")
    op.drop_column("person", "validated_at")
    op.drop_column("person", "phone")
    op.drop_index(op.f("ix_person_name_birth_index"), table_name="person")
    op.drop_column("person", "name_birth_index")
    op.drop_column("facility", "is_open")
    op.drop_column("facility", "opening")
    op.drop_column("facility", "phone")
    op.drop_constraint(op.f("uq_dose_outside_id"), "dose", type_="unique")
    op.drop_column("dose", "outside_id")
    op.drop_column("dose", "batch")
    op.drop_column("dose", "place")
    op.drop_column("contact_person", "sees_name")
    op.drop_column("contact_person", "guardian")
    op.drop_column("contact", "reminders_off_at")
    op.drop_column("outbound_message", "until")
    op.drop_column("appointment", "confirmed_at")
    op.drop_column("appointment", "moved_by")
    op.drop_index(
        "uq_waiting_open_person", table_name="waiting", postgresql_where=sa.text("status IN ('waiting', 'offered')")
    )
    op.drop_index(op.f("ix_waiting_session_id"), table_name="waiting")
    op.drop_index(op.f("ix_waiting_registration_id"), table_name="waiting")
    op.drop_index("ix_waiting_offered_until", table_name="waiting", postgresql_where=sa.text("status = 'offered'"))
    op.drop_index("ix_waiting_facility", table_name="waiting", postgresql_where=sa.text("status = 'waiting'"))
    op.drop_index(op.f("ix_waiting_contact_id"), table_name="waiting")
    op.drop_table("waiting")
    op.drop_table("certificate")
    op.drop_index(op.f("ix_task_person_id"), table_name="task")
    op.drop_index("ix_task_open", table_name="task", postgresql_where=sa.text("status = 'open'"))
    op.drop_index(op.f("ix_task_contact_id"), table_name="task")
    op.drop_table("task")
    op.drop_index(op.f("ix_registry_write_person_id"), table_name="registry_write")
    op.drop_index("ix_registry_write_due", table_name="registry_write", postgresql_where=sa.text("status = 'waiting'"))
    op.drop_table("registry_write")
    op.drop_table("person_detail")
    op.drop_index(op.f("ix_official_person_name_birth_index"), table_name="official_person")
    op.drop_index(op.f("ix_official_person_import_id"), table_name="official_person")
    op.drop_table("official_person")
    op.drop_index(op.f("ix_notice_person_id"), table_name="notice")
    op.drop_index("ix_notice_due", table_name="notice", postgresql_where=sa.text("status = 'planned'"))
    op.drop_index(op.f("ix_notice_about"), table_name="notice")
    op.drop_table("notice")
    op.drop_table("nik_tried")
    op.drop_index(op.f("ix_identity_check_person_id"), table_name="identity_check")
    op.drop_index("ix_identity_check_nik", table_name="identity_check")
    op.drop_index("ix_identity_check_contact", table_name="identity_check")
    op.drop_table("identity_check")
    op.drop_table("import_run")
    op.drop_index(op.f("ix_audit_at"), table_name="audit")
    op.drop_table("audit")
