"""The demo lender's credits: one story each, so that every state a portfolio knows is there."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from finportal.demo.words import CARS, MOTORCYCLES, TRUCKS, USED_CARS, Model
from finportal.lending.due_dates import due_date

MILLION = 1_000_000
STEP = 100_000
PRODUCTS = {
    CARS: "Vehículo nuevo",
    USED_CARS: "Vehículo usado",
    MOTORCYCLES: "Moto",
    TRUCKS: "Vehículo de carga",
}
_PLATE_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_VIN_SIGNS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
_VIN_VALUES = dict(zip(_VIN_SIGNS, map(int, "123456781234579234567890123456789"), strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True)
class Story:
    """How far a credit has come, in months of its term, and what is special about it.

    `first_after`: months from disbursement to the first due date, or days if it is a timedelta.
    `days_ago`, `this_month`: a disbursement too recent to be told in months.
    """

    age: int
    term: int
    models: tuple[Model, ...] = CARS
    status: str = "active"
    first_after: int | timedelta = 1
    days_ago: int = 0
    this_month: bool = False
    extra: dict[str, str] = field(default_factory=dict)
    balloon_percent: int = 0
    opening_percent: int = 0


INSURED = {"insurance_rate": "0.00060"}
PREMIUM = {"insurance_monthly": "128500"}
BOTH = INSURED | PREMIUM


def _day_count(name: str) -> dict[str, str]:
    return INSURED | {"day_count": name}


MIDWAY = (
    Story(7, 48, extra=INSURED),
    Story(11, 60, extra=BOTH),
    Story(18, 60, extra=PREMIUM),
    Story(23, 72, extra=INSURED | {"late_rate_ea": "0.2480"}),
    Story(5, 36, USED_CARS),
    Story(14, 48, USED_CARS, extra=INSURED),
    Story(9, 24, MOTORCYCLES),
    Story(4, 18, MOTORCYCLES, extra={"insurance_monthly": "32000"}),
    Story(16, 60, TRUCKS, extra=BOTH),
    Story(30, 72, TRUCKS, extra=PREMIUM),
    Story(26, 60, extra=INSURED),
    Story(37, 72, extra=BOTH),
    Story(3, 60),
    Story(41, 60, extra=INSURED),
    Story(29, 48, USED_CARS),
    Story(12, 24, MOTORCYCLES, extra=INSURED),
    Story(13, 36, USED_CARS, extra=PREMIUM),
    Story(24, 60, TRUCKS, extra=INSURED),
    Story(6, 48, extra={"late_rate_ea": "0.2390"}),
)
SPECIAL = (
    Story(12, 60, balloon_percent=30, extra=INSURED),
    Story(3, 48, balloon_percent=20),
    Story(8, 60, TRUCKS, extra=PREMIUM | {"grace_months": "3"}),
    Story(2, 48, extra={"grace_months": "6"}),
    Story(6, 48, first_after=timedelta(days=43), extra=INSURED),
    Story(10, 36, USED_CARS, first_after=timedelta(days=19)),
    Story(13, 24, first_after=timedelta(days=75)),
    Story(15, 60, extra=_day_count("30/360")),
    Story(9, 48, extra=_day_count("30E/360")),
    Story(20, 60, extra=_day_count("30US/360")),
    Story(6, 36, TRUCKS, extra=_day_count("act/365")),
    Story(17, 48, TRUCKS, extra=_day_count("act/360")),
    Story(21, 60, extra=_day_count("eff/365")),
    Story(12, 48, extra=_day_count("act/act")),
    Story(25, 60, opening_percent=78, extra=INSURED),
    Story(33, 72, TRUCKS, opening_percent=75, extra=PREMIUM | {"opening_credit": "45000"}),
    Story(19, 36, USED_CARS, opening_percent=70, extra={"opening_interest": "183000.50"}),
    Story(
        28,
        60,
        opening_percent=74,
        extra={
            "opening_interest": "412000",
            "opening_late_interest": "18350",
            "opening_insurance": "21400",
            "opening_fees": "35000",
        },
    ),
    Story(22, 60, extra={"allocation": "fees>insurance>late_interest>interest>principal:by_part"}),
    Story(10, 48, extra={"allocation": "fees>late_interest>insurance>interest>principal"}),
)
EDGES = (
    Story(0, 60, this_month=True, extra=INSURED),
    Story(0, 24, MOTORCYCLES, this_month=True),
    Story(0, 48, USED_CARS, this_month=True, extra=PREMIUM),
    Story(0, 72, days_ago=24, extra=BOTH),
    Story(0, 36, days_ago=17),
    Story(34, 36, USED_CARS, extra=INSURED),
    Story(46, 48),
    Story(57, 60, TRUCKS, extra=PREMIUM),
    Story(22, 24, MOTORCYCLES),
    Story(1, 12, MOTORCYCLES),
)
_ENDED = ((40, 36), (27, 24), (55, 48), (65, 60))
CLOSED = tuple(Story(age, term, status="closed") for age, term in _ENDED)
STORIES = MIDWAY + SPECIAL + EDGES + CLOSED


def told(random: Random, story: Story, number: int, today: date) -> dict[str, str]:
    """The credit of a story as a row of the loans file, all but its borrower."""
    model = random.choice(story.models)
    principal = random.randrange(model.least * MILLION, model.most * MILLION + 1, STEP)
    disbursed, first_due = _dates(random, story, today)
    years = random.randrange(3, 9) if story.models is USED_CARS else 0
    row = {
        "loan_number": f"V-{100_000 + number}",
        "product": PRODUCTS[story.models],
        "principal": str(principal),
        "disbursed_on": str(disbursed),
        "first_due_on": str(first_due),
        "term": str(story.term),
        "rate_ea": f"0.{random.randrange(1700, 2601)}",
        "plate": _plate(random, moto=story.models is MOTORCYCLES),
        "vin": _vin(random),
        "make": model.make,
        "model": model.name,
        "model_year": str(disbursed.year - years),
        "status": story.status,
    }
    return row | story.extra | _amounts(story, principal, disbursed, today)


def _dates(random: Random, story: Story, today: date) -> tuple[date, date]:
    if story.this_month:
        disbursed = today.replace(day=max(1, today.day - random.randrange(6)))
    elif story.days_ago:
        disbursed = today - timedelta(days=story.days_ago)
    else:
        month = due_date(today.replace(day=1), 1, -story.age - 1)
        disbursed = month.replace(day=random.randrange(1, 29))
    if isinstance(story.first_after, timedelta):
        return disbursed, disbursed + story.first_after
    return disbursed, due_date(disbursed, disbursed.day, story.first_after)


def _amounts(story: Story, principal: int, disbursed: date, today: date) -> dict[str, str]:
    amounts = {}
    if story.balloon_percent:
        amounts["balloon"] = str(principal * story.balloon_percent // 100)
    if story.opening_percent:
        migrated = due_date(today.replace(day=1), 1, -6) - timedelta(days=1)
        amounts["opening_on"] = str(max(migrated, disbursed))
        amounts["opening_principal"] = str(principal * story.opening_percent // 100)
    return amounts


def _plate(random: Random, *, moto: bool) -> str:
    letters = "".join(random.choices(_PLATE_LETTERS, k=3))
    if moto:
        return f"{letters}{random.randrange(100):02d}{random.choice(_PLATE_LETTERS)}"
    return f"{letters}{random.randrange(1000):03d}"


def _vin(random: Random) -> str:
    """A number with the check digit of 49 CFR 565.15 in its ninth place."""
    signs = "9ZZ" + "".join(random.choices(_VIN_SIGNS, k=14))
    total = sum(
        _VIN_VALUES[sign] * weight for sign, weight in zip(signs, _VIN_WEIGHTS, strict=True)
    )
    return f"{signs[:8]}{'0123456789X'[total % 11]}{signs[9:]}"
