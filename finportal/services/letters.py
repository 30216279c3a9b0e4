"""The letters customers receive, as values; drawing and sending them stands elsewhere."""

from dataclasses import dataclass
from datetime import date, timedelta

from finportal.adapters.letter import Letter
from finportal.lending import Centavos
from finportal.services.identity import masked
from finportal.services.recognition import Recognition

CREDENTIALS_LAST = timedelta(hours=24)
LINK_LASTS = timedelta(minutes=30)
CODE_LASTS = timedelta(minutes=10)
CASE_LASTS = timedelta(hours=72)
"""A link that staff approved: over a weekend, since staff may answer on a Friday."""
LOAN_NUMBER_SHOWN = 4
"""How much of a credit's number a letter tells: mail may be read by others."""


@dataclass(frozen=True)
class Addressee:
    """Whom a letter greets and where it goes."""

    name: str
    kind: str
    email: str
    locale: str

    @property
    def greeting_name(self) -> str:
        """A person's first name, or a company's whole name."""
        return self.name.split()[0].title() if self.kind == "natural" else self.name


@dataclass(frozen=True, slots=True)
class Notice:
    """What a letter tells of a statement: its month ("2026-10"), `to_pay` in centavos, its code."""

    month: str
    to_pay: Centavos
    due_on: date
    loan_number: str
    code: str


def credentials(who: Addressee, id_number: str, password: str, recognition: Recognition) -> Letter:
    """The first way in: masked user name, provisional password, image and phrase."""
    return _letter(
        "credentials",
        who,
        CREDENTIALS_LAST,
        username=masked(id_number),
        password=password,
        **_shown(recognition),
    )


def already_registered(who: Addressee) -> Letter:
    """Somebody registered again with the customer's data: nothing changed, recovery is offered."""
    return _letter("already_registered", who)


def account_elsewhere(who: Addressee) -> Letter:
    """To the e-mail the lender took since: the account has another one, and how to confirm this."""
    return _letter("account_elsewhere", who)


def new_device(who: Addressee, when: str, browser: str, network: str) -> Letter:
    """A sign-in from a browser the account did not know; `when` is an ISO moment in UTC."""
    return _letter("new_device", who, when=when, browser=browser, network=network)


def device_alarm(who: Addressee, when: str, network: str) -> Letter:
    """A known browser's old cookie came back: it may have been copied and is forgotten."""
    return _letter("device_alarm", who, when=when, network=network)


def password_changed(who: Addressee, when: str) -> Letter:
    """The password, the image and the phrase were changed by the customer."""
    return _letter("password_changed", who, when=when)


def registered(who: Addressee, initial: Recognition) -> Letter:
    """The account is open: where to sign in, and what new devices show. Its link needs no token."""
    return _letter("registered", who, None, **_shown(initial))


def email_change_approved(who: Addressee, token: str) -> Letter:
    """To the new address: staff agreed, and a one-use link goes on with the registration."""
    return _letter("email_change_approved", who, CASE_LASTS, token=token)


def email_change_rejected(who: Addressee) -> Letter:
    """To the address on file: somebody asked to use another one, and staff said no."""
    return _letter("email_change_rejected", who)


def address_replaced(who: Addressee, when: str) -> Letter:
    """To the old address: the account was opened anew with the e-mail the lender holds now."""
    return _letter("address_replaced", who, when=when)


def recovery(who: Addressee, token: str) -> Letter:
    """A one-use link to choose a new password."""
    return _letter("recovery", who, LINK_LASTS, token=token)


def recovery_later(who: Addressee, start: str) -> Letter:
    """To an e-mail that is too new to recover the password: it may from `start` on."""
    return _letter("recovery_later", who, start=start)


def code(who: Addressee, digits: str, purpose: str) -> Letter:
    """Six digits that prove the address; `purpose` (of `models.codes`) chooses the words."""
    return _letter("code", who, CODE_LASTS, code=digits, purpose=purpose)


def contact_changed(who: Addressee, field: str, now_is: str, when: str, token: str) -> Letter:
    """To a proven address: one of the contact data changed, with the link that undoes it.

    `field` of `models.contacts`; `now_is` is the new value, masked. Without a token it only tells.
    """
    return _letter("contact_changed", who, field=field, now_is=now_is, when=when, token=token)


def email_is_new(who: Addressee, when: str, initial: Recognition) -> Letter:
    """To the new address: it is the account's e-mail from now on, and what new devices show."""
    return _letter("email_is_new", who, None, when=when, **_shown(initial))


def contact_undone(who: Addressee, when: str) -> Letter:
    """Changes of contact data were undone; a new password opens the account again."""
    return _letter("contact_undone", who, when=when)


def password_recovered(who: Addressee, when: str) -> Letter:
    """A new password was set with a recovery link."""
    return _letter("password_recovered", who, when=when)


def statement_ready(who: Addressee, notice: Notice) -> Letter:
    """A statement was issued: what to pay and by when, and where to read it; never the paper."""
    return _letter(
        "statement_ready",
        who,
        month=notice.month,
        to_pay=str(notice.to_pay),
        due_on=notice.due_on.isoformat(),
        loan_end=notice.loan_number[-LOAN_NUMBER_SHOWN:],
        code=notice.code,
    )


def my_data_ready(who: Addressee, until: str) -> Letter:
    """The copy of one's data may be taken in the account until an ISO moment in UTC; no link."""
    return _letter("my_data_ready", who, until=until)


def _shown(recognition: Recognition) -> dict[str, str]:
    return {"picture": recognition.picture.id, "phrase": recognition.phrase}


def _letter(kind: str, who: Addressee, lifetime: timedelta | None = None, **values: str) -> Letter:
    return Letter(kind, who.email, who.locale, {"name": who.greeting_name, **values}, lifetime)
