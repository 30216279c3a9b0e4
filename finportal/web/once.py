"""{% once %} … {% endonce %}: what is the same for everybody is drawn once a language, then kept.

`{% once name %}` keeps a text for each value of `name`, which must have few: never what visitors
type, and nothing that belongs to one of them (`tests/web/test_once.py` reads every block).
"""

from collections.abc import Callable
from itertools import count

from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

from finportal.web.languages import locale


class Once(Extension):
    """The tag, and the texts kept so far by place, language and key."""

    tags = {"once"}  # noqa: RUF012 - Jinja declares it so

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._places = count()
        self._kept: dict[tuple[object, ...], str] = {}

    def parse(self, parser: Parser) -> nodes.Node:
        """Turn the block into a call that draws its body the first time."""
        line = next(parser.stream).lineno
        keys = []
        while not parser.stream.current.test("block_end"):
            keys.append(parser.parse_expression())
            parser.stream.skip_if("comma")
        body = parser.parse_statements(("name:endonce",), drop_needle=True)
        place = nodes.Const(next(self._places))
        draw = self.call_method("kept", [place, nodes.Tuple(keys, "load")])
        return nodes.CallBlock(draw, [], [], body).set_lineno(line)

    def kept(self, place: int, keys: tuple[object, ...], caller: Callable[[], str]) -> str:
        """The text of a place in the language of this page."""
        key = (place, locale(), *keys)
        if key not in self._kept:
            self._kept[key] = caller()
        return self._kept[key]
