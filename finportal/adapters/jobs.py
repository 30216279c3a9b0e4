"""Work for the worker process: a queue in a file of the instance folder, or in Redis."""

import logging
from collections.abc import Callable

from huey import Huey, RedisHuey, SqliteHuey, crontab

from finportal.settings import Settings

log = logging.getLogger(__name__)

QUEUE_TIMEOUT = 1


class Jobs:
    """The one job of the portal so far: a round of the outbox, every minute and when woken."""

    def __init__(self, settings: Settings) -> None:
        self.huey = _queue(settings)
        self._round: Callable[[], object] | None = None
        self._wake = self.huey.task(name="round")(self._run)
        self.huey.periodic_task(crontab(minute="*"), name="every-minute")(self._run)

    def does(self, work: Callable[[], object]) -> None:
        """Say what a round is; only the worker process needs it."""
        self._round = work

    def wake(self) -> None:
        """Ask the worker for a round now; without a queue it comes at the next minute anyway."""
        try:
            self._wake()
        except Exception:  # what the visitor asked for is done: the queue must not undo the answer
            log.exception("the worker could not be woken")

    def _run(self) -> None:
        if self._round:
            self._round()


def _queue(settings: Settings) -> Huey:
    if settings.redis_url:
        return RedisHuey("finportal", url=settings.redis_url, results=False)
    path = settings.instance / "jobs.db"
    return SqliteHuey(
        "finportal", filename=str(path), results=False, fsync=False, timeout=QUEUE_TIMEOUT
    )
