"""Every route of the URL map before every kind of visitor: who may open what, and nobody else."""

import logging
import shutil
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Blueprint, Flask, url_for
from werkzeug.routing import Rule

from finportal import create_app
from finportal.journey import (
    ANYONE,
    BEFORE_SIGN_IN,
    DEMO_ONLY,
    DEVELOPMENT_ONLY,
    FIELDS,
    SIGNED_IN_ONLY,
    Part,
    Stage,
    part_of,
    sent_elsewhere,
)
from finportal.services import projections
from finportal.services.days import bogota_day
from finportal.settings import Settings
from tests.doubles import Clock, Statements
from tests.walk import Answer, Scene, blueprint_of, owned_by, routes
from tests.walk_things import NOTHING, PLATE
from tests.walk_visitors import VISITORS, Kind

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PROPFIND")
LEAD_ON = {
    "sign_out.ask", "verify.ask_file", "payments.wait", "payment_result.wait",
    "payment_result.leave", "quick_pay.show", "quick_check.ask",
    "my_contact.ask_code", "my_data_copy.wait", "my_data_copy.take",
}  # fmt: skip
"""GETs whose answer is another address."""
TELL_THE_WAIT = ("my_data.ask", "my_data.answer", "my_contact.")
"""Whose forms say to a held account until when it must wait; looking at one's data goes on."""
REFUSED_BEFORE = ("stranger", "owner")
"""Whom to ask with a method that a route does not take: it is refused before anybody is known."""
WRITES = {
    "verify.show": {"throttle_buckets"},
    "document_files.pdf": {"throttle_buckets", "document_drawings"},
    "notices_in.take": {
        "throttle_buckets",
        "gateway_notifications",
        "notification_verdicts",
        "audit_events",
    },
}
"""What is written though nobody pressed a button: limits count, a file's bytes become known."""
MOST_STATEMENTS = 5
FULLWIDTH = {ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"}
RULED = {
    *ANYONE, *DEMO_ONLY, *DEVELOPMENT_ONLY, *BEFORE_SIGN_IN, *SIGNED_IN_ONLY, "personalise",
}  # fmt: skip


def built(folder: Path, template: Path, **more: str) -> tuple[Flask, Clock]:
    """The portal of a demo, development's pages included, on a database of its own."""
    shutil.copy(template, folder / "finportal.db")
    keys = ("secret_key", "image_key", "mail_key", "pepper")
    settings = Settings(
        mode="demo",
        instance=folder,
        database_url=f"sqlite:///{folder / 'finportal.db'}",
        gateway="placetopay",
        fake_gateway="http://127.0.0.1:9",
        **{key: key[0] * 40 for key in keys} | more,
    )
    clock = Clock()
    app = create_app(settings, clock)
    app.testing = True
    return app, clock


def closed(app: Flask) -> None:
    app.extensions["finportal"].db.dispose()
    app.extensions["finportal"].jobs.close()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Scene]:
    """One portal for the whole walk: nothing that is asked of it may change anything."""
    folder = tmp_path_factory.mktemp("walk")
    with pytest.MonkeyPatch.context() as machine:
        machine.setenv("FINPORTAL_INSTANCE", str(folder))
        app, clock = built(folder, sqlite_template)
    log = logging.getLogger("finportal")
    level = log.level
    log.setLevel(logging.CRITICAL)  # thousands of lines that nobody reads
    with Statements(app.extensions["finportal"].db.engines) as statements:
        yield Scene(app, clock, statements)
    log.setLevel(level)
    closed(app)


def unstated(app: Flask) -> set[str]:
    """The routes for which no rule says who may open them."""
    return {
        rule.rule
        for rule in routes(app)
        if blueprint_of(rule) not in RULED
        or not all(part_of(blueprint_of(rule), name) for name in rule.arguments)
        or (owned_by(rule) and blueprint_of(rule) not in SIGNED_IN_ONLY)
    }


def address_of(scene: Scene, endpoint: str, notice: str | None) -> str:
    with scene.app.test_request_context():
        return url_for(endpoint, aviso=notice)


def test_every_route_states_who_may_open_it(scene: Scene) -> None:
    assert not unstated(scene.app)


@pytest.mark.parametrize("name", VISITORS)
def test_what_each_visitor_is_answered(scene: Scene, name: str) -> None:
    kind = scene.visitors[name]
    for rules in by_address(scene.app).values():
        answers = {}
        for method in METHODS:
            rule = rules.get(method, rules["OPTIONS"])
            if method not in rules and name not in REFUSED_BEFORE:
                continue
            path, query = scene.path(rule, scene.things), scene.query(rule, scene.things)
            answers[method] = answer = scene.ask(kind, method, path, query)
            where = f"{name}: {method} {path} {answer.status} {answer.location}"
            assert as_stated(scene, kind, rules, method, answer), where
            assert answer.written <= WRITES.get(rule.endpoint, set()), where
        if "GET" in rules:
            head, get = answers["HEAD"], answers["GET"]
            assert not head.body
            assert (head.status, head.told) == (get.status, get.told), f"{name}: HEAD {path}"


