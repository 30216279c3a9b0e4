"""A rate that steps on certain days, with its running sum: the interest of a span is a difference.

Days are numbers (date.toordinal). The night from a to a + 1 belongs to the day in which it ends, so
a span (a, b] sums the days a + 1 to b.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finportal.lending.errors import LendingError
from finportal.lending.rates import plain


class RateGap(LendingError):
    """No certified rate is known for {day}: load that month's certificate first."""


@dataclass(frozen=True, slots=True)
class RateSteps:
    """Day j falls in the last step that starts on or before it.

    `effective` and `scaled` are each step's annual rate and its periodic rate over SCALE; `sums`
    the scaled rates of all days before each step; `gaps` the spans (first, last) without a rate,
    `sound_from` the last day of the last gap.
    """

    starts: tuple[int, ...]
    effective: tuple[Decimal, ...]
    scaled: tuple[int, ...]
    sums: tuple[int, ...]
    gaps: tuple[tuple[int, int], ...]
    sound_from: int

    def between(self, a: int, b: int) -> int:
        """The scaled rates of the days in (a, b] summed. Raises RateGap."""
        if a < self.sound_from:
            self.check(a, b)
        index = bisect_right(self.starts, b) - 1
        if a + 1 >= self.starts[index]:
            return self.scaled[index] * (b - a)
        return self._sum_to(b) - self._sum_to(a)

    def pieces(self, a: int, b: int) -> Iterator[tuple[int, int, Decimal, int]]:
        """The spans of one rate that make (a, b]: from, to, effective, scaled. Raises RateGap."""
        if a < self.sound_from:
            self.check(a, b)
        index = max(bisect_right(self.starts, a + 1) - 1, 0)
        while a < b:
            after = self.starts[index + 1] - 1 if index + 1 < len(self.starts) else b
            yield a, min(after, b), self.effective[index], self.scaled[index]
            a, index = after, index + 1

    def _sum_to(self, day: int) -> int:
        index = max(bisect_right(self.starts, day) - 1, 0)
        return self.sums[index] + self.scaled[index] * (day - self.starts[index] + 1)

    def check(self, a: int, b: int) -> None:
        """Raise RateGap if a day of (a, b] has no rate."""
        for first, last in self.gaps:
            if a < last and first <= b:
                raise RateGap(day=date.fromordinal(max(first, a + 1)))


def rate_steps(
    steps: Iterable[tuple[int, Decimal, int]], gaps: Sequence[tuple[int, int]] = ()
) -> RateSteps:
    """Build from (first day, effective rate, scaled rate), in order of days; equal ones merge."""
    starts: list[int] = []
    rates: list[tuple[Decimal, int]] = []
    sums = [0]
    for start, effective, scaled in steps:
        if rates and rates[-1][0] == effective:
            continue
        if rates:
            sums.append(sums[-1] + rates[-1][1] * (start - starts[-1]))
        starts.append(start)
        rates.append((plain(effective), scaled))
    effectives, scaleds = zip(*rates, strict=True)
    sound_from = gaps[-1][1] if gaps else 0
    return RateSteps(tuple(starts), effectives, scaleds, tuple(sums), tuple(gaps), sound_from)
