"""Closed by default: a view without ``@requires(...)`` or ``@public`` answers 403.

The guard finds out who is asking, checks the form token of every POST, and asks ``access`` whether
this person could do the act at all; the service asks again with the facts of the subject.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from app.access.actor import VISITOR, Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.errors import NotAllowed, NotFound, RuleBroken, SignInNeeded
from app.messages import N_
from app.web import assets, shared_pages
from app.web.transaction import SAFE

View = TypeVar("View", bound=Callable[..., Any])
Loader = Callable[[], Actor]
STALE = N_("This page was open for a long time. Nothing was lost: please send it once more.")


@dataclass(frozen=True, slots=True)
class Gate:
    """How a view is guarded. ``act`` None means public; ``own_token_check`` means that the view
    validates its own form and shows the same page again, with the text, on a stale token."""

    act: Act | None
    own_token_check: bool = False


class StaleToken(NotAllowed):
    """400: the form was open for too long; nothing was lost, it can be sent again."""


def requires(act: Act, *, own_token_check: bool = False) -> Callable[[View], View]:
    """Guard a view with an act of the permission table."""

    def mark(view: View) -> View:
        view.__gate__ = Gate(act, own_token_check)  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Open a view to everybody; its POST, if any, still needs a form token."""
    view.__gate__ = Gate(None)  # type: ignore[attr-defined]
    return view


def public_form(view: View) -> View:
    """Public, and the view validates its own form (sign-in, sign-up)."""
    view.__gate__ = Gate(None, own_token_check=True)  # type: ignore[attr-defined]
    return view


def gate_of(view: Any) -> Gate | None:
    """The mark of a view function, or None: then it is closed."""
    return getattr(view, "__gate__", None)


def current_actor() -> Actor:
    """Who is asking; visitors are recognised without touching the session."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        actor = _load_actor()
        g.actor = actor
    return actor


def _load_actor() -> Actor:
    cookie = current_app.config["SESSION_COOKIE_NAME"]
    if cookie not in request.cookies:
        return VISITOR
    load: Loader = current_app.extensions["gongyi_actor_loader"]
    return load()


def check() -> ResponseReturnValue | None:
    """Before every view: the gate, the form token, the permission."""
    if request.endpoint is None or request.endpoint in assets.ENDPOINTS:
        return None
    gate = gate_of(current_app.view_functions[request.endpoint])
    if gate is None:
        raise NotAllowed(N_("This page is closed."))
    _refuse_impossible()
    if request.method not in SAFE and not gate.own_token_check:
        _check_token()
    if gate.act is None:
        return None
    try:
        ensure(current_actor(), gate.act)
    except SignInNeeded:
        if request.method in SAFE:
            return redirect(sign_in_address(), 303)
        raise
    return None


# Long texts pass their own door (text/canonical.py), which names the place of a bad character.
LARGEST = 2**31 - 1
_DOORED = frozenset({"text", "body", "summary", "title", "reason"})


def _refuse_impossible() -> None:
    """No database takes NUL or a number of twenty figures: refuse them once, for all pages."""
    numbers = (value for value in (request.view_args or {}).values() if isinstance(value, int))
    if any(number > LARGEST for number in numbers):
        raise NotFound(N_("This page does not exist, or you may not see it."))
    if "\x00" in request.path or any("\x00" in value for value in request.args.values()):
        raise NotFound(N_("This page does not exist, or you may not see it."))
    if request.method in SAFE:
        return
    if any("\x00" in value for name, value in request.form.items() if name not in _DOORED):
        raise RuleBroken(N_("One of the fields holds a character that cannot be stored."))


def sign_in_address() -> str:
    """Where to sign in and come back to this page."""
    return url_for("accounts.sign_in", next=request.full_path.rstrip("?"))


def _check_token() -> None:
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError as error:
        raise StaleToken(STALE) from error


def init_app(app: Flask, load_actor: Loader) -> None:
    """Register the guard; ``load_actor`` comes from accounts, which the edge must not import."""
    app.extensions["gongyi_actor_loader"] = load_actor
    app.before_request(check)
    app.jinja_env.globals["csrf_token"] = shared_pages.form_token
