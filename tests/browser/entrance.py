"""Coming in by the addresses alone, for tests of what lies behind the sign-in."""

from finportal.models import Customer
from tests.browser.conftest import Site
from tests.browser.person import Guest

NEW = "tres barcos y una nube"


def register(guest: Guest, site: Site, customer: Customer) -> str:
    """Register; the provisional password from the letter."""
    guest.open("/registro?lang=es").write(
        id_number=customer.id_number, email=customer.email, mobile=customer.mobile
    )
    guest.page.check("#consent")
    guest.press("Registrarse")
    return site.password_for(customer.email)


def come_in(guest: Guest, customer: Customer, password: str) -> None:
    """E-mail, picture and password: what comes next is up to the account."""
    guest.open("/ingresar").write(email=customer.email).press("Validar")
    guest.press("Sí, son mías: continuar")
    guest.write(id_number=customer.id_number, password=password).press("Ingresar")


def enter(guest: Guest, site: Site, customer: Customer) -> str:
    """Register, sign in and personalise; a number of the own credits."""
    password = register(guest, site, customer)
    come_in(guest, customer, password)
    guest.write(current=password, new=NEW, again=NEW, phrase="La luna sobre el río")
    guest.page.locator(".gallery label >> nth=5").click()
    guest.press("Guardar y continuar")
    return min(site.loan_numbers(customer))
