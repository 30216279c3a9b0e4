"""The tables, a file per subject."""

from finportal.models.accounts import (
    Account,
    Device,
    RecoveryLink,
    RecoveryRequest,
    UnfinishedForm,
    Visit,
)
from finportal.models.bank import (
    BankFile,
    BankLine,
    ChequeOutcome,
    RefusedBankFile,
    RefusedFileDismissal,
)
from finportal.models.base import Base
from finportal.models.cases import Case, Enrolment, QuestionRound, QuestionSet
from finportal.models.codes import MailedCode
from finportal.models.contacts import ContactChange, ContactMark
from finportal.models.documents import (
    DeliveryChoice,
    DocumentDrawing,
    DocumentSeries,
    DocumentVoid,
    IssuedDocument,
    LienStep,
)
from finportal.models.journal import JournalEntry, JournalLine
from finportal.models.ledger import LoanEvent, Projection, RateCap, TermsVersion
from finportal.models.mail import OutboxMail
from finportal.models.payments import (
    AttemptMove,
    GatewayNotification,
    HeldPayment,
    HeldResolution,
    NotificationVerdict,
    PaymentAttempt,
    Posting,
)
from finportal.models.portfolio import Customer, Loan
from finportal.models.preferences import ContactPreference
from finportal.models.records import (
    AuditEvent,
    AuditSeal,
    AuditWaiting,
    Bucket,
    Consent,
    ConsentText,
    ConsentWithdrawal,
    Mismatch,
)
from finportal.models.takeouts import Takeout

__all__ = [
    "Account",
    "AttemptMove",
    "AuditEvent",
    "AuditSeal",
    "AuditWaiting",
    "BankFile",
    "BankLine",
    "Base",
    "Bucket",
    "Case",
    "ChequeOutcome",
    "Consent",
    "ConsentText",
    "ConsentWithdrawal",
    "ContactChange",
    "ContactMark",
    "ContactPreference",
    "Customer",
    "DeliveryChoice",
    "Device",
    "DocumentDrawing",
    "DocumentSeries",
    "DocumentVoid",
    "Enrolment",
    "GatewayNotification",
    "HeldPayment",
    "HeldResolution",
    "IssuedDocument",
    "JournalEntry",
    "JournalLine",
    "LienStep",
    "Loan",
    "LoanEvent",
    "MailedCode",
    "Mismatch",
    "NotificationVerdict",
    "OutboxMail",
    "PaymentAttempt",
    "Posting",
    "Projection",
    "QuestionRound",
    "QuestionSet",
    "RateCap",
    "RecoveryLink",
    "RecoveryRequest",
    "RefusedBankFile",
    "RefusedFileDismissal",
    "Takeout",
    "TermsVersion",
    "UnfinishedForm",
    "Visit",
]
