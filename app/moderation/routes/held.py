"""Words that wait: look at them, and show a selection before its time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.access.acts import Act
from app.discussions.services.waiting import find_held
from app.errors import RuleBroken
from app.moderation.queries.held import HeldDraft, list_held_drafts, list_held_words
from app.moderation.routes import blueprint
from app.moderation.rules import SELECTION_LIMIT
from app.moderation.services.holding import keeps_order
from app.moderation.services.letting_out import let_out
from app.moderation.services.selecting import read_items
from app.policies.models import Policy
from app.policies.queries import get_policy
from app.web.error_pages import translated
from app.web.guard import current_actor, requires
from app.web.paging import number_argument

MOST_PAGES = 1000


@blueprint.get("/moderation/held")
@requires(Act.SEE_ORDER)
def held() -> ResponseReturnValue:
    actor = current_actor()
    drafts = list_held_drafts(actor)
    slug = request.args.get("draft", "")
    policy = get_policy(slug, actor) if slug else _only(drafts)
    page = number_argument("page", 0, most=MOST_PAGES) or 0
    only_new = request.args.get("accounts") == "new"
    words, has_more = (
        list_held_words(policy, actor, page, only_new=only_new) if policy else ([], False)
    )
    return render_template(
        "moderation/held.html",
        drafts=drafts,
        policy=policy,
        words=words,
        page=page,
        only_new=only_new,
        all_chosen=request.args.get("all") == "1",
        has_more=has_more,
        hold=find_held(policy.id) if policy else None,
        may_decide=policy is not None and keeps_order(policy, actor),
        limit=SELECTION_LIMIT,
        now=clock.now(),
    )


def _only(drafts: Sequence[HeldDraft]) -> Policy | None:
    """The draft to show where there is nothing to choose."""
    return drafts[0].policy if len(drafts) == 1 else None


@blueprint.post("/moderation/held")
@requires(Act.KEEP_ORDER)
def release() -> ResponseReturnValue:
    slug = request.form.get("draft", "")
    here = redirect(url_for("moderation.held", draft=slug), 303)
    try:
        items = read_items(request.form.getlist("item"))
    except RuleBroken as error:
        flash(translated(error.message), "warning")
        return here
    seen_at = _moment(request.form.get("seen_at", ""))
    count = let_out(slug, [item.key for item in items], seen_at=seen_at, actor=current_actor())
    if count:
        flash(ngettext("%(num)s is shown.", "%(num)s are shown.", count), "success")
    if count < len(items):
        flash(_("What was changed, shown or hidden meanwhile is left as it is."), "info")
    return here


def _moment(sent: str) -> datetime:
    """When the page was made that the volunteer read; now for anything odd."""
    try:
        moment = datetime.fromisoformat(sent)
    except ValueError:
        return clock.now()
    return moment if moment.tzinfo else clock.now()
