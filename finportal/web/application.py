"""Flask as the portal uses it: what it would find out anew at each request is known beforehand."""

from collections.abc import Callable, MutableMapping
from typing import Any

from flask import Flask, Request
from flask.templating import Environment
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.http import parse_cookie
from werkzeug.utils import cached_property


class Templates(Environment):
    """Jinja whose globals are all given before the first template is loaded."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """A template's globals as one dictionary: Jinja's chain of two is slow to copy."""
        return {**self.globals, **(d or {})}


class Asked(Request):
    """A request that looks for its cookies in one place instead of among all headers."""

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """What the browser sent, by name."""
        return parse_cookie(self.environ, ImmutableMultiDict)  # type: ignore[return-value]


class Application(Flask):
    """A Flask without asynchronous views."""

    jinja_environment = Templates
    request_class = Asked

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself; Flask would look for a coroutine at each call of each one."""
        return func
