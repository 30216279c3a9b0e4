"""POST /control: how a test plays the bank over HTTP."""

from typing import Any

from flask import Blueprint, Response

from finportal.demo.gateway.answering import bank, json_reply, read_body
from finportal.demo.gateway.plans import PLANS, Fault

bp = Blueprint("control", __name__)


@bp.post("/control")
def control() -> Response:
    """Do what the JSON object says, in this order, and tell how everything stands.

    `next`: the outcome of orders from now on (a name of PLANS, or "" for a person's choice).
    `fault`: {kind, on, times, seconds}, added. `reference` with `decide` (a name of PLANS) and
    `method`, or with `say` ("approved", "declined", "voided", "refunded"), or with `tell` true:
    that order's outcome, a bank's word, the newest notice once more. `tick` true: send what is due,
    and wait.
    """
    body = read_body()
    try:
        if "next" in body:
            bank().next_plan = PLANS[body["next"]] if body["next"] else None
        if "fault" in body:
            bank().faults.append(Fault(**body["fault"]))
        if "reference" in body:
            _order(body)
    except (KeyError, TypeError, StopIteration) as error:
        return json_reply({"error": f"{type(error).__name__}: {error}"}, 422)
    if body.get("tick"):
        bank().tick()
    return json_reply({"orders": _orders(), "faults": len(bank().faults)})


def _order(body: dict[str, Any]) -> None:
    deal = next(each for each in bank().deals if each.reference == body["reference"])
    if "decide" in body:
        bank().decide(deal, PLANS[body["decide"]], body.get("method", "pse"))
    if "say" in body:
        bank().say(deal, body["say"])
    if body.get("tell"):
        bank().tell_again(deal)


def _orders() -> list[dict[str, Any]]:
    now = bank().clock()
    return [
        {
            "number": deal.number,
            "gateway": deal.gateway,
            "reference": deal.reference,
            "state": deal.state(now),
            "told": [each.answers for each in bank().notices if each.deal is deal],
        }
        for deal in bank().deals
    ]
