"""Measures a bank's file on a large book: parsed, judged, posted line by line, and the bills.

    .venv/bin/python -m bench.bank [--lines 20000] [--credits 5000]

A book of credits that were paid on time, 24 instalments each, in a database of its own, and a
collection file that pays them in turn. On the process's CPU clock: `parsed`, the bytes to records;
`staged`, the lines judged and stored; `posted`, each quarter of the lines by itself, so that what
grows with the square of a file shows; and `bills`, a month's bills of the whole book.
"""

import argparse
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from bench.statements import NOW, build, cpu
from finportal.adapters.bank_files.parsing import parse
from finportal.adapters.bank_files.profiles import STANDARD
from finportal.adapters.database import Database
from finportal.adapters.gateways import Gateway
from finportal.adapters.secrets import Vault
from finportal.services.payment_references import reference_of
from finportal.services.payments import bank_billing, bank_loading, bank_staging
from finportal.services.payments.bank_billing import Billed
from finportal.services.payments.desk import Desk
from finportal.services.payments.journal_check import check
from finportal.services.visits import Surroundings
from finportal.settings import Settings
from tests.adapters.bank_files.made import EXPECTED, Made, Paid, joined

QUARTERS = 4


def no_gateway(name: str) -> Gateway:
    """A file asks no gateway."""
    raise LookupError(name)


def main(lines: int, credits_: int) -> None:
    """Build, measure, and print a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        db = build(Path(folder), credits_)
        vault = Vault(Settings(secret_key="s" * 40, image_key="i", mail_key="m", pepper="p"))  # type: ignore[arg-type]
        desk = Desk(db, vault, no_gateway)
        paid = tuple(
            Paid(reference_of(n % credits_ + 1), 10_000_000 + n * 100) for n in range(lines)
        )
        raw = joined(Made((paid,)).lines())
        expected = replace(EXPECTED, today=NOW.date())
        around = Surroundings(now=NOW, network="command", browser="", locale="")
        told("parsed", lines, cpu(lambda: parse(raw, STANDARD, expected)))
        file = parse(raw, STANDARD, expected)
        told("staged", lines, cpu(lambda: bank_staging.stage(db, raw, file, around)))
        post(desk, lines, around)
        whole = bank_loading.load(desk, raw, STANDARD, expected, around)
        print(f"{whole.posted} posted, {whole.held} held, faults {len(check(db).faults)}")
        told("bills", credits_, cpu(lambda: billed(db)))
        db.dispose()


def post(desk: Desk, lines: int, around: Surroundings) -> None:
    """Each quarter of the lines, as the load posts them."""
    after = 0

    def quarter() -> None:
        nonlocal after
        done = 0
        while done < lines // QUARTERS:
            some = bank_loading.enter_some(desk, 1, after, around)
            if not some:
                break
            done, after = done + len(some), some[-1]

    for number in range(1, QUARTERS + 1):
        told(f"posted, quarter {number}", lines // QUARTERS, cpu(quarter))


def billed(db: Database) -> None:
    """The bills of a month, one after another."""
    for _ in bank_billing.bills(db, date(2026, 12, 1), NOW.date(), Billed()):
        pass


def told(what: str, count: int, seconds: float) -> None:
    """A line: what was done, how long one takes, and how many a second."""
    print(f"{what}: {seconds:.1f} s, {1000 * seconds / count:.3f} ms each, {count / seconds:.0f}/s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--credits", type=int, default=5_000)
    given = parser.parse_args()
    main(given.lines, given.credits)
