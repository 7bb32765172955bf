"""The public record of what moderators did."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from app.access.acts import Act
from app.moderation.queries.log import list_actions
from app.moderation.routes import blueprint
from app.web.guard import current_actor, requires
from app.web.paging import number_argument


@blueprint.get("/moderation/log")
@requires(Act.READ_POLICY)
def log() -> ResponseReturnValue:
    before = number_argument("page")
    rows, next_key = list_actions(current_actor(), before=before)
    return render_template(
        "moderation/log.html", rows=rows, next_key=next_key, is_first_page=before is None
    )
