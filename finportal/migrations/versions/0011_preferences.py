"""Consents by purpose and taken back, contact preferences, copies of one's own data."""

import sqlalchemy as sa
from alembic import op

from finportal.migrations.append_only import forbid_changes, permit_changes
from finportal.models.base import WHOLE, Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

APPEND_ONLY = ("consent_withdrawals", "contact_preferences")

PURPOSE = """
ALTER TABLE consent_texts ADD COLUMN purpose TEXT NOT NULL DEFAULT 'servicing'
CONSTRAINT ck_consent_texts_purpose CHECK (purpose IN ('servicing', 'commercial'))
"""
"""Alembic would copy the table, which SQLite refuses while consents point to it."""


def upgrade() -> None:
    """Go up: every text accepted so far is one on servicing the credit."""
    op.execute(PURPOSE)
    op.create_table(
        "consent_withdrawals",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("consent_id", WHOLE, nullable=False),
        sa.Column("withdrawn_at", Instant(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consents.id"], name=op.f("fk_consent_withdrawals_consent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_withdrawals")),
        sa.UniqueConstraint("consent_id", name=op.f("uq_consent_withdrawals_consent_id")),
        sqlite_strict=True,
    )
    _preferences()
    _takeouts()
    for table in APPEND_ONLY:
        forbid_changes(table)


def downgrade() -> None:
    """Go down."""
    for table in APPEND_ONLY:
        permit_changes(table)
    op.drop_table("takeouts")
    op.drop_table("contact_preferences")
    op.drop_table("consent_withdrawals")
    op.drop_column("consent_texts", "purpose")


def _preferences() -> None:
    op.create_table(
        "contact_preferences",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("customer_id", WHOLE, nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("purpose", "channels", "weekdays", "saturdays")
        ),
        sa.Column("chosen_at", Instant(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('collections', 'service', 'commercial')",
            name=op.f("ck_contact_preferences_purpose"),
        ),
        sa.CheckConstraint(
            "weekdays IN ('any', 'morning', 'afternoon')",
            name=op.f("ck_contact_preferences_weekdays"),
        ),
        sa.CheckConstraint(
            "saturdays IN ('any', 'morning', 'never')",
            name=op.f("ck_contact_preferences_saturdays"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_contact_preferences_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_preferences")),
        sqlite_strict=True,
    )
    _index("contact_preferences", "customer_id", "purpose")
    _index("contact_preferences", "chosen_at")


def _takeouts() -> None:
    op.create_table(
        "takeouts",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("customer_id", WHOLE, nullable=False),
        sa.Column("account_id", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", WHOLE, nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        *(
            sa.Column(name, Instant(), nullable=True)
            for name in ("leased_until", "ready_at", "expires_at")
        ),
        sa.Column("size", WHOLE, nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'ready', 'expired', 'failed')", name=op.f("ck_takeouts_state")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_takeouts_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_takeouts_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takeouts")),
        sa.UniqueConstraint("name", name=op.f("uq_takeouts_name")),
        sqlite_strict=True,
    )
    _index("takeouts", "customer_id")
    _index("takeouts", "state")


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
