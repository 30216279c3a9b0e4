"""Papers on the way to a page: the desk that issues them, and what templates say of the issue."""

from dataclasses import dataclass
from datetime import datetime

from flask import abort, url_for
from flask_babel import lazy_gettext as _
from werkzeug.routing import BaseConverter

from finportal.adapters.qr import QrPath, qr_path
from finportal.lending import LendingError
from finportal.services.documents import shelf, subject, writing
from finportal.services.documents.checking import CODE
from finportal.services.documents.comparing import Change, change
from finportal.services.documents.issuing import Desk
from finportal.services.documents.kinds import Wanted
from finportal.services.documents.shelf import Issued, Void
from finportal.services.errors import Refused
from finportal.web import session
from finportal.web.context import here
from finportal.web.languages import locale

CORRECTED = ("payoff", "balance", "history", "tax", "settlement", "lien_release", "receipt")
"""Kinds a customer may have issued anew; a statement is put right by the next one."""
WHY_NOT = {
    "NotSettled": _("Todavía no se puede expedir: al crédito le falta pagar una parte."),
    "ChequeNotCleared": _(
        "Hay un cheque en canje: el documento se expide cuando el banco lo confirme."
    ),
    "UnderReview": _("Hay un pago en revisión: el documento se expide cuando quede resuelto."),
    "NoLien": _("Este crédito no tiene un vehículo con prenda."),
    "NoSuchPeriod": _("De ese periodo no hay datos completos."),
    "NothingToPay": _("Hoy no hay nada por pagar."),
    "DayOutOfReach": _("Elija otra fecha: para esa no podemos prometer un valor."),
}
"""Why a paper cannot be issued, by the name of the refusal."""


class CodeConverter(BaseConverter):
    """A paper's code in an address."""

    regex = CODE


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a template says of the issue, beside the paper's facts.

    `qr` is a picture for paper and `qr_path` a drawing for the screen; one of them is there.
    """

    number: str
    code: str
    kind: str
    issued_at: datetime
    void: Void | None
    replaced_by: str | None
    check_url: str
    qr: str | None
    qr_path: QrPath | None


def desk() -> Desk:
    """Where papers are issued."""
    return Desk(here().db, here().vault, here().settings.lender)


def stamp(issued: Issued, qr: str | None = None) -> Stamp:
    """The number, the code and where anyone can check them."""
    address = check_address(issued.code)
    return Stamp(
        number=issued.number,
        code=issued.code,
        kind=issued.kind,
        issued_at=issued.issued_at,
        void=issued.void,
        replaced_by=issued.replaced_by,
        check_url=address,
        qr=qr,
        qr_path=None if qr else qr_path(address),
    )


def check_address(code: str) -> str:
    """Where anyone can check the paper of this code."""
    return here().settings.base_url.rstrip("/") + url_for("verify.show", code=code)


def own_paper(code: str) -> Issued:
    """The paper of this code, 404 unless it is this customer's."""
    with here().db.reading() as link:
        issued = shelf.own(link, session.the_visit().customer_id or 0, code, locale())
    if issued is None:
        abort(404)
    return issued


def outdated(issued: Issued) -> Change | None:
    """Why the paper would say something else now; None where it would not, or may not be anew."""
    if issued.void or issued.kind not in CORRECTED:
        return None
    portal = here()
    with portal.db.reading() as link:
        about = subject.own(link, issued.customer_id, issued.loan_number, portal.clock())
        wanted = Wanted(issued.kind, issued.key)
        if about is None:
            return None
        try:
            now = writing.write(link, about, portal.settings.lender, wanted)
        except (Refused, LendingError):
            return None
    return change(issued.paper, now)
