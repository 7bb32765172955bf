"""The form as visitors first meet it, kept per process: what is one reader's alone is put in anew.

Everybody who scans the same poster gets the same page but for three values: the form token, the
once-only token and the moment of beginning.
"""

from __future__ import annotations

import secrets

from flask import current_app, request, session
from flask_wtf.csrf import generate_csrf

from app import clock
from app.discussions.services.waiting import find_unwatched
from app.policies.forms import new_token
from app.policies.stamps import find_stamp
from app.suggestions.forms import SuggestForm
from app.suggestions.routes.begun import sealed
from app.suggestions.routes.kept_cookie import codes
from app.web.guard import current_actor
from app.web.languages import locale, text_size
from app.web.visitor_cache import PageCache

# Random, so that nobody can write a hole into a text.
_FORM_TOKEN, _EDIT_TOKEN, _BEGUN = (f"hole-{secrets.token_hex(16)}" for _ in range(3))


def stamp_for_blank(slug: str) -> str | None:
    """The version of what the form shows; None for a reader who may get another page: signed in,
    with words kept in this browser, or with a sentence that waits to be shown."""
    if not current_actor().is_anonymous or codes() or "_flashes" in session:
        return None
    stamp = find_stamp(slug)
    # At night the form tells visitors how long their words wait; nobody writes when that begins.
    return f"{stamp}.{find_unwatched(clock.now())}" if stamp else None


def find_blank(stamp: str) -> str | None:
    """The kept page as this reader gets it."""
    page = _pages().get(_key(), stamp)
    if page is None:
        return None
    token, policy_id = new_token(), int(stamp.partition(".")[0])
    return (
        page.decode()
        .replace(_FORM_TOKEN, generate_csrf())
        .replace(_EDIT_TOKEN, token)
        .replace(_BEGUN, sealed(policy_id, token, clock.now()))
    )


def keep_blank(stamp: str, page: str, form: SuggestForm) -> None:
    """Keep a page that was made for one reader without what is theirs."""
    blank = (
        page.replace(generate_csrf(), _FORM_TOKEN)
        .replace(form.begun.data, _BEGUN)
        .replace(form.edit_token.data, _EDIT_TOKEN)
    )
    _pages().put(_key(), stamp, blank.encode())


def _pages() -> PageCache:
    pages: PageCache = current_app.extensions["gongyi_pages"]
    return pages


def _key() -> tuple[str, ...]:
    return ("blank form", request.full_path, locale(), text_size())
