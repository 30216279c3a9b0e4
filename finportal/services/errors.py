"""The reasons a use case ends without doing what was asked."""

from datetime import timedelta


class Refused(Exception):
    """What was asked cannot be done now; the visitor may correct it and try again."""


class TooMany(Exception):
    """A limit was reached; `wait` says when trying again makes sense."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"try again in {wait}")
        self.wait = wait


class AlreadyDone(Exception):
    """A thing that happens once has happened, or its time is over."""
