"""The queue between the web processes and the worker."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from finportal.adapters.jobs import Jobs
from finportal.settings import Settings


@pytest.fixture
def home(keys: Settings, tmp_path: Path) -> Settings:
    """Settings with a folder for the queue's file."""
    return keys.model_copy(update={"instance": tmp_path})


def test_a_wake_up_call_reaches_the_worker_process(home: Settings) -> None:
    rounds: list[str] = []
    web, worker = Jobs(home), Jobs(home)
    worker.does(lambda: rounds.append("done"))
    web.wake()
    assert worker.huey.pending_count() == 1
    worker.huey.execute(worker.huey.dequeue())
    assert rounds == ["done"]
    assert worker.huey.pending_count() == 0
    for jobs in (web, worker):
        jobs.close()


def test_a_process_that_is_no_worker_does_nothing_with_a_call(home: Settings) -> None:
    web = Jobs(home)
    web.wake()
    web.huey.execute(web.huey.dequeue())
    web.close()


def test_the_worker_also_wakes_by_itself_every_minute(home: Settings) -> None:
    jobs = Jobs(home)
    assert jobs.huey._registry.periodic_tasks == []
    jobs.does(lambda: None)
    [task] = jobs.huey._registry.periodic_tasks
    assert all(task.validate_datetime(minute) for minute in _minutes())
    jobs.close()


def test_the_queue_stays_in_the_instance_folder_unless_redis_is_named(home: Settings) -> None:
    jobs = Jobs(home)
    jobs.wake()
    assert (home.instance / "jobs.db").exists()
    jobs.close()
    with_redis = Jobs(home.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"}))
    assert type(with_redis.huey).__name__ == "RedisHuey"


@pytest.mark.parametrize("broken", ["redis", "file"])
def test_a_queue_that_is_down_does_not_undo_what_a_visitor_did(
    home: Settings, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    if broken == "redis":
        jobs = Jobs(home.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"}))
    else:
        jobs = Jobs(home)
        jobs.huey.storage.sql("DROP TABLE task", commit=True)
    jobs.wake()
    assert "the worker could not be woken" in caplog.text
    jobs.close()


def _minutes() -> list[object]:
    start = datetime(2026, 11, 23, 23, 50, tzinfo=UTC)
    return [start + timedelta(minutes=n) for n in range(20)]
