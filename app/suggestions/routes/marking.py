"""The button under a reply with which a volunteer asks for an answer to it."""

from __future__ import annotations

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.discussions.queries import get_comment
from app.discussions.routes.thread import address_of
from app.suggestions.routes import blueprint
from app.suggestions.services import marking_owed
from app.web.guard import current_actor, requires


@blueprint.post("/comments/<int:comment_id>/owed")
@requires(Act.MARK_OWED)
def mark_owed(comment_id: int) -> ResponseReturnValue:
    """Owe the reply an answer, or (step=undo) nothing again."""
    actor = current_actor()
    comment = get_comment(comment_id, actor)
    if request.form.get("step") == "undo":
        marking_owed.unmark_owed(comment_id, actor=actor)
        flash(_("No answer is owed to this reply any more."), "success")
    else:
        number = marking_owed.mark_owed(comment_id, actor=actor)
        flash(_("The reply is no. %(number)s now and gets an answer.", number=number), "success")
    return redirect(address_of(comment), 303)
