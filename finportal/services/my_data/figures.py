"""The files of the copy that are computed: what each credit owes, its schedule, its movements."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import bindparam

from finportal.adapters.bundles import Table
from finportal.adapters.database import Link
from finportal.adapters.sheets import Cell
from finportal.lending import Centavos, LendingError, State
from finportal.models import Loan
from finportal.services import ledger
from finportal.services.history import history
from finportal.services.ledger import Credit
from finportal.services.my_data.subject import ME
from finportal.services.my_data.words import ENDING, in_words

AT_ONCE = 50
NOT_TODAY = "no disponible: la entidad revisa este crédito"
Rows = Iterator[tuple[Cell, ...]]

_LOANS = (
    ledger.credits_where(Loan.customer_id == ME, Loan.id > bindparam("after"))
    .order_by(Loan.id)
    .limit(AT_ONCE)
)


@dataclass(frozen=True, slots=True)
class Computed:
    """A computed file: its name, what its reader is told, its columns, and a credit's rows."""

    name: str
    about: str
    header: tuple[str, ...]
    rows: Callable[[Credit, State | None], Rows]


def table(link: Link, computed: Computed, customer_id: int, today: date) -> Table:
    """The file's rows for all credits of a customer, each credit replayed when its turn comes."""
    return Table(
        computed.name,
        ("credito", *computed.header),
        (
            (credit.loan_number, *row)
            for credit, state in _states(link, customer_id, today)
            for row in computed.rows(credit, state)
        ),
    )


def _states(link: Link, customer_id: int, today: date) -> Iterator[tuple[Credit, State | None]]:
    after = 0
    while loans := link.execute(_LOANS, {"customer_id": customer_id, "after": after}).all():
        after = loans[-1].id
        for credit in ledger.read(link, loans):
            try:
                yield credit, credit.state(today)
            except LendingError:  # what is stored is told all the same, by the other files
                yield credit, None


def _standing(_credit: Credit, state: State | None) -> Rows:
    if state is None:
        yield (None,) * (len(STANDING.header) - 1) + (NOT_TODAY,)
        return
    owed = state.due
    amounts = (
        state.payoff, owed.fees, owed.insurance, owed.late_interest, owed.interest,
        owed.principal, state.principal_not_due, state.credit,
    )  # fmt: skip
    yield (
        state.as_of, *map(pesos, amounts), state.days_past_due, state.next_due_date, None,
    )  # fmt: skip


def _schedule(_credit: Credit, state: State | None) -> Rows:
    for row in state.rows if state else ():
        amounts = (
            row.opening, row.interest, row.principal, row.instalment, row.insurance, row.fees,
            row.late_interest, row.total, row.balance, row.paid.total, row.owed.total,
        )  # fmt: skip
        status = row.status.value
        words = in_words("plan-de-pagos", "estado", status)
        yield row.number, row.due_date, *map(pesos, amounts), status, words


def _movements(credit: Credit, state: State | None) -> Rows:
    for line in history(credit, state) if state else ():
        parts = line.movement.parts if line.movement else None
        split = (
            (parts.fees, parts.insurance, parts.late_interest, parts.interest, parts.principal)
            if parts
            else (None,) * 5
        )
        left = line.movement.credit if line.movement else None
        yield (
            line.value_date, line.kind, in_words("movimientos", "movimiento", line.kind),
            line.receipt, line.channel, in_words("movimientos", "canal", line.channel),
            pesos(line.amount),
            *map(pesos, split), pesos(left), line.reversed_on, line.reverses,
        )  # fmt: skip


def pesos(amount: Centavos | int | None) -> Decimal | None:
    """Centavos as pesos, exact."""
    return None if amount is None else Decimal(amount).scaleb(-2)


STANDING = Computed(
    "saldos",
    "Lo que debe de cada crédito el día en que se hizo este archivo.",
    (
        "fecha", "pago_total", "vencido_gastos", "vencido_seguro", "vencido_mora",
        "vencido_interes", "vencido_capital", "capital_por_vencer", "saldo_a_favor",
        "dias_de_mora", "proxima_cuota", "nota",
    ),
    _standing,
)  # fmt: skip
SCHEDULE = Computed(
    "plan-de-pagos",
    "El plan de pagos vigente y lo pagado de cada cuota.",
    (
        "cuota", "vence", "saldo_inicial", "interes", "capital", "valor_de_la_cuota", "seguro",
        "gastos", "mora", "total", "saldo", "pagado", "debe", "estado", f"estado{ENDING}",
    ),
    _schedule,
)  # fmt: skip
MOVEMENTS = Computed(
    "movimientos",
    "Cada pago y cómo se aplicó.",
    (
        "fecha", "movimiento", f"movimiento{ENDING}", "comprobante", "canal", f"canal{ENDING}",
        "valor", "gastos", "seguro", "mora",
        "interes", "capital", "saldo_a_favor", "reversado", "reversa_el_comprobante",
    ),
    _movements,
)  # fmt: skip
COMPUTED = (STANDING, SCHEDULE, MOVEMENTS)
