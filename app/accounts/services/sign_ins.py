"""Browsers that are signed in: each has a random token, of which only the hash is stored."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import delete

from app import clock
from app.access.actor import Role
from app.accounts.models import Person, SignIn
from app.accounts.rules import sign_in_lasts
from app.accounts.tokens import token_hash
from app.database import db, writing


@dataclass(frozen=True, slots=True)
class Started:
    """A new sign-in: who, and the token for the browser's cookie."""

    person: Person
    token: str


def start_sign_in(person: Person) -> Started:
    """Sign a browser in; inside the gate."""
    token = secrets.token_urlsafe(32)
    add_sign_in(person.id, Role(person.role), token)
    return Started(person, token)


def add_sign_in(person_id: int, role: Role, token: str) -> None:
    """Store the sign-in that ``token`` stands for; inside the gate."""
    now = clock.now()
    db.session.add(
        SignIn(
            token_hash=token_hash(token),
            person_id=person_id,
            created_at=now,
            expires_at=now + sign_in_lasts(role),
        )
    )
    db.session.flush()


def sign_out(token: str | None) -> None:
    """End one sign-in; its cookie is worthless from now on, wherever it was copied to."""
    if token is None:
        return
    writing()
    db.session.execute(delete(SignIn).where(SignIn.token_hash == token_hash(token)))


def end_sign_ins(person: Person, *, but: str | None = None) -> None:
    """End all sign-ins of a person, but the one of this token; inside the gate."""
    query = delete(SignIn).where(SignIn.person_id == person.id)
    if but is not None:
        query = query.where(SignIn.token_hash != token_hash(but))
    db.session.execute(query)


def forget_expired() -> None:
    """Delete the rows of sign-ins that have ended by themselves."""
    db.session.execute(delete(SignIn).where(SignIn.expires_at < clock.now()))
