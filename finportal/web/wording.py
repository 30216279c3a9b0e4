"""What states, movements and channels are called on a page."""

from flask_babel import lazy_gettext as _

from finportal.lending.day_counts import DayCount

_STATUS = {"paid": _("Pagada"), "partly": _("Pagada en parte"), "pending": _("Pendiente")}
_MOVEMENTS = {
    "payment": _("Pago"),
    "prepayment": _("Abono a capital"),
    "credit": _("Saldo a favor aplicado"),
    "fee": _("Gasto de cobranza"),
    "waiver": _("Condonación"),
    "refund": _("Devolución"),
    "reversal": _("Reversión"),
}
_CHANNELS = {
    "pse": _("PSE"),
    "card": _("Tarjeta"),
    "cash": _("Efectivo"),
    "bank": _("Banco"),
    "other": _("Otro"),
}
_CREDIT_STATES = {
    "current": _("al día"),
    "ahead": _("con saldo a favor"),
    "late": _("en mora"),
    "closed": _("cerrado"),
    "reversed": _("pago reversado"),
    "reduce_term": _("abono que redujo el plazo"),
    "reduce_instalment": _("abono que redujo la cuota"),
    "balloon": _("cuota final adicional"),
    "grace": _("periodo de gracia"),
    "migrated": _("venía de otro sistema"),
}
_PARTS = {
    "fees": _("Gastos de cobranza"),
    "insurance": _("Seguro"),
    "late_interest": _("Interés de mora"),
    "interest": _("Interés corriente"),
    "principal": _("Capital"),
}
_DOCUMENTS = {
    "statement": _("Extracto"),
    "payoff": _("Certificado de deuda"),
    "balance": _("Certificado de saldo"),
    "history": _("Histórico de pagos"),
    "settlement": _("Paz y salvo"),
    "tax": _("Certificado tributario"),
    "lien_release": _("Carta de levantamiento de prenda"),
    "coupon": _("Cupón de pago"),
    "receipt": _("Comprobante de pago"),
}
_VOID_REASONS = {
    "replaced": _("lo reemplaza un documento corregido"),
    "reversed": _("se reversó un pago en el que se basaba"),
    "mistaken": _("se expidió por error"),
    "owing": _("el crédito volvió a tener saldo por pagar"),
}
_BALANCE_COLUMNS = {
    "opening": _("Saldo inicial"),
    "disbursed": _("Desembolso"),
    "charged": _("Cargos"),
    "paid": _("Pagos"),
    "waived": _("Condonado"),
    "restored": _("Reversiones"),
    "adjusted": _("Ajustes"),
    "closing": _("Saldo final"),
}
_INTEREST_RULES = {
    DayCount.MONTH: _(
        "Capital × tasa del mes × días ÷ base. Los días son los del calendario; la base, los días "
        "del mes de la cuota. Tasa del mes = (1 + E.A.)^(1/12) − 1."
    ),
    DayCount.THIRTY_360: _(
        "Capital × tasa N.M.V. × días ÷ 360, con meses de 30 días (30/360). "
        "Tasa N.M.V. = 12 × [(1 + E.A.)^(1/12) − 1]."
    ),
    DayCount.THIRTY_E_360: _(
        "Capital × tasa N.M.V. × días ÷ 360, con meses de 30 días: el 31 cuenta como 30 (30E/360). "
        "Tasa N.M.V. = 12 × [(1 + E.A.)^(1/12) − 1]."
    ),
    DayCount.THIRTY_US_360: _(
        "Capital × tasa N.M.V. × días ÷ 360, con meses de 30 días: el último día de febrero cuenta "
        "como 30 (30US/360). Tasa N.M.V. = 12 × [(1 + E.A.)^(1/12) − 1]."
    ),
    DayCount.ACT_365: _(
        "Capital × tasa N.M.V. × días del calendario ÷ 365 (act/365). "
        "Tasa N.M.V. = 12 × [(1 + E.A.)^(1/12) − 1]."
    ),
    DayCount.ACT_360: _(
        "Capital × tasa N.M.V. × días del calendario ÷ 360 (act/360). "
        "Tasa N.M.V. = 12 × [(1 + E.A.)^(1/12) − 1]."
    ),
    DayCount.ACT_ACT: _(
        "Capital × tasa N.M.V. × días del calendario ÷ los días de ese año, 365 o 366 (act/act). "
        "Tasa N.M.V. = 12 × [(1 + E.A.)^(1/12) − 1]."
    ),
    DayCount.EFF_365: _(
        "Capital × tasa de esos días, que es (1 + E.A.)^(días/365) − 1 (eff/365). Si hay varias "
        "filas, sus tasas se componen: Capital × [(1 + tasa) × (1 + tasa) … − 1]."
    ),
}
_RATE_HEADS = {DayCount.MONTH: _("Tasa del mes"), DayCount.EFF_365: _("Tasa de esos días")}
_NOMINAL = _("Tasa N.M.V.")
_LIEN_STAGES = {
    "paid": _("Crédito pagado por completo"),
    "letter": _("Carta de levantamiento expedida"),
    "delivered": _("Carta entregada"),
    "registry": _("Garantía cancelada en el registro"),
    "transit": _("Prenda levantada en tránsito"),
}
_ID_TYPES = {
    "CC": _("Cédula de ciudadanía"),
    "CE": _("Cédula de extranjería"),
    "NIT": _("NIT"),
    "PPT": _("Permiso por protección temporal"),
    "PAS": _("Pasaporte"),
    "TI": _("Tarjeta de identidad"),
}
_PURPOSES = {
    "instalment": _("Cuota del mes"),
    "overdue": _("Valor vencido"),
    "payoff": _("Pago total"),
    "other": _("Otro valor"),
    "extra_principal": _("Abono a capital"),
}
_EFFECTS = {"reduce_term": _("Reducir plazo"), "reduce_instalment": _("Reducir cuota")}
_DECLINED = {
    "05": _("no autorizó la operación"),
    "14": _("el número de la tarjeta no es válido"),
    "51": _("fondos insuficientes"),
    "54": _("la tarjeta está vencida"),
    "57": _("la tarjeta o la cuenta no permite este pago"),
    "61": _("supera el monto permitido"),
    "65": _("superó las operaciones permitidas por hoy"),
    "91": _("el banco no está disponible en este momento"),
    "?C": _("no se completó el pago"),
}
_ATTEMPTS = {
    "created": _("Sin confirmar"),
    "sent": _("En proceso"),
    "pending": _("En proceso"),
    "unknown": _("No se inició"),
    "failed": _("No se inició"),
    "review": _("En revisión"),
    "approved": _("Aprobado"),
    "rejected": _("Rechazado"),
    "expired": _("Sin completar a tiempo"),
    "reversed": _("Reversado"),
}
_CONTACTS = {
    "email": _("Correo electrónico"),
    "mobile": _("Celular"),
    "address": _("Dirección"),
    "city": _("Ciudad"),
}


