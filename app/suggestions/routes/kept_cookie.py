"""The cookie with this browser's continue codes: apart from the session, so signing in by any page,
which begins a new session, loses no words."""

from __future__ import annotations

import hmac

from flask import Response, current_app, request

from app.accounts.services.setup import keyed_hash
from app.suggestions.routes import blueprint
from app.suggestions.rules import KEPT_FOR, plain_code
from app.suggestions.services.keeping import find_kept

NAME = "kept"
MOST = 5


def codes() -> tuple[str, ...]:
    """The continue codes that this site gave to this browser, the oldest first.

    The cookie is sealed, so nobody can try codes in it past the throttle of ``/receipts``.
    """
    words, _, seal = request.cookies.get(NAME, "").rpartition(".")
    if not words or not hmac.compare_digest(seal.encode(), _seal(words).encode()):
        return ()
    return tuple(words.split("."))


def remember(response: Response, code: str) -> Response:
    """Let this browser go on with the words of ``code``; the oldest of more than five is let go."""
    plain = plain_code(code)
    return _set(response, (*_but(plain), plain)[-MOST:])


def forget(response: Response, code: str) -> Response:
    """Take ``code`` off this browser."""
    return _set(response, _but(plain_code(code)))


@blueprint.after_app_request
def let_go(response: Response) -> Response:
    """Whoever signs out leaves nothing of theirs to the next person at this machine: what they
    kept while signed in waits for them in their account."""
    if request.endpoint != "accounts.sign_out" or response.status_code >= 400:
        return response
    found = {code: find_kept(code) for code in codes()}
    kept = tuple(code for code, row in found.items() if row is None or row.person_id is None)
    return response if len(kept) == len(found) else _set(response, kept)


def _but(plain: str) -> tuple[str, ...]:
    return tuple(one for one in codes() if one != plain)


def _set(response: Response, kept: tuple[str, ...]) -> Response:
    if not kept:
        response.delete_cookie(NAME, httponly=True, samesite="Lax")
        return response
    words = ".".join(kept)
    response.set_cookie(
        NAME,
        f"{words}.{_seal(words)}",
        max_age=KEPT_FOR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def _seal(words: str) -> str:
    return keyed_hash("kept cookie", words).hex()[:32]
