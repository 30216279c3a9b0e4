"""How far guessing gets with the questions of a registration: `python -m bench.questions`."""

import sys
import tempfile
from datetime import UTC, datetime
from fractions import Fraction
from itertools import combinations
from math import prod
from pathlib import Path
from random import Random

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from finportal import create_app
from finportal.models import Customer
from finportal.services import question_book as book
from finportal.services.questions import A_DAY, A_MONTH, ASKED, FEWEST
from finportal.settings import Settings

GUESSES = 1_000_000
SEED = 7


def main() -> None:
    """Load the demo lender and print what blind and informed guessing come to."""
    with tempfile.TemporaryDirectory() as folder:
        app = _demo(Path(folder))
        with app.extensions["finportal"].db.write() as session:
            people = [_asked(session, one) for one in session.scalars(select(Customer.id))]
    asked = [one for one in people if len(one) >= FEWEST]
    blind = sum(_chance([Fraction(1, size) for size, _, _ in one]) for one in asked) / len(asked)
    informed = sum(_chance([commonest for _, _, commonest in one]) for one in asked) / len(asked)
    print(f"customers {len(people)}, of whom {len(asked)} can be asked; {ASKED} questions a round")
    for name, chance in (("blind", blind), ("knows the book", informed)):
        today, month = (1 - (1 - float(chance)) ** rounds for rounds in (A_DAY, A_MONTH))
        print(f"{name:15} round {float(chance):.4%}   {A_DAY} rounds {today:.3%}   "
              f"{A_MONTH} rounds {month:.3%}")  # fmt: skip
    print(f"{GUESSES:,} guesses came through {_guessed(asked) / GUESSES:.4%} of the time")


Asked = tuple[int, int, Fraction]
"""How many options a question has, the place of the right one, and what knowing the book gives."""


def _asked(session: Session, customer_id: int) -> list[Asked]:
    facts, found = book.facts_of(session, customer_id), []
    for kind, offer in book.offered(session, customer_id).items() if facts else ():
        kept = book.settled(session, offer, datetime.now(UTC))
        counts = book.counted(session, facts, kind) if facts else {}
        weights = [max(1, counts.get(option, 0)) for option in kept.options]
        commonest = Fraction(max(weights), sum(weights))
        found.append((len(kept.options), kept.right, commonest))
    return found


def _chance(each: list[Fraction]) -> Fraction:
    """That a round of some of these questions is answered right, whichever are asked."""
    rounds = list(combinations(each, min(ASKED, len(each))))
    return sum((prod(one, start=Fraction(1)) for one in rounds), Fraction(0)) / len(rounds)


def _guessed(asked: list[list[Asked]]) -> int:
    random, through = Random(SEED), 0  # noqa: S311
    for _ in range(GUESSES):
        questions = random.sample(one := random.choice(asked), min(ASKED, len(one)))
        through += all(random.randrange(size) == right for size, right, _ in questions)
    return through


def _demo(folder: Path) -> Flask:
    keys = dict.fromkeys(("secret_key", "image_key", "mail_key", "pepper"), "k" * 40)
    app = create_app(Settings(mode="demo", instance=folder, **keys))
    for words in (["db", "upgrade"], ["demo"]):
        done = app.test_cli_runner().invoke(args=words)
        if done.exit_code:
            sys.exit(done.output)
    return app


if __name__ == "__main__":
    main()
