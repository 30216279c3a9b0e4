"""The texts on personal data that customers accept, in the reader's language."""

from flask import render_template

from finportal.models.records import COMMERCIAL, SERVICING
from finportal.services.consents import Text
from finportal.web.context import here
from finportal.web.languages import locale

DATA_POLICY_VERSION = "2026-11"
COMMERCIAL_VERSION = "2026-11"


def data_policy() -> Text:
    """The current version of the policy, with the lender's name and contacts in it."""
    return _text("data", DATA_POLICY_VERSION, SERVICING)


def commercial_text() -> Text:
    """The current version of the authorisation for offers, which nobody need give."""
    return _text("commercial", COMMERCIAL_VERSION, COMMERCIAL)


def _text(name: str, version: str, purpose: str) -> Text:
    language = "en" if locale() == "en" else "es"
    body = render_template(f"policies/{name}-{language}.txt", lender=here().settings.lender)
    return Text(version, language, body, purpose)
