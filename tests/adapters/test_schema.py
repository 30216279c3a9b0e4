"""Migrations: up, down and up again on both databases, equal to the models, trails for ever."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, func, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from finportal.adapters import schema
from finportal.adapters.database import Database
from finportal.models import (
    Account,
    AttemptMove,
    AuditEvent,
    AuditSeal,
    AuditWaiting,
    BankFile,
    BankLine,
    Base,
    Bucket,
    Case,
    ChequeOutcome,
    Consent,
    ConsentText,
    ConsentWithdrawal,
    ContactChange,
    ContactMark,
    ContactPreference,
    Customer,
    DeliveryChoice,
    Device,
    DocumentDrawing,
    DocumentSeries,
    DocumentVoid,
    Enrolment,
    GatewayNotification,
    HeldPayment,
    HeldResolution,
    IssuedDocument,
    JournalEntry,
    JournalLine,
    LienStep,
    Loan,
    LoanEvent,
    MailedCode,
    Mismatch,
    NotificationVerdict,
    OutboxMail,
    PaymentAttempt,
    Posting,
    Projection,
    QuestionRound,
    QuestionSet,
    RateCap,
    RecoveryLink,
    RecoveryRequest,
    RefusedBankFile,
    RefusedFileDismissal,
    Takeout,
    TermsVersion,
    UnfinishedForm,
    Visit,
)
from finportal.services.contracts import contract_text

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
TRAILS = (
    "audit_events",
    "audit_seals",
    "bank_files",
    "bank_lines",
    "cheque_outcomes",
    "consents",
    "consent_texts",
    "consent_withdrawals",
    "contact_preferences",
    "loan_terms",
    "loan_events",
    "certified_rates",
    "issued_documents",
    "document_voids",
    "document_drawings",
    "lien_steps",
    "delivery_choices",
    "attempt_moves",
    "gateway_notifications",
    "notification_verdicts",
    "postings",
    "refused_bank_files",
    "refused_file_dismissals",
    "held_payments",
    "held_resolutions",
    "journal_entries",
    "journal_lines",
    "contact_changes",
    "contact_marks",
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database nobody has migrated, of its own."""
    if request.param == "sqlite":
        db = Database(f"sqlite:///{tmp_path / 'new.db'}")
        yield db
        db.dispose()
        return
    server = request.getfixturevalue("postgresql_server")
    if server is None:
        pytest.skip("PostgreSQL is missing (Debian: apt-get install postgresql)")
    name = f"migrations_{uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    db = Database(server.rsplit("/", 1)[0] + f"/{name}")
    yield db
    db.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
    admin.dispose()


def differences(db: Database) -> list[object]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def objects(db: Database) -> set[str]:
    """Every table, index and trigger, as the database describes them."""
    query = (
        "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master"
        if db.engine.dialect.name == "sqlite"
        else "SELECT 'column ' || table_name || ' ' || column_name || ' ' || data_type || ' '"
        " || is_nullable FROM information_schema.columns WHERE table_schema = 'public'"
        " UNION SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'"
        " UNION SELECT 'trigger ' || event_object_table || ' ' || trigger_name"
        " FROM information_schema.triggers"
        " UNION SELECT 'constraint ' || conname FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace"
    )
    with db.engine.connect() as connection:
        return set(connection.execute(text(query)).scalars())


