"""Pages that are no step of the way in: one file a page."""

from finportal.pages import (
    credit,
    demo_mail,
    downloads,
    home,
    movements,
    overview,
    patterns,
    plan,
    policy,
    sign_out,
    simulator,
    stay,
    why,
)
from finportal.settings import Settings

CREDIT = (credit, plan, movements, why, simulator, downloads)
ALWAYS = tuple(page.bp for page in (home, policy, overview, sign_out, stay, *CREDIT))


def blueprints(settings: Settings) -> tuple[object, ...]:
    """The pages of this installation; the demo's and the developers' exist nowhere else."""
    demo = (demo_mail.bp,) if settings.demo else ()
    development = () if settings.production else (patterns.bp,)
    return (*ALWAYS, *demo, *development)
