"""A customers file after customers changed their own data: nothing is silently undone."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st
from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.models import Base, ContactChange, Customer, OutboxMail
from finportal.models.contacts import CITY, EMAIL, FILE, OPERATOR, PORTAL
from finportal.services.contacts import changing, undoing
from finportal.services.contacts.changing import Unchanged
from finportal.services.portfolio.files import CUSTOMERS
from finportal.services.portfolio.orders import Result
from finportal.services.visits import Surroundings
from finportal.settings import Settings
from tests.doubles import Clock, CountingVault
from tests.portfolio import ACCEPTING, ANA, CEIBA, WHOLE, Lender

CITIES = ("Cali", "Pasto", "Neiva")
AROUND = Surroundings(now=Clock()(), network="n", browser="", locale="es_CO")


class Portal(Lender):
    """A lender whose customers also change their data on line."""

    def __init__(self, db: Database, folder: Path, vault: CountingVault) -> None:
        super().__init__(db, folder)
        self.vault = vault

    def change(self, field: str, new: str, source: str = PORTAL, number: str = "1999000111") -> str:
        """Change one of a customer's data; the undo link's token."""
        with self.db.write() as session:
            customer_id = session.scalars(
                select(Customer.id).where(Customer.id_number == number)
            ).one()
            changing.change(
                session, self.vault, customer_id, field, new, source=source, around=AROUND
            )
        query = select(OutboxMail.values_sealed).where(OutboxMail.kind == "contact_changed")
        with self.db.read() as session:
            sealed = session.scalars(query.order_by(OutboxMail.id.desc()).limit(1)).one()
        token: str = self.vault.unseal(sealed or b"")["token"]
        return token

    def ana(self) -> dict[str, str | None]:
        """What is stored of Ana's contact data and name."""
        columns = (Customer.name, Customer.email, Customer.address, Customer.city)
        with self.db.read() as session:
            row = session.execute(select(*columns).where(Customer.id_type == "CC")).one()
        return dict(zip(("name", "email", "address", "city"), row, strict=True))

    def files_said(self) -> list[tuple[str, str | None, str | None]]:
        """What the trail of changes keeps of files."""
        query = select(ContactChange.field, ContactChange.old_value, ContactChange.new_value)
        with self.db.read() as session:
            rows = session.execute(
                query.where(ContactChange.source == FILE).order_by(ContactChange.id)
            )
            return [tuple(row) for row in rows]


