"""The one button that holds new comments on a draft until the morning, and the one that ends it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.access.acts import Act
from app.discussions.services.waiting import find_held, find_morning
from app.moderation.queries.held import count_held
from app.moderation.routes import blueprint
from app.moderation.services import holding
from app.web.guard import current_actor, requires


@blueprint.get("/policies/<slug>/hold")
@requires(Act.KEEP_ORDER)
def hold(slug: str) -> ResponseReturnValue:
    policy = holding.keepable(slug, current_actor())
    if policy.slug != slug:
        return redirect(url_for("moderation.hold", slug=policy.slug), 301)
    return render_template(
        "moderation/hold.html",
        policy=policy,
        held=find_held(policy.id),
        morning=find_morning(clock.now()),
        waiting=count_held(policy.id),
    )


@blueprint.post("/policies/<slug>/hold")
@requires(Act.KEEP_ORDER)
def change_hold(slug: str) -> ResponseReturnValue:
    if request.form.get("step") == "end":
        count = holding.end_hold(slug, actor=current_actor())
        flash(_("New comments appear at once again."), "success")
        if count:
            flash(ngettext("%(num)s is shown.", "%(num)s are shown.", count), "success")
    else:
        holding.begin_hold(slug, actor=current_actor())
    return redirect(url_for("moderation.hold", slug=slug), 303)
