"""docs/json.md: its examples are what the commands print."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.commands.test_loan import SEEN_ON
from tests.factories import People

DOCUMENTED = Path(__file__).parents[2] / "docs" / "json.md"
VIEWS = ["payoff", "show", "schedule", "explain", "simulate"]
SHOWN_ROW, SHOWN_RULE, SHOWN_RECEIPT = 3, "late_interest", "R-3"


def cut(found: Any) -> Any:
    """An answer with its long lists cut to what the documentation prints."""
    kept = {
        "schedule": lambda one: one["n"] == SHOWN_ROW,
        "steps": lambda one: one["rule"] == SHOWN_RULE,
        "payments": lambda one: one["receipt"] == SHOWN_RECEIPT,
    }
    for name, keep in kept.items():
        if name in found:
            found[name] = [one for one in found[name] if keep(one)]
    return found


def test_the_documented_examples_are_true(
    told: Callable[..., Any], people: People, example: str
) -> None:
    text = DOCUMENTED.read_text("utf-8")
    pairs = re.findall(
        r"```sh\nflask --app wsgi loan ([^\n]+) --json\n```\n+```json\n(.+?)```", text, re.DOTALL
    )
    assert [words.split()[0] for words, _ in pairs] == [
        "payoff",
        "show",
        "schedule",
        "explain",
        "simulate",
    ]
    for words, documented in pairs:
        if words.startswith("show"):
            people.paid(example, SEEN_ON, 600_000, external_id=SHOWN_RECEIPT, channel="cash")
        assert json.dumps(cut(told(*words.split())), indent=2) + "\n" == documented
