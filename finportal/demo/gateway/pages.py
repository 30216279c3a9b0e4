"""The fake bank's pages: where a customer chooses an outcome, and the desk with every order."""

from urllib.parse import urlencode, urlsplit

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from finportal.demo.gateway.answering import bank
from finportal.demo.gateway.deals import Deal
from finportal.demo.gateway.plans import FAULTS, OPERATIONS, PLANS, Fault
from finportal.demo.gateway.wompi import transaction_id

METHODS = {"pse": "PSE", "card": "Tarjeta", "cash": "Efectivo"}
bp = Blueprint("pages", __name__)


@bp.get("/pagar/<int:number>/<token>")
def pay(number: int, token: str) -> AnyResponse | str:
    """What the customer sees; with an outcome set beforehand, straight back to the portal."""
    deal = _deal(number, token)
    bank().move()
    state = deal.state(bank().clock())
    plan = bank().next_plan
    if plan and not deal.plan and state == "pending":
        bank().decide(deal, plan, "pse")
        return _back(deal)
    return render_template("pay.html", deal=deal, state=state, plans=PLANS, methods=METHODS)


@bp.post("/pagar/<int:number>/<token>")
def choose(number: int, token: str) -> AnyResponse:
    """Take the outcome that was chosen, and send the customer back."""
    deal = _deal(number, token)
    plan, method = PLANS.get(request.form.get("plan", "")), request.form.get("method", "pse")
    if plan and method in METHODS and not (deal.approved or deal.under_way or deal.cancelled):
        bank().decide(deal, plan, method)
    return _back(deal)


@bp.get("/")
def desk() -> str:
    """Every order, newest first."""
    bank().move()
    now = bank().clock()
    deals = [(deal, deal.state(now), _told(deal)) for deal in reversed(bank().deals)]
    return render_template(
        "desk.html", deals=deals, faults=FAULTS, operations=OPERATIONS, armed=bank().faults
    )


@bp.post("/pedido/<int:number>")
def act(number: int) -> AnyResponse:
    """What the person at the bank does with an order."""
    deal = next((each for each in bank().deals if each.number == number), None) or abort(404)
    action = request.form.get("action")
    if action in {"approved", "declined"} and not (deal.approved or deal.cancelled):
        bank().say(deal, "approved" if action == "approved" else "declined")
    elif action == "voided" and deal.approved:
        bank().say(deal, "voided")
    elif action == "tell":
        bank().tell_again(deal)
    return redirect(url_for("pages.desk"), 303)


@bp.post("/falla")
def fail() -> AnyResponse:
    """Set a fault for the next answer of an operation."""
    kinds = [kind for kind in FAULTS if kind == request.form.get("kind")]
    operations = [name for name in OPERATIONS if name == request.form.get("on")]
    if kinds and operations:
        bank().faults.append(Fault(kinds[0], operations[0]))
    return redirect(url_for("pages.desk"), 303)


def _deal(number: int, token: str) -> Deal:
    same = (each for each in bank().deals if (each.number, each.token) == (number, token))
    return next(same, None) or abort(404)


def _back(deal: Deal) -> AnyResponse:
    """Back to the portal, and to nowhere else; Wompi adds the id of the newest transaction."""
    back, portal = urlsplit(deal.return_url), urlsplit(current_app.extensions["portal"])
    if (back.scheme, back.netloc) != (portal.scheme, portal.netloc):
        return redirect(url_for("pages.desk"), 303)
    if deal.gateway == "wompi" and deal.tries:
        added = urlencode({"id": transaction_id(deal, deal.tries[-1])})
        back = back._replace(query=f"{back.query}&{added}".lstrip("&"))
    return redirect(back.geturl(), 303)


def _told(deal: Deal) -> list[str]:
    return [", ".join(each.answers) or "en camino" for each in bank().notices if each.deal is deal]
