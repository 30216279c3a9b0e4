"""kill -9 at any moment and at each point: nothing is lost or doubled, and the books hold."""

from pathlib import Path

from tests.crash import POINTS, Trials

KILLS = len(POINTS)


def test_killed_again_and_again(tmp_path: Path, database_url: str) -> None:
    counts = Trials(tmp_path, database_url, seed=7).run(KILLS)
    assert counts.good, [*counts.lost, *counts.doubled, *counts.faults]
    assert counts.kills == KILLS
    assert counts.begun
    assert counts.posted
