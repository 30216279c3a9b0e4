"""The files of the copy about credits: contracts, what happened, payments and documents."""

from sqlalchemy import and_, or_, select

from finportal.models import BankLine, HeldPayment, LoanEvent, PaymentAttempt
from finportal.services.my_data.subject import (
    INTERNAL,
    MACHINERY,
    ME,
    MY_LOANS,
    OF_STAFF,
    OPENS,
    Subject,
    columns,
    kept,
    loan_number,
    of_me,
    of_my_loans,
)

_attempts = columns("payment_attempts")
_my_attempt = or_(
    _attempts.customer_id == ME,
    and_(_attempts.customer_id.is_(None), _attempts.loan_id.in_(MY_LOANS)),
)
"""Who pays without signing in pays for the credit's holder; another customer's try is not told."""
MY_ATTEMPTS = select(PaymentAttempt.id).where(_my_attempt)
MY_HELD = select(HeldPayment.id).where(HeldPayment.attempt_id.in_(MY_ATTEMPTS))
MY_LINES = select(BankLine.id).where(BankLine.loan_id.in_(MY_LOANS))


_undone = LoanEvent.__table__.alias("undone")

SUBJECTS = (
    Subject(
        name="creditos",
        about="Sus créditos: contrato y vehículo. Las tasas son fracciones: 0.2450 es 24,50 %.",
        table="loans",
        mine=of_me("loans"),
        told={
            "loan_number": "credito", "product": "producto", "principal": "valor_del_credito",
            "disbursed_on": "desembolsado", "first_due_on": "primera_cuota", "term": "cuotas",
            "rate_ea": "tasa_ea", "plate": "placa", "vin": "vin", "make": "marca",
            "model": "linea", "model_year": "modelo", "status": "estado",
            "late_rate_ea": "tasa_de_mora_ea", "insurance_rate": "tasa_de_seguro",
            "insurance_monthly": "seguro_mensual", "balloon": "cuota_final",
            "grace_months": "meses_de_gracia", "day_count": "conteo_de_dias",
            "allocation": "orden_de_aplicacion", "opening_on": "saldo_inicial_del",
            "opening_principal": "saldo_inicial_capital",
            "opening_interest": "saldo_inicial_interes",
            "opening_late_interest": "saldo_inicial_mora",
            "opening_insurance": "saldo_inicial_seguro", "opening_fees": "saldo_inicial_gastos",
            "opening_credit": "saldo_inicial_a_favor", "loaded_at": "recibido",
        },
        kept_back=kept(INTERNAL, "id", "customer_id"),
        money=frozenset(
            {
                "principal", "insurance_monthly", "balloon", "opening_principal",
                "opening_interest", "opening_late_interest", "opening_insurance",
                "opening_fees", "opening_credit",
            }
        ),
    ),
    Subject(
        name="condiciones",
        about="Cada versión del contrato. La columna contrato_original está en centavos.",
        table="loan_terms",
        mine=of_my_loans("loan_terms"),
        told={
            "version": "version", "contract": "contrato_original", "recorded_at": "registrada",
        },
        also=loan_number("loan_terms"),
        kept_back=kept(INTERNAL, "id", "loan_id"),
    ),
    Subject(
        name="hechos-del-credito",
        about="Pagos, abonos, reversos y otros hechos; hecho_original está en centavos.",
        table="loan_events",
        mine=of_my_loans("loan_events"),
        told={
            "kind": "hecho", "value_date": "fecha", "amount": "valor", "channel": "canal",
            "effect": "efecto", "source": "origen", "external_id": "comprobante",
            "body": "hecho_original", "recorded_at": "registrado",
        },
        also=loan_number("loan_events")
        | {
            "reversa_el_comprobante": select(_undone.c.external_id)
            .where(_undone.c.id == columns("loan_events").reverses_id)
            .scalar_subquery()
        },
        kept_back=kept(INTERNAL, "id", "loan_id", "reverses_id"),
        money=frozenset({"amount"}),
    ),
    Subject(
        name="intentos-de-pago",
        about="Los pagos que empezó por internet; valor_mostrado_original está en centavos.",
        table="payment_attempts",
        mine=_my_attempt,
        told={
            "reference": "referencia", "purpose": "pago_de", "effect": "efecto",
            "amount": "valor", "quote": "valor_mostrado_original", "quoted_on": "mostrado",
            "gateway": "pasarela", "external_id": "identificador_de_la_pasarela",
            "state": "estado", "reason": "razon", "authorisation": "autorizacion",
            "paid": "pagado", "value_date": "fecha_de_aplicacion", "created_at": "empezado",
            "expires_at": "vence", "moved_at": "ultimo_cambio",
        },
        also=loan_number("payment_attempts"),
        kept_back=kept(INTERNAL, "id", "loan_id", "customer_id") | kept(OPENS, "form_key", "go_to")
        | kept(MACHINERY, "problem", "next_poll_at", "polls"),
        money=frozenset({"amount", "paid"}),
    ),
    Subject(
        name="cambios-de-los-pagos",
        about="Cada cambio de estado de esos pagos.",
        table="attempt_moves",
        mine=columns("attempt_moves").attempt_id.in_(MY_ATTEMPTS),
        told={
            "left": "estado_anterior", "entered": "estado", "cause": "causa", "reason": "razon",
            "at": "fecha",
        },
        also={
            "referencia": select(PaymentAttempt.reference)
            .where(PaymentAttempt.id == columns("attempt_moves").attempt_id)
            .scalar_subquery()
        },
        kept_back=kept(INTERNAL, "id", "attempt_id"),
    ),
    Subject(
        name="pagos-aplicados",
        about="El dinero que entró a sus créditos por la pasarela o los bancos, y el que salió.",
        table="postings",
        mine=of_my_loans("postings"),
        told={
            "kind": "clase", "amount": "valor", "channel": "canal",
            "authorisation": "autorizacion", "value_date": "fecha", "reason": "razon",
            "source": "origen", "source_key": "identificador", "posted_at": "registrado",
        },
        also=loan_number("postings"),
        kept_back=kept(
            INTERNAL, "id", "loan_id", "event_id", "attempt_id", "reverses_id"
        ),
        money=frozenset({"amount"}),
    ),
    Subject(
        name="pagos-retenidos",
        about="Dinero de sus pagos que no coincidió con lo pedido y una persona revisó.",
        table="held_payments",
        mine=columns("held_payments").id.in_(MY_HELD),
        told={
            "reason": "razon", "amount": "valor", "currency": "moneda",
            "reference": "referencia", "channel": "canal", "authorisation": "autorizacion",
            "value_date": "fecha", "source": "origen", "source_key": "identificador",
            "held_at": "retenido",
        },
        kept_back=kept(INTERNAL, "id", "attempt_id"),
        money=frozenset({"amount"}),
    ),
    Subject(
        name="pagos-retenidos-resueltos",
        about="Qué se hizo con ese dinero.",
        table="held_resolutions",
        mine=columns("held_resolutions").held_id.in_(MY_HELD),
        told={"outcome": "resultado", "note": "nota", "settled_at": "resuelto"},
        also={
            "referencia": select(HeldPayment.reference)
            .where(HeldPayment.id == columns("held_resolutions").held_id)
            .scalar_subquery()
        },
        kept_back=kept(INTERNAL, "id", "held_id", "posting_id") | kept(OF_STAFF, "by"),
    ),
    Subject(
        name="pagos-por-bancos",
        about="Las líneas de los archivos de los bancos que son de sus créditos.",
        table="bank_lines",
        mine=of_my_loans("bank_lines"),
        told={
            "reference": "referencia", "amount": "valor", "value_date": "fecha",
            "channel": "canal", "means": "medio", "authorisation": "autorizacion",
            "verdict": "resultado", "source": "banco",
        },
        also=loan_number("bank_lines"),
        kept_back=kept(INTERNAL, "id", "file_id", "loan_id")
        | kept(MACHINERY, "line", "key", "line_key", "likeness", "reasons"),
        money=frozenset({"amount"}),
    ),
    Subject(
        name="cheques",
        about="Qué pasó con los cheques de esos pagos.",
        table="cheque_outcomes",
        mine=columns("cheque_outcomes").line_id.in_(MY_LINES),
        told={"outcome": "resultado", "decided_at": "decidido"},
        also={
            "referencia": select(BankLine.reference)
            .where(BankLine.id == columns("cheque_outcomes").line_id)
            .scalar_subquery()
        },
        kept_back=kept(INTERNAL, "id", "line_id") | kept(OF_STAFF, "by"),
    ),
    Subject(
        name="documentos",
        about="Los documentos expedidos y todo lo que dicen; hechos_original está en centavos.",
        table="issued_documents",
        mine=of_me("issued_documents"),
        told={
            "series": "serie", "number": "numero", "code": "codigo", "kind": "clase",
            "request_key": "periodo", "edition": "edicion", "facts": "hechos_original",
            "digest": "huella", "engine_version": "version_del_calculo",
            "issued_at": "expedido",
        },
        also=loan_number("issued_documents"),
        kept_back=kept(INTERNAL, "id", "loan_id", "customer_id", "event_id"),
    ),
)  # fmt: skip
