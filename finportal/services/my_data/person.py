"""The files of the copy about the person and the way in: who, what was allowed, who came in."""

from sqlalchemy import select

from finportal.models import Consent, ConsentText, ContactChange, Visit
from finportal.services.my_data.subject import (
    INTERNAL,
    MACHINERY,
    ME,
    MY_ACCOUNTS,
    OF_STAFF,
    OPENS,
    Subject,
    columns,
    kept,
    of_me,
)

_texts = select(ConsentText).where(ConsentText.id == columns("consents").text_id)
_my_visits = select(Visit.id).where((Visit.account_id.in_(MY_ACCOUNTS)) | (Visit.customer_id == ME))
_withdrawn = (
    select(ConsentText)
    .join(Consent, Consent.text_id == ConsentText.id)
    .where(Consent.id == columns("consent_withdrawals").consent_id)
)
_marked = select(ContactChange).where(ContactChange.id == columns("contact_marks").change_id)

SUBJECTS = (
    Subject(
        name="identidad",
        about="Sus datos de identificación y de contacto, como los tiene la entidad.",
        table="customers",
        mine=columns("customers").id == ME,
        told={
            "id_type": "tipo_de_documento", "id_number": "numero_de_documento", "kind": "clase",
            "name": "nombre", "email": "correo", "mobile": "celular", "address": "direccion",
            "city": "ciudad", "birth_date": "fecha_de_nacimiento",
            "representative_id_type": "representante_tipo_de_documento",
            "representative_id_number": "representante_numero_de_documento",
            "representative_name": "representante_nombre", "loaded_at": "recibido",
        },
        kept_back=kept(INTERNAL, "id"),
    ),
    Subject(
        name="cuenta",
        about="Su cuenta en el portal. La contraseña no está: solo se guarda una huella.",
        table="accounts",
        mine=of_me("accounts"),
        told={
            "email": "correo", "state": "estado", "locale": "idioma",
            "password_changed_at": "contrasena_cambiada", "created_at": "creada",
            "last_sign_in_at": "ultimo_ingreso", "held_until": "en_espera_hasta",
            "provisional_until": "clave_provisional_hasta", "provisional_tries":
            "intentos_con_clave_provisional", "consecutive_failures": "fallos_seguidos",
        },
        kept_back=kept(INTERNAL, "id", "customer_id")
        | kept(OPENS, "password_hash", "image", "phrase"),
    ),
    Subject(
        name="dispositivos",
        about="Los navegadores que su cuenta conoce.",
        table="devices",
        mine=of_me("devices"),
        told={
            "browser": "navegador", "network": "red", "created_at": "conocido_desde",
            "confirmed_at": "confirmado",
            "last_used_at": "ultimo_uso", "rotated_at": "renovado", "expires_at": "vence",
            "revoked_at": "retirado",
        },
        kept_back=kept(INTERNAL, "id", "account_id")
        | kept(OPENS, "family_hash", "token_hash", "previous_hash"),
    ),
    Subject(
        name="sesiones",
        about="Las sesiones abiertas al hacer este archivo, y las que se cerraron poco antes.",
        table="sessions",
        mine=of_me("sessions"),
        told={
            "email": "correo", "stage": "etapa", "network": "red", "browser": "navegador",
            "created_at": "abierta", "last_seen_at": "ultimo_uso", "expires_at": "vence",
            "previous_sign_in_at": "ingreso_anterior", "proven_at": "contrasena_confirmada",
        },
        kept_back=kept(INTERNAL, "id", "account_id", "customer_id", "device_id")
        | kept(OPENS, "token_hash"),
    ),
    Subject(
        name="codigos-enviados",
        about="Los códigos de 6 números que le enviamos en esas sesiones.",
        table="mailed_codes",
        mine=columns("mailed_codes").session_id.in_(_my_visits),
        told={
            "purpose": "para", "address": "enviado_a", "tries": "intentos", "sent_at": "enviado",
            "expires_at": "vence",
        },
        kept_back=kept(INTERNAL, "id", "session_id") | kept(OPENS, "code_hash"),
    ),
    Subject(
        name="recuperaciones",
        about="Los enlaces para recuperar la contraseña que le enviamos.",
        table="recovery_links",
        mine=of_me("recovery_links"),
        told={"created_at": "enviado", "expires_at": "vence", "used_at": "usado"},
        kept_back=kept(INTERNAL, "id", "account_id") | kept(OPENS, "token_hash"),
    ),
    Subject(
        name="actividad",
        about="Los hechos de su cuenta: ingresos, intentos fallidos, cambios y solicitudes.",
        table="audit_events",
        mine=of_me("audit_events"),
        told={"at": "fecha", "kind": "hecho", "network": "red", "detail": "detalle"},
        kept_back=kept(INTERNAL, "id", "account_id", "customer_id"),
    ),
    Subject(
        name="cambios-de-datos",
        about="Los cambios de su correo, celular, dirección o ciudad: antes, después y cuándo.",
        table="contact_changes",
        mine=of_me("contact_changes"),
        told={
            "field": "dato", "old_value": "antes", "new_value": "despues", "source": "por_donde",
            "proof": "comprobado", "told": "avisado_a", "changed_at": "fecha", "network": "red",
            "undo_until": "se_puede_deshacer_hasta", "hold_until": "en_espera_hasta",
        },
        kept_back=kept(INTERNAL, "id", "customer_id") | kept(OPENS, "undo_hash"),
    ),
    Subject(
        name="cambios-deshechos-o-confirmados",
        about="Qué pasó después con esos cambios.",
        table="contact_marks",
        mine=columns("contact_marks").change_id.in_(
            select(ContactChange.id).where(ContactChange.customer_id == ME)
        ),
        told={"mark": "que_paso", "at": "fecha"},
        also={"dato": _marked.with_only_columns(ContactChange.field).scalar_subquery()},
        kept_back=kept(INTERNAL, "id", "change_id") | kept(OF_STAFF, "by"),
    ),
    Subject(
        name="autorizaciones",
        about="Los textos que aceptó, palabra por palabra, cuándo y desde qué red.",
        table="consents",
        mine=of_me("consents"),
        told={"accepted_at": "aceptada", "network": "red"},
        also={
            name: _texts.with_only_columns(column).scalar_subquery()
            for name, column in (
                ("para", ConsentText.purpose), ("version", ConsentText.version),
                ("idioma", ConsentText.locale), ("texto", ConsentText.body),
                ("huella_del_texto", ConsentText.digest),
            )
        },
        kept_back=kept(INTERNAL, "id", "customer_id", "text_id"),
    ),
    Subject(
        name="autorizaciones-retiradas",
        about="Las autorizaciones que retiró.",
        table="consent_withdrawals",
        mine=columns("consent_withdrawals").consent_id.in_(
            select(Consent.id).where(Consent.customer_id == ME)
        ),
        told={"withdrawn_at": "retirada", "network": "red"},
        also={
            name: _withdrawn.with_only_columns(column).scalar_subquery()
            for name, column in (("para", ConsentText.purpose), ("version", ConsentText.version))
        },
        kept_back=kept(INTERNAL, "id", "consent_id"),
    ),
    Subject(
        name="preferencias-de-contacto",
        about="Los canales y las horas que eligió; vale la última fila de cada propósito.",
        table="contact_preferences",
        mine=of_me("contact_preferences"),
        told={
            "purpose": "para", "channels": "canales", "weekdays": "lunes_a_viernes",
            "saturdays": "sabados", "chosen_at": "elegida", "network": "red",
        },
        kept_back=kept(INTERNAL, "id", "customer_id"),
    ),
    Subject(
        name="avisos-de-extractos",
        about="Si eligió que le avisemos de sus extractos por correo; vale la última fila.",
        table="delivery_choices",
        mine=of_me("delivery_choices"),
        told={"medium": "medio", "chosen_at": "elegido", "network": "red"},
        kept_back=kept(INTERNAL, "id", "customer_id"),
    ),
    Subject(
        name="correos-enviados",
        about="Los correos y mensajes de texto que recibió del portal: cuál, a dónde y cuándo.",
        table="outbox",
        mine=of_me("outbox"),
        told={
            "kind": "correo", "recipient": "enviado_a", "locale": "idioma", "state": "estado",
            "created_at": "escrito", "sent_at": "entregado", "message_id": "identificador",
        },
        kept_back=kept(INTERNAL, "id", "account_id", "document_id") | kept(OPENS, "values_sealed")
        | kept(MACHINERY, "attempts", "due_at", "leased_until", "expires_at", "last_error"),
    ),
    Subject(
        name="copias-de-mis-datos",
        about="Las copias de sus datos que pidió, como esta.",
        table="takeouts",
        mine=of_me("takeouts"),
        told={
            "state": "estado", "asked_at": "pedida", "network": "red", "ready_at": "lista",
            "expires_at": "vence", "size": "bytes", "sha256": "huella",
        },
        kept_back=kept(INTERNAL, "id", "customer_id", "account_id") | kept(OPENS, "name")
        | kept(MACHINERY, "tries", "leased_until"),
    ),
)  # fmt: skip
