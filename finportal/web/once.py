"""{% once %} … {% endonce %}: what is the same for everybody is drawn once a language, then kept.

`{% once name %}` keeps a text for each value of `name`, which must have few: never what visitors
type, and nothing that belongs to one of them (`tests/web/test_once.py` reads every block).
"""

from itertools import count

from jinja2 import Environment, nodes, pass_context
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context

from finportal.web.languages import locale

KEPT = "kept"


class Once(Extension):
    """The tag, and the texts kept so far by place, language and key.

    A place is named by its template, so that one compiled elsewhere takes no other's text.
    """

    tags = {"once"}  # noqa: RUF012 - Jinja declares it so

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._strings = count()
        self._kept: dict[tuple[object, ...], str] = {}
        environment.filters[KEPT] = self.kept

    def parse(self, parser: Parser) -> nodes.Node:
        """Turn the block into: take the kept text, draw it if there is none, put it here."""
        line = next(parser.stream).lineno
        keys = []
        while not parser.stream.current.test("block_end"):
            keys.append(parser.parse_expression())
            parser.stream.skip_if("comma")
        body = parser.parse_statements(("name:endonce",), drop_needle=True)
        text = parser.free_identifier(line)
        place = nodes.Const(f"{parser.name or next(self._strings)} {text.name}")
        key = nodes.Tuple(keys, "load")
        missing = nodes.Compare(text, [nodes.Operand("eq", nodes.Const(None))])
        draw = [
            nodes.AssignBlock(text, None, body),
            nodes.ExprStmt(self.call_method("keep", [key, place, text])),
        ]
        take = nodes.Assign(text, nodes.Filter(key, KEPT, [place], [], None, None))
        steps = [take, nodes.If(missing, draw, [], []), nodes.Output([text])]
        return nodes.Scope(steps).set_lineno(line, override=True)

    @pass_context  # so that it is asked for each page, and not when the template is compiled
    def kept(self, _context: Context, keys: tuple[object, ...], place: str) -> str | None:
        """The text of a place in the language of this page, if it was drawn before.

        A filter: Jinja calls those directly, and looks at everything else it calls.
        """
        return self._kept.get((place, locale(), keys))

    def keep(self, keys: tuple[object, ...], place: str, text: str) -> None:
        """Remember the text of a place, as safe as when it was drawn."""
        self._kept[place, locale(), keys] = text
