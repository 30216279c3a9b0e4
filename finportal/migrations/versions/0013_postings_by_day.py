"""Postings of a credit found by their day too: each batch of a payments file looks for them."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BEFORE, AFTER = "ix_postings_loan_id", "ix_postings_loan_id_value_date"


def upgrade() -> None:
    """Go up."""
    op.create_index(AFTER, "postings", ["loan_id", "value_date"])
    op.drop_index(BEFORE, "postings")


def downgrade() -> None:
    """Go down."""
    op.create_index(BEFORE, "postings", ["loan_id"])
    op.drop_index(AFTER, "postings")
