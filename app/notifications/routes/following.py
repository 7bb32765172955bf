"""Follow a draft, an article or a discussion, and the list of what one follows."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.notifications.queries.watches import Target, find_watch, get_target, list_watches
from app.notifications.routes import blueprint
from app.notifications.services import watching as services
from app.policies.queries import get_policy, is_public_now
from app.web.guard import LARGEST, current_actor, requires
from app.web.paging import number_argument


@blueprint.get("/policies/<slug>/follow")
@requires(Act.READ_POLICY)
def follow(slug: str) -> ResponseReturnValue:
    """One button for who is signed in; by mail or by feed for everybody."""
    actor = current_actor()
    policy = get_policy(slug, actor)
    if policy.slug != slug:
        clause, thread = request.args.get("clause"), request.args.get("thread")
        return redirect(url_for(".follow", slug=policy.slug, clause=clause, thread=thread), 301)
    target = _target(slug, request.args.get("clause", ""), request.args.get("thread", ""))
    return render_template(
        "notifications/follow.html",
        policy=policy,
        target=target,
        watch=find_watch(target, actor),
        is_public=is_public_now(policy),
    )


@blueprint.post("/policies/<slug>/follow")
@requires(Act.FOLLOW)
def follow_now(slug: str) -> ResponseReturnValue:
    """Follow, or stop; pressing twice is pressing once."""
    actor = current_actor()
    target = _target(slug, request.form.get("clause", ""), request.form.get("thread", ""))
    if request.form.get("step") == "stop":
        watch = find_watch(target, actor)
        if watch is not None:
            services.unfollow(watch.id, actor=actor)
        flash(_("You no longer follow this."), "success")
    else:
        services.follow(target, actor=actor)
        flash(_("You follow this now. News stands on the page of notices."), "success")
    return redirect(
        url_for(
            ".follow",
            slug=slug,
            clause=target.clause or None,
            thread=target.thread_id or None,
        ),
        303,
    )


def _target(slug: str, clause: str, thread: str) -> Target:
    """What the address or the form names; odd values name nothing that exists."""
    number = int(thread) if thread.isascii() and thread.isdecimal() and len(thread) < 11 else 0
    return get_target(slug, clause, min(number, LARGEST), current_actor())


@blueprint.get("/watching")
@requires(Act.READ_NOTICES)
def watching() -> ResponseReturnValue:
    rows, next_key = list_watches(current_actor(), before=number_argument("page"))
    return render_template(
        "notifications/watching.html",
        rows=rows,
        next_key=next_key,
        is_first_page=number_argument("page") is None,
    )


@blueprint.post("/watching")
@requires(Act.READ_NOTICES)
def unfollow() -> ResponseReturnValue:
    """Stop following one thing of the list."""
    ident = request.form.get("watch", "")
    if ident.isascii() and ident.isdecimal() and len(ident) < 11:
        services.unfollow(min(int(ident), LARGEST), actor=current_actor())
    flash(_("You no longer follow this."), "success")
    return redirect(url_for(".watching"), 303)
