"""The page of notices: what is about the reader, and news of what they follow."""

from __future__ import annotations

from itertools import groupby

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.acts import Act
from app.notifications.queries.happened import list_followed
from app.notifications.queries.news import News, Place
from app.notifications.queries.notices import list_notices
from app.notifications.queries.watches import find_state
from app.notifications.routes import blueprint
from app.notifications.routes.speaking import voice
from app.notifications.services import watching as services
from app.web.guard import LARGEST, current_actor, requires
from app.web.paging import number_argument


@blueprint.get("/notices")
@requires(Act.READ_NOTICES)
def notices() -> ResponseReturnValue:
    """Personal ones first; ``own`` and ``page`` are the keys of further pages of either list."""
    actor = current_actor()
    own, page = number_argument("own"), number_argument("page")
    lines, next_own = ([], None) if page is not None else list_notices(actor, before=own)
    news, next_page = ([], None) if own is not None else list_followed(actor, before=page)
    state = find_state(actor.person_id)
    seen_upto = state.seen_upto if state else 0
    return render_template(
        "notifications/notices.html",
        said=voice().said,
        lines=lines,
        groups=_by_policy(news),
        next_own=next_own,
        next_page=next_page,
        is_first_page=own is None and page is None,
        seen_upto=seen_upto,
        newest=max((one.id for one in news), default=0),
        newest_notice=max((line.id for line in lines), default=0),
        is_unread=any(line.is_new for line in lines) or any(one.id > seen_upto for one in news),
    )


def _by_policy(news: list[News]) -> list[tuple[Place, list[News]]]:
    """Together what is about one policy; the policy with the latest news first."""
    order = {place: rank for rank, place in enumerate(dict.fromkeys(one.place for one in news))}
    ranked = sorted(news, key=lambda one: order[one.place])
    return [(place, list(some)) for place, some in groupby(ranked, key=lambda one: one.place)]


@blueprint.post("/notices")
@requires(Act.READ_NOTICES)
def mark_notices() -> ResponseReturnValue:
    """Everything that stood on the page was looked at."""
    newest, notice = _number("newest"), _number("notice")
    services.mark_seen(newest, notice, actor=current_actor())
    return redirect(url_for(".notices"), 303)


def _number(name: str) -> int:
    value = request.form.get(name, "")
    is_number = value.isascii() and value.isdecimal() and len(value) < 11
    return min(int(value), LARGEST) if is_number else 0
