"""Facts about people. They enter by pseudonymous id; names and addresses never do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.ledger.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRegistered(Event):
    """``by_command``: made by an operator, not by the person."""

    person: str
    role: str
    by_command: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonConfirmed(Event):
    """``level`` as in ``Confirmation``."""

    person: str
    level: str
    by_command: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRenamed(Event):
    """The pages that show the person's name are made anew."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(Event):
    """``by_link``: through a link sent to the person's address."""

    is_public: ClassVar[bool] = False

    person: str
    by_link: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonErased(Event):
    """The person left: name, address and sign-ins are gone, what they wrote stays."""

    person: str
