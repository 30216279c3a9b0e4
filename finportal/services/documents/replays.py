"""A credit replayed to several days of one period: the beginning of its life is replayed once."""

from dataclasses import dataclass
from datetime import date

from finportal.lending import Snapshot, State, Trace, replay, snapshot
from finportal.lending.snapshots import StaleSnapshot
from finportal.services.ledger import Credit


@dataclass(frozen=True, slots=True)
class Replays:
    """A credit, and its account at the end of `since.as_of` to go on from; None: from zero."""

    credit: Credit
    since: Snapshot | None

    @classmethod
    def after(cls, credit: Credit, day: date | None) -> "Replays":
        """Replays to days from `day` on. Raises what `lending.replay` raises."""
        if day is None:
            return cls(credit, None)
        return cls(credit, snapshot(credit.terms, credit.events, credit.rates, day))

    def state(self, on: date, trace: Trace | None = None) -> State:
        """The credit at the end of a day, as `Credit.state` gives it; a trace may begin later.

        Raises what `lending.replay` raises.
        """
        credit = self.credit
        try:
            return replay(credit.terms, credit.events, credit.rates, on, trace, since=self.since)
        except StaleSnapshot:
            return credit.state(on, trace)

    def as_of(self, on: date) -> "Replays":
        """The same as if nothing had happened after a day."""
        return Replays(self.credit.as_of(on), self.since)
