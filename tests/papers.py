"""Papers of every kind with figures that add up: those of the loan that the engine's tests know.

30,000,000 pesos at 22 % E.A. in 60 instalments from 15 October 2025; two paid, the third is late.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from finportal.adapters.qr import QrPath, qr_path
from finportal.lender import Ombudsman
from finportal.lending import Centavos
from finportal.services.documents.facts import (
    Basis,
    Holder,
    Issuer,
    LoanFacts,
    MoneyLine,
    Part,
    Split,
)
from finportal.services.documents.figures import RatesFact, SpanFact, Working
from finportal.services.documents.papers import (
    AnyPaper,
    Applied,
    Balance,
    BalanceLine,
    CapitalPoint,
    Coupon,
    DayTotal,
    History,
    LienRelease,
    OtherLoan,
    Payoff,
    Receipt,
    Settlement,
    Statement,
    Tax,
)

CODE = "7KQM-X2PD-9RTW"
CHECK = f"https://portal.creditodemo.example/verificar/{CODE}"
ISSUED_ON = date(2026, 2, 9)
EA, MONTHLY = Decimal("0.22"), Decimal("0.2005075665")


@dataclass(frozen=True, slots=True)
class Void:
    """That a paper no longer holds."""

    reason: str
    voided_at: datetime


@dataclass(frozen=True, slots=True)
class Issued:
    """How a paper was issued, as its template reads it."""

    kind: str
    number: str = "EXT-000123"
    code: str = CODE
    issued_at: datetime = datetime(2026, 2, 9, 20, 7, tzinfo=UTC)
    check_url: str = CHECK
    qr: str | None = None
    qr_path: QrPath = field(default_factory=lambda: qr_path(CHECK))
    void: Void | None = None
    replaced_by: str | None = None


def pesos(amount: int) -> Centavos:
    """Whole pesos."""
    return Centavos(amount * 100)


def split(
    principal: int = 0, interest: int = 0, late: int = 0, insurance: int = 0, fees: int = 0
) -> Split:
    """Whole pesos by what they are for, in the order of the papers."""
    return Split(
        principal=pesos(principal),
        interest=pesos(interest),
        late_interest=pesos(late),
        insurance=pesos(insurance),
        fees=pesos(fees),
    )


ISSUER = Issuer(
    name="Crédito Demo", legal_name="Crédito Demo S.A.S.", nit="900.000.000-5",
    address="Carrera 0 # 0-00", city="Bogotá D. C.", phone="601 000 0000",
    email="servicio@creditodemo.example", regime="SIC", ombudsman=None,
    signatory_name="Pilar Ejemplo Firma", signatory_role="Servicio al cliente",
)  # fmt: skip
SUPERVISED = ISSUER.model_copy(
    update={
        "regime": "SFC",
        "ombudsman": Ombudsman(
            name="Defensoría Ejemplo", phone="601 111 1111",
            email="defensor@ejemplo.example", address="Calle 0 # 1-11, Bogotá D. C.",
        ),
    }
)  # fmt: skip
HOLDER = Holder(
    name="Ana Ejemplo Muñoz", id_type="CC", id_number="1020304050", kind="natural",
    address="Calle 0 # 12-34, apto 501", city="Bogotá D. C.",
)  # fmt: skip
LOAN = LoanFacts(
    loan_number="V-100234", product="Vehículo particular", vehicle="Renault Duster 2024",
    plate="ABC123", vin="9FBHSRAJ0RM000001", principal=pesos(30_000_000),
    disbursed_on=date(2025, 10, 15), term=60, rate_ea=EA, nominal_monthly=MONTHLY,
    migrated_on=None,
)  # fmt: skip
COMMON = {
    "issued_on": ISSUED_ON, "issuer": ISSUER, "holder": HOLDER, "loan": LOAN,
    "basis": Basis(
        known_at=datetime(2026, 2, 9, 20, 7, tzinfo=UTC), events=5, last_event=91, certificates=12
    ),
}  # fmt: skip


def line(on: date, receipt: str, amount: int, at: Split | None, **more: object) -> MoneyLine:
    """A payment by PSE, recorded the day it was made."""
    values = {
        "recorded_on": on, "kind": "payment", "channel": "pse", "rows": (), "days_late": 0,
        "credit": pesos(0), "principal_after": pesos(29_406_291), "reversed_on": None,
        "reverses": "",
    } | more  # fmt: skip
    return MoneyLine(on=on, receipt=receipt, amount=pesos(amount), split=at, **values)


FIRST = line(
    date(2025, 11, 14), "R-1001", 813_664, split(294_395, 501_269, 0, 18_000), rows=(1,),
    recorded_on=date(2025, 11, 15), principal_after=pesos(29_705_605),
)  # fmt: skip
SECOND = line(
    date(2025, 12, 15), "R-1002", 813_487, split(299_314, 496_350, 0, 17_823), rows=(2,),
    channel="bank",
)  # fmt: skip
BOUNCED = line(
    date(2026, 1, 20), "R-1003", 813_308, None, rows=(3,), days_late=5, channel="card",
    reversed_on=date(2026, 1, 23),
)  # fmt: skip
BOUNCE = line(
    date(2026, 1, 23), "X-1003", 813_308, None, kind="reversal", channel="card", reverses="R-1003"
)
PARTIAL = line(
    date(2026, 1, 25), "R-1004", 18_500, split(0, 0, 856, 17_644), rows=(3,), days_late=10,
    channel="cash",
)  # fmt: skip


def moved(part: Part, opening: int, charged: int, paid: int, **more: int) -> BalanceLine:
    """How a part moved, in whole pesos."""
    values = {"disbursed": 0, "waived": 0, "restored": 0, "adjusted": 0} | more
    closing = (
        opening + charged - paid + values["disbursed"] + values["restored"] + values["adjusted"]
        - values["waived"]
    )  # fmt: skip
    return BalanceLine(
        part=part, opening=pesos(opening), charged=pesos(charged), paid=pesos(paid),
        closing=pesos(closing), **{name: pesos(value) for name, value in values.items()},
    )  # fmt: skip


def span(start: date, end: date, base: int, rate: str, *, limited: bool = False) -> SpanFact:
    """Days that bore a rate."""
    return SpanFact(start=start, end=end, base=pesos(base), rate_ea=Decimal(rate), limited=limited)


STATEMENT = Statement(
    **COMMON, month="2026-02", begins_on=date(2026, 1, 6), cutoff=date(2026, 2, 5),
    due_on=date(2026, 2, 15), row=4, rows_total=60, rows_paid=2,
    balances=(
        moved("principal", 29_406_291, 0, 0),
        moved("interest", 332_849, 487_905, 0),
        moved("late_interest", 0, 3_847, 856),
        moved("insurance", 0, 17_644, 17_644),
        moved("fees", 0, 35_000, 0, waived=35_000),
    ),
    credit_opening=pesos(0), credit=pesos(0),
    instalment=split(309_400, 486_264, 0, 17_461), overdue=split(304_315, 491_349, 2_991),
    days_past_due=21, oldest_due_on=date(2026, 1, 15), to_pay=pesos(1_611_780),
    payments=(BOUNCED, BOUNCE, PARTIAL), late_since=(),
    rates=RatesFact(
        agreed_ea=EA, applied_ea=EA, applied_monthly=MONTHLY, limited=False, late_ea=None,
        cap_ea=Decimal("0.2523"),
    ),
    workings=(
        Working(
            figure="interest", row=3, exact=Decimal("491348.653962"), carried=pesos(0),
            result=pesos(491_349), period_days=31,
            spans=(span(date(2025, 12, 15), date(2026, 1, 15), 29_406_291, "0.22"),),
        ),
        Working(
            figure="interest", row=4, exact=Decimal("329404.554130"), carried=pesos(0),
            result=pesos(329_405), period_days=31,
            spans=(span(date(2026, 1, 15), date(2026, 2, 5), 29_101_976, "0.22"),),
        ),
        Working(
            figure="late_interest", row=3, exact=Decimal("3847.262269"), carried=pesos(0),
            result=pesos(3_847),
            spans=(
                span(date(2026, 1, 15), date(2026, 1, 31), 304_315, "0.2436"),
                span(date(2026, 1, 31), date(2026, 2, 5), 304_315, "0.2523"),
            ),
        ),
    ),
    capital=(
        CapitalPoint(on=date(2025, 10, 15), balance=pesos(30_000_000)),
        CapitalPoint(on=date(2025, 11, 14), balance=pesos(29_705_605)),
        CapitalPoint(on=date(2025, 12, 15), balance=pesos(29_406_291)),
        CapitalPoint(on=date(2026, 2, 5), balance=pesos(29_406_291)),
        CapitalPoint(on=date(2027, 10, 15), balance=pesos(22_300_000)),
        CapitalPoint(on=date(2029, 4, 15), balance=pesos(12_100_000)),
        CapitalPoint(on=date(2030, 10, 15), balance=pesos(0)),
    ),
)  # fmt: skip
EVENTFUL = STATEMENT.model_copy(
    update={
        "issuer": SUPERVISED,
        "balances": (
            moved("principal", 29_705_605, 0, 4_742_271, disbursed=1_000_000, restored=299_314,
                  adjusted=-294_395),
            moved("interest", 332_849, 487_905, 257_729, restored=496_350),
            moved("late_interest", 0, 3_847, 856, adjusted=-120),
            moved("insurance", 0, 17_644, 17_644),
            moved("fees", 0, 0, 0),
        ),
        "workings": (
            STATEMENT.workings[2].model_copy(
                update={"carried": pesos(120), "result": pesos(3_967)}
            ),
        ),
        "credit_opening": pesos(5_000),
        "credit": pesos(12_500),
        "overdue": split(),
        "to_pay": pesos(800_625),
        "days_past_due": 0,
        "oldest_due_on": None,
        "late_since": (FIRST, BOUNCE),
        "rates": STATEMENT.rates.model_copy(
            update={
                "limited": True,
                "applied_ea": Decimal("0.2180"),
                "applied_monthly": Decimal("0.1988395768"),
                "late_ea": Decimal("0.2300"),
                "cap_ea": None,
            }
        ),
        "reference": "100234000077",
    }
)  # fmt: skip
PAYOFF = Payoff(
    **COMMON, on=ISSUED_ON, addressed_to="Banco Ejemplo S.A.", days_past_due=25,
    oldest_due_on=date(2026, 1, 15), due=split(304_315, 491_349, 4_598, 17_644),
    accrued_interest=pesos(392_148), principal_not_due=pesos(29_101_976), insurance=pesos(0),
    credit_used=pesos(0), total=pesos(30_312_030), per_diem=pesos(15_873),
    valid_until=date(2026, 2, 14),
    days=tuple(
        DayTotal(on=date(2026, 2, day), total=pesos(total))
        for day, total in (
            (9, 30_312_030), (10, 30_327_903), (11, 30_343_777), (12, 30_359_651),
            (13, 30_375_524), (14, 30_391_398),
        )
    ),
)  # fmt: skip
BALANCE = Balance(
    **COMMON, year=2025, on=date(2025, 12, 31), owed=split(29_406_291, 253_599), credit=pesos(0)
)
HISTORY = History(
    **COMMON, first=date(2025, 10, 15), last=date(2026, 2, 9),
    principal_before=pesos(30_000_000), principal_after=pesos(29_406_291),
    lines=(FIRST, SECOND, BOUNCED, BOUNCE, PARTIAL),
    totals=split(593_709, 997_619, 856, 53_467), amount=pesos(1_645_651),
)  # fmt: skip
SETTLEMENT = Settlement(
    **COMMON, settled_on=date(2026, 2, 9), last_paid_on=date(2026, 2, 9), last_receipt="R-1005",
    credit=pesos(1_250),
    others=(
        OtherLoan(loan_number="V-100777", status="active"),
        OtherLoan(loan_number="V-100101", status="closed"),
    ),
)  # fmt: skip
TAX = Tax(
    **COMMON, year=2025, paid=split(593_709, 997_619, 0, 35_823),
    owed=split(29_406_291, 253_599), amount=pesos(1_627_151),
)  # fmt: skip
LIEN_RELEASE = LienRelease(
    **COMMON, addressed_to="Secretaría Distrital de Movilidad de Bogotá",
    settled_on=date(2026, 2, 9),
)  # fmt: skip
COUPON = Coupon(
    **COMMON, on=ISSUED_ON, due_on=date(2026, 2, 15), row=4,
    instalment=split(309_400, 486_264, 0, 17_461), overdue=split(304_315, 491_349, 4_598, 17_644),
    credit=pesos(0), to_pay=pesos(1_631_031), reference="100234000077",
)  # fmt: skip
RECEIPT = Receipt(
    **COMMON,
    line=line(
        ISSUED_ON, "R-1005", 900_000, split(304_315, 491_349, 4_598, 17_644), rows=(3,),
        days_late=25, principal_after=pesos(29_101_976), credit=pesos(82_094),
    ),
    applied=(
        Applied(row=3, due_on=date(2026, 1, 15), split=split(304_315, 491_349, 4_598, 17_644)),
    ),
    order=("fees", "insurance", "late_interest", "interest", "principal"),
    authorisation="1290347", reference="P7KQMX2PD9RTW4",
)  # fmt: skip
PREPAID = RECEIPT.model_copy(
    update={
        "line": line(
            date(2026, 3, 2), "R-1009", 5_035_000, split(4_742_271, 257_729, 0, 0, 35_000),
            kind="prepayment", rows=(0,), principal_after=pesos(24_050_305),
        ),
        "applied": (
            Applied(row=0, due_on=date(2026, 3, 1), split=split(0, 0, 0, 0, 35_000)),
            Applied(row=None, due_on=None, split=split(4_742_271, 257_729)),
        ),
    }
)  # fmt: skip
PAPERS: dict[str, AnyPaper] = {
    paper.kind: paper
    for paper in (
        STATEMENT, PAYOFF, BALANCE, HISTORY, SETTLEMENT, TAX, LIEN_RELEASE, COUPON, RECEIPT
    )
}  # fmt: skip
