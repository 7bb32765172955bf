"""What every way of signing in ends with: a new session, the person's language, the way back."""

from __future__ import annotations

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from app.accounts import login
from app.accounts.addresses import Address
from app.accounts.rules import own_path
from app.accounts.services.sign_ins import Started, sign_out
from app.web.languages import SHORT, YEAR

WAITING = "code_sent_to"


def wanted_path() -> str:
    """Where the person was going; never another site."""
    return own_path(request.values.get("next"))


def here(endpoint: str) -> str:
    """A page of signing in that keeps the way back."""
    target = wanted_path()
    return url_for(endpoint, next=target) if target != "/" else url_for(endpoint)


def arrive(started: Started, target: str) -> ResponseReturnValue:
    """Sign this browser in anew and go on to ``target``."""
    sign_out(login.current_token())
    login.remember(started.token, started.person)
    response = redirect(target, 303)
    chosen = next((short for short, full in SHORT.items() if full == started.person.locale), None)
    if chosen and "lang" not in request.cookies:
        response.set_cookie("lang", chosen, max_age=YEAR, httponly=True, samesite="Lax")
    return response


def wait_for_code(address: Address) -> None:
    """Remember where a code was sent; the page that asks for it needs to know."""
    session[WAITING] = address.text
