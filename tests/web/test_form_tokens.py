"""The token of forms: one visitor's, never the same twice, of no use to anybody else."""

from flask import Flask

from tests.visitor import Visitor


def token_on(visitor: Visitor) -> str:
    field = visitor.page.find("input", attrs={"name": "csrf_token"})
    assert field
    return str(field["value"])


def answers_to(visitor: Visitor, token: str) -> bool:
    """Whether a form with this token is read (an empty address is then refused)."""
    sent = visitor.client.post("/ingresar", data={"csrf_token": token, "email": ""})
    return "Esta página estuvo abierta mucho tiempo" not in sent.get_data(as_text=True)


def test_each_page_masks_it_anew_and_all_are_good(visitor: Visitor) -> None:
    first = token_on(visitor.open("/ingresar"))
    second = token_on(visitor.open("/ingresar"))
    assert first != second
    assert answers_to(visitor, first)
    assert answers_to(visitor, second)


def test_another_visitors_and_a_changed_one_are_not(visitor: Visitor, app: Flask) -> None:
    own = token_on(visitor.open("/ingresar"))
    app.test_client().get("/ingresar")
    changed = ("A" if own[60] != "A" else "B").join((own[:60], own[61:]))
    for wrong in ("", "x", own[:-1], own + "A", "A" * 86, changed, "ñ" * 86):
        assert not answers_to(visitor, wrong), wrong
    stranger = Visitor(app, None)  # type: ignore[arg-type]
    assert not answers_to(visitor, token_on(stranger.open("/ingresar")))
