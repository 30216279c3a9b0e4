"""kill -9 at random moments: nothing acknowledged is lost, nothing doubled, the books hold."""

from pathlib import Path

from tests.crash import Trials

KILLS = 22


def test_killed_again_and_again(tmp_path: Path) -> None:
    counts = Trials(tmp_path, f"sqlite:///{tmp_path / 'crash.db'}", seed=7).run(KILLS)
    assert counts.good, [*counts.lost, *counts.doubled, *counts.faults]
    assert counts.kills == KILLS
    assert counts.begun
    assert counts.posted
