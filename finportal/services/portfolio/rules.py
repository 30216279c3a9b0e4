"""Every rule that a line of the customers or loans file must keep."""

from datetime import date, timedelta

from finportal.adapters.table_problems import Problem
from finportal.services import identity
from finportal.services.identity import IdType, NotIdentity
from finportal.services.portfolio import cells
from finportal.services.portfolio.arithmetic import surely_amortises
from finportal.services.portfolio.cells import Found, Rule
from finportal.services.portfolio.replay import refusal
from finportal.services.portfolio.rows import FileRow, Key

NATURAL, JURIDICAL = "natural", "juridical"
SOON = timedelta(days=100)
"""How long after disbursement the first instalment may be due, and how far ahead it may lie."""

LONGEST_TERM = 360
_OF_PEOPLE = tuple(name for name in IdType if name != IdType.NIT)
_REPRESENTATIVE = ("representative_id_type", "representative_id_number", "representative_name")
_OPENING = ("interest", "late_interest", "insurance", "fees", "credit")
_OPENING_COLUMNS = ("opening_on", "opening_principal", *(f"opening_{part}" for part in _OPENING))

CUSTOMER_RULES = {
    "id_type": Rule(cells.one_of(*IdType)),
    "id_number": Rule(cells.text, repeats=False),
    "kind": Rule(cells.one_of(NATURAL, JURIDICAL)),
    "name": Rule(cells.text, repeats=False),
    "email": Rule(identity.email, repeats=False),
    "mobile": Rule(identity.mobile, repeats=False),
    "address": Rule(cells.text, required=False),
    "city": Rule(cells.text, required=False),
    "birth_date": Rule(cells.day, required=False),
    "representative_id_type": Rule(cells.one_of(*_OF_PEOPLE), required=False),
    "representative_id_number": Rule(cells.text, required=False),
    "representative_name": Rule(cells.text, required=False),
}
LOAN_RULES = {
    "loan_number": Rule(cells.loan_number, repeats=False),
    "id_type": Rule(cells.one_of(*IdType)),
    "id_number": Rule(cells.text, repeats=False),
    "product": Rule(cells.text),
    "principal": Rule(cells.pesos_above_zero),
    "disbursed_on": Rule(cells.day),
    "first_due_on": Rule(cells.day),
    "term": Rule(cells.whole(1, LONGEST_TERM)),
    "rate_ea": Rule(cells.rate("1", zero=False)),
    "plate": Rule(cells.plate, required=False, repeats=False),
    "vin": Rule(cells.vin, required=False, repeats=False),
    "make": Rule(cells.text, required=False),
    "model": Rule(cells.text, required=False),
    "model_year": Rule(cells.whole(1950, 2030), required=False),
    "status": Rule(cells.one_of("active", "closed")),
    "late_rate_ea": Rule(cells.rate("1"), required=False),
    "insurance_rate": Rule(cells.rate("0.05"), required=False),
    "insurance_monthly": Rule(cells.pesos, required=False),
    "balloon": Rule(cells.pesos, required=False),
    "grace_months": Rule(cells.whole(0, LONGEST_TERM - 1), required=False),
    "day_count": Rule(cells.day_count, required=False),
    "allocation": Rule(cells.allocation, required=False),
    "opening_on": Rule(cells.day, required=False),
    "opening_principal": Rule(cells.pesos, required=False),
    **{f"opening_{part}": Rule(cells.pesos, required=False) for part in _OPENING},
}


def customer(found: Found, today: date) -> FileRow | list[Problem]:
    """The customer of a line, or everything that is wrong with it."""
    _canonical_number(found, "id_type", "id_number")
    _canonical_number(found, "representative_id_type", "representative_id_number")
    _check_kind(found)
    if found.have("birth_date") and found.values["birth_date"] >= today:
        found.reject("birth_date", "must be in the past")
    if found.problems:
        return found.problems
    values = found.values
    return FileRow(found.line, (values["id_type"], values["id_number"]), None, values)


def loan(found: Found, today: date) -> FileRow | list[Problem]:
    """The loan of a line, or everything that is wrong with it."""
    _canonical_number(found, "id_type", "id_number")
    _check_dates(found, today)
    _check_amounts(found)
    _check_opening(found, today)
    values = found.values
    if not found.problems and not surely_amortises(values) and (refused := refusal(values)):
        found.reject("", refused)
    if found.problems:
        return found.problems
    owner = values["id_type"], values["id_number"]
    return FileRow(found.line, (values["loan_number"],), owner, values)


def customer_key(found: Found) -> Key | None:
    """What makes a customer one of its kind, from its columns alone."""
    _canonical_number(found, "id_type", "id_number")
    return (found.values["id_type"], found.values["id_number"]) if not found.problems else None


def loan_key(found: Found) -> Key | None:
    """The same for a loan."""
    return None if found.problems else (found.values["loan_number"],)


def _canonical_number(found: Found, type_column: str, number_column: str) -> None:
    if not found.have(type_column, number_column):
        return
    try:
        number = identity.id_number(found.values[type_column], found.values[number_column])
    except NotIdentity as error:
        found.reject(number_column, str(error))
    else:
        found.values[number_column] = number


def _check_kind(found: Found) -> None:
    kind, id_type = found.values.get("kind"), found.values.get("id_type")
    if kind and id_type and (kind == JURIDICAL) != (id_type == IdType.NIT):
        found.reject("kind", "a NIT is juridical, every other identification is natural")
    for column in _REPRESENTATIVE:
        given = found.values.get(column)
        if kind == JURIDICAL and column in found.values and given is None:
            found.reject(column, "is empty: a juridical customer needs a representative")
        if kind == NATURAL and given is not None:
            found.reject(column, "must be empty: only a juridical customer has a representative")


def _check_dates(found: Found, today: date) -> None:
    disbursed, first_due = found.values.get("disbursed_on"), found.values.get("first_due_on")
    if disbursed and disbursed > today + SOON:
        found.reject("disbursed_on", f"is more than {SOON.days} days ahead")
    if disbursed and first_due and not disbursed < first_due <= disbursed + SOON:
        found.reject("first_due_on", f"must be 1 to {SOON.days} days after disbursed_on")


def _check_amounts(found: Found) -> None:
    values = found.values
    if found.have("balloon", "principal") and values["balloon"] >= values["principal"]:
        found.reject("balloon", "must be less than principal")
    if found.have("grace_months", "term") and values["grace_months"] >= values["term"]:
        found.reject("grace_months", "must be less than term")


def _check_opening(found: Found, today: date) -> None:
    values = found.values
    used = [name for name in _OPENING_COLUMNS if values.get(name) is not None]
    if not used:
        return
    for column in ("opening_on", "opening_principal"):
        if column in values and values[column] is None:
            found.reject(column, f"is empty: {used[0]} needs it")
    if found.have("opening_principal", "principal") and (
        values["opening_principal"] > values["principal"]
    ):
        found.reject("opening_principal", "is more than principal")
    if found.have("opening_on", "disbursed_on") and not (
        values["disbursed_on"] <= values["opening_on"] <= today
    ):
        found.reject("opening_on", "must be from disbursed_on to today")
