"""The ways a request can fail, each with one name and one status (``web/error_pages.py``)."""

from __future__ import annotations

from typing import Any

from app.messages import Message


class DomainError(Exception):
    """Base of all refusals; ``message`` is shown to people, ``field`` names the form field."""

    def __init__(self, message: str = "", *, field: str | None = None, **values: Any) -> None:
        super().__init__(message)
        self.message = Message(message, values)
        self.field = field


class NotFound(DomainError):
    """404: absent, or hidden from this person; the two look alike."""


class NotAllowed(DomainError):
    """403: the person may not do this; the message says why."""


class SignInNeeded(NotAllowed):
    """The person may do this after signing in: a page sends them there, a form answers 403."""


class RuleBroken(DomainError):
    """422: well-formed, but against a rule; the message says which."""


class Conflict(DomainError):
    """409: somebody else was faster; nothing was lost."""


class TooMany(DomainError):
    """429: too fast; ``retry_after`` seconds."""

    def __init__(self, message: str, *, retry_after: int, **values: Any) -> None:
        super().__init__(message, **values)
        self.retry_after = retry_after
