"""Flask as the portal uses it: what it would find out anew at each request is known beforehand."""

from collections.abc import Callable, MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment


class Templates(Environment):
    """Jinja whose globals are all given before the first template is loaded."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """A template's globals as one dictionary: Jinja's chain of two is slow to copy."""
        return {**self.globals, **(d or {})}


class Application(Flask):
    """A Flask without asynchronous views."""

    jinja_environment = Templates

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself; Flask would look for a coroutine at each call of each one."""
        return func
