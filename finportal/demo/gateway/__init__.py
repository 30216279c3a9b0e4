"""The fake gateway: a small application of its own that speaks as Placetopay and Wompi do.

It checks every login and signature, and a person or a test decides what the bank says. It keeps
everything in memory and exists for the demo, development and tests only.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask, Response, render_template
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.sansio.response import Response as AnyResponse

from finportal.adapters.gateways import NOTIFICATION_PATHS
from finportal.adapters.gateways.accounts import placetopay_account, wompi_account
from finportal.adapters.gateways.client import Http
from finportal.demo.gateway import control, pages, placetopay, wompi
from finportal.demo.gateway.bank import Bank
from finportal.settings import Misconfigured, Settings

POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"


def create_gateway(
    settings: Settings, clock: Callable[[], datetime], http: Http | None = None
) -> Flask:
    """The fake gateway for a portal with these settings. Raises Misconfigured in production."""
    if settings.production:
        raise Misconfigured("The fake gateway exists for the demo and for development only.")
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 256 * 1024
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters |= {"money": _money, "moment": _moment}
    portal = settings.base_url.rstrip("/")
    first, second = placetopay_account(settings), wompi_account(settings)
    bank = Bank(
        clock,
        http or Http(),
        addresses={
            "placetopay": portal + NOTIFICATION_PATHS["placetopay"],
            "wompi": portal + NOTIFICATION_PATHS["wompi"],
        },
        composers={
            "placetopay": lambda deal, made, forged: placetopay.compose(
                first, deal, made, forged=forged
            ),
            "wompi": lambda deal, made, forged: wompi.compose(second, deal, made, forged=forged),
        },
    )
    app.extensions |= {"portal": portal, "placetopay": first, "wompi": second, "bank": bank}
    for module in (placetopay, wompi, pages, control):
        app.register_blueprint(module.bp)
    app.register_error_handler(HTTPException, _problem)
    app.after_request(_harden)
    return app


def _problem(error: HTTPException) -> AnyResponse | tuple[str, int]:
    """Answers made by the API stay as they are; the others get a page."""
    if error.response is not None:
        return error.get_response()
    return render_template("problem.html", description=error.description), error.code or 500


def _harden(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


def _money(cents: int) -> str:
    whole, rest = divmod(cents, 100)
    grouped = f"{whole:,}".replace(",", ".")
    return f"$\u00a0{grouped},{rest:02d}" if rest else f"$\u00a0{grouped}"


def _moment(moment: datetime) -> str:
    return f"{moment - timedelta(hours=5):%d/%m/%Y %H:%M}"
