"""The picture of how a text changed: its articles over its versions."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.access.acts import Act
from app.consensus.queries.disputes import list_disputes
from app.consensus.queries.figures import find_figure
from app.consensus.routes import blueprint
from app.consensus.rules.flow import Flow
from app.consensus.rules.flow_picture import lay_out
from app.policies import queries as policy_queries
from app.policies.queries import outsiders_from
from app.policies.stamps import find_stamp
from app.web.guard import current_actor, requires
from app.web.visitor_cache import cached_for_visitors


def _stamp(slug: str, **_rest: object) -> str | None:
    return find_stamp(slug)


@blueprint.get("/policies/<slug>/consensus/flow")
@requires(Act.READ_POLICY)
@cached_for_visitors(_stamp)
def flow(slug: str) -> ResponseReturnValue:
    """``?colour=role|age`` and ``?space=even|time``; anything else is the usual picture."""
    actor = current_actor()
    policy = policy_queries.get_policy(slug, actor)
    known = {
        "policy": policy,
        "disputes": list_disputes(policy, actor, is_whole=True),
        "first_number": policy_queries.first_number(policy, actor),
    }
    figure = find_figure(policy.id, "flow")
    shown = Flow.from_json(figure.data) if figure else None
    if shown is not None and shown.numbers and shown.numbers[0] < outsiders_from(policy):
        # Counted when more was to be made public than now is.
        figure = shown = None
    if figure is None or shown is None or not shown.bands:
        return render_template("consensus/flow.html", **known, figure=figure, flow=None)
    colour = request.args.get("colour")
    if colour not in ("role", "age"):
        # Where all words are of one role, its colour would say nothing.
        colour = "role" if len(shown.roles) > 1 else "age"
    by_time = request.args.get("space") == "time"
    return render_template(
        "consensus/flow.html",
        **known,
        figure=figure,
        flow=shown,
        picture=lay_out(shown, by_age=colour == "age", by_time=by_time),
        colour=colour,
        by_time=by_time,
    )
