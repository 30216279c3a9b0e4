"""What a known browser was doing when its session was over, for half an hour."""

import sqlalchemy as sa
from alembic import op

from finportal.models.base import WHOLE, Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLE = "unfinished_forms"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        TABLE,
        sa.Column("device_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("fields", WHOLE, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.Column("led_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["devices.id"],
            name=op.f("fk_unfinished_forms_device_id_devices"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_unfinished_forms")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table(TABLE)
