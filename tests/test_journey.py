"""The order of the way in, as a table: how far someone has come, what opens, where else they go."""

import pytest

from finportal.journey import (
    CLOSED_WHILE_HELD,
    REGISTRATION,
    SIGN_IN,
    SIGNED_IN_ONLY,
    Elsewhere,
    Stage,
    number_of,
    sent_elsewhere,
)

STRANGER, EMAIL, IMAGE = Stage.STRANGER, Stage.EMAIL_GIVEN, Stage.IMAGE_CONFIRMED
MATCHED, CODE_SENT, PROVEN = Stage.MATCHED, Stage.CODE_SENT, Stage.MAIL_PROVEN
CODE, PROVISIONAL, SIGNED_IN = Stage.CODE_DUE, Stage.PROVISIONAL, Stage.SIGNED_IN
BEFORE = {STRANGER, MATCHED, CODE_SENT, PROVEN, EMAIL, IMAGE, CODE}

OPENS = {
    "home": set(Stage),
    "policy": set(Stage),
    "recover": set(Stage),
    "sign_out": set(Stage),
    "register": BEFORE,
    "person": BEFORE,
    "address": {MATCHED, CODE_SENT},
    "questions": {MATCHED, CODE_SENT},
    "mailed_code": {CODE_SENT},
    "own_password": {PROVEN},
    "ready": BEFORE,
    "invitation": BEFORE,
    "email": BEFORE,
    "image": {EMAIL, IMAGE},
    "password": {IMAGE},
    "code": {CODE},
    "personalise": {PROVISIONAL, SIGNED_IN},
    "overview": {SIGNED_IN},
    "stay": {SIGNED_IN},
    "security": {SIGNED_IN},
}


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("blueprint", OPENS)
def test_what_opens_to_whom(stage: Stage, blueprint: str) -> None:
    assert (sent_elsewhere(stage, blueprint) is None) == (stage in OPENS[blueprint])


@pytest.mark.parametrize(
    ("stage", "blueprint", "elsewhere"),
    [
        (STRANGER, "image", Elsewhere("email.ask", "step_by_step")),
        (STRANGER, "overview", Elsewhere("email.ask", "sign_in_first")),
        (EMAIL, "password", Elsewhere("image.ask", "image_first")),
        (EMAIL, "overview", Elsewhere("email.ask", "sign_in_first")),
        (STRANGER, "code", Elsewhere("email.ask", "step_by_step")),
        (EMAIL, "code", Elsewhere("image.ask", "image_first")),
        (IMAGE, "code", Elsewhere("password.ask")),
        (CODE, "password", Elsewhere("code.ask")),
        (CODE, "overview", Elsewhere("code.ask", "code_first")),
        (CODE, "personalise", Elsewhere("code.ask", "code_first")),
        (PROVISIONAL, "code", Elsewhere("personalise.ask")),
        (SIGNED_IN, "code", Elsewhere("overview.show")),
        (PROVISIONAL, "overview", Elsewhere("personalise.ask", "personalise_first")),
        (PROVISIONAL, "password", Elsewhere("personalise.ask")),
        (STRANGER, "own_password", Elsewhere("person.ask", "registration_over")),
        (EMAIL, "mailed_code", Elsewhere("person.ask", "registration_over")),
        (MATCHED, "mailed_code", Elsewhere("address.ask")),
        (CODE_SENT, "own_password", Elsewhere("mailed_code.ask")),
        (PROVEN, "questions", Elsewhere("own_password.ask")),
        (MATCHED, "image", Elsewhere("email.ask", "step_by_step")),
        (PROVEN, "overview", Elsewhere("email.ask", "sign_in_first")),
        (SIGNED_IN, "register", Elsewhere("overview.show")),
        (SIGNED_IN, "own_password", Elsewhere("overview.show")),
        (SIGNED_IN, "image", Elsewhere("overview.show")),
    ],
)
def test_where_else_they_go(stage: Stage, blueprint: str, elsewhere: Elsewhere) -> None:
    assert sent_elsewhere(stage, blueprint) == elsewhere


@pytest.mark.parametrize(
    ("blueprint", "notice"),
    [
        ("image", "expired"),
        ("password", "expired"),
        ("overview", "expired"),
        ("personalise", "choice_expired"),
    ],
)
def test_an_expired_session_is_told_so(blueprint: str, notice: str) -> None:
    elsewhere = sent_elsewhere(STRANGER, blueprint, expired=True)
    assert elsewhere == Elsewhere("email.ask", notice)


@pytest.mark.parametrize("stage", list(Stage))
def test_nobody_goes_round_in_circles(stage: Stage) -> None:
    for blueprint in OPENS:
        elsewhere = sent_elsewhere(stage, blueprint)
        if elsewhere:
            assert sent_elsewhere(stage, elsewhere.endpoint.split(".")[0]) is None


def test_a_page_nobody_gave_a_rule_stays_shut() -> None:
    for stage in Stage:
        assert sent_elsewhere(stage, "new_page_without_a_rule") is not None


def test_steps_are_counted_in_order() -> None:
    assert [number_of(step.name) for step in SIGN_IN] == [1, 2, 3, 4]
    assert [number_of(step.name) for step in REGISTRATION["code"]] == [1, 2, 3, 4, 5]


def test_an_account_that_is_held_sees_and_pays_and_waits_for_the_rest() -> None:
    for blueprint in SIGNED_IN_ONLY:
        elsewhere = sent_elsewhere(SIGNED_IN, blueprint, held=True)
        closed = blueprint in CLOSED_WHILE_HELD
        assert elsewhere == (Elsewhere("held.show") if closed else None)
    for blueprint in ("overview", "credit", "pay", "payments", "stay", "held"):
        assert blueprint not in CLOSED_WHILE_HELD
