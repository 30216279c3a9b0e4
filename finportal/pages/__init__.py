"""Pages that are no step of the way in: one file a page."""

from finportal.pages import (
    authorisations,
    confirm,
    credit,
    demo_mail,
    document_files,
    documents,
    downloads,
    home,
    movements,
    my_data_copy,
    new_document,
    notices_in,
    overview,
    patterns,
    pay,
    payments,
    plan,
    policy,
    preferences,
    quick_pay,
    sign_out,
    simulator,
    stay,
    verify,
    why,
)
from finportal.settings import Settings

CREDIT = (credit, plan, movements, why, simulator, downloads)
DOCUMENTS = (documents, new_document, document_files, verify)
PAYMENTS = (pay, payments, notices_in, quick_pay)
PERSONAL = (authorisations, preferences, my_data_copy)
ALWAYS = tuple(
    page.bp
    for page in (
        *(home, policy, overview, sign_out, stay, confirm),
        *(*CREDIT, *DOCUMENTS, *PAYMENTS, *PERSONAL),
    )
)


def blueprints(settings: Settings) -> tuple[object, ...]:
    """The pages of this installation; the demo's and the developers' exist nowhere else."""
    demo = (demo_mail.bp,) if settings.demo else ()
    development = () if settings.production else (patterns.bp,)
    return (*ALWAYS, *demo, *development)
