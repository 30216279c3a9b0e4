"""Calendars (RFC 5545) with a whole-day entry for each due date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

REMIND = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Entry:
    """A day, what is due on it, and what makes the entry one of its kind for ever."""

    uid: str
    on: date
    summary: str
    description: str


def ics_bytes(name: str, entries: Iterable[Entry], now: datetime) -> bytes:
    """The calendar file; each entry reminds three days before."""
    from icalendar import Alarm, Calendar, Event  # noqa: PLC0415 - only where one is asked for

    calendar = Calendar()
    calendar.add("prodid", "-//finportal//ES")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", now)
        event.add("dtstart", entry.on)
        event.add("dtend", entry.on + timedelta(days=1))
        event.add("summary", entry.summary)
        event.add("description", entry.description)
        event.add("transp", "TRANSPARENT")
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -REMIND)
        alarm.add("description", entry.summary)
        event.add_component(alarm)
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
