"""What the system's codes mean in Spanish, beside which they stand in the copy of one's data."""

from collections.abc import Mapping
from types import MappingProxyType

ENDING = "_en_palabras"
"""Ends the name of the column that says in words what the one before it says in a code."""

_CHANNELS = {
    "pse": "PSE", "card": "tarjeta", "cash": "efectivo", "bank": "banco", "other": "otro",
}  # fmt: skip
_EFFECTS = {"reduce_term": "reduce el plazo", "reduce_instalment": "reduce la cuota"}
_CONTACTS = {"email": "correo", "mobile": "celular", "address": "dirección", "city": "ciudad"}
_CONSENTS = {"servicing": "atender su crédito", "commercial": "ofertas"}
_ATTEMPTS = {
    "created": "empezado", "sent": "en la pasarela", "pending": "en proceso",
    "unknown": "sin respuesta de la pasarela", "failed": "no empezó", "review": "en revisión",
    "approved": "aprobado", "rejected": "rechazado", "expired": "vencido",
    "reversed": "reversado",
}  # fmt: skip
_LETTERS = {
    "account_elsewhere": "su cuenta tiene otro correo",
    "address_replaced": "su cuenta pasó a otro correo",
    "already_registered": "ya tiene una cuenta",
    "bank_cheque_bounced": "cheque devuelto",
    "bank_payment_posted": "pago recibido por el banco",
    "code": "código por correo",
    "code_by_text": "código por mensaje de texto",
    "contact_by_text": "aviso de un cambio de datos, por mensaje de texto",
    "contact_changed": "aviso de un cambio de datos",
    "contact_undone": "se deshizo un cambio de datos",
    "credentials": "datos para ingresar por primera vez",
    "device_alarm": "alarma de un dispositivo",
    "email_change_approved": "cambio de correo aprobado",
    "email_change_rejected": "cambio de correo rechazado",
    "email_is_new": "correo nuevo de su cuenta",
    "my_data_ready": "la copia de sus datos está lista",
    "new_device": "ingreso desde un dispositivo nuevo",
    "password_changed": "contraseña cambiada",
    "password_recovered": "contraseña creada de nuevo",
    "payment_approved": "pago aprobado",
    "payment_declined": "pago no aprobado",
    "payment_in_process": "pago en proceso",
    "payment_reversed": "pago reversado",
    "recovery": "enlace para crear una contraseña",
    "recovery_later": "todavía no puede recuperar la contraseña",
    "registered": "registro exitoso",
    "statement_ready": "extracto listo",
}
_ACTS = {
    "account_disabled": "cuenta desactivada",
    "account_enabled": "cuenta activada otra vez",
    "account_unlocked": "límites de ingreso levantados",
    "address_replaced": "la cuenta pasó al correo nuevo",
    "case_approved": "cambio de correo aprobado",
    "case_opened": "cambio de correo pedido",
    "case_rejected": "cambio de correo rechazado",
    "code_sent": "código enviado",
    "code_wrong": "código equivocado",
    "consent_given": "autorización dada",
    "consent_withdrawn": "autorización retirada",
    "contact_changed": "dato de contacto cambiado",
    "contact_confirmed": "cambio de contacto confirmado",
    "contact_set": "dato de contacto puesto por la entidad",
    "contact_undone": "cambio de contacto deshecho",
    "customer_changed": "dato cambiado por un archivo de la entidad",
    "delivery_chosen": "forma de recibir extractos elegida",
    "device_cookie_reused": "alarma: identificación vieja de un dispositivo",
    "device_forgotten": "dispositivo olvidado",
    "device_remembered": "dispositivo conocido",
    "document_issued": "documento expedido",
    "document_voided": "documento anulado",
    "event_recorded": "hecho del crédito registrado",
    "held_payment_settled": "pago retenido resuelto",
    "held_payment_voided": "pago retenido devuelto por la pasarela",
    "image_not_recognised": "imagen no reconocida",
    "lien_step": "paso del levantamiento de prenda",
    "loan_changed": "crédito cambiado por un archivo de la entidad",
    "mail_retried": "correo enviado otra vez",
    "my_data_asked": "copia de sus datos pedida",
    "my_data_ready": "copia de sus datos lista",
    "my_data_taken": "copia de sus datos descargada",
    "operator_looked": "consulta de la entidad",
    "other_sessions_ended": "otras sesiones cerradas",
    "password_accepted": "contraseña correcta",
    "password_proof_refused": "contraseña equivocada al confirmarla",
    "password_proven": "contraseña confirmada",
    "password_recovered": "contraseña creada de nuevo",
    "payment_alert": "respuesta extraña de la pasarela",
    "payment_held": "pago retenido",
    "payment_late": "pago aprobado tarde",
    "payment_needs_person": "pago que revisa una persona",
    "payment_not_started": "pago que no empezó",
    "payment_refused": "pago que no se pudo aplicar",
    "payment_taken_back": "pago reversado",
    "personalised": "contraseña, imagen o frase cambiadas",
    "preference_chosen": "preferencia de contacto elegida",
    "questions_right": "preguntas bien contestadas",
    "questions_wrong": "preguntas mal contestadas",
    "recovery_put_off": "recuperación aplazada por un cambio de correo",
    "recovery_link_sent": "enlace de recuperación enviado",
    "registered": "registro",
    "registered_again": "intento de registrarse otra vez",
    "registration_mail_proven": "correo comprobado al registrarse",
    "registration_matched": "datos de registro correctos",
    "session_ended": "sesión cerrada",
    "sessions_ended": "sesiones cerradas por la entidad",
    "sign_in_refused": "ingreso rechazado",
    "signed_in": "ingreso",
    "signed_out": "salida",
    "way_in_resent": "datos de ingreso enviados otra vez",
}