@pytest.mark.parametrize("name", ["owner", "held", "provisional", "stranger"])
def test_no_page_takes_more_than_five_statements(scene: Scene, name: str) -> None:
    portal, kind = scene.app.extensions["finportal"], scene.visitors[name]
    projections.refresh(portal.db, bogota_day(portal.clock()), 1_000)
    for rules in by_address(scene.app).values():
        if rule := rules.get("GET"):
            path, query = scene.path(rule, scene.things), scene.query(rule, scene.things)
            for more in ({}, {"credito": scene.things[Part.CREDIT]} if named_by(rule) else {}):
                most = MOST_STATEMENTS + len(more)  # whose that credit is, is a question of its own
                answer = scene.ask(kind, "GET", path, {**query, **more})
                where = f"{name}: {path} {more} {answer.status}"
                assert len(answer.statements) <= most or rule.endpoint in WRITES, where


def as_stated(
    scene: Scene, kind: Kind, rules: dict[str, Rule], method: str, answer: Answer
) -> bool:
    """Whether an answer is what the rules say of this visitor."""
    if method not in rules:
        allowed = dict(answer.headers)["Allow"].split(", ")
        return answer.status == HTTPStatus.METHOD_NOT_ALLOWED and {*allowed} == {*rules}
    rule = rules[method]
    blueprint = blueprint_of(rule)
    elsewhere = sent_elsewhere(kind.stage, blueprint, expired=kind.lapsed, held=kind.held)
    if elsewhere:
        there = address_of(scene, elsewhere.endpoint, elsewhere.notice)
        return (answer.status, answer.location) == (HTTPStatus.SEE_OTHER, there)
    if owned_by(rule) and not kind.owner:
        return answer.status == HTTPStatus.NOT_FOUND
    if method == "OPTIONS":
        return answer.status == HTTPStatus.OK and not answer.body
    return answer.status in expected(kind, rule.endpoint, method)


def expected(kind: Kind, endpoint: str, method: str) -> set[int]:
    """The answers of a page that opens to this visitor."""
    if kind.held and endpoint.startswith(TELL_THE_WAIT):
        return {409}
    if method == "POST":
        return {200, 303, 400, 422}
    leads_on = endpoint in LEAD_ON or (endpoint == "held.show" and not kind.held)
    return {303 if leads_on else 200}


def by_address(app: Flask) -> dict[str, dict[str, Rule]]:
    """For each address of the URL map, the rule that answers a method."""
    found: dict[str, dict[str, Rule]] = {}
    for rule in routes(app):
        found.setdefault(rule.rule, {}).update(dict.fromkeys(rule.methods or (), rule))
    return found


def named_by(rule: Rule) -> bool:
    """Whether a route behind the sign-in may be told of a thing in its form or query alone."""
    return blueprint_of(rule) in SIGNED_IN_ONLY and not owned_by(rule)


@pytest.mark.parametrize("name", [name for name in VISITORS if name != "owner"])
def test_a_thing_of_somebody_else_is_like_nothing(scene: Scene, name: str) -> None:
    kind = scene.visitors[name]
    token = {"csrf_token": scene.token(kind)} if kind.stage is Stage.SIGNED_IN else {}
    for rule in (rule for rule in routes(scene.app) if owned_by(rule)):
        for method in sorted(rule.methods or ()):
            theirs, nothing = (
                scene.ask(kind, method, scene.path(rule, of), scene.query(rule, of), token)
                for of in (scene.things, NOTHING)
            )
            where = f"{name}: {method} {rule.rule} {theirs.status}"
            assert theirs == nothing, where
            assert theirs.status in {303, 404}, where


