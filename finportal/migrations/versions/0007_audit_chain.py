"""The trail's chain: a queue of rows that wait for their seal, and the seals."""

import sqlalchemy as sa
from alembic import op

from finportal.migrations.append_only import forbid_changes, permit_changes
from finportal.models.base import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_SQLITE = """
CREATE TRIGGER audit_events_wait AFTER INSERT ON audit_events
BEGIN INSERT INTO audit_waiting (event_id) VALUES (NEW.id); END
"""
_FUNCTION = """
CREATE FUNCTION await_seal() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO audit_waiting (event_id) VALUES (NEW.id); RETURN NULL; END $$
"""
_POSTGRESQL = """
CREATE TRIGGER audit_events_wait AFTER INSERT ON audit_events
FOR EACH ROW EXECUTE FUNCTION await_seal()
"""


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "audit_waiting",
        sa.Column(
            "event_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_audit_waiting")),
        sqlite_strict=True,
    )
    op.create_table(
        "audit_seals",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("sealed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["audit_events.id"], name=op.f("fk_audit_seals_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seals")),
        sa.UniqueConstraint("digest", name=op.f("uq_audit_seals_digest")),
        sa.UniqueConstraint("event_id", name=op.f("uq_audit_seals_event_id")),
        sqlite_strict=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_SQLITE)
    else:
        op.execute(_FUNCTION)
        op.execute(_POSTGRESQL)
    op.execute("INSERT INTO audit_waiting (event_id) SELECT id FROM audit_events")
    forbid_changes("audit_seals")


def downgrade() -> None:
    """Go down."""
    permit_changes("audit_seals")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_events_wait")
    else:
        op.execute("DROP TRIGGER audit_events_wait ON audit_events")
        op.execute("DROP FUNCTION await_seal()")
    op.drop_table("audit_seals")
    op.drop_table("audit_waiting")
