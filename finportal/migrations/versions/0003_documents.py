"""Documents: issued facts, their voids and drawings, the lien's release, choice of delivery."""

import sqlalchemy as sa
from alembic import op

from finportal.migrations.append_only import forbid_changes, permit_changes
from finportal.models.base import Day, Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "issued_documents", "document_voids", "document_drawings", "lien_steps", "delivery_choices",
)  # fmt: skip


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "document_series",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column(
            "last_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_document_series")),
        sqlite_strict=True,
    )
    op.create_table(
        "delivery_choices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("medium", sa.Text(), nullable=False),
        sa.Column("chosen_at", Instant(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.CheckConstraint("medium IN ('mail', 'portal')", name=op.f("ck_delivery_choices_medium")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_delivery_choices_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_choices")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("delivery_choices", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_delivery_choices_customer_id"), ["customer_id"], unique=False
        )

    op.create_table(
        "issued_documents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("loan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.Column("edition", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("engine_version", sa.Text(), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('statement', 'payoff', 'balance', 'history', 'settlement', 'tax',"
            " 'lien_release', 'coupon', 'receipt')",
            name=op.f("ck_issued_documents_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_issued_documents_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["loan_events.id"], name=op.f("fk_issued_documents_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["loan_id"], ["loans.id"], name=op.f("fk_issued_documents_loan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_documents")),
        sa.UniqueConstraint("code", name=op.f("uq_issued_documents_code")),
        sa.UniqueConstraint(
            "loan_id",
            "kind",
            "request_key",
            "edition",
            name=op.f("uq_issued_documents_loan_id_kind_request_key_edition"),
        ),
        sa.UniqueConstraint("series", "number", name=op.f("uq_issued_documents_series_number")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("issued_documents", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_issued_documents_customer_id"), ["customer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_issued_documents_event_id"), ["event_id"], unique=False
        )

    op.create_table(
        "lien_steps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("done_on", Day(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "step IN ('delivered', 'registry', 'transit')", name=op.f("ck_lien_steps_step")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["issued_documents.id"], name=op.f("fk_lien_steps_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lien_steps")),
        sa.UniqueConstraint("document_id", "step", name=op.f("uq_lien_steps_document_id_step")),
        sqlite_strict=True,
    )
    op.create_table(
        "document_drawings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("drawn_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["issued_documents.id"], name=op.f("fk_document_drawings_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_drawings")),
        sa.UniqueConstraint("sha256", name=op.f("uq_document_drawings_sha256")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("document_drawings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_document_drawings_document_id"), ["document_id"], unique=False
        )

    op.create_table(
        "document_voids",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("voided_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('replaced', 'reversed', 'mistaken', 'owing')",
            name=op.f("ck_document_voids_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["issued_documents.id"], name=op.f("fk_document_voids_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_voids")),
        sa.UniqueConstraint("document_id", name=op.f("uq_document_voids_document_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.create_index(batch_op.f("ix_outbox_document_id"), ["document_id"], unique=False)
    for table in APPEND_ONLY:
        forbid_changes(table)


def downgrade() -> None:
    """Go down."""
    for table in APPEND_ONLY:
        permit_changes(table)
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_document_id"))
        batch_op.drop_column("document_id")

    op.drop_table("document_voids")
    op.drop_table("lien_steps")
    with op.batch_alter_table("document_drawings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_drawings_document_id"))

    op.drop_table("document_drawings")
    with op.batch_alter_table("issued_documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_issued_documents_event_id"))
        batch_op.drop_index(batch_op.f("ix_issued_documents_customer_id"))

    op.drop_table("issued_documents")
    with op.batch_alter_table("delivery_choices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_choices_customer_id"))

    op.drop_table("delivery_choices")
    op.drop_table("document_series")
