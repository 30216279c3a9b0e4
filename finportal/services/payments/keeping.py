"""What a payment left in the customer's favour, as a letter carries it."""

import json
from datetime import date
from typing import Any

from finportal.lending import Centavos
from finportal.lending.ahead import Kept, Returned, Spent


def as_text(kept: Kept) -> str:
    """What was kept and what becomes of it, as JSON; `of_text` reads it back."""
    return json.dumps(kept, default=date.isoformat)


def of_text(text: str) -> Kept:
    """What `as_text` wrote, or wrote before it told what was given back."""
    amount, done, ahead, over, *rest = json.loads(text)
    returned = tuple(
        Returned(date.fromisoformat(on), Centavos(given)) for told in rest for on, given in told
    )
    return Kept(Centavos(amount), _spent(done), _spent(ahead), Centavos(over), returned)


def _spent(rows: list[list[Any]]) -> tuple[Spent, ...]:
    return tuple(
        Spent(row, date.fromisoformat(on), *(Centavos(amount) for amount in amounts))
        for row, on, *amounts in rows
    )
