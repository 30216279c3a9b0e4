"""The lender's portfolio as the files bring it: customers and their loans."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from finportal.models.base import Base


class Customer(Base):
    """A person or company that owes or owed a loan, as last accepted from the lender's file."""

    __tablename__ = "customers"
    __table_args__ = (
        UniqueConstraint("id_type", "id_number"),
        Index(None, "email"),
        Index(None, "id_number"),
        CheckConstraint("kind IN ('natural', 'juridical')", name="kind"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    id_type: Mapped[str]
    id_number: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    mobile: Mapped[str]
    address: Mapped[str | None]
    city: Mapped[str | None]
    birth_date: Mapped[date | None]
    representative_id_type: Mapped[str | None]
    representative_id_number: Mapped[str | None]
    representative_name: Mapped[str | None]
    loaded_at: Mapped[datetime]


class Loan(Base):
    """A credit's contract as the file states it; amounts in centavos, rates as the text typed."""

    __tablename__ = "loans"
    __table_args__ = (
        Index(None, "customer_id"),
        CheckConstraint("principal > 0", name="principal"),
        CheckConstraint("term > 0", name="term"),
        CheckConstraint("status IN ('active', 'closed')", name="status"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    loan_number: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    product: Mapped[str]
    principal: Mapped[int]
    disbursed_on: Mapped[date]
    first_due_on: Mapped[date]
    term: Mapped[int]
    rate_ea: Mapped[str]
    plate: Mapped[str | None]
    vin: Mapped[str | None]
    make: Mapped[str | None]
    model: Mapped[str | None]
    model_year: Mapped[int | None]
    status: Mapped[str]
    late_rate_ea: Mapped[str | None]
    insurance_rate: Mapped[str | None]
    insurance_monthly: Mapped[int | None]
    balloon: Mapped[int | None]
    grace_months: Mapped[int | None]
    day_count: Mapped[str | None]
    allocation: Mapped[str | None]
    opening_on: Mapped[date | None]
    opening_principal: Mapped[int | None]
    opening_interest: Mapped[int | None]
    opening_late_interest: Mapped[int | None]
    opening_insurance: Mapped[int | None]
    opening_fees: Mapped[int | None]
    opening_credit: Mapped[int | None]
    loaded_at: Mapped[datetime]
