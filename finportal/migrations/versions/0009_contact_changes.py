"""Contact data that were changed, and what came of each change."""

import sqlalchemy as sa
from alembic import op

from finportal.migrations.append_only import forbid_changes, permit_changes
from finportal.models.base import WHOLE, Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

APPEND_ONLY = ("contact_changes", "contact_marks")


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "contact_changes",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("customer_id", WHOLE, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("old_value", sa.Text(), nullable=True),
        sa.Column("new_value", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("undo_hash", sa.Text(), nullable=True),
        sa.Column("undo_until", Instant(), nullable=True),
        sa.Column("hold_until", Instant(), nullable=True),
        sa.CheckConstraint(
            "field IN ('email', 'mobile', 'address', 'city')",
            name=op.f("ck_contact_changes_field"),
        ),
        sa.CheckConstraint(
            "source IN ('registration', 'portal', 'operator', 'file')",
            name=op.f("ck_contact_changes_source"),
        ),
        sa.CheckConstraint("proof IN ('code', 'none')", name=op.f("ck_contact_changes_proof")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_contact_changes_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_changes")),
        sa.UniqueConstraint("undo_hash", name=op.f("uq_contact_changes_undo_hash")),
        sqlite_strict=True,
    )
    for column in ("customer_id", "changed_at"):
        op.create_index(op.f(f"ix_contact_changes_{column}"), "contact_changes", [column])
    op.create_table(
        "contact_marks",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("change_id", WHOLE, nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("mark IN ('undone', 'confirmed')", name=op.f("ck_contact_marks_mark")),
        sa.ForeignKeyConstraint(
            ["change_id"], ["contact_changes.id"], name=op.f("fk_contact_marks_change_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_marks")),
        sa.UniqueConstraint("change_id", "mark", name=op.f("uq_contact_marks_change_id_mark")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_contact_marks_at"), "contact_marks", ["at"])
    for table in APPEND_ONLY:
        forbid_changes(table)


def downgrade() -> None:
    """Go down: what was changed stays, who changed it and when is forgotten."""
    for table in reversed(APPEND_ONLY):
        permit_changes(table)
        op.drop_table(table)
