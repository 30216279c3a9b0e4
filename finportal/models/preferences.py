"""How and when customers want to be contacted, only ever added to: the last choice holds."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from finportal.models.base import Base

PURPOSES = ("collections", "service", "commercial")
WEEKDAYS = ("any", "morning", "afternoon")
SATURDAYS = ("any", "morning", "never")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class ContactPreference(Base):
    """A customer's choice for one purpose (Ley 2300 de 2023).

    `channels`: words with blanks between them. `weekdays` and `saturdays` name hours of the law.
    """

    __tablename__ = "contact_preferences"
    __table_args__ = (
        Index(None, "customer_id", "purpose"),
        Index(None, "chosen_at"),
        CheckConstraint(_one_of("purpose", PURPOSES), name="purpose"),
        CheckConstraint(_one_of("weekdays", WEEKDAYS), name="weekdays"),
        CheckConstraint(_one_of("saturdays", SATURDAYS), name="saturdays"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    purpose: Mapped[str]
    channels: Mapped[str]
    weekdays: Mapped[str]
    saturdays: Mapped[str]
    chosen_at: Mapped[datetime]
    network: Mapped[str]
