"""Pictures of a credit: inside their box, falling to the foot, and true to the figures."""

import re
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from finportal.lending import Centavos, Terms, replay
from finportal.lending.caps import UNLIMITED
from finportal.lending.state import RowState
from finportal.web.charts import HEIGHT, WIDTH, capital_curve, split_bars

BEGINS = date(2025, 10, 15)


def rows_of(principal: int, instalments: int, rate: str) -> tuple[RowState, ...]:
    terms = Terms(
        principal=Centavos(principal * 100), rate_ea=Decimal(rate), instalments=instalments,
        disbursed_on=BEGINS,
    )  # fmt: skip
    return replay(terms, [], UNLIMITED, BEGINS).rows


ROWS = st.builds(
    rows_of,
    st.integers(100_000, 10**10),
    st.integers(1, 120),
    st.sampled_from(["0", "0.22", "0.6"]),
)


@given(ROWS, st.dates(date(2020, 1, 1), date(2050, 1, 1)))
def test_the_capital_falls_from_the_top_to_the_foot(rows: tuple[RowState, ...], on: date) -> None:
    curve = capital_curve(rows, BEGINS, on)
    points = [tuple(map(int, point.split())) for point in curve.line[1:].split("L")]
    assert points[0] == (0, 0)
    assert points[-1] == (WIDTH, HEIGHT)
    assert points == sorted(points)
    assert 0 <= curve.today <= WIDTH


@given(ROWS)
def test_no_bar_leaves_the_box(rows: tuple[RowState, ...]) -> None:
    bars = split_bars(rows)
    for path in (bars.principal, bars.interest, bars.insurance):
        for left, foot, width, height in re.findall(r"M(\d+) (-?\d+)h(\d+)v-(\d+)", path):
            assert 0 <= int(left) <= WIDTH
            assert int(left) + int(width) <= WIDTH + 1
            assert 0 <= int(foot) - int(height) <= int(foot) <= HEIGHT


def test_a_part_that_is_nothing_is_not_drawn() -> None:
    bars = split_bars(rows_of(1_000_000, 12, "0"))
    assert bars.interest == bars.insurance == ""
    assert bars.principal.count("M") == 12
