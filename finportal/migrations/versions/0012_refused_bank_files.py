"""Files that were refused as banks' files, with the reason, and which of them wait no more."""

import sqlalchemy as sa
from alembic import op

from finportal.migrations.append_only import forbid_changes, permit_changes
from finportal.models.base import WHOLE, Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLE = "refused_bank_files"
DISMISSALS = "refused_file_dismissals"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        TABLE,
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", WHOLE, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("refused_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_bank_files")),
        sa.UniqueConstraint("sha256", "profile", name=op.f("uq_refused_bank_files_sha256_profile")),
        sqlite_strict=True,
    )
    op.create_table(
        DISMISSALS,
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("file_id", WHOLE, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("dismissed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_file_dismissals")),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["refused_bank_files.id"],
            name=op.f("fk_refused_file_dismissals_file_id_refused_bank_files"),
        ),
        sa.UniqueConstraint("file_id", name=op.f("uq_refused_file_dismissals_file_id")),
        sqlite_strict=True,
    )
    forbid_changes(TABLE)
    forbid_changes(DISMISSALS)


def downgrade() -> None:
    """Go down."""
    for table in (DISMISSALS, TABLE):
        permit_changes(table)
        op.drop_table(table)
