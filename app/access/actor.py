"""Who is acting: the person of a request as plain facts, without the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person may do on the site; shown as text beside every contribution."""

    VISITOR = "visitor"
    RESIDENT = "resident"
    VOLUNTEER = "volunteer"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    UNKNOWN = "unknown"  # authors of imported histories, who never sign in


class Confirmation(StrEnum):
    """How far we know that an account is a person; each step recorded with who and when."""

    NONE = "none"
    CONTACT = "contact"
    MOBILE = "mobile"
    RESIDENT = "resident"

    @property
    def rank(self) -> int:
        return list(Confirmation).index(self)


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a request. ``origin`` is a keyed hash of the caller's address,
    ``joined_at`` when the account was made."""

    id: int | None = None
    public_id: str = ""
    name: str = ""
    role: Role = Role.VISITOR
    department_id: int | None = None
    speaks_for: str = ""
    confirmation: Confirmation = Confirmation.NONE
    is_suspended: bool = False
    origin: str = ""
    joined_at: datetime | None = None

    @property
    def is_anonymous(self) -> bool:
        return self.id is None

    @property
    def person_id(self) -> int:
        """The id of a signed-in person; asking it of a visitor is a mistake in the code."""
        if self.id is None:
            raise RuntimeError("a visitor reached an act that needs a person")
        return self.id


VISITOR = Actor()
