"""Mailed codes; sessions that wait for one, that know their customer and when they were proven."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from finportal.models.base import WHOLE, Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BEFORE = ("email_given", "image_confirmed", "provisional", "signed_in")
SINCE = ("code_due", "matched", "code_sent", "mail_proven")


def upgrade() -> None:
    """Go up: open sessions end, their customers sign in again."""
    op.add_column("accounts", sa.Column("held_until", Instant(), nullable=True))
    op.drop_table("sessions")
    _sessions(
        (*BEFORE, *SINCE),
        sa.Column("customer_id", WHOLE, nullable=True),
        sa.Column("proven_at", Instant(), nullable=True),
    )
    op.create_table(
        "mailed_codes",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("session_id", WHOLE, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("tries", WHOLE, nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('device', 'registration', 'new_email', 'new_mobile')",
            name=op.f("ck_mailed_codes_purpose"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.id"],
            name=op.f("fk_mailed_codes_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_codes")),
        sqlite_strict=True,
    )
    key, columns = op.f("ix_mailed_codes_session_id_purpose"), ["session_id", "purpose"]
    op.create_index(key, "mailed_codes", columns, unique=True)


def downgrade() -> None:
    """Go down: open sessions end."""
    op.drop_table("mailed_codes")
    op.drop_table("sessions")
    _sessions(BEFORE)
    op.drop_column("accounts", "held_until")


def _sessions(stages: tuple[str, ...], *more: sa.Column[Any]) -> None:
    op.create_table(
        "sessions",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("account_id", WHOLE, nullable=True),
        sa.Column("device_id", WHOLE, nullable=True),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("last_seen_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("previous_sign_in_at", Instant(), nullable=True),
        *more,
        sa.CheckConstraint(f"stage IN {stages}", name=op.f("ck_sessions_stage")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id")
        ),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_sessions_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
        sqlite_strict=True,
    )
    for column in ("account_id", "expires_at"):
        op.create_index(op.f(f"ix_sessions_{column}"), "sessions", [column])
