"""The ways in which talking to a gateway fails. None of them says that a payment failed."""


class GatewayError(Exception):
    """Something between the portal and a gateway went wrong; messages hold no secret."""


class OrderUnfit(GatewayError):
    """An order that no gateway would take; it was not sent."""


class NotOffered(GatewayError):
    """This gateway has no such operation, or not for this method."""


class GatewayDown(GatewayError):
    """No usable answer: no connection, no answer in time, a 5xx, HTML instead of JSON.

    `reached` is False only when the request cannot have arrived, so that it may be sent again.
    """

    def __init__(self, why: str, *, reached: bool) -> None:
        super().__init__(why)
        self.reached = reached


class GatewayRefused(GatewayError):
    """The gateway answered and said no; `code` is its own, `message` its words, shortened."""

    def __init__(self, code: str, message: str = "") -> None:
        self.code = printable(code)
        self.message = printable(message)
        super().__init__(f"{self.code} {self.message}".strip())


class CredentialsRefused(GatewayRefused):
    """The gateway does not accept who we are: rotated key, wrong environment, clock that drifts."""


class AnswerUnreadable(GatewayError):
    """JSON that is not what the gateway documents: something needed is missing or malformed."""


class AmountUnreadable(AnswerUnreadable):
    """An amount that cannot be had exactly in centavos."""


class NotificationRefused(GatewayError):
    """A notification that is not acted upon."""


class Unreadable(NotificationRefused):
    """The notification is not what the gateway documents."""


class BadSignature(NotificationRefused):
    """The notification does not prove that the gateway sent it."""


class OtherEnvironment(BadSignature):
    """The notification belongs to the other environment (test or production)."""


def printable(text: object, longest: int = 200) -> str:
    """A stranger's words made fit for a log: one line, printable signs, not too long."""
    return "".join(sign if sign.isprintable() else " " for sign in str(text)[:longest])
