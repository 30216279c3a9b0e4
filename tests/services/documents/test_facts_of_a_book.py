"""Every paper of every credit of the demo book: its totals are the engine's, and they add up."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from finportal.adapters.database import Database
from finportal.lender import Lender
from finportal.lending import Centavos
from finportal.lending.parts import Parts, add_up
from finportal.models import Loan
from finportal.services.documents import certificates, kinds, payments, subject, writing
from finportal.services.documents.facts import MoneyLine
from finportal.services.documents.lines import capital, owed
from finportal.services.documents.papers import Statement
from finportal.services.documents.periods import in_time, periods
from finportal.services.documents.refusals import NoLien, NothingToPay, NotSettled
from finportal.services.documents.subject import Subject
from tests.demo_book import loaded

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 17, tzinfo=UTC)
LENDER = Lender()
MONEY_IN = ("payment", "prepayment")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The demo lender, loaded."""
    db = loaded(tmp_path_factory.mktemp("book"), TODAY)
    yield db
    db.dispose()


@pytest.fixture(scope="module")
def subjects(book: Database) -> list[Subject]:
    """Its credits with their borrowers."""
    with book.read() as session:
        ids = [row.id for row in session.query(Loan.id)]
        return subject.many(session, ids, NOW)


@pytest.fixture(scope="module")
def told(subjects: list[Subject]) -> dict[str, list[Statement]]:
    """Every statement of every credit, the oldest first, each issued after the one before."""
    return {about.credit.loan_number: list(_statements(about)) for about in subjects}


def _statements(about: Subject) -> Iterator[Statement]:
    known: dict[tuple[int, str], Statement] = {}
    for of in reversed(list(periods(about.credit, TODAY))):
        try:
            paper = writing.statement(about, LENDER, of, known)
        except writing.NoSuchPeriod:
            continue
        known[about.credit.loan_id, of.month] = paper
        yield paper


def test_a_statement_opens_with_what_the_one_before_closed_with(
    told: dict[str, list[Statement]],
) -> None:
    pairs = 0
    for papers in told.values():
        for one, following in itertools.pairwise(papers):
            closed = {line.part: line.closing for line in one.balances}
            assert {line.part: line.opening for line in following.balances} == closed
            assert following.credit_opening == one.credit
            assert following.begins_on == one.cutoff + timedelta(days=1)
            pairs += 1
    assert pairs > 500


def test_each_part_of_a_statement_adds_up_to_what_the_engine_says(
    subjects: list[Subject], told: dict[str, list[Statement]]
) -> None:
    for about in subjects:
        for paper in told[about.credit.loan_number]:
            state = about.credit.state(paper.cutoff)
            for line in paper.balances:
                assert line.closing == getattr(owed(state), line.part)
                came = line.opening + line.disbursed + line.charged + line.restored
                assert line.closing == came + line.adjusted - line.paid - line.waived
                assert line.adjusted == 0
                assert min(line.charged, line.paid, line.waived, line.disbursed) >= 0
            owing = paper.overdue.total + paper.instalment.total - state.credit
            assert paper.to_pay == max(0, owing)
            assert paper.overdue.parts == state.due


def test_principal_is_never_charged_only_lent(told: dict[str, list[Statement]]) -> None:
    lent = 0
    for papers in told.values():
        for paper in papers:
            principal = next(line for line in paper.balances if line.part == "principal")
            assert principal.charged == 0
            lent += bool(principal.disbursed)
    assert lent


def test_the_money_of_a_statement_went_where_it_says(told: dict[str, list[Statement]]) -> None:
    for papers in told.values():
        for paper in papers:
            standing = [line for line in paper.payments if line.split and not line.reversed_on]
            went = add_up(line.split.parts for line in standing if line.split)
            assert went == Parts(**{line.part: line.paid for line in paper.balances})
            _follow_the_capital(paper)


def _follow_the_capital(paper: Statement) -> None:
    principal = next(line for line in paper.balances if line.part == "principal")
    if paper.payments and not any(line.reversed_on or line.reverses for line in paper.payments):
        assert paper.payments[-1].principal_after == principal.closing


def test_the_instalment_of_a_statement_is_recomputed_from_its_workings(
    told: dict[str, list[Statement]],
) -> None:
    seen = 0
    for papers in told.values():
        for paper in papers:
            for working in paper.workings:
                if working.figure == "interest":
                    assert working.result == paper.instalment.interest
                    exact = int((working.exact * 100).to_integral_value()) + working.carried
                    assert abs(exact - working.result) <= 50
                    seen += 1
                assert working.spans
    assert seen > 500


