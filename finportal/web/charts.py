"""Pictures of a credit as SVG paths: whole numbers in a box, drawn by the templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from finportal.lending.state import RowState

WIDTH, HEIGHT = 600, 200
GAP = 4
"""White between two colours that differ less than eyes with low vision need."""

LEAST_POINTS = 2


@dataclass(frozen=True, slots=True)
class Curve:
    """The capital from row to row: its line, the area under it, and how far the day has come."""

    line: str
    area: str
    today: int


@dataclass(frozen=True, slots=True)
class Bars:
    """Each instalment as a bar: one path a part, principal at the foot."""

    principal: str
    interest: str
    insurance: str


def capital_curve(rows: Sequence[RowState], begins: date, on: date) -> Curve | None:
    """The capital left after each row, from the day the rows begin; None without rows."""
    if not rows:
        return None
    return curve_through(
        [(begins, rows[0].opening), *((row.due_date, row.balance) for row in rows)], on
    )


def curve_through(points: Sequence[tuple[date, int]], on: date) -> Curve | None:
    """The line through amounts in the order of their days; None where there is no line to draw."""
    if len(points) < LEAST_POINTS:
        return None
    first, last = points[0][0], points[-1][0]
    top = max(amount for _, amount in points) or 1
    places = [(_along(day, first, last), HEIGHT - HEIGHT * amount // top) for day, amount in points]
    line = "M" + "L".join(f"{x} {y}" for x, y in places)
    area = f"{line}L{places[-1][0]} {HEIGHT}L{places[0][0]} {HEIGHT}z"
    return Curve(line, area, _along(min(max(on, first), last), first, last))


def split_bars(rows: Sequence[RowState]) -> Bars | None:
    """What each row is made of, all on one scale; None without rows."""
    if not rows:
        return None
    top = max(row.total for row in rows) or 1
    step = WIDTH / len(rows)
    paths: dict[str, list[str]] = {"principal": [], "interest": [], "insurance": []}
    for number, row in enumerate(rows):
        left, right = round(number * step), round((number + 1) * step)
        width = max(1, right - left - (1 if step > GAP else 0))
        foot = HEIGHT
        for part, drawn in paths.items():
            height = (HEIGHT - 2 * GAP) * getattr(row, part) // top
            if height:
                drawn.append(f"M{left} {foot}h{width}v{-height}h{-width}z")
                foot -= height + GAP
    return Bars(*("".join(drawn) for drawn in paths.values()))


def _along(day: date, first: date, last: date) -> int:
    return WIDTH * (day - first).days // max(1, (last - first).days)