@pytest.fixture
def lender(db: Database, tmp_path: Path, keys: Settings) -> Portal:
    """A portfolio with Ana and a company in it, on each kind of database."""
    portal = Portal(db, tmp_path, CountingVault(keys))
    portal.load(CUSTOMERS, ANA, CEIBA)
    return portal


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The same in a SQLite file that many examples share."""
    folder = tmp_path_factory.mktemp("small")
    keys = Settings(
        mode="demo", secret_key="s" * 40, image_key="i" * 40, mail_key="m" * 40, pepper="p" * 40
    )
    db = Database(f"sqlite:///{folder / 'small.db'}")
    Base.metadata.create_all(db.engine)
    yield Portal(db, folder, CountingVault(keys))
    db.dispose()


@pytest.mark.parametrize("order", [ACCEPTING, WHOLE])
def test_what_the_customer_changed_is_kept_and_told_once(lender: Portal, order: object) -> None:
    lender.change(CITY, "Medellín")
    lender.change(EMAIL, "nueva@correo.example")
    lender.problems.clear()
    result = lender.load(CUSTOMERS, ANA, CEIBA, order=order)  # type: ignore[arg-type]
    assert result == Result(read=2, unchanged=2, conflicts=1)
    assert (result.complete, result.settled) == (True, False)
    assert (lender.ana()["city"], lender.ana()["email"]) == ("Medellín", "nueva@correo.example")
    assert {problem.column: problem.reason for problem in lender.problems} == {
        "city": "conflict: the customer changed city on 2026-11-23 to ••••llín, which is kept; "
        "the file says ••••",
        "email": "conflict: the customer changed email on 2026-11-23 to n•••@c•••.example, which "
        "is kept; the file says a•••@c•••.example",
    }
    assert len(lender.problems) == 2
    assert lender.files_said() == []


def test_what_else_differs_in_the_row_is_taken(lender: Portal) -> None:
    lender.change(CITY, "Medellín")
    other = ANA | {"name": "Ana Peña", "address": "Calle 9"}
    result = lender.load(CUSTOMERS, other, order=ACCEPTING)
    assert (result.changed, result.conflicts) == (1, 1)
    ana = lender.ana()
    assert (ana["name"], ana["address"], ana["city"]) == ("Ana Peña", "Calle 9", "Medellín")
    assert lender.files_said() == [("address", "Calle 1 # 2-3", "Calle 9")]


def test_once_the_file_says_so_too_the_lender_has_the_word_again(lender: Portal) -> None:
    lender.change(CITY, "Medellín")
    learnt = ANA | {"city": "Medellín"}
    assert lender.load(CUSTOMERS, learnt, learnt) == Result(read=2, unchanged=2)
    assert lender.files_said() == [("city", "Medellín", "Medellín")]
    lender.load(CUSTOMERS, learnt)
    assert len(lender.files_said()) == 1
    assert lender.load(CUSTOMERS, ANA, order=ACCEPTING).changed == 1
    assert lender.ana()["city"] == "Cali"


def test_what_was_undone_does_not_come_back_with_the_file(lender: Portal) -> None:
    token = lender.change(CITY, "Medellín")
    learnt = ANA | {"city": "Medellín"}
    lender.load(CUSTOMERS, learnt)
    undoing.undo(lender.db, lender.vault, token, AROUND)
    assert lender.ana()["city"] == "Cali"
    result = lender.load(CUSTOMERS, learnt, order=ACCEPTING)
    assert (result.changed, result.conflicts, lender.ana()["city"]) == (0, 1, "Cali")
    assert lender.load(CUSTOMERS, ANA, order=ACCEPTING).settled


def test_a_row_that_contradicts_another_teaches_nothing(lender: Portal) -> None:
    lender.change(CITY, "Medellín")
    result = lender.load(CUSTOMERS, ANA | {"city": "Medellín"}, ANA)
    assert (result.rejected, lender.files_said()) == (2, [])


actions = st.lists(
    st.one_of(
        st.tuples(st.sampled_from([PORTAL, OPERATOR]), st.sampled_from(CITIES)),
        st.tuples(st.sampled_from(["load", "accept"]), st.sampled_from(CITIES)),
        st.tuples(st.just("undo"), st.integers(0, 4)),
    ),
    max_size=8,
)


@given(actions=actions)
@given_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_last_change_that_was_not_undone_has_the_word(
    small: Portal, actions: list[tuple[str, object]]
) -> None:
    with small.db.write() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
    small.load(CUSTOMERS, ANA)
    steps: list[tuple[str, str, str]] = []  # who, what, the link's token; undone ones are taken out
    lender, tokens = "Cali", []

    def now() -> str:
        return steps[-1][1] if steps else "Cali"

    for action, what in actions:
        before = now()
        if action in {PORTAL, OPERATOR}:
            with suppress(Unchanged):
                tokens.append(small.change(CITY, str(what), action))
                steps.append((action, str(what), tokens[-1]))
        elif action == "undo" and isinstance(what, int) and what < len(tokens):
            undoing.undo(small.db, small.vault, tokens[what], AROUND)
            links = [step[2] for step in steps]
            if tokens[what] and tokens[what] in links:  # what staff said has no link
                place = links.index(tokens[what])
                steps = steps[:place] + [one for one in steps[place + 1 :] if one[0] != PORTAL]
        elif action in {"load", "accept"}:
            order = ACCEPTING if action == "accept" else WHOLE
            result = small.load(CUSTOMERS, ANA | {"city": str(what)}, order=order)
            behind = before != lender
            assert result.conflicts == (behind and what != before)
            if what == before:
                lender = before
            elif action == "accept" and not behind:
                lender = str(what)
                steps.append((FILE, lender, ""))
        assert small.ana()["city"] == now()
