"""Bank files: raw bytes, lines as they were judged, and what cheques did."""

import sqlalchemy as sa
from alembic import op

from finportal.migrations.append_only import forbid_changes, permit_changes
from finportal.models.base import Day, Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

APPEND_ONLY = ("bank_files", "bank_lines", "cheque_outcomes")


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "bank_files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("loaded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_files")),
        sa.UniqueConstraint("sha256", name=op.f("uq_bank_files_sha256")),
        sqlite_strict=True,
    )
    op.create_table(
        "bank_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("line_key", sa.Text(), nullable=False),
        sa.Column("likeness", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value_date", Day(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("authorisation", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("loan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "verdict IN ('matched', 'to_clear', 'doubled', 'suspect', 'unknown', 'returned')",
            name=op.f("ck_bank_lines_verdict"),
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_bank_lines_amount")),
        sa.ForeignKeyConstraint(["file_id"], ["bank_files.id"], name=op.f("fk_bank_lines_file_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name=op.f("fk_bank_lines_loan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_lines")),
        sa.UniqueConstraint("file_id", "line", name=op.f("uq_bank_lines_file_id_line")),
        sa.UniqueConstraint("source", "key", name=op.f("uq_bank_lines_source_key")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("bank_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_lines_likeness"), ["likeness"], unique=False)
        batch_op.create_index(batch_op.f("ix_bank_lines_line_key"), ["line_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_bank_lines_value_date"), ["value_date"], unique=False)

    op.create_table(
        "cheque_outcomes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('cleared', 'bounced')", name=op.f("ck_cheque_outcomes_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["bank_lines.id"], name=op.f("fk_cheque_outcomes_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cheque_outcomes")),
        sa.UniqueConstraint("line_id", name=op.f("uq_cheque_outcomes_line_id")),
        sqlite_strict=True,
    )
    for table in APPEND_ONLY:
        forbid_changes(table)


def downgrade() -> None:
    """Go down."""
    for table in APPEND_ONLY:
        permit_changes(table)
    op.drop_table("cheque_outcomes")
    op.drop_table("bank_lines")
    op.drop_table("bank_files")