def test_statements_leave_the_days_the_law_gives(told: dict[str, list[Statement]]) -> None:
    for papers in told.values():
        for paper in papers:
            if paper.cutoff > paper.begins_on:
                assert in_time(paper.cutoff + timedelta(days=1), paper.due_on)


def test_a_history_of_the_whole_life_adds_up(subjects: list[Subject]) -> None:
    reversals = 0
    for about in subjects:
        begins = about.credit.contract.begins
        paper = payments.history(about, LENDER, begins, TODAY)
        state = about.credit.state(TODAY)
        assert paper.principal_after == capital(state)
        assert paper.totals.parts == state.paid
        assert paper.amount == sum(line.amount for line in paper.lines if _came(line))
        assert paper.principal_before - paper.totals.principal == paper.principal_after
        reversals += sum(line.kind == "reversal" for line in paper.lines)
    assert reversals


def _came(line: MoneyLine) -> bool:
    return line.kind in MONEY_IN and not line.reversed_on


def test_a_history_may_be_cut_anywhere(subjects: list[Subject]) -> None:
    for about in subjects[::5]:
        begins = about.credit.contract.begins
        middle = begins + (TODAY - begins) / 2
        whole = payments.history(about, LENDER, begins, TODAY)
        one = payments.history(about, LENDER, begins, middle)
        rest = payments.history(about, LENDER, middle + timedelta(days=1), TODAY)
        assert one.lines + rest.lines == whole.lines
        assert one.principal_after == rest.principal_before


def test_a_payoff_is_the_engines_on_each_of_its_days(subjects: list[Subject]) -> None:
    for about in subjects:
        on = TODAY + timedelta(days=2)
        if not about.credit.state(on).payoff:
            with pytest.raises(NothingToPay):
                certificates.payoff(about, LENDER, on, "A quien interese")
            continue
        paper = certificates.payoff(about, LENDER, on, "A quien interese")
        parts = paper.due.total + paper.accrued_interest + paper.principal_not_due
        assert paper.total == parts + paper.insurance - paper.credit_used
        assert [day.total for day in paper.days] == [
            about.credit.state(day.on).payoff for day in paper.days
        ]
        assert paper.per_diem == paper.days[1].total - paper.total
        assert paper.valid_until == paper.days[-1].on


def test_what_was_paid_in_each_year_adds_up_to_all_that_was_paid(subjects: list[Subject]) -> None:
    for about in subjects:
        years = range(certificates.first_tax_year(about), TODAY.year)
        papers = [certificates.tax(about, LENDER, year) for year in years]
        state = about.credit.standing(TODAY).state(date(TODAY.year - 1, 12, 31)) if papers else None
        if state and not about.credit.contract.opening:
            assert add_up(paper.paid.parts for paper in papers) == state.paid
        for paper in papers:
            balance = certificates.balance(about, LENDER, paper.year)
            assert balance.owed == paper.owed


def test_only_a_credit_at_zero_gets_its_settlement_and_its_release(
    subjects: list[Subject],
) -> None:
    settled = 0
    for about in subjects:
        state = about.credit.state(TODAY)
        if state.settled:
            paper = certificates.settlement(about, LENDER, [])
            assert paper.last_paid_on == paper.settled_on
            settled += 1
        else:
            with pytest.raises(NotSettled) as refused:
                certificates.settlement(about, LENDER, [])
            assert refused.value.left == state.payoff
            with pytest.raises((NotSettled, NoLien)):
                certificates.lien_release(about, LENDER, "Secretaría de Movilidad")
    assert settled


def test_a_receipt_shows_every_peso_of_its_payment(subjects: list[Subject]) -> None:
    for about in subjects[::3]:
        undone = {getattr(record.event, "reverses", "") for record in about.credit.records}
        for record in about.credit.records[:12]:
            if type(record.event).__name__ == "Reversal" or record.event.id in undone:
                continue
            paper = payments.receipt(about, LENDER, record.id)
            went = sum(one.split.total for one in paper.applied)
            assert paper.line.split
            assert paper.line.split.total == went
            assert went + paper.line.credit >= paper.line.amount


def test_facts_read_back_are_the_same(subjects: list[Subject]) -> None:
    about = subjects[0]
    paper = payments.history(about, LENDER, about.credit.contract.begins, TODAY)
    assert kinds.PAPERS["history"].model_validate_json(paper.model_dump_json()) == paper
    assert isinstance(paper.amount, int)
    assert Centavos(paper.amount) == paper.amount
