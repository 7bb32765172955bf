"""Which contributions this browser may see as their author's: their look-up code was shown here."""

from __future__ import annotations

from flask import current_app, request, session

from app.policies.stamps import find_stamp
from app.suggestions.queries.shown import Receipts

_KEY = "receipts"
_MOST = 50  # a cookie holds 4 KB


def unlocked() -> Receipts:
    """Ids of contributions that were sent from this browser or looked up in it by code."""
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        return frozenset()  # a visitor without a session is not given one
    return frozenset(session.get(_KEY, ()))


def stamp_unless_unlocked(slug: str, **_rest: object) -> str | None:
    """The version of a policy's pages; None for a browser that sent something, because it may be
    shown more than other visitors and shares no page with them."""
    return None if unlocked() else find_stamp(slug)


def unlock(contribution_id: int) -> None:
    """Let this browser see the contribution as its author until the session ends."""
    known = [one for one in session.get(_KEY, []) if one != contribution_id]
    session[_KEY] = [*known, contribution_id][-_MOST:]
