"""The credit: terms and events that are only added to, certified rates, and the lists' copy."""

import json
from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

from finportal.migrations.append_only import forbid_changes, permit_changes
from finportal.models.base import Day, Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("loan_terms", "loan_events", "certified_rates")
_CONTRACT = (
    "principal", "disbursed_on", "first_due_on", "term", "rate_ea", "late_rate_ea",
    "insurance_rate", "insurance_monthly", "balloon", "grace_months", "day_count", "allocation",
    "opening_on", "opening_principal", "opening_interest", "opening_late_interest",
    "opening_insurance", "opening_fees", "opening_credit",
)  # fmt: skip


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "certified_rates",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", Day(), nullable=False),
        sa.Column("valid_to", Day(), nullable=False),
        sa.Column("ibc_ea", sa.Text(), nullable=False),
        sa.Column("cap_ea", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certified_rates")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("certified_rates", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certified_rates_valid_from"), ["valid_from"], unique=False
        )

    op.create_table(
        "loan_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("loan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value_date", Day(), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("effect", sa.Text(), nullable=True),
        sa.Column(
            "reverses_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'prepayment') = (effect IS NOT NULL)", name=op.f("ck_loan_events_prepayment")
        ),
        sa.CheckConstraint(
            "(kind = 'reversal') = (reverses_id IS NOT NULL)", name=op.f("ck_loan_events_reverses")
        ),
        sa.CheckConstraint(
            "(kind IN ('payment', 'prepayment', 'reversal')) = (body IS NULL)",
            name=op.f("ck_loan_events_body"),
        ),
        sa.CheckConstraint(
            "channel IN ('pse', 'card', 'cash', 'bank', 'other')",
            name=op.f("ck_loan_events_channel"),
        ),
        sa.CheckConstraint(
            "effect IN ('reduce_term', 'reduce_instalment')", name=op.f("ck_loan_events_effect")
        ),
        sa.CheckConstraint(
            "kind IN ('payment', 'prepayment', 'reversal', 'reclassification', 'fee', 'waiver', "
            "'refund', 'insurance_change', 'restructuring', 'acceleration', 'write_off')",
            name=op.f("ck_loan_events_kind"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_loan_events_amount")),
        sa.CheckConstraint(
            "kind NOT IN ('payment', 'prepayment') OR amount IS NOT NULL",
            name=op.f("ck_loan_events_content"),
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name=op.f("fk_loan_events_loan_id")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["loan_events.id"], name=op.f("fk_loan_events_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_events")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_loan_events_reverses_id")),
        sa.UniqueConstraint(
            "source", "external_id", name=op.f("uq_loan_events_source_external_id")
        ),
        sqlite_strict=True,
    )
    with op.batch_alter_table("loan_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_loan_events_loan_id"), ["loan_id"], unique=False)

    op.create_table(
        "loan_projections",
        sa.Column("loan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("engine_version", sa.Text(), nullable=False),
        sa.Column(
            "certificates", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("as_of", Day(), nullable=False),
        sa.Column("holds_until", Day(), nullable=False),
        sa.Column(
            "instalment", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("next_due_date", Day(), nullable=True),
        sa.Column(
            "next_due_amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("overdue", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("oldest_due_date", Day(), nullable=True),
        sa.Column(
            "principal_left", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("credit", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "rows_paid", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "rows_total", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("ends_on", Day(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["loan_id"], ["loans.id"], name=op.f("fk_loan_projections_loan_id")
        ),
        sa.PrimaryKeyConstraint("loan_id", name=op.f("pk_loan_projections")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("loan_projections", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_loan_projections_holds_until"), ["holds_until"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_loan_projections_oldest_due_date"), ["oldest_due_date"], unique=False
        )

    op.create_table(
        "loan_terms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("loan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name=op.f("fk_loan_terms_loan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_terms")),
        sa.UniqueConstraint("loan_id", "version", name=op.f("uq_loan_terms_loan_id_version")),
        sqlite_strict=True,
    )
    _write_down_first_versions()
    for table in APPEND_ONLY:
        forbid_changes(table)


def downgrade() -> None:
    """Go down."""
    for table in APPEND_ONLY:
        permit_changes(table)
    op.drop_table("loan_terms")
    with op.batch_alter_table("loan_projections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_loan_projections_oldest_due_date"))
        batch_op.drop_index(batch_op.f("ix_loan_projections_holds_until"))

    op.drop_table("loan_projections")
    with op.batch_alter_table("loan_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_loan_events_loan_id"))

    op.drop_table("loan_events")
    with op.batch_alter_table("certified_rates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certified_rates_valid_from"))

    op.drop_table("certified_rates")


def _write_down_first_versions() -> None:
    """Give the loans that are already there the version of their terms that loading gives."""
    versions = sa.table(
        "loan_terms",
        sa.column("loan_id"),
        sa.column("version"),
        sa.column("contract"),
        sa.column("recorded_at", Instant()),
    )
    loans = sa.table("loans", sa.column("id"), *map(sa.column, _CONTRACT))
    now = datetime.now(UTC)
    rows = [
        {"loan_id": loan.id, "version": 1, "contract": _contract_text(loan), "recorded_at": now}
        for loan in op.get_bind().execute(sa.select(loans))
    ]
    if rows:
        op.bulk_insert(versions, rows)


def _contract_text(loan: sa.Row[tuple[object, ...]]) -> str:
    values = {name: getattr(loan, name) for name in _CONTRACT}
    plain = {name: value for name, value in values.items() if value is not None}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), default=date.isoformat)
