"""Customers who ask for documents: the worked example, a paid credit, and how papers are asked."""

from datetime import date

from bs4 import BeautifulSoup

from tests.factories import People, Person
from tests.pages.credit_scenes import example
from tests.visitor import Visitor


def asked(visitor: Visitor, number: str, name: str, **values: str) -> str:
    """Ask for a paper and come to its page; returns its code."""
    address = f"/documentos/nuevo/{name}?credito={number}"
    visitor.open(address).fill(address, **values)
    return visitor.address.rpartition("/")[2].partition("?")[0]


def paid_off(people: People, person: Person, on: date = date(2026, 3, 2)) -> tuple[str, str]:
    """The worked example paid whole on a day; its number and the last receipt."""
    number = example(people, person)
    receipt = people.paid(number, on, 40_000_000, effect="reduce_term")
    return number, receipt


def rows(page: BeautifulSoup) -> list[list[str]]:
    """The cells of a page's tables, row by row."""
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]
        for row in page.find_all("tr")
    ]
