"""Known browsers remember the network they last signed in from."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up: where browsers were used so far is not known."""
    network = sa.Column("network", sa.Text(), nullable=False, server_default="unknown")
    op.add_column("devices", network)


def downgrade() -> None:
    """Go down."""
    op.drop_column("devices", "network")
