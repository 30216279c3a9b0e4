"""The kinds of papers: their series, their facts, and how one is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from finportal.services.documents import papers
from finportal.services.documents.papers import AnyPaper

SERIES: Mapping[str, str] = MappingProxyType(
    {
        "statement": "EXT",
        "payoff": "DEU",
        "balance": "SAL",
        "history": "HIS",
        "settlement": "PYS",
        "tax": "TRI",
        "lien_release": "LEV",
        "coupon": "CUP",
        "receipt": "REC",
    }
)
PAPERS: Mapping[str, type[AnyPaper]] = MappingProxyType(
    {
        "statement": papers.Statement,
        "payoff": papers.Payoff,
        "balance": papers.Balance,
        "history": papers.History,
        "settlement": papers.Settlement,
        "tax": papers.Tax,
        "lien_release": papers.LienRelease,
        "coupon": papers.Coupon,
        "receipt": papers.Receipt,
    }
)
LONGEST_ADDRESSEE = 120


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper as it is asked for; `key` tells it from the others of its kind.

    Made by the functions below, and read back by `writing`.
    """

    kind: str
    key: str = ""

    @property
    def words(self) -> list[str]:
        """The key's parts; the last may hold spaces."""
        return self.key.split(" ", 1)


def statement(month: str) -> Wanted:
    """The statement of a month such as "2026-10"."""
    return Wanted("statement", month)


def payoff(on: date, addressed_to: str) -> Wanted:
    """The certificate of what settles the credit on a day, for whom it is meant."""
    return Wanted("payoff", f"{on} {_plain(addressed_to)}")


def balance(year: int) -> Wanted:
    """The certificate of the balance at the end of a year."""
    return Wanted("balance", f"{year:04d}")


def history(first: date, last: date) -> Wanted:
    """The payments of a range."""
    return Wanted("history", f"{first} {last}")


def settlement() -> Wanted:
    """The paz y salvo."""
    return Wanted("settlement")


def tax(year: int) -> Wanted:
    """The certificate of a year's payments for taxes."""
    return Wanted("tax", f"{year:04d}")


def lien_release(addressed_to: str) -> Wanted:
    """The letter that lifts the lien, to a transit authority."""
    return Wanted("lien_release", _plain(addressed_to))


def coupon() -> Wanted:
    """The slip to pay what is due."""
    return Wanted("coupon")


def receipt(record: int) -> Wanted:
    """The receipt of a payment, by the row of its event."""
    return Wanted("receipt", str(record))


def _plain(words: str) -> str:
    return " ".join(words.split())[:LONGEST_ADDRESSEE]
