"""kill -9 at any moment and at each point: nothing is lost or doubled, and the books hold."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash import POINTS, Nursery, Trials

KILLS = 100
"""Two hundred on the two databases together."""


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Where children come from, for both databases."""
    with Nursery(tmp_path_factory.mktemp("nursery")) as one:
        yield one


def test_killed_again_and_again(tmp_path: Path, database_url: str, nursery: Nursery) -> None:
    counts = Trials(tmp_path, database_url, 7, nursery).run(KILLS)
    assert counts.good, [*counts.lost, *counts.doubled, *counts.faults]
    assert counts.kills == KILLS > len(POINTS)
    assert counts.begun
    assert counts.posted
