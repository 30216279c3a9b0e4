"""Due dates: one a month on the anchor day, clamped to short months without losing the anchor."""

from calendar import monthrange
from datetime import date
from functools import lru_cache

from finportal.lending.errors import LendingError

_LONGEST_MONTH = 31


class AnchorMismatch(LendingError):
    """The first due date {first} does not fall on day {anchor} of its month."""


@lru_cache(maxsize=4096)
def due_date(first: date, anchor: int, months: int) -> date:
    """The due date `months` after the first one; a missing day becomes the last of its month.

    31 January is followed by 29 February and then by 31 March: the anchor is kept.
    """
    years, month = divmod(first.month - 1 + months, 12)
    year = first.year + years
    return date(year, month + 1, min(anchor, monthrange(year, month + 1)[1]))


def check_anchor(first: date, anchor: int) -> None:
    """Raise AnchorMismatch unless `first` is what the anchor day (1 to 31) gives in its month."""
    if not 1 <= anchor <= _LONGEST_MONTH or due_date(first, anchor, 0) != first:
        raise AnchorMismatch(first=first, anchor=anchor)


def boundaries(first: date, anchor: int, before: int, count: int) -> tuple[int, ...]:
    """Day numbers of `count` due dates from the first on, after those of the `before` months."""
    return tuple(due_date(first, anchor, months).toordinal() for months in range(-before, count))
