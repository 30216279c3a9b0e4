"""Every table of the portal: what the copy tells of it, or why it tells nothing."""

from types import MappingProxyType

from finportal.services.my_data import money, papers, person, registering

SUBJECTS = (*person.SUBJECTS, *registering.SUBJECTS, *money.SUBJECTS, *papers.SUBJECTS)
"""The files of the copy made of a table each, in the order in which they are listed."""

LEFT_OUT = MappingProxyType(
    {
        "audit_seals": "not personal: digests that chain the rows of the trail, which are told",
        "audit_waiting": "not personal: numbers of rows of the trail that wait for their seal",
        "bank_files": "whole files of banks, of all customers; one's own lines are told",
        "certified_rates": "not personal: certificates of the law's highest rate",
        "consent_texts": "not personal: told word for word beside each acceptance",
        "document_series": "not personal: the last number of each series",
        "enrolments": "registrations under way, gone in minutes; what was accepted stays told",
        "gateway_notifications": (
            "a gateway's own words, which may name whoever paid for somebody else; what came of "
            "them is told with each payment"
        ),
        "journal_entries": "the lender's accounting of payments that are told",
        "journal_lines": "the lender's accounting of payments that are told",
        "loan_projections": "copies of figures that the credits' files tell in full",
        "notification_verdicts": "how gateways' words were judged; the payments' changes are told",
        "question_sets": "options to choose from, of all credits; they help to guess what opens",
        "recovery_requests": "sealed, of nobody known yet, and gone within a minute",
        "refused_bank_files": "whole files of banks, or of nobody: nothing of them is a payment",
        "refused_file_dismissals": "not personal: which of those files wait no more",
        "registration_mismatches": (
            "masked values of somebody who could not be recognised: nobody can tell whose they are"
        ),
        "throttle_buckets": "counters under a keyed hash: whose they are cannot be read back",
        "unfinished_forms": "typed and not sent: sealed, wanted for half an hour, then erased",
    }
)
"""Tables that are not in the copy, each with its reason."""
