"""The data with which the reader of a statement computes its interest again (art. 2.2.2.35.6)."""

from datetime import date
from decimal import Decimal
from typing import Literal

from finportal.lending import Centavos
from finportal.lending.day_counts import DayCount
from finportal.services.documents.facts import Fact


class SpanFact(Fact):
    """Days (start, end] on which `base` bore `rate_ea`; `limited`: the law lowered it.

    `counted`: the days as the contract counts them, over a year of `over`; None where it counts
    every night, over the working's `period_days`.
    """

    start: date
    end: date
    base: Centavos
    rate_ea: Decimal
    limited: bool
    counted: int | None = None
    over: int | None = None

    @property
    def days(self) -> int:
        """The nights from start to end."""
        return (self.end - self.start).days


class Working(Fact):
    """How the interest of a row was computed.

    `carried` is brought from before the spans; `exact` is their interest in pesos before rounding,
    with six decimals; `result` = carried + exact rounded to the peso. Interest by `day_count`:
    `month` is base x monthly rate x days / `period_days`, summed; `eff/365` is base x (growth of
    all spans - 1); any other is base x nominal annual rate x counted / over, summed. Late interest
    is base x daily rate x days, summed.
    """

    figure: Literal["interest", "late_interest"]
    row: int
    spans: tuple[SpanFact, ...]
    exact: Decimal
    carried: Centavos
    result: Centavos
    period_days: int | None = None
    day_count: DayCount = DayCount.MONTH


class RatesFact(Fact):
    """The rates of a period. `late_ea` None: the legal maximum of each day. `cap_ea` None: unknown.

    `applied_ea` is the lowest rate of the period, below `agreed_ea` when the law `limited` it.
    """

    agreed_ea: Decimal
    applied_ea: Decimal
    applied_monthly: Decimal
    limited: bool
    late_ea: Decimal | None
    cap_ea: Decimal | None