WORDS: Mapping[tuple[str, str], Mapping[str, str]] = MappingProxyType(
    {
        ("customers", "kind"): {"natural": "persona natural", "juridical": "persona jurídica"},
        ("accounts", "state"): {
            "provisional": "con contraseña por elegir", "active": "activa",
            "suspended": "suspendida",
        },
        ("sessions", "stage"): {
            "email_given": "correo escrito", "image_confirmed": "imagen confirmada",
            "provisional": "con contraseña provisional", "signed_in": "adentro",
            "code_due": "espera un código", "matched": "registro: datos correctos",
            "code_sent": "registro: código enviado", "mail_proven": "registro: correo comprobado",
        },
        ("mailed_codes", "purpose"): {
            "device": "dispositivo nuevo", "registration": "registro",
            "new_email": "correo nuevo", "new_mobile": "celular nuevo",
        },
        ("audit_events", "kind"): _ACTS,
        ("contact_changes", "field"): _CONTACTS,
        ("contact_changes", "source"): {
            "registration": "al registrarse", "portal": "en el portal",
            "operator": "por la entidad", "file": "archivo de la entidad",
        },
        ("contact_changes", "proof"): {"code": "con un código", "none": "no"},
        ("contact_marks", "dato"): _CONTACTS,
        ("contact_marks", "mark"): {"undone": "deshecho", "confirmed": "confirmado"},
        ("consents", "para"): _CONSENTS,
        ("consent_withdrawals", "para"): _CONSENTS,
        ("contact_preferences", "purpose"): {
            "collections": "cobranza", "service": "servicio", "commercial": "ofertas",
        },
        ("contact_preferences", "channels"): {
            "mail": "correo", "sms": "mensaje de texto", "call": "llamada",
            "whatsapp": "WhatsApp",
        },
        ("contact_preferences", "weekdays"): {
            "any": "cualquier hora", "morning": "en la mañana", "afternoon": "en la tarde",
        },
        ("contact_preferences", "saturdays"): {
            "any": "cualquier hora", "morning": "en la mañana", "never": "nunca",
        },
        ("delivery_choices", "medium"): {"mail": "por correo", "portal": "solo en el portal"},
        ("outbox", "kind"): _LETTERS,
        ("outbox", "state"): {
            "waiting": "por enviar", "sent": "enviado", "failed": "no se pudo enviar",
            "expired": "venció sin enviarse",
        },
        ("takeouts", "state"): {
            "asked": "pedida", "ready": "lista", "expired": "borrada", "failed": "falló",
        },
        ("question_rounds", "outcome"): {"right": "correcta", "wrong": "equivocada"},
        ("cases", "state"): {
            "open": "abierto", "approved": "aprobado", "rejected": "rechazado",
        },
        ("loans", "status"): {"active": "vigente", "closed": "cerrado"},
        ("loan_events", "kind"): {
            "payment": "pago", "prepayment": "abono a capital", "reversal": "reverso",
            "reclassification": "reclasificación", "fee": "gasto de cobranza",
            "waiver": "condonación", "refund": "devolución",
            "insurance_change": "cambio del seguro", "restructuring": "reestructuración",
            "acceleration": "aceleración del plazo", "write_off": "castigo",
        },
        ("loan_events", "channel"): _CHANNELS,
        ("loan_events", "effect"): _EFFECTS,
        ("payment_attempts", "purpose"): {
            "instalment": "cuota del mes", "overdue": "valor vencido", "payoff": "pago total",
            "other": "otro valor", "extra_principal": "abono a capital",
        },
        ("payment_attempts", "effect"): _EFFECTS,
        ("payment_attempts", "state"): _ATTEMPTS,
        ("attempt_moves", "left"): _ATTEMPTS,
        ("attempt_moves", "entered"): _ATTEMPTS,
        ("attempt_moves", "cause"): {
            "start": "comienzo", "return": "usted volvió de la pasarela",
            "notification": "aviso de la pasarela", "poll": "consulta a la pasarela",
            "staff": "una persona de la entidad",
        },
        ("postings", "kind"): {"payment": "pago", "reversal": "reverso"},
        ("postings", "channel"): _CHANNELS,
        ("held_payments", "channel"): _CHANNELS,
        ("held_payments", "reason"): {
            "amount": "otro valor", "currency": "otra moneda", "reference": "otra referencia",
            "unknown": "no se sabe de qué es", "refused": "no se pudo aplicar",
            "cheque": "cheque por confirmar", "review": "la revisa una persona",
        },
        ("held_resolutions", "outcome"): {
            "posted": "aplicado", "returned": "devuelto", "dismissed": "no era un pago aparte",
        },
        ("bank_lines", "channel"): _CHANNELS,
        ("bank_lines", "means"): {
            "cash": "efectivo", "cheque": "cheque", "debit": "débito",
            "credit_card": "tarjeta de crédito", "unstated": "no lo dice",
            "unknown": "no se sabe",
        },
        ("bank_lines", "verdict"): {
            "matched": "aplicada", "to_clear": "aplicada, cheque por confirmar",
            "doubled": "repetida", "suspect": "por revisar", "unknown": "sin crédito",
            "returned": "devuelta por el banco",
        },
        ("cheque_outcomes", "outcome"): {"cleared": "pagado", "bounced": "devuelto"},
        ("issued_documents", "kind"): {
            "statement": "extracto", "payoff": "certificado de deuda",
            "balance": "certificado de saldo", "history": "histórico de pagos",
            "settlement": "paz y salvo", "tax": "certificado tributario",
            "lien_release": "carta de levantamiento de prenda", "coupon": "cupón de pago",
            "receipt": "comprobante de pago",
        },
        ("document_voids", "reason"): {
            "replaced": "lo reemplaza uno corregido", "reversed": "se reversó un pago",
            "mistaken": "se expidió por error", "owing": "el crédito volvió a deber",
        },
        ("lien_steps", "step"): {
            "delivered": "carta entregada", "registry": "garantía cancelada en el registro",
            "transit": "prenda levantada en tránsito",
        },
        ("plan-de-pagos", "estado"): {
            "paid": "pagada", "partly": "pagada en parte", "pending": "pendiente",
        },
        ("movimientos", "movimiento"): {
            "payment": "pago", "prepayment": "abono a capital",
            "credit": "saldo a favor aplicado", "fee": "gasto de cobranza",
            "waiver": "condonación", "refund": "devolución", "reversal": "reverso",
        },
        ("movimientos", "canal"): _CHANNELS,
    }
)  # fmt: skip
"""By table and column; or by table, or computed file, and what the file calls the column."""


def in_words(table: str, column: str, value: object) -> str | None:
    """A code in Spanish, or several with blanks between them; None for what needs no words."""
    known = WORDS[table, column]
    found = [known[code] for code in str(value or "").split() if code in known]
    return ", ".join(found) or None
