"""A new mobile and a new e-mail, and the old address that undoes it, in a real browser."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from finportal.adapters.secrets import new_token, token_hash
from finportal.models import ContactChange, Customer
from tests.browser.conftest import Site
from tests.browser.entrance import NEW, enter
from tests.browser.person import Guest, Screen

pytestmark = pytest.mark.browser

SCREENS = [Screen(width=360, dark=True), Screen(script=False)]


def text_code(guest: Guest, mobile: str) -> str:
    """The code in the text message to a mobile, which the demo shows beside its mail."""
    page = guest.tab()
    for _ in range(100):
        page.goto(f"{guest.site}/demo/mail")
        row = page.locator(".mails li", has_text=f"+57{mobile}")
        if row.count():
            found = re.search(r"(\d{6}) confirma su celular", row.first.inner_text())
            assert found
            page.close()
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"no text message came to {mobile}")


def expired_link(site: Site, customer: Customer) -> str:
    """The link in a letter of four days ago."""
    token, then = new_token(), datetime.now(UTC) - timedelta(days=4)
    with site.db.write() as session:
        session.add(
            ContactChange(
                customer_id=customer.id, field="city", old_value="Cali", new_value="Cali",
                source="portal", proof="none", told=customer.email, changed_at=then,
                network="198.51.100.0/24", undo_hash=token_hash(token),
                undo_until=then + timedelta(days=3), hold_until=None,
            )
        )  # fmt: skip
    return f"/deshacer/{token}"


@pytest.mark.parametrize("number", range(len(SCREENS)), ids=[str(screen) for screen in SCREENS])
def test_an_email_is_changed_and_undone(
    open_browser: Callable[[Screen], Guest], site: Site, number: int
) -> None:
    guest, customer = open_browser(SCREENS[number]), site.customer(14 + number)
    enter(guest, site, customer)
    guest.press_in_menu("Actualizar datos").check()
    assert customer.email in guest.words
    guest.press("Cambiar correo electrónico").check()
    guest.write(new="sin arroba").press("Enviar código").check()
    assert "Hay un problema" in guest.words
    address = f"nueva{number}@correo.example"
    guest.write(new=address).press("Enviar código").check()
    assert guest.heading == "Escriba el código"
    found = re.search(r"Su código: (\d{6})", site.letter_to(address))
    assert found
    wrong = "000000" if found[1] != "000000" else "111111"
    guest.write(code=wrong).press("Verificar código").check()
    assert "Le quedan 4 intentos" in guest.words
    guest.write(code=found[1]).press("Verificar código").check()
    assert guest.heading == "Sus datos"
    assert address in guest.words

    mobile = f"320111220{number}"
    guest.press("Cambiar celular").check()
    guest.write(new=mobile).press("Enviar código").check()
    assert "por mensaje de texto" in guest.words
    guest.write(code=text_code(guest, mobile)).press("Verificar código").check()
    assert mobile in guest.words
    assert "Sin confirmar" not in guest.words

    link = re.search(r"/deshacer/\S+", site.letter_to(customer.email))
    assert link
    guest.open(link[0]).check()
    assert guest.heading == "¿No fue usted? Deshaga el cambio"
    assert address not in guest.words
    guest.press("No fui yo: deshacer").check()
    assert guest.heading == "El cambio está deshecho"
    assert "Celular" in guest.words
    guest.open(expired_link(site, customer)).check()
    assert guest.heading == "Este enlace ya se venció"
    guest.open("/ingresar").write(email=customer.email).press("Validar")
    guest.press("Sí, son mías: continuar")
    guest.write(id_number=customer.id_number, password=NEW).press("Ingresar").check()
    assert "no son correctos" in guest.words
