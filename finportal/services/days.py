"""Calendar days in Bogotá, where every due date and value date of the portal lies."""

from datetime import date, datetime, timedelta, timezone

BOGOTA = timezone(timedelta(hours=-5), "America/Bogota")
"""Colombia has had no daylight saving since 1993 (IANA time zone database)."""


def bogota_day(moment: datetime) -> date:
    """The calendar day of an aware moment."""
    return moment.astimezone(BOGOTA).date()
