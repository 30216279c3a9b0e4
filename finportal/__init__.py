"""finportal: the self-service portal of a small vehicle-finance lender."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask

from finportal import pages, steps
from finportal.adapters.mail import init_mail
from finportal.commands import init_commands
from finportal.settings import Settings
from finportal.web.application import Application
from finportal.web.assets import init_assets
from finportal.web.context import Portal
from finportal.web.errors import init_errors
from finportal.web.filters import init_filters
from finportal.web.guard import init_guard
from finportal.web.headers import init_headers
from finportal.web.languages import init_languages
from finportal.web.logs import init_logs
from finportal.web.paper_filters import init_paper_filters
from finportal.web.papers import CodeConverter
from finportal.web.session import init_session
from finportal.web.templating import init_templates


def create_app(
    settings: Settings | None = None, clock: Callable[[], datetime] | None = None
) -> Flask:
    """The portal as a WSGI application. Raises Misconfigured naming every setting that is wrong."""
    settings = settings or Settings.load()
    app = Application(__name__, static_folder=None, instance_path=str(settings.instance.resolve()))
    app.config |= {
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "TRUSTED_HOSTS": settings.hosts,
        "MAX_CONTENT_LENGTH": 64 * 1024,
        "MAX_FORM_MEMORY_SIZE": 64 * 1024,
    }
    app.url_map.strict_slashes = False
    app.url_map.converters["code"] = CodeConverter
    app.extensions["finportal"] = Portal.of(settings, clock)
    init_mail(app, settings)
    init_errors(app)
    init_logs(app)
    init_headers(app)
    init_session(app)
    init_guard(app)
    init_languages(app)
    init_filters(app)
    init_paper_filters(app)
    init_assets(app)
    init_templates(app, settings)
    for blueprint in (*steps.blueprints(settings), *pages.blueprints(settings)):
        app.register_blueprint(blueprint)
    init_commands(app)
    return app
