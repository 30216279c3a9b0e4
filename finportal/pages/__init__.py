"""Pages that are no step of the way in: one file a page."""

from finportal.pages import (
    authorisations,
    confirm,
    credit,
    demo_mail,
    document_files,
    documents,
    downloads,
    held,
    home,
    movements,
    my_contact,
    my_data,
    my_data_copy,
    new_document,
    notices_in,
    overview,
    patterns,
    pay,
    payment_result,
    payments,
    plan,
    policy,
    preferences,
    quick_check,
    quick_pay,
    security,
    sign_out,
    simulator,
    stay,
    undo,
    verify,
    why,
)
from finportal.settings import Settings

CREDIT = (credit, plan, movements, why, simulator, downloads)
DOCUMENTS = (documents, new_document, document_files, verify)
PAYMENTS = (pay, payments, payment_result, notices_in, quick_pay, quick_check)
DATA = (my_data, my_contact, undo, authorisations, preferences, my_data_copy)
WITHOUT_A_ROOM = (home, policy, overview, held, sign_out, stay, confirm, security)
ALWAYS = tuple(page.bp for page in (*WITHOUT_A_ROOM, *CREDIT, *DOCUMENTS, *PAYMENTS, *DATA))


def blueprints(settings: Settings) -> tuple[object, ...]:
    """The pages of this installation; the demo's and the developers' exist nowhere else."""
    demo = (demo_mail.bp,) if settings.demo else ()
    development = () if settings.production else (patterns.bp,)
    return (*ALWAYS, *demo, *development)
