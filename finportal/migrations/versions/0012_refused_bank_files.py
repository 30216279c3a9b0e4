"""Banks' files that were refused, byte for byte, with the reason."""

import sqlalchemy as sa
from alembic import op

from finportal.migrations.append_only import forbid_changes, permit_changes
from finportal.models.base import WHOLE, Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLE = "refused_bank_files"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        TABLE,
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("refused_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_bank_files")),
        sa.UniqueConstraint("sha256", "profile", name=op.f("uq_refused_bank_files_sha256_profile")),
        sqlite_strict=True,
    )
    forbid_changes(TABLE)


def downgrade() -> None:
    """Go down."""
    permit_changes(TABLE)
    op.drop_table(TABLE)
