"""Credits with a story, for the tests of their pages: the worked example and its variations."""

from datetime import date
from urllib.parse import quote

from tests.factories import People, Person

FIRST_ROWS = ((date(2025, 11, 15), 813_664), (date(2025, 12, 15), 813_487))
SEEN_ON = "2026-02-09"
CAPS = (
    (date(2025, 10, 1), date(2025, 12, 31), "0.2500"),
    (date(2026, 1, 1), date(2026, 1, 31), "0.2436"),
    (date(2026, 2, 1), date(2026, 2, 28), "0.2523"),
    (date(2026, 3, 1), date(2026, 11, 30), "0.2500"),
)


def example(people: People, person: Person, **changed: object) -> str:
    """30,000,000 at 22 % from 15 October 2025, rows 1 and 2 paid on time."""
    people.caps(*CAPS)
    values = {
        "principal": 3_000_000_000, "rate_ea": "0.22", "term": 60, "insurance_rate": "0.0006",
        "disbursed_on": date(2025, 10, 15), "first_due_on": date(2025, 11, 15),
        "late_rate_ea": "0.99",
    }  # fmt: skip
    number = people.loan(person, **values | changed)
    for on, pesos in FIRST_ROWS:
        people.paid(number, on, pesos)
    return number


def page(number: str, name: str = "", **query: str) -> str:
    """The address of one of a credit's pages."""
    asked = "&".join(f"{key}={quote(value)}" for key, value in query.items())
    return f"/credito/{number}{name}{'?' if asked else ''}{asked}"


def plain(text: str) -> str:
    """Words with ordinary spaces."""
    return " ".join(text.replace("\u00a0", " ").split())
