"""What is asked of a loading and what came of it, for every kind of portfolio file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from finportal.adapters.database import Database
from finportal.adapters.table_problems import Report
from finportal.adapters.tables import Progress, Table
from finportal.services.portfolio.cells import Rule
from finportal.services.visits import Surroundings

PAUSE = 0.001
"""Seconds between two transactions of a loading: whoever waits to write gets a turn."""

COMMAND = "command"
"""The network that the trail names for what an operator did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How to load: the clock, the day in Bogotá, and what to do with rows that are not simply new.

    `accept_changes`: a row that differs from the stored one replaces it, with a row in the trail.
    `accept_posted`: a payment is stored although it looks like one that the portal posted itself.
    `all_or_nothing`: nothing is stored unless every row is good.
    """

    now: datetime
    today: date
    accept_changes: bool = False
    accept_posted: bool = False
    all_or_nothing: bool = False

    @property
    def around(self) -> Surroundings:
        """Where the trail says that this came from."""
        return Surroundings(now=self.now, network=COMMAND, browser="", locale="")


@dataclass(frozen=True, slots=True)
class Result:
    """How many rows were read and what became of them; `accepted`: no changed row was left out.

    `conflicts`: of these, how many say other contact data than the customer does, who was kept.
    `warnings`: sentences about what is stored now, beyond the single rows.
    """

    read: int = 0
    added: int = 0
    unchanged: int = 0
    changed: int = 0
    rejected: int = 0
    conflicts: int = 0
    accepted: bool = True
    warnings: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every row of the file is good and stored, or was."""
        return self.accepted and not self.rejected

    @property
    def settled(self) -> bool:
        """Whether the portfolio now says everything that the file says."""
        return self.complete and not self.conflicts


class Load(Protocol):
    """Loads a file of one kind; raises UnreadableTable before anything is stored."""

    def __call__(
        self,
        db: Database,
        table: Table,
        order: Order,
        *,
        report: Report,
        progress: Progress | None = None,
    ) -> Result:
        """Store what is good, report every problem once."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of portfolio file: its name, its columns with what they may hold, its loading.

    `replaces`: a changed row can replace the stored one.
    """

    name: str
    rules: Mapping[str, Rule]
    load: Load
    replaces: bool = True

    def open(self, path: Path) -> Table:
        """The file with its header checked; columns whose cells may be empty may be absent.

        Raises UnreadableTable.
        """
        required = [name for name, rule in self.rules.items() if rule.required]
        return Table(path, required, list(self.rules))
