"""An e-mail that a customer asked for or took, as staff see it while it waits for them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NewEmail:
    """The customer's own data stay masked, the new address does not."""

    id: int
    state: str
    opened_at: datetime
    name: str
    id_type: str
    id_number_masked: str
    email_on_file: str
    new_email: str
