"""Flask-Login's one importer: from the session cookie to the person, as an Actor.

The cookie holds a random token, the table only its hash: signing out and suspending take effect
at once, and a stolen database signs nobody in.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

from flask import Flask, current_app, g, request, session
from flask_login import LoginManager, current_user, login_user, logout_user
from sqlalchemy import bindparam, select

from app import clock
from app.access.actor import VISITOR, Actor, Confirmation, Role
from app.accounts.models import Person, SignIn
from app.accounts.tokens import token_hash
from app.database import Lookup, UTCDateTime, moment


class SignedIn:
    """What Flask-Login wants to know of a person; the id it stores is the sign-in's token."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, token: str, actor: Actor) -> None:
        self.token, self.actor = token, actor

    def get_id(self) -> str:
        return self.token


def origin() -> str:
    """The caller's address as a keyed hash: enough to throttle, useless to find somebody."""
    key = current_app.config["SETTINGS"].secret_key.encode()
    address = (request.remote_addr or "").encode()
    return hmac.new(key, address, hashlib.sha256).hexdigest()[:20]


def load_actor() -> Actor:
    """The person of this request, or a visitor, of whom the origin is known to throttle."""
    person = current_user._get_current_object()
    return person.actor if isinstance(person, SignedIn) else replace(VISITOR, origin=origin())


def remember(token: str, person: Person) -> None:
    """Sign this browser in with a token that ``services.sign_ins`` has stored.

    Nothing of the session before survives, so a session that somebody else planted is worthless.
    """
    session.clear()
    session.permanent = True
    login_user(SignedIn(token, person.actor(clock.now(), origin())))
    g.pop("actor", None)


def current_token() -> str | None:
    """The token of this browser's sign-in, None for a visitor."""
    person = current_user._get_current_object()
    return person.token if isinstance(person, SignedIn) else None


def forget() -> None:
    """Sign this browser out; ``services.sign_ins.sign_out`` ends the token itself."""
    logout_user()
    session.clear()
    g.pop("actor", None)


# Asked on every page of a signed-in person, so past the session; see database.Lookup.
_PERSON = Lookup(
    select(
        Person.id,
        Person.public_id,
        Person.name,
        Person.role,
        Person.department_id,
        Person.speaks_for,
        Person.confirmation,
        Person.suspended_until > bindparam("now", type_=UTCDateTime()),
        Person.created_at,
    )
    .join(SignIn, SignIn.person_id == Person.id)
    .where(
        SignIn.token_hash == bindparam("token_hash"),
        SignIn.expires_at > bindparam("now", type_=UTCDateTime()),
    )
)


def _load(token: str) -> SignedIn | None:
    row = _PERSON.first(token_hash=token_hash(token), now=clock.now())
    if row is None:
        return None
    person_id, public_id, name, role, department_id, speaks_for, confirmation = row[:7]
    suspended, joined_at = row[7:]
    actor = Actor(
        id=person_id,
        public_id=public_id,
        name=name,
        role=Role(role),
        department_id=department_id,
        speaks_for=speaks_for,
        confirmation=Confirmation(confirmation),
        is_suspended=bool(suspended),
        origin=origin(),
        joined_at=moment(joined_at),
    )
    return SignedIn(token, actor)


def init_app(app: Flask) -> None:
    manager = LoginManager(app, add_context_processor=False)  # templates know the actor
    manager.session_protection = None  # tokens are random, stored as hashes and revocable
    manager.user_loader(_load)
