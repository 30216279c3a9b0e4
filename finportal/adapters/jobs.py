"""Work for the worker process: a queue in a file of the instance folder, or in Redis."""

import logging
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from finportal.settings import Settings

if TYPE_CHECKING:
    from huey import Huey

log = logging.getLogger(__name__)

QUEUE_TIMEOUT = 1
"""Seconds to wait for the queue's file before giving up: a visitor is waiting too."""


class Jobs:
    """The one job of the portal so far: a round of the outbox, every minute and when woken.

    The queue is opened when it is first used: most requests have nothing for the worker.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._round: Callable[[], object] | None = None

    @cached_property
    def huey(self) -> "Huey":
        """The queue."""
        from huey import RedisHuey, SqliteHuey  # noqa: PLC0415 - 17 MB that an idle process saves

        if self._settings.redis_url:
            return RedisHuey("finportal", url=self._settings.redis_url, results=False)
        return SqliteHuey(
            "finportal",
            filename=str(self._settings.instance / "jobs.db"),
            results=False,
            fsync=False,
            timeout=QUEUE_TIMEOUT,
        )

    @cached_property
    def _wake(self) -> Callable[[], object]:
        wake: Callable[[], object] = self.huey.task(name="round")(self._run)
        return wake

    def does(self, work: Callable[[], object]) -> None:
        """Say what a round is, and have one every minute; only the worker process calls this."""
        from huey import crontab  # noqa: PLC0415

        self._round = work
        _ = self._wake  # the consumer must know the task before it meets one
        self.huey.periodic_task(crontab(minute="*"), name="every-minute")(self._run)

    def wake(self) -> None:
        """Ask the worker for a round now; without a queue it comes at the next minute anyway."""
        try:
            self._wake()
        except Exception:  # what the visitor asked for is done: the queue must not undo the answer
            log.exception("the worker could not be woken")

    def close(self) -> None:
        """Let the queue's file go."""
        if "huey" in self.__dict__:
            self.huey.storage.close()

    def _run(self) -> None:
        if self._round:
            self._round()