def fill(db: Database) -> None:
    """A row in every table."""
    person = Customer(
        id_type="CC", id_number="52345678", kind="natural", name="Marta", email="marta@x.co",
        mobile="3001234567", loaded_at=NOW,
    )  # fmt: skip
    account = Account(
        customer_id=1, email="marta@x.co", state="active", locale="es_CO", password_hash="x",
        password_changed_at=NOW, created_at=NOW,
    )  # fmt: skip
    words = ConsentText(version="1", locale="es", body="Sí", digest="d", first_used_at=NOW)
    rows: list[list[Base]] = [
        [person, words, Bucket(key="k", count=1, expires_at=NOW)],
        [account, Consent(customer_id=1, text_id=1, accepted_at=NOW, network="n")],
        [
            Loan(
                loan_number="VH-1", customer_id=1, product="x", principal=4_500_000_000_00,
                disbursed_on=NOW.date(), first_due_on=NOW.date(), term=60, rate_ea="0.2",
                status="active", loaded_at=NOW,
            ),
            Device(
                account_id=1, family_hash="f", token_hash="h", rotated_at=NOW, browser="b",
                created_at=NOW,
                last_used_at=NOW, expires_at=NOW,
            ),
            Visit(
                token_hash="h", stage="signed_in", email="e", account_id=1, network="n",
                browser="b", created_at=NOW, last_seen_at=NOW, expires_at=NOW,
            ),
            RecoveryLink(account_id=1, token_hash="h", created_at=NOW, expires_at=NOW),
            RecoveryRequest(typed_sealed=b"s", asked_at=NOW),
            AuditEvent(at=NOW, kind="k", account_id=1, network="n", detail=""),
            Mismatch(
                at=NOW, id_type="CC", id_number_masked="m", email_masked="m", mobile_masked="m",
                network="n",
            ),
            OutboxMail(
                message_id="<1>", kind="k", recipient="r", account_id=1, locale="es_CO",
                state="waiting", created_at=NOW, due_at=NOW,
            ),
        ],
        [
            MailedCode(
                session_id=1, purpose="device", address="e", code_hash="h", sent_at=NOW,
                expires_at=NOW,
            ),
            UnfinishedForm(device_id=1, fields=1, sealed=b"s", kept_at=NOW),
            AuditSeal(id=1, event_id=1, digest="d", sealed_at=NOW),
            ConsentWithdrawal(consent_id=1, withdrawn_at=NOW, network="n"),
            ContactPreference(
                customer_id=1, purpose="service", channels="call", weekdays="any",
                saturdays="never", chosen_at=NOW, network="n",
            ),
            Takeout(
                customer_id=1, account_id=1, name="n", state="asked", asked_at=NOW, network="n"
            ),
            Case(
                customer_id=1, new_email="n", locale="es_CO", text_id=1, accepted_at=NOW,
                network="n", state="open", opened_at=NOW,
            ),
            Enrolment(session_id=1, text_id=1, accepted_at=NOW, network="n"),
            QuestionSet(loan_id=1, kind="make", options="[]", made_at=NOW),
            QuestionRound(customer_id=1, session_id=1, asked_at=NOW, sealed=b"s"),
            TermsVersion(loan_id=1, version=1, contract="{}", recorded_at=NOW),
            LoanEvent(
                loan_id=1, kind="payment", value_date=NOW.date(), amount=100, source="s",
                external_id="1", recorded_at=NOW,
            ),
            RateCap(
                valid_from=NOW.date(), valid_to=NOW.date(), ibc_ea="0.16", cap_ea="0.24",
                recorded_at=NOW,
            ),
            DeliveryChoice(customer_id=1, medium="mail", chosen_at=NOW, network="n"),
            DocumentSeries(series="EXT", last_number=1),
            IssuedDocument(
                series="EXT", number=1, code="ABC", kind="statement", loan_id=1, customer_id=1,
                request_key="2026-10", edition=1, facts="{}", digest="d", engine_version="1",
                issued_at=NOW,
            ),
            Projection(
                loan_id=1, engine_version="1", certificates=1, as_of=NOW.date(),
                holds_until=NOW.date(), instalment=1, next_due_amount=1, overdue=0,
                principal_left=1, credit=0,
                rows_paid=0, rows_total=1, ends_on=NOW.date(),
            ),
        ],
        [
            LienStep(document_id=1, step="delivered", done_on=NOW.date(), note="", recorded_at=NOW),
            DocumentVoid(document_id=1, reason="replaced", voided_at=NOW),
            DocumentDrawing(document_id=1, locale="es_CO", sha256="s", size=1, drawn_at=NOW),
            PaymentAttempt(
                reference="P-1", form_key="k", loan_id=1, customer_id=1, purpose="payoff",
                amount=1, quote="{}", quoted_on=NOW.date(), gateway="wompi", state="created",
                reason="", authorisation="", paid=0, created_at=NOW, expires_at=NOW, moved_at=NOW,
                polls=0,
            ),
            GatewayNotification(
                digest="d", gateway="wompi", headers="{}", body=b"", network="n", received_at=NOW,
            ),
        ],
        [
            AttemptMove(attempt_id=1, entered="created", cause="start", reason="", at=NOW),
            NotificationVerdict(notification_id=1, verdict="ignored", reason="", judged_at=NOW),
            Posting(
                source="gateway:wompi", source_key="1", kind="payment", loan_id=1, event_id=1,
                attempt_id=1, amount=1, channel="pse", authorisation="", value_date=NOW.date(),
                reason="", posted_at=NOW,
            ),
            HeldPayment(
                source="gateway:wompi", source_key="2", reason="amount", amount=1, currency="COP",
                reference="P-1", channel="pse", authorisation="", held_at=NOW,
            ),
        ],
        [
            HeldResolution(
                held_id=1, outcome="returned", by="b", note="", settled_at=NOW
            ),
            JournalEntry(
                kind="payment", loan_id=1, posting_id=1, as_of=NOW.date(), events=1, basis="b",
                recorded_at=NOW,
            ),
        ],
        [
            JournalLine(entry_id=1, account="clearing", amount=1),
            BankFile(sha256="d", profile="standard", raw=b"01", loaded_at=NOW),
            RefusedBankFile(
                sha256="e", profile="standard", name="r.txt", size=1, raw=b"0", error="LineCut",
                reason="", refused_at=NOW,
            ),
        ],
        [
            BankLine(
                file_id=1, line=3, source="bank:001", key="k", line_key="k", likeness="l",
                reference="1", amount=1, value_date=NOW.date(), channel="bank", means="cheque",
                authorisation="", verdict="to_clear", reasons="", loan_id=1,
            ),
        ],
        [
            ContactChange(
                customer_id=1, field="email", old_value="e", new_value="f", source="portal",
                proof="code", told="e", changed_at=NOW, network="n", undo_hash="h",
            )
        ],
        [ContactMark(change_id=1, mark="undone", by="link", at=NOW)],
        [ChequeOutcome(line_id=1, outcome="cleared", by="Ana", decided_at=NOW)],
        [RefusedFileDismissal(file_id=1, by="Ana", dismissed_at=NOW)],
    ]  # fmt: skip
    for some in rows:
        with db.write() as session:
            session.add_all(some)


