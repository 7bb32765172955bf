"""Keep what was written on the server while it is checked, and when it was refused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from flask import Response, make_response
from flask.typing import ResponseReturnValue

from app.database import keep
from app.errors import DomainError
from app.policies.models import Policy
from app.suggestions.forms import SuggestForm
from app.suggestions.routes.begun import sealed
from app.suggestions.routes.kept_cookie import remember
from app.suggestions.routes.write_page import begun_of
from app.suggestions.services.codes import continue_code
from app.suggestions.services.keeping import find_kept, find_kept_or_sent, keep_words
from app.suggestions.services.sending import Wanted
from app.text.canonical import TextRefused
from app.web.guard import current_actor


def keep_meanwhile(policy: Policy, form: SuggestForm, wanted: Wanted) -> str:
    """Keep the words of a form that goes on to its check page, and answer their continue code.

    "" when they could not be kept: that is no reason to hold anybody up.
    """
    try:
        kept = keep_words(policy.slug, wanted, actor=current_actor(), revised=form.times_kept)
    except (DomainError, TextRefused):
        return ""
    begun_at = begun_of(policy, form)
    form.edit_token.data, form.revised.data = kept.edit_token, str(kept.revised)
    form.begun.data = sealed(policy.id, kept.edit_token, begun_at)
    return kept.code


def keep_what_is_new(policy: Policy, form: SuggestForm, wanted: Wanted) -> str:
    """Keep the words of a form that was sent before with others, and answer their continue code;
    "" when they are the same, or cannot be kept."""
    if find_kept_or_sent(continue_code(wanted.token)) is None:
        return ""  # sent without having been kept: there is nothing to compare them with
    try:
        kept = keep_words(policy.slug, wanted, actor=current_actor(), revised=form.times_kept)
    except (DomainError, TextRefused):
        return ""
    return kept.code if kept.is_copy else ""


def with_words_kept(
    policy: Policy, form: SuggestForm, wanted: Wanted, refusal: Callable[[], ResponseReturnValue]
) -> Response:
    """The page of a ``refusal``, after which the words are kept."""
    slug, actor, revised = policy.slug, current_actor(), form.times_kept

    def quietly() -> None:
        with suppress(DomainError, TextRefused):  # what cannot be kept comes back on the page
            keep_words(slug, wanted, actor=actor, revised=revised)

    keep(quietly)
    _count_keeping(form, wanted)
    response = make_response(refusal())
    is_our_form = wanted.begun_at is not None
    return remember(response, continue_code(wanted.token)) if is_our_form else response


def _count_keeping(form: SuggestForm, wanted: Wanted) -> None:
    """Let a refused form know how often its words will have been kept once it has been answered."""
    kept = find_kept(continue_code(wanted.token)) if wanted.token else None
    if kept is None:
        form.revised.data = "1"
    elif kept.revised == form.times_kept:
        is_same = (kept.text, kept.reason, kept.kind) == (wanted.text, wanted.reason, wanted.kind)
        form.revised.data = str(kept.revised + (0 if is_same else 1))
