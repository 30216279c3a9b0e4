"""The files of the copy about registering by code: questions that were asked, cases that opened."""

from finportal.services.my_data.subject import (
    INTERNAL,
    OF_STAFF,
    OPENS,
    Subject,
    kept,
    of_me,
)

SUBJECTS = (
    Subject(
        name="rondas-de-preguntas",
        about="Las veces que alguien contestó preguntas de su crédito para cambiar el correo.",
        table="question_rounds",
        mine=of_me("question_rounds"),
        told={"asked_at": "preguntada", "answered_at": "contestada", "outcome": "resultado"},
        kept_back=kept(INTERNAL, "id", "customer_id", "session_id") | kept(OPENS, "sealed"),
    ),
    Subject(
        name="casos-de-cambio-de-correo",
        about="Los cambios de correo que se pidieron al registrarse y revisó una persona.",
        table="cases",
        mine=of_me("cases"),
        told={
            "new_email": "correo_nuevo", "locale": "idioma", "state": "estado",
            "accepted_at": "autorizacion_aceptada", "network": "red", "opened_at": "abierto",
            "decided_at": "decidido", "expires_at": "enlace_vence", "used_at": "enlace_usado",
        },
        kept_back=kept(INTERNAL, "id", "customer_id", "text_id") | kept(OPENS, "token_hash")
        | kept(OF_STAFF, "decided_by"),
    ),
)  # fmt: skip
