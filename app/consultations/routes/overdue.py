"""Which departments owe answers that are overdue, for everybody to read."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from app.consultations.queries.due import Due, list_due
from app.consultations.routes import blueprint
from app.policies.models import Policy
from app.suggestions.queries.owed import count_owed
from app.web.guard import current_actor, public


@dataclass(frozen=True, slots=True)
class _Late:
    """A draft whose answers are overdue, and how many are not published of how many."""

    policy: Policy
    due: Due
    missing: int
    owed: int


@blueprint.get("/overdue")
@public
def overdue() -> ResponseReturnValue:
    """Every draft whose answers are overdue, the longest first."""
    rows = []
    for policy, due in list_due(current_actor()):
        owed = count_owed(policy.id)
        if owed.owed > owed.published:
            rows.append(_Late(policy, due, owed.owed - owed.published, owed.owed))
    return render_template("consultations/overdue.html", rows=rows)
