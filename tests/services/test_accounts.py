"""Finding accounts and writing to their holders."""

import pytest

from finportal.adapters.database import Database
from finportal.services import accounts, letters
from finportal.services.letters import Addressee
from finportal.services.recognition import chosen
from tests.factories import People


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("52345678", ["52345678"]),
        ("52.345.678", ["52345678"]),
        ("800197268", ["8001972684"]),
        ("800.197.268-4", ["8001972684"]),
        ("ab123456", ["AB123456"]),
        ("5234567", []),
        ("523456789", []),
        ("80019726", []),
        ("8001972685", []),
        ("", []),
        ("%", []),
    ],
)
def test_a_number_finds_its_own_account_only(
    db: Database, people: People, typed: str, found: list[str]
) -> None:
    people.active(id_type="CC", id_number="52345678")
    people.active(id_type="NIT", id_number="8001972684", kind="juridical")
    people.active(id_type="PAS", id_number="AB123456")
    with db.read() as session:
        holders = accounts.with_number(session, typed)
    assert [holder.customer.id_number for holder in holders] == found


def test_one_number_of_two_kinds_finds_both_people(db: Database, people: People) -> None:
    people.active(id_type="CC", id_number="345678")
    people.active(id_type="CE", id_number="345678")
    with db.read() as session:
        assert len(accounts.with_number(session, "345678")) == 2


def test_an_address_finds_everyone_who_shares_it_in_a_fixed_order(
    db: Database, people: People
) -> None:
    ids = [people.active(email="casa@correo.example").account_id for _ in range(3)]
    people.active()
    with db.read() as session:
        found = accounts.with_email(session, "casa@correo.example")
        assert accounts.with_email(session, "CASA@correo.example") == []
    assert [holder.account.id for holder in found] == ids


def test_letters_go_to_the_accounts_proven_address_in_its_language(
    db: Database, people: People
) -> None:
    person = people.active(name="marta lucía rojas")
    with db.read() as session:
        who = accounts.with_id(session, person.account_id or 0).addressee
    assert (who.email, who.locale, who.greeting_name) == (person.email, "es_CO", "Marta")


@pytest.mark.parametrize(
    ("kind", "name", "greeted"),
    [
        ("natural", "MARTA LUCÍA ROJAS", "Marta"),
        ("natural", "ÁLVARO", "Álvaro"),
        ("juridical", "TRANSPORTES DEL SUR S.A.S.", "TRANSPORTES DEL SUR S.A.S."),
    ],
)
def test_people_are_greeted_by_first_name_and_companies_by_all_of_it(
    kind: str, name: str, greeted: str
) -> None:
    assert Addressee(name, kind, "a@x.co", "es_CO").greeting_name == greeted


def test_letters_that_carry_a_secret_expire_and_show_nothing_in_the_log() -> None:
    who = Addressee("Marta Rojas", "natural", "a@x.co", "es_CO")
    first = letters.credentials(who, "52345678", "ABCD-EFGH", chosen("anchor", "Un faro azul"))
    link = letters.recovery(who, "the-token")
    assert first.lifetime == letters.CREDENTIALS_LAST
    assert link.lifetime == letters.LINK_LASTS
    for secret in ("ABCD-EFGH", "the-token", "Un faro azul", "52345678"):
        assert secret not in repr(first) + repr(link)
    assert letters.already_registered(who).lifetime is None