def status_name(status: str) -> str:
    """How far a row of the schedule is paid."""
    return str(_STATUS[status])


def movement_name(kind: str) -> str:
    """What a movement is."""
    return str(_MOVEMENTS[kind])


def channel_name(channel: str) -> str:
    """How money came; empty for nothing."""
    return str(_CHANNELS[channel]) if channel else ""


def credit_state(state: str) -> str:
    """What can be said of a credit in a word or two."""
    return str(_CREDIT_STATES[state])


def part_name(part: str) -> str:
    """What a part of a debt is called."""
    return str(_PARTS[part])


def document_name(kind: str) -> str:
    """What a kind of paper is called."""
    return str(_DOCUMENTS[kind])


def void_reason(reason: str) -> str:
    """Why a paper no longer holds."""
    return str(_VOID_REASONS[reason])


def balance_column(movement: str) -> str:
    """What a movement of a balance is called."""
    return str(_BALANCE_COLUMNS[movement])


def id_type_name(id_type: str) -> str:
    """What a kind of identification is called."""
    return str(_ID_TYPES[id_type])


def purpose_name(purpose: str) -> str:
    """What a payment is for."""
    return str(_PURPOSES[purpose])


def effect_name(effect: str) -> str:
    """What an extra payment lowers."""
    return str(_EFFECTS[effect])


def attempt_state(state: str) -> str:
    """How an attempt to pay stands, in a word or two."""
    return str(_ATTEMPTS[state])


def declined_because(reason: str) -> str:
    """Why a bank said no: its own sentence, or ours for a code we know; else empty."""
    words = _DECLINED.get(reason)
    return str(words) if words else reason.rstrip(".") if " " in reason else ""


def lien_stage(name: str) -> str:
    """What a stage of the release of a lien is called."""
    return str(_LIEN_STAGES[name])


def interest_rule(count: DayCount) -> str:
    """How interest follows from capital, rate and days under a day count."""
    return str(_INTEREST_RULES[count])


def rate_head(count: DayCount) -> str:
    """What the rate in that rule is called."""
    return str(_RATE_HEADS.get(count, _NOMINAL))


def contact_name(field: str) -> str:
    """What one of the contact data is called."""
    return str(_CONTACTS[field])
