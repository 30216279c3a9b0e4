"""What every paper says, as frozen values: centavos, rates as fractions of one, Bogotá days.

A paper's facts are its text, its totals and the basis they were computed from. They are stored as
canonical JSON when it is issued and read back as these same values: a template needs nothing else.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from finportal.lender import Ombudsman
from finportal.lending import Centavos
from finportal.lending.money import ZERO
from finportal.lending.parts import Parts

Part = Literal["principal", "interest", "late_interest", "insurance", "fees"]


class Fact(BaseModel):
    """A value that never changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Split(Fact):
    """An amount by what it is for."""

    fees: Centavos = ZERO
    insurance: Centavos = ZERO
    late_interest: Centavos = ZERO
    interest: Centavos = ZERO
    principal: Centavos = ZERO

    @classmethod
    def of(cls, parts: Parts) -> Self:
        """The engine's parts as facts."""
        return cls(**parts._asdict())

    @property
    def parts(self) -> Parts:
        """The facts as the engine's parts."""
        return Parts(self.fees, self.insurance, self.late_interest, self.interest, self.principal)

    @property
    def total(self) -> Centavos:
        """The five parts together."""
        return self.parts.total


class Issuer(Fact):
    """The lender as the paper names it. `regime`: who supervises it."""

    name: str
    legal_name: str
    nit: str
    address: str
    city: str
    phone: str
    email: str
    regime: Literal["SIC", "SFC"]
    ombudsman: Ombudsman | None
    signatory_name: str
    signatory_role: str


class Holder(Fact):
    """The customer as the lender's file named them."""

    name: str
    id_type: str
    id_number: str
    kind: str
    address: str | None
    city: str | None


class LoanFacts(Fact):
    """The credit as it was agreed. `migrated_on`: the portal knows it only since that day."""

    loan_number: str
    product: str
    vehicle: str
    plate: str | None
    vin: str | None
    principal: Centavos
    disbursed_on: date
    term: int
    rate_ea: Decimal
    nominal_monthly: Decimal
    migrated_on: date | None


class Basis(Fact):
    """What was known when the figures were computed: replaying it gives them again."""

    known_at: datetime
    events: int
    last_event: int
    certificates: int


class Paper(Fact):
    """What every paper says. `layout` is the version of these fields."""

    layout: int = 1
    issued_on: date
    issuer: Issuer
    holder: Holder
    loan: LoanFacts
    basis: Basis


class MoneyLine(Fact):
    """A payment, or what undid one.

    `on` is the day the money counts from, `recorded_on` when the portal learnt of it. `rows` are
    the instalments it went to, `days_late` those between the oldest one's due date and `on`.
    `split` is None for a reversal and for what was reversed; `credit` is what it left in favour.
    `principal_after`: the capital owed after it, due or not. `reverses`: the receipt it undoes.
    `record` is the row of its event; None for what the credit did by itself.
    """

    on: date
    recorded_on: date
    kind: str
    channel: str
    receipt: str
    amount: Centavos
    split: Split | None
    rows: tuple[int, ...]
    days_late: int
    credit: Centavos
    principal_after: Centavos
    reversed_on: date | None
    reverses: str
    record: int | None = None
