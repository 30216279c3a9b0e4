"""Everybody before every route: how a visitor of each kind is answered, and what it took."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode

from flask import Flask, request, request_finished
from werkzeug.routing import Rule

from finportal.journey import FIELDS, OWNED, Part, part_of
from finportal.web.context import Portal
from tests.doubles import Clock, Statements
from tests.factories import People
from tests.walk_things import Things
from tests.walk_visitors import VISITORS, Doorman, Kind

Visitors = Mapping[str, Callable[[Doorman], Kind]]

NEEDS_A_CREDIT = ("new_document.ask", "new_document.answer")
"""Routes that answer nothing unless a field names a credit."""
CHANGING = (
    (re.compile(r'class="reference">\w+'), 'class="reference">…'),
    (re.compile(r'value="[\w.-]{60,}"'), 'value="…"'),
    (re.compile(r"sesion=[\w-]+"), "sesion=…"),
)
_TABLE = re.compile(r"^(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")


@dataclass(frozen=True, slots=True)
class Answer:
    """All that a visitor sees of an answer, and what it took."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    statements: tuple[str, ...]
    endpoint: str | None

    @property
    def location(self) -> str:
        """Where it leads on."""
        return dict(self.headers).get("Location", "")

    @property
    def told(self) -> list[tuple[str, str]]:
        """The headers; lengths vary with what is new in a page, such as its token."""
        return [(name, "…" if name == "Content-Length" else value) for name, value in self.headers]

    @property
    def written(self) -> set[str]:
        """The tables that were written to."""
        texts = [text for text in self.statements if not text.startswith("SELECT")]
        return {word for text in texts for word in _TABLE.findall(text)}


class Scene:
    """The portal with two customers, things of the first, and a session of every kind."""

    def __init__(
        self, app: Flask, clock: Clock, statements: Statements, visitors: Visitors = VISITORS
    ) -> None:
        portal: Portal = app.extensions["finportal"]
        people = People(portal, clock)
        owner, other = people.active(name="Única Dueña"), people.active(name="Otro Cliente")
        self.app = app
        self.made = Things(app, people, owner, other, clock())
        self.things, self.theirs = self.made.owned, self.made.of_the_other
        doorman = Doorman(portal.db, people, clock, owner, other)
        self.visitors = {name: make(doorman) for name, make in visitors.items()}
        self._statements = statements
        self._networks = count()
        self._endpoint: str | None = None
        request_finished.connect(self._note, app)

    def ask(
        self,
        kind: Kind,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        **headers: str,
    ) -> Answer:
        """Send a request as it is, from a network of its own; the path may be any text."""
        self._endpoint, n = None, next(self._networks)
        self._statements.clear()
        cookies = {"Cookie": f"sesion={kind.cookie}"} if kind.cookie else {}
        reply = self.app.test_client(use_cookies=False).open(
            "/",
            method=method,
            data=data,
            headers=cookies | headers,
            environ_overrides={
                "PATH_INFO": path.encode().decode("latin1"),
                "QUERY_STRING": urlencode(query or {}),
                "REMOTE_ADDR": f"10.{n // 256 % 256}.{n % 256}.7",
            },
        )
        names = [
            (name, masked(value) if name == "Set-Cookie" else value)
            for name, value in reply.headers
        ]
        body = masked(reply.data.decode(errors="replace"))
        told = tuple(self._statements.texts)
        return Answer(reply.status_code, tuple(names), body, told, self._endpoint)

    def token(self, kind: Kind) -> str:
        """The token of a form that this visitor was shown."""
        reply = self.app.test_client(use_cookies=False).get(
            "/cuenta", headers={"Cookie": f"sesion={kind.cookie}"}
        )
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', reply.text)
        assert found
        return found[1]

    def path(self, rule: Rule, things: Mapping[Part, str]) -> str:
        """A route's address with a value for each of its parts; KeyError where none is known."""
        values = {name: self._value(rule, name, things) for name in rule.arguments}
        built = rule.build(values)
        assert built
        return built[1]

    def query(self, rule: Rule, things: Mapping[Part, str]) -> dict[str, str]:
        """What a route must be asked beside its address."""
        return {"credito": things[Part.CREDIT]} if rule.endpoint in NEEDS_A_CREDIT else {}

    def _value(self, rule: Rule, name: str, things: Mapping[Part, str]) -> str:
        blueprint = blueprint_of(rule)
        part = part_of(blueprint, name)
        if part in OWNED:
            sent = rule.endpoint == "payments.leave" and things is self.things
            return self.made.sent if sent else things[part]
        of = getattr(rule._converters[name], "items", None)
        return min(of) if of else self.made.words[f"{blueprint}.{name}"]

    def _note(self, _app: Flask, **_: object) -> None:
        self._endpoint = request.endpoint


def routes(app: Flask) -> Iterator[Rule]:
    """Every rule of the URL map."""
    return app.url_map.iter_rules()


def blueprint_of(rule: Rule) -> str:
    """The name of a route's blueprint."""
    return rule.endpoint.partition(".")[0]


def owned_by(rule: Rule) -> set[Part]:
    """The things of one customer that a route must be told."""
    named = {part_of(blueprint_of(rule), name) for name in rule.arguments}
    asked = {FIELDS["credito"]} if rule.endpoint in NEEDS_A_CREDIT else set()
    return {part for part in named | asked if part in OWNED}


def masked(text: str) -> str:
    """A text without what is new at every request."""
    for changing, instead in CHANGING:
        text = changing.sub(instead, text)
    return text
