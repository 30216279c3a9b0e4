"""Why a bank's file is refused: always the whole file, with the line and column to look at."""


class BankFileRefused(ValueError):
    """The file is refused as a whole.

    A subclass writes its sentence as its docstring, with its `facts` as {names}. `line` and
    `column` count from 1; 0 means the file as a whole, or the line as a whole.
    """

    def __init__(self, line: int = 0, column: int = 0, **facts: object) -> None:
        self.line = line
        self.column = column
        self.facts = facts
        at = [f"line {line}"] if line else []
        at += [f"column {column}"] if column else []
        sentence = (type(self).__doc__ or "").format(**facts)
        super().__init__(f"{', '.join(at)}: {sentence}" if at else sentence)


class UnreadableFile(BankFileRefused):
    """The file cannot be read: {reason}."""


class EmptyFile(BankFileRefused):
    """The file is empty."""


class TooLarge(BankFileRefused):
    """The file has more than {most} bytes."""


class ByteOrderMark(BankFileRefused):
    """The file begins with a byte order mark: some program has stored it anew."""


class BadCharacter(BankFileRefused):
    """The character {found} has no place in a bank's file."""


class LineTooLong(BankFileRefused):
    """The line has more than {most} characters."""


class LineCut(BankFileRefused):
    """The line is cut short within or before {field}."""


class NotDigits(BankFileRefused):
    """{field} must be digits only."""


class BadDate(BankFileRefused):
    """{field} is no date of the calendar."""


class DateAhead(BankFileRefused):
    """{field} is after today, {today}."""


class DateTooOld(BankFileRefused):
    """{field} is before {oldest}, the oldest day this bank's profile takes."""


class UnknownRecord(BankFileRefused):
    """A record of type {found} does not exist; expected was {expected}."""


class OutOfOrder(BankFileRefused):
    """A record of type {found} cannot stand here; expected was {expected}."""


class EndMissing(BankFileRefused):
    """The file ends too early; expected was {expected}."""


class ContentAfterEnd(BankFileRefused):
    """Something stands after the record that ends the file."""


class WrongBiller(BankFileRefused):
    """The file is for another biller than this lender."""


class WrongBank(BankFileRefused):
    """The file is from bank {found}, which this profile is not for."""


class WrongService(BankFileRefused):
    """The batch is for service {found}, which is none of this lender's."""


class BatchMismatch(BankFileRefused):
    """The batch ends as number {found} and began as number {expected}."""


class DuplicateBatch(BankFileRefused):
    """Batch number {found} stands in the file twice."""


class SequenceBroken(BankFileRefused):
    """Sequence {found} does not come after {previous}: a line is doubled or out of place."""


class CountMismatch(BankFileRefused):
    """The control record states {stated} payments and there are {found}."""


class TotalMismatch(BankFileRefused):
    """The control record states a total of {stated} centavos and the payments add up to {found}."""
