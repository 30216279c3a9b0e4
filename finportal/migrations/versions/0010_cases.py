"""Registering by code: enrolments, questions and the rounds they were asked in, cases."""

import sqlalchemy as sa
from alembic import op

from finportal.models.base import WHOLE, Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    _cases()
    op.create_table(
        "enrolments",
        sa.Column("session_id", WHOLE, nullable=False),
        sa.Column("text_id", WHOLE, nullable=False),
        sa.Column("accepted_at", Instant(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("case_id", WHOLE, nullable=True),
        _foreign_key("enrolments", "session_id", "sessions.id", ondelete="CASCADE"),
        _foreign_key("enrolments", "text_id", "consent_texts.id"),
        _foreign_key("enrolments", "case_id", "cases.id"),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_enrolments")),
        sqlite_strict=True,
    )
    op.create_table(
        "question_sets",
        sa.Column("loan_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        _foreign_key("question_sets", "loan_id", "loans.id"),
        sa.PrimaryKeyConstraint("loan_id", "kind", name=op.f("pk_question_sets")),
        sqlite_strict=True,
    )
    op.create_table(
        "question_rounds",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("customer_id", WHOLE, nullable=False),
        sa.Column("session_id", WHOLE, nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('right', 'wrong')", name=op.f("ck_question_rounds_outcome")
        ),
        _foreign_key("question_rounds", "customer_id", "customers.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_rounds")),
        sqlite_strict=True,
    )
    columns = ["customer_id", "asked_at"]
    op.create_index(op.f("ix_question_rounds_customer_id_asked_at"), "question_rounds", columns)


def downgrade() -> None:
    """Go down."""
    for table in ("question_rounds", "question_sets", "enrolments", "cases"):
        op.drop_table(table)


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("customer_id", WHOLE, nullable=False),
        sa.Column("new_email", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("text_id", WHOLE, nullable=False),
        sa.Column("accepted_at", Instant(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("used_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'approved', 'rejected')", name=op.f("ck_cases_state")
        ),
        _foreign_key("cases", "customer_id", "customers.id"),
        _foreign_key("cases", "text_id", "consent_texts.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_cases_token_hash")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_cases_customer_id"), "cases", ["customer_id"])


def _foreign_key(
    table: str, column: str, target: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete=ondelete)
