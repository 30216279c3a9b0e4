"""What the engine says against a line of the loans file: by itself, and with what is stored."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from finportal.lending import UNLIMITED, LendingError, replay, schedule
from finportal.lending.caps import NoLateRate
from finportal.lending.rate_steps import RateGap
from finportal.models import Loan
from finportal.services import ledger, projections
from finportal.services.contracts import CONTRACT_COLUMNS, contract, contract_text
from finportal.services.ledger import Credit

_CREDITS = ledger.credits_where(Loan.id.in_(bindparam("loan_ids", expanding=True)))


def of_contract(columns: Iterable[str]) -> bool:
    """Whether one of these columns of the loans file is part of the contract."""
    return not set(CONTRACT_COLUMNS).isdisjoint(columns)


def refusal(values: Mapping[str, Any]) -> str | None:
    """Why the engine has no schedule for a line, or cannot go on from its opening; None if it can.

    `values` by column of the loans file, each good by its own rule.
    """
    try:
        signed = contract(contract_text(values))
        schedule(signed.terms)
        if signed.opening:
            replay(signed.terms, [signed.opening], UNLIMITED, signed.begins)
    except LendingError as error:
        return _sentence(error)
    return None


def refusals(
    session: Session, changed: Mapping[int, Mapping[str, Any]], today: date, *, hold: bool
) -> dict[int, str]:
    """Why the engine refuses stored credits under other contracts: their ids with its sentences.

    `changed`: values by column of the loans file, by the loan's id. `hold`: no event may join these
    credits before the transaction ends.
    """
    ids = sorted(changed)
    if not ids:
        return {}
    if hold:
        projections.lock(session, ids)
    found = ledger.read(session, session.execute(_CREDITS, {"loan_ids": ids}))
    told = ((credit.loan_id, _refused(credit, changed[credit.loan_id], today)) for credit in found)
    return {loan_id: sentence for loan_id, sentence in told if sentence}


def _refused(credit: Credit, values: Mapping[str, Any], today: date) -> str | None:
    """Certificates that are missing are no fault of the line: loading them mends it."""
    other = replace(credit, contract_text=contract_text(values))
    try:
        other.state(max(today, other.contract.begins))
    except (RateGap, NoLateRate):
        return None
    except LendingError as error:
        return _sentence(error)
    return None


def _sentence(error: LendingError) -> str:
    return f"{' '.join(str(error).split())} ({type(error).__name__})"
