"""Words that wait: look at them, and show a selection before its time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.access.acts import Act
from app.discussions.services.waiting import find_held
from app.moderation.queries.held import HeldDraft, list_held_drafts, list_held_words
from app.moderation.routes import blueprint
from app.moderation.rules import SELECTION_LIMIT, Kind
from app.moderation.services.holding import keeps_order
from app.moderation.services.letting_out import let_out
from app.policies.models import Policy
from app.policies.queries import get_policy
from app.web.guard import LARGEST, current_actor, requires
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
    words, has_more = list_held_words(policy, actor, page) if policy else ([], False)
    return render_template(
        "moderation/held.html",
        drafts=drafts,
        policy=policy,
        words=words,
        page=page,
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
    count = let_out(slug, _chosen(request.form.getlist("item")), actor=current_actor())
    if count:
        flash(ngettext("%(num)s is shown.", "%(num)s are shown.", count), "success")
    else:
        flash(_("These were shown or hidden already."), "info")
    return redirect(url_for("moderation.held", draft=slug), 303)


def _chosen(keys: Sequence[str]) -> Iterator[tuple[Kind, int]]:
    """The things that were ticked, such as ``comment:12``; anything odd is none of them."""
    for key in keys:
        kind, _colon, ident = key.partition(":")
        if kind in (Kind.COMMENT, Kind.SUGGESTION) and ident.isascii() and ident.isdecimal():
            yield Kind(kind), min(int(ident[:10]), LARGEST)
