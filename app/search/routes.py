"""The search page."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.access.acts import Act
from app.web.guard import requires

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
@requires(Act.READ_POLICY)
def results() -> ResponseReturnValue:
    return render_template("search/results.html", q=request.args.get("q", "")[:200])
