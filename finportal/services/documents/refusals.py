"""Why a paper cannot be issued now."""

from datetime import date

from finportal.services.errors import Refused


class NotYet(Refused):
    """The month's period is not over: the paper can be issued from `on` on."""

    def __init__(self, on: date) -> None:
        super().__init__(f"not before {on}")
        self.on = on


class NoSuchPeriod(Refused):
    """The credit has no such month, year, range or payment."""


class DayOutOfReach(Refused):
    """The day is before the credit began, or too far ahead to promise a figure for it."""


class NotSettled(Refused):
    """Something is still owed; `left` settles it today, in centavos."""

    def __init__(self, left: int) -> None:
        super().__init__(f"{left} centavos are owed")
        self.left = left


class ChequeNotCleared(Refused):
    """Nothing is owed, if a cheque that paid of it does not bounce."""


class UnderReview(Refused):
    """Nothing is owed, but a person still has to judge a payment of this credit."""


class NoLien(Refused):
    """The credit has no vehicle whose lien could be released."""


class NothingToPay(Refused):
    """Nothing is due, and nothing will fall due."""
