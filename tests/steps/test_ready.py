"""Register by code, the end: pages that anybody may read and that know nobody."""

import pytest

from finportal.settings import Settings
from tests.enrolments import Office


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The journey by code."""
    return settings.model_copy(update={"journey": "code"})


def test_both_ends_are_pages_of_their_own(office: Office) -> None:
    visitor = office.visitor().open("/registro/listo")
    assert visitor.heading == "Paso 5 de 5: su cuenta está lista"
    assert visitor.page.main.find("a", href="/ingresar")
    visitor.open("/registro/solicitud")
    assert visitor.heading == "Recibimos su solicitud"
    visitor.sign_in(office.people.active())
    assert visitor.open("/registro/listo").address == "/cuenta"
