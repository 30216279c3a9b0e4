"""The text on personal data that customers accept, in the reader's language."""

from flask import render_template

from finportal.services.consents import Text
from finportal.web.context import here
from finportal.web.languages import locale

DATA_POLICY_VERSION = "2026-11"


def data_policy() -> Text:
    """The current version of the policy, with the lender's name and contacts in it."""
    language = "en" if locale() == "en" else "es"
    body = render_template(f"policies/data-{language}.txt", lender=here().settings.lender)
    return Text(DATA_POLICY_VERSION, language, body)
