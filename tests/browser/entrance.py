"""Coming in by the addresses alone, for tests of what lies behind the sign-in."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from finportal.adapters.secrets import Vault
from finportal.models import Account, Customer
from finportal.models.accounts import ACTIVE
from finportal.services import devices, visits
from finportal.services.visits import SIGNED_IN, Surroundings
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
    """Be signed in on a device the account knows, as after all steps; a number of a credit."""
    now, vault = datetime.now(UTC), site.vault
    around = Surroundings(now, "198.51.100.0/24", "Chrome, Linux", "es_CO")
    with site.db.write() as session:
        account = _account(session, vault, customer, now)
        device = devices.remember(session, account.id, around)
        begun = visits.find(session, visits.begin(session, account.email, around), now)
        assert begun
        token = visits.sign_in(
            session, SIGNED_IN, account, around, device_id=device.device_id, replacing=begun
        )
    guest.carry(sesion=token, disp=device.token).open("/cuenta?lang=es")
    return min(site.loan_numbers(customer))


def _account(session: Session, vault: Vault, customer: Customer, now: datetime) -> Account:
    """The customer's account, opened now unless another test did."""
    known = session.query(Account).filter_by(customer_id=customer.id).one_or_none()
    account = known or Account(
        customer_id=customer.id, email=customer.email, state=ACTIVE, locale="es_CO",
        password_hash=vault.hash_password(NEW), password_changed_at=now, image="octopus",
        phrase="La luna sobre el río", created_at=now,
    )  # fmt: skip
    session.add(account)
    session.flush()
    return account
