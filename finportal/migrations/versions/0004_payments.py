"""Payments: attempts, notifications, postings, held money, and the journal."""

import sqlalchemy as sa
from alembic import op

from finportal.migrations.append_only import forbid_changes, permit_changes
from finportal.models.base import Day, Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "attempt_moves", "gateway_notifications", "notification_verdicts", "postings",
    "held_payments", "held_resolutions", "journal_entries", "journal_lines",
)  # fmt: skip


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "gateway_notifications",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_notifications")),
        sa.UniqueConstraint("digest", name=op.f("uq_gateway_notifications_digest")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("gateway_notifications", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_gateway_notifications_received_at"), ["received_at"], unique=False
        )

    op.create_table(
        "payment_attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("form_key", sa.Text(), nullable=False),
        sa.Column("loan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("quoted_on", Day(), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("go_to", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("authorisation", sa.Text(), nullable=False),
        sa.Column("paid", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value_date", Day(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("moved_at", Instant(), nullable=False),
        sa.Column("next_poll_at", Instant(), nullable=True),
        sa.Column("polls", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "(purpose = 'extra_principal') = (effect IS NOT NULL)",
            name=op.f("ck_payment_attempts_extra"),
        ),
        sa.CheckConstraint(
            "effect IN ('reduce_term', 'reduce_instalment')",
            name=op.f("ck_payment_attempts_effect"),
        ),
        sa.CheckConstraint(
            "purpose IN ('instalment', 'overdue', 'payoff', 'other', 'extra_principal')",
            name=op.f("ck_payment_attempts_purpose"),
        ),
        sa.CheckConstraint(
            "state IN ('created', 'sent', 'pending', 'unknown', 'failed', 'review', 'approved',"
            " 'rejected', 'expired', 'reversed')",
            name=op.f("ck_payment_attempts_state"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_attempts_amount")),
        sa.CheckConstraint(
            "length(reference) BETWEEN 1 AND 32", name=op.f("ck_payment_attempts_reference")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_payment_attempts_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["loan_id"], ["loans.id"], name=op.f("fk_payment_attempts_loan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_attempts")),
        sa.UniqueConstraint(
            "loan_id", "form_key", name=op.f("uq_payment_attempts_loan_id_form_key")
        ),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_attempts_reference")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("payment_attempts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_payment_attempts_customer_id"), ["customer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_payment_attempts_gateway_external_id"),
            ["gateway", "external_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_payment_attempts_next_poll_at"), ["next_poll_at"], unique=False
        )

    op.create_table(
        "attempt_moves",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("left", sa.Text(), nullable=True),
        sa.Column("entered", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint(
            "cause IN ('start', 'return', 'notification', 'poll', 'staff')",
            name=op.f("ck_attempt_moves_cause"),
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["payment_attempts.id"], name=op.f("fk_attempt_moves_attempt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_moves")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("attempt_moves", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attempt_moves_attempt_id"), ["attempt_id"], unique=False
        )

    op.create_table(
        "held_payments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column(
            "attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("authorisation", sa.Text(), nullable=False),
        sa.Column("value_date", Day(), nullable=True),
        sa.Column("held_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["payment_attempts.id"], name=op.f("fk_held_payments_attempt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_payments")),
        sa.UniqueConstraint(
            "source", "source_key", name=op.f("uq_held_payments_source_source_key")
        ),
        sqlite_strict=True,
    )
    with op.batch_alter_table("held_payments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_held_payments_attempt_id"), ["attempt_id"], unique=False
        )

    op.create_table(
        "notification_verdicts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "notification_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("judged_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('accepted', 'refused', 'ignored', 'unmatched')",
            name=op.f("ck_notification_verdicts_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["payment_attempts.id"],
            name=op.f("fk_notification_verdicts_attempt_id"),
        ),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["gateway_notifications.id"],
            name=op.f("fk_notification_verdicts_notification_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_verdicts")),
        sa.UniqueConstraint(
            "notification_id", name=op.f("uq_notification_verdicts_notification_id")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "postings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("loan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "reverses_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("authorisation", sa.Text(), nullable=False),
        sa.Column("value_date", Day(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("posted_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'reversal') = (reverses_id IS NOT NULL)", name=op.f("ck_postings_reverses")
        ),
        sa.CheckConstraint("kind IN ('payment', 'reversal')", name=op.f("ck_postings_kind")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_postings_amount")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["payment_attempts.id"], name=op.f("fk_postings_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["loan_events.id"], name=op.f("fk_postings_event_id")
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name=op.f("fk_postings_loan_id")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["postings.id"], name=op.f("fk_postings_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
        sa.UniqueConstraint("event_id", name=op.f("uq_postings_event_id")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_postings_reverses_id")),
        sa.UniqueConstraint("source", "source_key", name=op.f("uq_postings_source_source_key")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_postings_attempt_id"), ["attempt_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_postings_loan_id"), ["loan_id"], unique=False)

    op.create_table(
        "held_resolutions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("held_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column(
            "posting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('posted', 'returned', 'dismissed')",
            name=op.f("ck_held_resolutions_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["held_id"], ["held_payments.id"], name=op.f("fk_held_resolutions_held_id")
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["postings.id"], name=op.f("fk_held_resolutions_posting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_resolutions")),
        sa.UniqueConstraint("held_id", name=op.f("uq_held_resolutions_held_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "journal_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("loan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "posting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("held_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("as_of", Day(), nullable=True),
        sa.Column("events", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('held', 'released')) = (held_id IS NOT NULL)",
            name=op.f("ck_journal_entries_held"),
        ),
        sa.CheckConstraint(
            "(kind IN ('payment', 'reversal')) = (posting_id IS NOT NULL)",
            name=op.f("ck_journal_entries_posting"),
        ),
        sa.CheckConstraint(
            "kind IN ('payment', 'reversal', 'difference', 'held', 'released')",
            name=op.f("ck_journal_entries_kind"),
        ),
        sa.CheckConstraint(
            "(held_id IS NULL) = (loan_id IS NOT NULL)", name=op.f("ck_journal_entries_loan")
        ),
        sa.ForeignKeyConstraint(
            ["held_id"], ["held_payments.id"], name=op.f("fk_journal_entries_held_id")
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name=op.f("fk_journal_entries_loan_id")),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["postings.id"], name=op.f("fk_journal_entries_posting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entries")),
        sa.UniqueConstraint("posting_id", name=op.f("uq_journal_entries_posting_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("journal_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_entries_loan_id"), ["loan_id"], unique=False)

    op.create_table(
        "journal_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_journal_lines_amount")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entries.id"], name=op.f("fk_journal_lines_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_lines")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("journal_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_lines_account"), ["account"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_lines_entry_id"), ["entry_id"], unique=False)
    for table in APPEND_ONLY:
        forbid_changes(table)


def downgrade() -> None:
    """Go down."""
    for table in APPEND_ONLY:
        permit_changes(table)
    with op.batch_alter_table("journal_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journal_lines_entry_id"))
        batch_op.drop_index(batch_op.f("ix_journal_lines_account"))

    op.drop_table("journal_lines")
    with op.batch_alter_table("journal_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journal_entries_loan_id"))

    op.drop_table("journal_entries")
    op.drop_table("held_resolutions")
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_postings_loan_id"))
        batch_op.drop_index(batch_op.f("ix_postings_attempt_id"))

    op.drop_table("postings")
    op.drop_table("notification_verdicts")
    with op.batch_alter_table("held_payments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_held_payments_attempt_id"))

    op.drop_table("held_payments")
    with op.batch_alter_table("attempt_moves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempt_moves_attempt_id"))

    op.drop_table("attempt_moves")
    with op.batch_alter_table("payment_attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_attempts_next_poll_at"))
        batch_op.drop_index(batch_op.f("ix_payment_attempts_gateway_external_id"))
        batch_op.drop_index(batch_op.f("ix_payment_attempts_customer_id"))

    op.drop_table("payment_attempts")
    with op.batch_alter_table("gateway_notifications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gateway_notifications_received_at"))

    op.drop_table("gateway_notifications")
