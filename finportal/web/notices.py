"""Short notices after a redirect, chosen by key so that no address can put words there."""

from flask import request
from flask_babel import lazy_gettext as _

from finportal.web.addresses import NOTICE
from finportal.web.unfinished import FILLED_IN, filled_in

_TEXTS = {
    "expired": _("Por seguridad, su sesión se cerró. Ingrese otra vez."),
    "expired_kept": _(
        "Por seguridad, su sesión se cerró. Guardamos 30 minutos lo último que escribió: ingrese "
        "y siga donde iba."
    ),
    "choice_expired": _(
        "Por seguridad, su sesión se cerró. Ingrese otra vez; la contraseña provisional ya no "
        "sirve: si todavía no tenía una suya, créela con «Recuperar contraseña»."
    ),
    FILLED_IN: _("Esto es lo que había escrito. Revíselo y envíelo."),
    "sign_in_first": _("Ingrese para ver esa página."),
    "step_by_step": _("Empecemos por el principio: valide su correo."),
    "image_first": _("Antes de la contraseña, confirme su imagen y su frase."),
    "registration_over": _(
        "Ese paso ya terminó o venció. Si ya creó su cuenta, inicie sesión; si no, empiece aquí."
    ),
    "code_again": _("Le enviamos otro código. El anterior ya no sirve."),
    "code_later": _(
        "Acabamos de enviarle un código. Espere un minuto y pida otro con el botón de abajo."
    ),
    "personalise_first": _("Antes de seguir, cambie su contraseña provisional."),
    "code_first": _("Antes de seguir, escriba el código que le enviamos."),
    "code_paused": _(
        "Ya le enviamos varios códigos y por seguridad no enviamos más por ahora. Puede entrar "
        "desde un dispositivo que ya usó, o crear una contraseña nueva con «Recuperar contraseña»."
    ),
    "session_ended": _("Esa sesión quedó cerrada."),
    "others_ended": _("Las otras sesiones quedaron cerradas."),
    "device_forgotten": _("Olvidamos ese dispositivo y cerramos sus sesiones."),
    "here_forgotten": _("Olvidamos este dispositivo y cerramos su sesión."),
    "image_reported": _(
        "Recibimos su reporte y ya lo revisa nuestro equipo. No escriba su contraseña en la "
        "página que vio."
    ),
    "signed_out": _("Usted cerró la sesión."),
    "recovered": _("Su contraseña se cambió. Ingrese con la nueva."),
    "personalised": _("Cambio guardado. Le enviamos un correo para confirmarlo."),
    "notice_mail": _("Le avisaremos por correo cuando haya un extracto nuevo."),
    "notice_portal": _("No le enviaremos más avisos de extractos."),
    "not_yet": _("Ese extracto todavía no sale: el periodo no ha terminado."),
    "not_anew": _("Hoy no se puede expedir de nuevo este documento."),
    "quick_over": _("Por seguridad, la consulta se cerró. Escriba otra vez los dos números."),
    "quick_choose": _("Elija qué quiere pagar y cómo."),
    "contact_changed": _("Cambio guardado. Le avisamos por correo."),
    "contact_same": _("Ese es el dato que ya tenemos: no cambió nada."),
    "code_over": _("Ese código ya se usó o se venció. Abajo ve sus datos como están ahora."),
    "offers_allowed": _("Autorización guardada. Elija por dónde y a qué horas."),
    "offers_stopped": _("Retiró la autorización: desde ya no le enviaremos ofertas."),
    "text_changed": _("El texto de la autorización cambió; léalo otra vez."),
    "preferences_saved": _("Guardamos sus preferencias. Valen desde ahora."),
    "account_held": _(
        "Como cambió de correo, durante 48 horas su cuenta solo muestra cuánto debe y permite "
        "pagar. Después se abren los documentos y sus datos."
    ),
    "held": _("Por seguridad, esto se abre cuando pase la espera por el cambio de correo."),
    "copy_asked": _("Ya estamos reuniendo sus datos."),
    "copy_gone": _("No hay un archivo para descargar. Puede pedir uno nuevo."),
    "stale": _("La página estaba desactualizada. Intente de nuevo."),
}


def notice() -> str | None:
    """The notice that this page's address asks for, if it is one of ours."""
    asked = request.args.get(NOTICE, "") if request.query_string else ""
    if asked == FILLED_IN and filled_in() is None:
        return None
    return str(_TEXTS[asked]) if asked in _TEXTS else None
