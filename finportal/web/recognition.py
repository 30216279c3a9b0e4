"""The image and phrase that this browser may see."""

from finportal.services import signin
from finportal.services.recognition import Recognition
from finportal.services.visits import CurrentVisit
from finportal.web.context import here, surroundings


def recognition_of(visit: CurrentVisit) -> Recognition:
    """The personal image on a known device; anywhere else the address's initial one."""
    portal = here()
    return signin.image_for(portal.db, portal.vault, visit.email, surroundings())
