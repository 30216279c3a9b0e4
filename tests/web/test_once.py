"""What is drawn once a language is kept, is the same for everybody, and is never anybody's own."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from jinja2 import DictLoader, Environment, FileSystemBytecodeCache, nodes
from jinja2.visitor import NodeVisitor
from wtforms import Field, Form, StringField

from finportal.web.forms import drawn_once
from finportal.web.once import KEPT, Once

TEMPLATES = Path(__file__).parents[2] / "finportal" / "templates"
USING = sorted(path for path in TEMPLATES.rglob("*.html") if "{% once" in path.read_text())
SAME_FOR_EVERYBODY = {
    "_", "asset", "branded", "by_code", "callout", "can_pay", "demo", "icon", "language_tag",
    "lender", "register_at", "step_number", "step_of", "steps_with", "url_for",
}  # fmt: skip
FRAME = {"frame/head.html", "frame/public_menu.html", "frame/footer.html"}


KEYS = {
    "current", "name", "label", "field.id", "place.href", "place.mark", "recognition.personal",
}  # fmt: skip
"""What a text may be kept by: the few values that our own templates and forms write."""


class Uses(NodeVisitor):
    """The names a block reads and the templates it includes, beside its own keys."""

    def __init__(self, keys: list[nodes.Expr]) -> None:
        self.keys = keys
        self.names: set[str] = set()
        self.includes: set[str] = set()

    def visit(self, node: nodes.Node) -> None:
        if node in self.keys:
            return
        if isinstance(node, nodes.Name) and node.ctx == "load":
            self.names.add(node.name)
        if isinstance(node, nodes.Include) and isinstance(node.template, nodes.Const):
            self.includes.add(node.template.value)
        self.generic_visit(node)


class Block(NamedTuple):
    """A {% once %} block: its keys, what it draws, and its line."""

    keys: list[nodes.Expr]
    body: list[nodes.Node]
    lineno: int


def blocks_of(app: Flask, path: Path) -> Iterator[Block]:
    """The template's {% once %} blocks."""
    for scope in app.jinja_env.parse(path.read_text()).find_all(nodes.Scope):
        take, draw, _ = scope.body
        assert take.node.name == KEPT
        yield Block(take.node.node.items, draw.body[0].body, scope.lineno)


@pytest.mark.parametrize("path", USING, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_nothing_that_belongs_to_one_person_is_kept(app: Flask, path: Path) -> None:
    for block in blocks_of(app, path):
        used = Uses(block.keys)
        written = set()
        for node in block.body:
            used.visit(node)
            written |= {name.name for name in node.find_all(nodes.Name) if name.ctx == "store"}
        assert used.names - written - {"loop"} <= SAME_FOR_EVERYBODY, f"line {block.lineno}"
        assert used.includes <= FRAME
        assert {written_as(key) for key in used.keys} <= KEYS, f"line {block.lineno}"


@pytest.mark.parametrize("name", sorted(FRAME))
def test_what_a_kept_text_includes_belongs_to_nobody_either(app: Flask, name: str) -> None:
    used = Uses([])
    tree = app.jinja_env.parse((TEMPLATES / name).read_text())
    used.visit(tree)
    written = {one.name for one in tree.find_all(nodes.Name) if one.ctx == "store"}
    assert used.names - written - {"loop"} <= SAME_FOR_EVERYBODY
    assert used.includes <= FRAME


def written_as(key: nodes.Expr) -> str:
    """A key as its template writes it."""
    if isinstance(key, nodes.Getattr):
        return f"{written_as(key.node)}.{key.attr}"
    return key.name if isinstance(key, nodes.Name) else repr(key)


def test_a_text_is_drawn_once_for_each_language_and_key(app: Flask) -> None:
    drawn = []
    template = app.jinja_env.from_string(
        "{% once key %}{{ note(key) }}{{ language_tag() }}{% endonce %}, {{ key }}"
    )
    for address, key in (("/", "a"), ("/", "a"), ("/?lang=en", "a"), ("/", "<b>"), ("/", "<b>")):
        with app.test_request_context(address):
            drawn.append(template.render(key=key, note=lambda key: f"{key}:{len(drawn)}:"))
    assert drawn == ["a:0:es-CO, a"] * 2 + ["a:2:en, a"] + ["&lt;b&gt;:3:es-CO, &lt;b&gt;"] * 2


def test_two_blocks_on_one_line_are_two_texts(app: Flask) -> None:
    with app.test_request_context("/"):
        text = "{% once %}uno {% endonce %}{% once %}dos{% endonce %}"
        template = app.jinja_env.from_string(text)
        assert [template.render(), template.render()] == ["uno dos"] * 2


def test_what_another_application_compiled_takes_nothing_of_this_one(tmp_path: Path) -> None:
    """Its first block was compiled there, and the other template's first one is compiled here."""
    cache = FileSystemBytecodeCache(str(tmp_path))
    loader = DictLoader({name: f"{{% once %}}{name}{{% endonce %}}" for name in ("one", "two")})
    for order in (("one",), ("two", "one")):
        environment = Environment(loader=loader, extensions=[Once], bytecode_cache=cache)  # noqa: S701
        with Flask(__name__).test_request_context():
            drawn = [environment.get_template(name).render() for name in order]
        assert drawn == list(order)


def test_a_field_of_a_blank_form_is_drawn_once_and_of_a_filled_one_each_time() -> None:
    drawn = []

    def draw(field: Field, hint: str | None) -> str:
        drawn.append(hint)
        return f"{field.data} {hint}"

    class Asking(Form):
        name = StringField()

    again, blank, filled = drawn_once(draw), Asking(), Asking(data={"name": "Marta"})
    blank.name.drawn = {}
    assert [again(blank.name, hint) for hint in ("a", "a", None)] == [
        "None a",
        "None a",
        "None None",
    ]
    assert [again(filled.name, "a") for _ in range(2)] == ["Marta a"] * 2
    assert drawn == ["a", None, "a", "a"]
