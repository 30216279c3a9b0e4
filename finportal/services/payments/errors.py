"""Why a payment is not begun, found or settled."""

from datetime import datetime, timedelta

from finportal.lending.money import Centavos
from finportal.services.errors import AlreadyDone, Refused


class NotPayable(Refused):
    """Nothing of this kind can be paid on this credit today."""


class AmountMoved(Refused):
    """What is owed is not what the page showed any more; `amount` in centavos is what holds now."""

    def __init__(self, amount: Centavos) -> None:
        super().__init__(f"the amount is {amount} centavos now")
        self.amount = amount


class AmountOutside(Refused):
    """The amount, in centavos, is below the least or above the most that may be paid."""

    def __init__(self, least: Centavos, most: Centavos) -> None:
        super().__init__(f"from {least} to {most} centavos")
        self.least, self.most = least, most


class InProcess(Refused):
    """Another attempt to pay the same is under way; `authorisation` is its CUS, if it has one."""

    def __init__(self, reference: str, since: datetime, authorisation: str) -> None:
        super().__init__(f"{reference}, since {since:%Y-%m-%d %H:%M} UTC")
        self.reference, self.since, self.authorisation = reference, since, authorisation


class TooOften(Refused):
    """So many payments were begun beside others in process that one must wait; `wait` says so."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"again in {wait}")
        self.wait = wait


class OtherForm(Refused):
    """The key of this form was used with other contents."""


class NotStarted(Refused):
    """The gateway did not take the order; nothing was charged, and one may try anew."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference


class UnknownGateway(LookupError):
    """There is no gateway of this name."""


class UnknownAttempt(LookupError):
    """There is no such attempt, or it is somebody else's."""


class UnknownHeld(LookupError):
    """No money is held under this number."""


class UnknownPosting(LookupError):
    """Nothing was posted under this key."""


class NotSettleable(Refused):
    """This money cannot be settled so; the message says why."""


class AlreadySettled(AlreadyDone):
    """A person has settled this money before."""


class AlreadyReversed(AlreadyDone):
    """This posting was taken back before."""
