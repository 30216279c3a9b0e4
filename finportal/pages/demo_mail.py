"""The demo's mail and texts, and its customers: what a visitor of the demo needs to walk it."""

import base64
import hashlib
import mailbox
import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import cast

from flask import Blueprint, Response, abort, url_for

from finportal.adapters.mail import demo_mailbox
from finportal.services import demo_people
from finportal.services.question_book import Kind
from finportal.web.context import here
from finportal.web.headers import CONTENT_SECURITY_POLICY
from finportal.web.question_words import option_words
from finportal.web.rendering import show as draw

bp = Blueprint("demo_mail", __name__, url_prefix="/demo/mail")

NEWEST = 50


@bp.get("")
def show() -> Response:
    """List the mails, newest first, and the customers to register with."""
    box = _mailbox()
    newest = sorted(box.iterkeys(), key=_age, reverse=True)[:NEWEST]
    mails = [(key, _read(box, key)) for key in newest]
    with here().db.read() as db:
        people = demo_people.everyone(db)
        by_code = here().settings.journey == "code"
        told = demo_people.by_code(db) if by_code else {}
    return draw("pages/demo_mail.html", mails=mails, people=people, hints=_in_words(told))


@bp.get("/<key>")
def one(key: str) -> Response:
    """Show one: headers, a mail's HTML part in a frame of its own, and the text."""
    mail = _read(_mailbox(), key)
    text = cast("EmailMessage", mail.get_body(("plain",))).get_content()
    response = draw("pages/demo_mail_one.html", key=key, mail=mail, text=text)
    response.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return response


@bp.get("/<key>/html")
def html(key: str) -> Response:
    """The HTML part as a mail program would draw it, cut off from the portal."""
    part = _read(_mailbox(), key).get_body(("html",))
    if part is None:
        abort(404)
    body = cast("EmailMessage", part).get_content()
    body = body.replace("\r\n", "\n")  # as browsers read it before they hash a style
    body = re.sub(r"cid:\w+", url_for("demo_mail.picture", key=key), body)
    styles = re.findall(r"<style>(.*?)</style>", body, re.DOTALL)
    allowed = " ".join(f"'sha256-{_sha256(style)}'" for style in styles)
    response = Response(body, mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; img-src 'self'; style-src {allowed}; sandbox; frame-ancestors 'self'"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@bp.get("/<key>/imagen")
def picture(key: str) -> Response:
    """The picture inside the mail."""
    for part in _read(_mailbox(), key).walk():
        if part.get_content_type() == "image/png":
            response = Response(cast("bytes", part.get_payload(decode=True)), mimetype="image/png")
            response.headers["Cross-Origin-Resource-Policy"] = (
                "cross-origin"  # the frame is sandboxed
            )
            return response
    return abort(404)


def _in_words(
    told: dict[str, tuple[str, list[tuple[Kind, str]]]],
) -> dict[str, tuple[str, list[str]]]:
    return {
        number: (document, [option_words(kind, answer) for kind, answer in answers])
        for number, (document, answers) in told.items()
    }


def _mailbox() -> mailbox.Maildir:
    return mailbox.Maildir(demo_mailbox(here().settings), create=True)


def _read(box: mailbox.Maildir, key: str) -> EmailMessage:
    try:
        raw = box.get_bytes(key)
    except KeyError:
        abort(404)
    return BytesParser(policy=policy.default).parsebytes(raw)


def _age(key: str) -> tuple[int, ...]:
    """When a Maildir file was delivered: its name holds seconds, microseconds and a count."""
    found = re.match(r"(\d+)\.M(\d+)P\d+Q(\d+)", key)
    return tuple(int(part) for part in found.groups()) if found else ()


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
