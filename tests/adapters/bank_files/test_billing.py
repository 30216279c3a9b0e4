"""Billing files: exact to the column, read back by a strict reader, refused where nothing fits."""

import re
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finportal.adapters.bank_files.billing import (
    BadModifier,
    Bill,
    BillingBatch,
    BillingFile,
    BillingRefused,
    DoubledReference,
    NotACode,
    NotDigits,
    NothingDue,
    TooLong,
    billing_bytes,
)
from finportal.lending.money import Centavos

from .made import GLN, NIT

BOGOTA = ZoneInfo("America/Bogota")
WRITTEN = datetime(2026, 11, 6, 8, 30, tzinfo=BOGOTA)
LAYOUT = {
    "01": "nit 10, extra_nit 10, bank 3, date 8, time 4, modifier 1, blanks 182",
    "05": "service 13, batch 4, description 15, blanks 186",
    "06": "reference 48, second 30, periods 2, cycle 3, amount 14, extra_service 13, "
    "extra_amount 14, due 8, efr 8, account 17, account_type 2, customer 10, name 22, "
    "originator 3, blanks 24",
    "08": "count 9, total 18, extra 18, batch 4, blanks 169",
    "09": "count 9, total 18, extra 18, blanks 173",
}
FIELDS = {
    code: {name: int(length) for name, length in map(str.split, fields.split(","))}
    for code, fields in LAYOUT.items()
}
TEXT_FIELDS = {"blanks", "description", "name", "modifier"}
CODE_FIELDS = {"second", "cycle", "extra_service", "account", "customer"}


def fields(line: str) -> dict[str, str]:
    """The fields of a line by the published lengths; it must hold nothing else."""
    assert len(line) == 220
    lengths = FIELDS[line[:2]]
    assert 2 + sum(lengths.values()) == 220
    found, at = {"code": line[:2]}, 2
    for name, length in lengths.items():
        found[name], at = line[at : at + length], at + length
        if name in CODE_FIELDS:
            assert re.fullmatch(r"[A-Z0-9]* *", found[name]), name
        elif name not in TEXT_FIELDS:
            assert re.fullmatch(r"[0-9]+", found[name]), name
    assert not found["blanks"].strip(" ")
    return found


def read(raw: bytes) -> list[dict[str, str]]:
    """Every line; order, batch numbers, counts and sums must be right."""
    lines = raw.decode("ascii").split("\r\n")
    assert lines.pop() == ""
    records = [fields(line) for line in lines]
    assert (records[0]["code"], records[-1]["code"]) == ("01", "09")
    whole, batch, number = [], [], ""
    for record in records[1:-1]:
        if record["code"] == "05":
            batch, number = [], record["batch"]
        elif record["code"] == "06":
            batch.append(int(record["amount"]))
        else:
            assert record["code"] == "08"
            assert record["batch"] == number
            assert (int(record["count"]), int(record["total"])) == (len(batch), sum(batch))
            whole += batch
    assert (int(records[-1]["count"]), int(records[-1]["total"])) == (len(whole), sum(whole))
    return records


def made(*bills: Bill) -> BillingFile:
    return BillingFile(NIT, "007", WRITTEN, [BillingBatch(GLN, bills)])


BILL = Bill("100000000106", Centavos(68_540_000), date(2026, 12, 5))
BILLS = st.builds(
    Bill,
    reference=st.from_regex(r"[1-9][0-9]{0,47}", fullmatch=True),
    amount=st.integers(1, 10**14 - 1).map(Centavos),
    due_on=st.dates(),
    customer_id=st.text("0123456789AZ", max_size=10),
    name=st.text(max_size=40),
    second_reference=st.text("0123456789", max_size=30),
    periods=st.integers(0, 99),
    cycle=st.text("0123456789", max_size=3),
)


