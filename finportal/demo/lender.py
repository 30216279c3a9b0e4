"""The demo lender's two files: the same people and credits, byte for byte, for a seed and a day."""

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import chain, repeat
from pathlib import Path
from random import Random
from unicodedata import combining, normalize

from stdnum.co import nit

from finportal.demo.credits import CLOSED, STORIES, told
from finportal.demo.words import CITIES, COMPANIES, MEN, SURNAMES, WOMEN

SEED = 7
WITH_SEVERAL = 9
DOMAIN = "correo.example"
PEOPLE = {"CC": 26, "CE": 3, "PPT": 2, "PAS": 1}
"""Every number is of a range nobody was given: the demo must not meet a living person."""

CUSTOMER_COLUMNS = (
    "id_type", "id_number", "kind", "name", "email", "mobile", "address", "city", "birth_date",
    "representative_id_type", "representative_id_number", "representative_name",
)  # fmt: skip
LOAN_COLUMNS = (
    "loan_number", "id_type", "id_number", "product", "principal", "disbursed_on", "first_due_on",
    "term", "rate_ea", "plate", "vin", "make", "model", "model_year", "status", "late_rate_ea",
    "insurance_rate", "insurance_monthly", "balloon", "grace_months", "day_count", "allocation",
    "opening_on", "opening_principal", "opening_interest", "opening_late_interest",
    "opening_insurance", "opening_fees", "opening_credit",
)  # fmt: skip

FileLine = dict[str, str]


def write(folder: Path, today: date, seed: int = SEED) -> tuple[Path, Path]:
    """Write customers.csv and loans.csv into the folder; returns their paths. Raises OSError."""
    random = Random(seed)  # noqa: S311
    people = customers(random, today)
    files = folder / "customers.csv", folder / "loans.csv"
    write_lines(files[0], CUSTOMER_COLUMNS, people)
    write_lines(files[1], LOAN_COLUMNS, loans(random, people, today))
    return files


def customers(random: Random, today: date) -> list[FileLine]:
    """Natural and juridical customers as rows of the customers file."""
    types = chain.from_iterable(repeat(id_type, count) for id_type, count in PEOPLE.items())
    rows = [_person(random, number, kind, today) for number, kind in enumerate(types, start=1)]
    rows += [_company(random, number, name) for number, name in enumerate(COMPANIES, start=1)]
    random.shuffle(rows)
    return rows


def loans(random: Random, people: Sequence[FileLine], today: date) -> list[FileLine]:
    """The credits of these customers as rows of the loans file.

    Everyone has one; the last customer's is closed and stays the only one, others have up to three.
    """
    only_closed = people[-1]
    borrowers = [person for person in people if person is not only_closed]
    several = random.sample(borrowers, k=WITH_SEVERAL)
    stories = random.sample(STORIES, k=len(STORIES))
    stories.remove(CLOSED[0])
    owners = [*borrowers, *several, *several][: len(stories)]
    pairs = [*zip(owners, stories, strict=True), (only_closed, CLOSED[0])]
    return [
        {"id_type": owner["id_type"], "id_number": owner["id_number"]}
        | told(random, story, number, today)
        for number, (owner, story) in enumerate(pairs, start=1)
    ]


def _person(random: Random, number: int, id_type: str, today: date) -> FileLine:
    given, surname, second = _name(random)
    age = timedelta(days=random.randrange(22 * 365, 68 * 365))
    return {
        "id_type": id_type,
        "id_number": _number(random, id_type, number),
        "kind": "natural",
        "name": f"{given} {surname} {second}",
        "email": _address(f"{given.split()[0]}.{surname}{number}"),
        "mobile": f"300000{1000 + number * 7:04d}",
        "birth_date": str(today.replace(month=1, day=1) - age),
    } | _place(random)


def _company(random: Random, number: int, name: str) -> FileLine:
    body = f"999{number:03d}{random.randrange(1000):03d}"
    words = name.split()
    return {
        "id_type": "NIT",
        "id_number": body + nit.calc_check_digit(body),
        "kind": "juridical",
        "name": name,
        "email": _address(f"{words[0]}.{words[-2]}"),
        "mobile": f"300000{8000 + number * 7:04d}",
        "representative_id_type": "CC",
        "representative_id_number": _number(random, "CC", 500 + number),
        "representative_name": " ".join(_name(random)),
    } | _place(random)


def _name(random: Random) -> tuple[str, str, str]:
    surname, second = random.sample(SURNAMES, k=2)
    return random.choice(WOMEN + MEN), surname, second


def _number(random: Random, id_type: str, number: int) -> str:
    tail = number * 1000 + random.randrange(1000)
    return {
        "CC": f"1999{tail:06d}",
        "CE": f"99{tail:06d}",
        "PPT": f"999{tail:06d}",
        "PAS": f"ZZ{tail:06d}",
    }[id_type]


def _place(random: Random) -> FileLine:
    way = random.choice(("Calle", "Carrera", "Diagonal", "Transversal"))
    crossing, metres = random.randrange(2, 90), random.randrange(3, 99)
    return {
        "address": f"{way} {random.randrange(2, 150)} # {crossing}-{metres:02d}",
        "city": random.choice(CITIES),
    }


def _address(local: str) -> str:
    plain = "".join(sign for sign in normalize("NFD", local) if not combining(sign))
    return f"{plain.lower()}@{DOMAIN}"


def write_lines(path: Path, columns: Sequence[str], rows: Sequence[FileLine]) -> None:
    """Write a CSV file. Raises OSError."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
