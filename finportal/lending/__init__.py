"""The credit's arithmetic: pure, exact, without Flask, SQL, a clock or a float.

Terms say what was agreed (`terms`, `conventions`), events what happened (`events`), certified rates
what the law allows (`caps`). `replay` turns the three into the state at a date; with a Trace every
figure of it is explained. `schedule`, `simulate`, `payoff` and `vtu` answer what a borrower asks,
`recording` refuses what may not be stored, and `codec` writes all of it down and reads it back. A
`snapshot` spares a long history its beginning.
"""

from finportal.lending.caps import (
    UNLIMITED,
    CertifiedRate,
    CertifiedRates,
    certified_rates,
    check_cap,
    usury_cap,
)
from finportal.lending.errors import LendingError
from finportal.lending.money import Centavos, parse_pesos, pesos_text
from finportal.lending.payoff import PayoffQuote, payoff_quote
from finportal.lending.recording import state_with
from finportal.lending.replay import replay, replay_through, snapshot
from finportal.lending.schedule import Schedule, schedule
from finportal.lending.simulate import Simulation, simulate_extra_payment
from finportal.lending.snapshots import Snapshot
from finportal.lending.state import State
from finportal.lending.terms import Terms
from finportal.lending.trace import Trace
from finportal.lending.version import ENGINE_VERSION
from finportal.lending.vtu import total_unified_cost

__all__ = [
    "ENGINE_VERSION",
    "UNLIMITED",
    "Centavos",
    "CertifiedRate",
    "CertifiedRates",
    "LendingError",
    "PayoffQuote",
    "Schedule",
    "Simulation",
    "Snapshot",
    "State",
    "Terms",
    "Trace",
    "certified_rates",
    "check_cap",
    "parse_pesos",
    "payoff_quote",
    "pesos_text",
    "replay",
    "replay_through",
    "schedule",
    "simulate_extra_payment",
    "snapshot",
    "state_with",
    "total_unified_cost",
    "usury_cap",
]
