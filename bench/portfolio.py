"""A portfolio of any size for bench/load.py: the same three files for a seed and a scale."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

from finportal.demo.lender import CUSTOMER_COLUMNS, LOAN_COLUMNS
from finportal.lending.due_dates import due_date
from finportal.services.portfolio.payment_rules import PAYMENT_RULES

CUSTOMERS, LOANS, PAYMENTS_A_LOAN = 100_000, 200_000, 10
SEED = 7
LAST_MONTH = date(2026, 10, 1)
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def write(folder: Path, share: float) -> dict[str, Path]:
    """Write customers, loans and payments, `share` of the full size, unless they are there."""
    files = {name: folder / f"{name}.csv" for name in ("customers", "loans", "payments")}
    if all(path.exists() for path in files.values()):
        return files
    random = Random(SEED)  # noqa: S311
    people, credits_ = int(CUSTOMERS * share), int(LOANS * share)
    _write(files["customers"], CUSTOMER_COLUMNS, _customers(random, people))
    _write(files["loans"], LOAN_COLUMNS, _loans(random, people, credits_))
    _write(files["payments"], tuple(PAYMENT_RULES), _payments(random, credits_))
    return files


def _customers(random: Random, count: int) -> Iterator[list[object]]:
    for number in range(count):
        cc = 1_000_000_000 + number * 7
        name = f"Persona {random.choice(_LETTERS)}. Inventada {number}"
        place = f"Calle {number % 150} # {number % 90}-{number % 97:02d}", "Bogotá D. C."
        mobile, born = f"3{random.randrange(10**9):09d}", f"{random.randrange(1950, 2005)}-05-17"
        email = f"persona.{number}@correo{number % 40}.example"
        yield ["CC", cc, "natural", name, email, mobile, *place, born, "", "", ""]


def _loans(random: Random, people: int, count: int) -> Iterator[list[object]]:
    for number in range(count):
        months = random.randrange(PAYMENTS_A_LOAN + 1, 40)
        begun = due_date(LAST_MONTH, 1, -months).replace(day=random.randrange(1, 29))
        row: dict[str, object] = {
            "loan_number": f"V-{1_000_000 + number}",
            "id_type": "CC",
            "id_number": 1_000_000_000 + random.randrange(people) * 7,
            "product": random.choice(("Vehículo nuevo", "Vehículo usado", "Moto")),
            "principal": random.randrange(80, 1200) * 100_000,
            "disbursed_on": begun,
            "first_due_on": due_date(begun, begun.day, 1),
            "term": random.choice((24, 36, 48, 60, 72)),
            "rate_ea": f"0.{random.randrange(1700, 2601)}",
            "plate": "".join(random.choices(_LETTERS, k=3)) + f"{random.randrange(1000):03d}",
            "vin": "9ZZ" + "".join(random.choices(_LETTERS, k=8)) + f"{number:06d}",
            "make": random.choice(("Renault", "Mazda", "Kia", "Toyota")),
            "model": random.choice(("Logan", "2", "Picanto", "Corolla Cross")),
            "model_year": begun.year,
            "status": "active",
            "insurance_rate": random.choice(("", "0.00060")),
        }
        if random.randrange(30) == 0:
            row["balloon"] = 1_500_000
        if random.randrange(30) == 0:
            row["day_count"] = "act/365"
        yield [row.get(column, "") for column in LOAN_COLUMNS]


def _payments(random: Random, loans: int) -> Iterator[list[object]]:
    """Month after month, each credit's payment; some prepay, one in two hundred is taken back."""
    amounts = [random.randrange(300_000, 3_000_000) for _ in range(loans)]
    receipt = 0
    for month in range(-PAYMENTS_A_LOAN + 1, 1):
        first = due_date(LAST_MONTH, 1, month)
        for number in random.sample(range(loans), k=loans):
            receipt += 1
            on, channel = first.replace(day=random.randrange(1, 29)), random.choice(("pse", "bank"))
            effect = "reduce_term" if random.randrange(100) == 0 else ""
            paid = [f"V-{1_000_000 + number}", f"R-{receipt:09d}", on, f"{amounts[number]}.00"]
            yield [*paid, channel, "", effect]
            if random.randrange(200) == 0:
                receipt += 1
                back = [paid[0], f"R-{receipt:09d}", on, paid[3], channel, paid[1], ""]
                yield list(back)


def _write(path: Path, columns: tuple[str, ...], rows: Iterator[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
