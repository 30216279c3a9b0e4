"""Short notices after a redirect, chosen by key so that no address can put words there."""

from flask import request
from flask_babel import gettext


def notice() -> str | None:
    """The notice that this page's address asks for, if it is one of ours."""
    return _texts().get(request.args.get("aviso", ""))


def _texts() -> dict[str, str]:
    return {
        "expired": gettext("Por seguridad, su sesión se cerró. Ingrese otra vez."),
        "sign_in_first": gettext("Ingrese para ver esa página."),
        "step_by_step": gettext("Empecemos por el principio: valide su correo."),
        "image_first": gettext("Antes de la contraseña, confirme su imagen y su frase."),
        "personalise_first": gettext("Antes de seguir, cambie su contraseña provisional."),
        "image_reported": gettext(
            "Recibimos su reporte y ya lo revisa nuestro equipo. No escriba su contraseña en la "
            "página que vio."
        ),
        "signed_out": gettext("Usted cerró la sesión."),
        "recovered": gettext("Su contraseña se cambió. Ingrese con la nueva."),
        "personalised": gettext("Cambio guardado. Le enviamos un correo para confirmarlo."),
        "stale": gettext("La página estaba desactualizada. Intente de nuevo."),
    }
