"""What every table shares: the declarative base and the column types that SQLite keeps strictly."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, DateTime, Dialect, Integer, MetaData, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

WHOLE = BigInteger().with_variant(Integer, "sqlite")
"""A whole number of 64 bits: identifiers and centavos."""


class Instant(TypeDecorator[datetime]):
    """A moment in UTC: a timestamp in PostgreSQL, sortable ISO text in SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's type for this database."""
        native: TypeEngine[Any] = Text() if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(native)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        """Store an aware moment; a naive one is a mistake of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        moment = value.astimezone(UTC)
        return moment.isoformat(timespec="microseconds") if dialect.name == "sqlite" else moment

    def process_result_value(self, value: object, _dialect: Dialect) -> datetime | None:
        """Hand the moment back in UTC."""
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return value.astimezone(UTC) if isinstance(value, datetime) else None


class Day(TypeDecorator[date]):
    """A calendar date in Bogotá: a date in PostgreSQL, ISO text in SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's type for this database."""
        native: TypeEngine[Any] = Text() if dialect.name == "sqlite" else Date()
        return dialect.type_descriptor(native)

    def process_bind_param(self, value: date | None, dialect: Dialect) -> object:
        """Store the date."""
        return value.isoformat() if value and dialect.name == "sqlite" else value

    def process_result_value(self, value: object, _dialect: Dialect) -> date | None:
        """Hand the date back."""
        if isinstance(value, str):
            return date.fromisoformat(value)
        return value if isinstance(value, date) else None


class Base(DeclarativeBase):
    """The tables of the portal; names of constraints are fixed so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Text, int: WHOLE, datetime: Instant, date: Day}  # noqa: RUF012
    __table_args__: object = {"sqlite_strict": True}
