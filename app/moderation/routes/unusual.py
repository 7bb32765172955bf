"""Unusual activity, as far as texts and accounts show it; for people to judge."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from app.access.acts import Act
from app.moderation.queries.unusual import WINDOWS, list_unusual
from app.moderation.routes import blueprint
from app.web.guard import current_actor, requires
from app.web.paging import number_argument


@blueprint.get("/moderation/unusual")
@requires(Act.SEE_ORDER)
def unusual() -> ResponseReturnValue:
    asked = number_argument("hours", WINDOWS[0])
    window = asked if asked in WINDOWS else WINDOWS[0]
    return render_template(
        "moderation/unusual.html",
        found=list_unusual(current_actor(), window),
        window=window,
        windows=WINDOWS,
    )