def test_a_new_database_has_exactly_the_models_tables(empty: Database) -> None:
    assert schema.current(empty) is None
    schema.upgrade(empty)
    assert schema.current(empty) == schema.newest()
    assert differences(empty) == []


def test_the_comparison_would_notice_a_missing_column(empty: Database) -> None:
    schema.upgrade(empty)
    with empty.engine.begin() as connection:
        connection.execute(text("ALTER TABLE customers DROP COLUMN city"))
    assert differences(empty)


def test_up_down_and_up_again_with_data_ends_where_it_began(empty: Database) -> None:
    schema.upgrade(empty)
    first = objects(empty)
    fill(empty)
    with empty.read() as session:
        for table in Base.metadata.sorted_tables:
            assert session.execute(select(func.count()).select_from(table)).scalar() == 1
    schema.downgrade(empty, "base")
    assert schema.current(empty) is None
    assert set(inspect(empty.engine).get_table_names()) == {"alembic_version"}
    schema.upgrade(empty)
    assert objects(empty) == first
    assert differences(empty) == []
    fill(empty)


def test_loans_that_were_there_before_get_the_first_version_of_their_terms(
    empty: Database,
) -> None:
    schema.upgrade(empty, "0001")
    with empty.write() as session:
        session.add(
            Customer(
                id_type="CC",
                id_number="52345678",
                kind="natural",
                name="Marta",
                loaded_at=NOW,
                email="marta@x.co",
                mobile="3001234567",
            )
        )
        session.flush()
        values = {
            "principal": 4_500_000_000, "disbursed_on": date(2026, 1, 5), "term": 60,
            "first_due_on": date(2026, 2, 5), "rate_ea": "0.2450", "grace_months": 2,
        }  # fmt: skip
        session.add(
            Loan(
                loan_number="VH-1",
                customer_id=1,
                product="x",
                status="active",
                loaded_at=NOW,
                **values,
            )
        )
    schema.upgrade(empty)
    with empty.read() as session:
        version = session.execute(select(TermsVersion.version, TermsVersion.contract)).one()
    assert version == (1, contract_text(values))


def test_rows_of_the_trail_that_were_there_before_wait_for_their_seal(empty: Database) -> None:
    schema.upgrade(empty, "0001")
    with empty.write() as session:
        session.add_all([AuditEvent(at=NOW, kind=kind, network="n", detail="") for kind in "ab"])
    schema.upgrade(empty)
    with empty.write() as session:
        session.add(AuditEvent(at=NOW, kind="c", network="n", detail=""))
    with empty.read() as session:
        waiting = session.scalars(select(AuditWaiting.event_id).order_by("event_id"))
        assert waiting.all() == [1, 2, 3]


def test_going_up_twice_changes_nothing(empty: Database) -> None:
    schema.upgrade(empty)
    fill(empty)
    schema.upgrade(empty)
    with empty.read() as session:
        assert session.execute(text("SELECT count(*) FROM customers")).scalar() == 1


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty: Database) -> None:
    with empty.engine.begin() as connection:
        connection.execute(text("CREATE TABLE outbox (id INTEGER)"))
    before = objects(empty)
    with pytest.raises(DBAPIError, match="outbox"):
        schema.upgrade(empty)
    assert objects(empty) == before


@pytest.fixture
def filled(database_url: str) -> Iterator[Database]:
    """A migrated database with a row in every table."""
    db = Database(database_url)
    fill(db)
    yield db
    db.dispose()


def test_a_trail_is_only_ever_added_to(filled: Database) -> None:
    changes = ("UPDATE {} SET id = 99", "DELETE FROM {}", "UPDATE {} SET id = id WHERE id = 1")
    for table in TRAILS:
        for change in changes:
            said = f"{table} is append-only"
            with pytest.raises(DBAPIError, match=said), filled.write() as session:
                session.execute(text(change.format(table)))
        with filled.read() as session:
            assert session.scalars(select(Base.metadata.tables[table].c.id)).all() == [1], table


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # which alone can replace
def test_a_trail_is_not_replaced_either(filled: Database) -> None:
    for table in TRAILS:
        rows = Base.metadata.tables[table]
        again = insert(rows).prefix_with("OR REPLACE").from_select(rows.c, select(rows))
        said = f"{table} is append-only"
        with pytest.raises(DBAPIError, match=said), filled.write() as session:
            session.execute(again)