def test_a_file_is_exact() -> None:
    bill = replace(BILL, customer_id="52345678", name="María Ñuñez & Cía. — del Llano Grande")
    file = BillingFile(
        NIT,
        "007",
        WRITTEN,
        [BillingBatch(GLN, [bill], "Cuotas de vehículos")],
        account="123456789",
        account_type="02",
    )
    assert billing_bytes(file).decode("ascii").split("\r\n") == [
        "0190012345680000000000007202611060830A".ljust(220),
        "0577099981234580001CUOTAS DE VEHIC".ljust(220),
        (
            "06000000000000000000000000000000000000100000000106"
            "                              "
            "01   "
            "00000068540000"
            "             00000000000000"
            "20261205"
            "00000000"
            "123456789        02"
            "52345678  "
            "MARIA NUNEZ & CIA. DEL"
            "000"
        ).ljust(220),
        "080000000010000000000685400000000000000000000000001".ljust(220),
        "09000000001000000000068540000000000000000000000".ljust(220),
        "",
    ]


@given(st.lists(st.lists(BILLS, max_size=4), max_size=3))
def test_what_is_written_is_read_by_a_strict_reader(batches: list[list[Bill]]) -> None:
    unique = {bill.reference for batch in batches for bill in batch}
    file = BillingFile(NIT, "007", WRITTEN, [BillingBatch(GLN, batch) for batch in batches])
    if len(unique) < sum(map(len, batches)):
        with pytest.raises(DoubledReference):
            billing_bytes(file)
        return
    found = [record for record in read(billing_bytes(file)) if record["code"] == "06"]
    bills = [bill for batch in batches for bill in batch]
    assert len(found) == len(bills)
    for record, bill in zip(found, bills, strict=True):
        assert record["reference"] == bill.reference.zfill(48)
        assert int(record["amount"]) == bill.amount
        assert date.fromisoformat(record["due"]) == bill.due_on
        assert record["customer"] == bill.customer_id.ljust(10)
        assert record["second"] == bill.second_reference.ljust(30)
        assert int(record["periods"]) == bill.periods
        assert record["cycle"] == bill.cycle.ljust(3)


@pytest.mark.parametrize(
    ("bill", "error"),
    [
        (replace(BILL, reference="1" * 49), TooLong),
        (replace(BILL, reference="10000000010A"), NotDigits),
        (replace(BILL, reference="１００"), NotDigits),
        (replace(BILL, amount=Centavos(10**14)), TooLong),
        (replace(BILL, amount=Centavos(0)), NothingDue),
        (replace(BILL, amount=Centavos(-1)), NothingDue),
        (replace(BILL, customer_id="AB 123"), NotACode),
        (replace(BILL, customer_id="ñ"), NotACode),
        (replace(BILL, customer_id="12345678901"), TooLong),
        (replace(BILL, periods=100), TooLong),
        (replace(BILL, periods=-1), NotDigits),
    ],
)
def test_nothing_is_cut_or_guessed(bill: Bill, error: type[BillingRefused]) -> None:
    with pytest.raises(error):
        billing_bytes(made(bill))


def test_a_reference_stands_once_whatever_its_zeros() -> None:
    with pytest.raises(DoubledReference):
        billing_bytes(made(BILL, replace(BILL, reference="00" + BILL.reference)))


@pytest.mark.parametrize("modifier", ["", "a", "AB", "Ñ", "-"])
def test_a_modifier_is_one_capital_or_digit(modifier: str) -> None:
    with pytest.raises(BadModifier):
        billing_bytes(replace(made(BILL), modifier=modifier))


@pytest.mark.parametrize("changed", [{"nit": "900123456-8"}, {"bank": "0007"}, {"nit": "9" * 11}])
def test_the_head_fits_too(changed: dict[str, str]) -> None:
    with pytest.raises(BillingRefused):
        billing_bytes(replace(made(BILL), **changed))  # type: ignore[arg-type]


def test_a_refusal_repeats_nothing_personal() -> None:
    with pytest.raises(NotACode) as refused:
        billing_bytes(made(replace(BILL, customer_id="ab987")))
    assert "ab987" not in str(refused.value)
