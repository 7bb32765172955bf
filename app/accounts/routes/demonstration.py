"""One link signs in as a demonstration account; only in demonstration mode."""

from __future__ import annotations

import secrets

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.actor import Role
from app.accounts import login
from app.accounts.routes import blueprint
from app.accounts.services.demonstration import get_demo_person
from app.accounts.services.sign_ins import add_sign_in
from app.database import keep
from app.web.guard import public


@blueprint.route("/account/demo/<token>")
@public
def demo(token: str) -> ResponseReturnValue:
    """A link is a GET, which commits nothing; the sign-in is what is kept of it."""
    person = get_demo_person(token)
    person_id, role = person.id, Role(person.role)
    ticket = secrets.token_urlsafe(32)
    login.remember(ticket, person)
    keep(lambda: add_sign_in(person_id, role, ticket))
    flash(_("You are now: %(name)s", name=person.name), "success")
    return redirect("/", 303)