@pytest.mark.parametrize("name", ["stranger", "another customer"])
def test_so_it_is_for_a_fragment(scene: Scene, name: str) -> None:
    kind = scene.visitors[name]
    for rule in (rule for rule in routes(scene.app) if owned_by(rule)):
        theirs, nothing = (
            scene.ask(
                kind, "GET", scene.path(rule, of), scene.query(rule, of), **{"HX-Request": "true"}
            )
            for of in (scene.things, NOTHING)
        )
        assert theirs == nothing, rule.rule
        assert theirs.status in {204, 404, 405}, rule.rule


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_field_that_names_what_is_not_ones_own_is_like_one_that_names_nothing(
    scene: Scene, method: str
) -> None:
    kind = scene.visitors["another customer"]
    token = {"csrf_token": scene.token(kind)}
    for rule in routes(scene.app):
        if not named_by(rule) or method not in (rule.methods or ()):
            continue
        for field, part in FIELDS.items():
            answers = []
            for of in (scene.things, NOTHING):
                named = {field: of[part]}
                for query in (named, {field: scene.theirs[part]}) if method == "POST" else (named,):
                    data = token | named if method == "POST" else None
                    answers.append(scene.ask(kind, method, scene.path(rule, of), query, data))
            assert {answer.status for answer in answers} == {404}, rule.rule
            assert len({answer.body for answer in answers}) == 1, rule.rule


def test_a_movement_of_somebody_else_is_not_in_ones_own_credit(scene: Scene) -> None:
    kind, record = scene.visitors["another customer"], scene.made.words["why.record"]
    answers = [
        scene.ask(kind, "GET", f"/credito/{scene.theirs[Part.CREDIT]}/porque/movimiento/{one}")
        for one in (record, "99999999")
    ]
    token = {"csrf_token": scene.token(kind), "credito": scene.theirs[Part.CREDIT]}
    receipts = [
        scene.ask(kind, "POST", "/documentos/comprobante", None, token | {"movimiento": one})
        for one in (record, "99999999")
    ]
    assert answers[0] == answers[1]
    assert receipts[0].body == receipts[1].body
    assert {answer.status for answer in answers + receipts} == {404}


ODD = (
    "/", ";x", "\0", "x" * 5000, "/" + "9" * 5000, "/../cuenta",
    "//", "%00", "\u0663", "/.", "/..", ".json", "%2e%2e", " ", "\uff11", "/x" * 500, "'--", "\\",
    "?", "#", "\u202e",
)  # fmt: skip
FEW = 6


@pytest.mark.parametrize("name", ["stranger", "another customer", "owner"])
def test_an_odd_address_opens_nothing_more(scene: Scene, name: str) -> None:
    kind = scene.visitors[name]
    for rules in by_address(scene.app).values():
        rule = rules["OPTIONS"]
        path = scene.path(rule, scene.things)
        thorough = owned_by(rule) and name == "another customer"
        for odd in odd_ones(path, len(ODD) if thorough else FEW):
            answer = scene.ask(kind, "GET", odd)
            where = f"{name}: {odd[:99]!r} {answer.status}"
            assert answer.status < HTTPStatus.INTERNAL_SERVER_ERROR, where
            assert kind.owner or PLATE not in answer.body, where
            if answer.status == HTTPStatus.OK:
                blueprint = str(answer.endpoint).partition(".")[0]
                assert sent_elsewhere(kind.stage, blueprint) is None, where
                assert kind.owner or not owned_by(rule), where


def odd_ones(path: str, most: int) -> Iterator[str]:
    """Addresses that are nearly this one."""
    yield from (path + odd for odd in ODD[:most])
    if most == len(ODD):
        yield from ("/" + path, path.replace("/", "//"), path.upper(), path.swapcase())
        yield from (path.replace("VH-", "VH-0"), path.translate(FULLWIDTH), "/." + path)


def test_what_no_rule_is_stated_for_stays_shut(tmp_path: Path, sqlite_template: Path) -> None:
    app, clock = built(tmp_path, sqlite_template)
    page = Blueprint("new_page", __name__, url_prefix="/nueva")
    page.add_url_rule("", "show", lambda: PLATE)
    page.add_url_rule("/<other>", "one", lambda **_: PLATE)
    app.register_blueprint(page)
    app.add_url_rule("/sola", "lonely", lambda: PLATE)
    app.add_url_rule("/credito/<number>/<other>", "credit.more", lambda **_: PLATE)
    app.add_url_rule("/verificar/<code>/<other>", "verify.more", lambda **_: PLATE)
    with Statements(app.extensions["finportal"].db.engines) as statements:
        scene = Scene(app, clock, statements)
        number, code = scene.things[Part.CREDIT], scene.things[Part.PAPER]
        assert unstated(app) == {
            "/sola", "/nueva", "/nueva/<other>", "/credito/<number>/<other>",
            "/verificar/<code>/<other>",
        }  # fmt: skip
        for kind in scene.visitors.values():
            for path in ("/sola", "/nueva/1", f"/credito/{number}/1", f"/verificar/{code}/1"):
                answer = scene.ask(kind, "GET", path)
                assert answer.status in {303, 404}, path
    closed(app)
