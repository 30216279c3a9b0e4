"""Pages that are no step of the way in: one file a page."""

from finportal.pages import demo_mail, home, overview, patterns, policy, sign_out, stay
from finportal.settings import Settings

ALWAYS = tuple(page.bp for page in (home, policy, overview, sign_out, stay))


def blueprints(settings: Settings) -> tuple[object, ...]:
    """The pages of this installation; the demo's and the developers' exist nowhere else."""
    demo = (demo_mail.bp,) if settings.demo else ()
    development = () if settings.production else (patterns.bp,)
    return (*ALWAYS, *demo, *development)
