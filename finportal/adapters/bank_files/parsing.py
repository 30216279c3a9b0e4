"""A bank's collection file read whole or refused whole: order, counts, sums, dates, biller."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from finportal.adapters.bank_files import errors
from finportal.adapters.bank_files.collection import (
    Batch,
    Channel,
    CollectionFile,
    Detail,
    Header,
    Means,
)
from finportal.adapters.bank_files.layouts import BatchRecords, Layout, Record
from finportal.adapters.bank_files.lines import Line, Lines
from finportal.adapters.bank_files.profiles import Profile

_NOT_DIGITS = re.compile(r"[^0-9]")
_MODIFIER = re.compile(r"[A-Z0-9]?")
_UNKNOWN = (Channel.UNKNOWN, Means.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a file must agree with.

    `nit`: the lender's, with its check digit, points and hyphens or not. `services`: the numbers
    it collects under, its GLN among them; empty, any. `today`: in Bogotá; no payment is later.
    """

    nit: str
    services: frozenset[str]
    today: date


def parse(raw: bytes, profile: Profile, expected: Expected) -> CollectionFile:
    """The file if all of it is right.

    Records: 01, then batches of 05, 06 …, 08, then 09; in Asobancaria 98 01, 02 …, 09. Counts and
    sums are over every payment, returned ones included. What a payment says about itself (an
    unknown reference, a return cause, unknown means) never refuses the file.
    Raises a BankFileRefused with the first line and column where it stops being right.
    """
    layout = profile.layout
    lines = Lines(raw, profile)
    header = _header(lines.take(layout.header), profile, expected)
    batches, trailer = _batches(lines, layout, expected)
    _check_control(trailer, layout.trailer, batches)
    lines.end()
    return CollectionFile(
        layout=layout.name,
        profile=profile.name,
        sha256=hashlib.sha256(raw).hexdigest(),
        header=header,
        batches=tuple(batches),
    )


def begins_as(raw: bytes, profile: Profile) -> bool:
    """Whether the first line is a header of this layout: its code, and numbers for lender and bank.

    What has none is no bank's file at all, whatever it is; one that has may be wrong elsewhere.
    """
    record = profile.layout.header
    try:
        line = Lines(raw.partition(b"\n")[0], profile).take(record)
        return bool(line.digits(record, "biller") and line.digits(record, "bank"))
    except errors.BankFileRefused:
        return False


def _header(line: Line, profile: Profile, expected: Expected) -> Header:
    record = profile.layout.header
    if _number(line.digits(record, "biller")) != _number(expected.nit):
        raise errors.WrongBiller(line.number, record.spans["biller"].start)
    bank = line.digits(record, "bank")
    if profile.banks and bank not in profile.banks:
        raise errors.WrongBank(line.number, record.spans["bank"].start, found=bank)
    return Header(
        biller=line.digits(record, "biller"),
        bank=bank,
        account=line.word(record, "account").lstrip("0"),
        account_type=line.word(record, "account_type"),
        value_date=_value_date(line, profile, expected.today),
        collected_on=line.day(record, "collected_on"),
        file_date=line.day(record, "file_date") if "file_date" in record.spans else None,
        file_time=line.word(record, "file_time"),
        modifier=_modifier(line, record),
    )


def _value_date(line: Line, profile: Profile, today: date) -> date:
    record, field = profile.layout.header, profile.value_date
    day, at = line.day(record, field), record.spans[field].start
    if day > today:
        raise errors.DateAhead(line.number, at, field=field, today=today)
    if day < (oldest := today - profile.oldest):
        raise errors.DateTooOld(line.number, at, field=field, oldest=oldest)
    return day


def _modifier(line: Line, record: Record) -> str:
    modifier = line.word(record, "modifier")
    if not _MODIFIER.fullmatch(modifier):
        at = record.spans["modifier"].start
        raise errors.BadCharacter(line.number, at, found=ascii(modifier))
    return modifier


def _batches(lines: Lines, layout: Layout, expected: Expected) -> tuple[list[Batch], Line]:
    """The batches, and the line that ends the file."""
    if layout.batch is None:
        details, trailer = _details(lines, layout.detail, layout.trailer)
        return [Batch("", "", details)], trailer
    batches: list[Batch] = []
    line = lines.take(layout.batch.header, layout.trailer)
    while line.code == layout.batch.header.code:
        batch = _batch(line, lines, layout.batch, layout.detail, expected)
        if batch.number in {other.number for other in batches}:
            at = layout.batch.header.spans["batch"].start
            raise errors.DuplicateBatch(line.number, at, found=batch.number)
        batches.append(batch)
        line = lines.take(layout.batch.header, layout.trailer)
    return batches, line


def _batch(
    header: Line, lines: Lines, records: BatchRecords, payment: Record, expected: Expected
) -> Batch:
    begins, ends = records
    service = header.word(begins, "service")
    services = {known.strip().lstrip("0") for known in expected.services}
    if services and service.lstrip("0") not in services:
        raise errors.WrongService(header.number, begins.spans["service"].start, found=service)
    number = header.digits(begins, "batch")
    details, trailer = _details(lines, payment, ends)
    batch = Batch(number, service, details)
    if (found := trailer.digits(ends, "batch")) != number:
        at = ends.spans["batch"].start
        raise errors.BatchMismatch(trailer.number, at, found=found, expected=number)
    _check_control(trailer, ends, [batch])
    return batch


def _details(lines: Lines, record: Record, ends: Record) -> tuple[tuple[Detail, ...], Line]:
    """The payments up to the record that ends them, and that line."""
    details: list[Detail] = []
    while (line := lines.take(record, ends)).code == record.code:
        detail = _detail(line, len(details) + 1, record)
        if details and detail.sequence and detail.sequence <= details[-1].sequence:
            at = record.spans["sequence"].start
            facts = {"found": detail.sequence, "previous": details[-1].sequence}
            raise errors.SequenceBroken(line.number, at, **facts)
        details.append(detail)
    return tuple(details), line


def _detail(line: Line, number: int, record: Record) -> Detail:
    profile = line.profile
    means = line.word(record, "means")
    cause = line.word(record, "return_cause")
    channel, paid_with = profile.how_paid.get(means, _UNKNOWN)
    return Detail(
        line=line.number,
        number=number,
        raw_reference=line.field(record, "reference"),
        amount=line.money(record, "amount"),
        channel=channel,
        means=paid_with,
        means_code=means,
        origin=line.word(record, "origin"),
        operation=line.word(record, "operation"),
        authorisation=line.word(record, "authorisation"),
        debited_bank=line.word(record, "debited_bank"),
        branch=line.word(record, "branch"),
        sequence=line.digits(record, "sequence") if "sequence" in record.spans else "",
        return_cause=cause,
        returned=cause not in profile.good_causes,
    )


def _check_control(line: Line, record: Record, batches: Sequence[Batch]) -> None:
    stated, found = line.count(record, "count"), sum(len(batch.details) for batch in batches)
    if stated != found:
        at = record.spans["count"].start
        raise errors.CountMismatch(line.number, at, stated=stated, found=found)
    total, added = line.money(record, "total"), sum(batch.total for batch in batches)
    if total != added:
        at = record.spans["total"].start
        raise errors.TotalMismatch(line.number, at, stated=total, found=added)


def _number(text: str) -> str:
    """The digits of a number, without zeros before it."""
    return _NOT_DIGITS.sub("", text).lstrip("0")
