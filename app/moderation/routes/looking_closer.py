"""Hidden words, shown to those who keep order on their asking; and the undo of what one did."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.moderation.routes import blueprint
from app.moderation.routes.addresses import address_of, read_thing
from app.moderation.services.disclosing import read_hidden
from app.moderation.services.undoing import undo as take_back
from app.web.guard import current_actor, requires


@blueprint.post("/moderation/words")
@requires(Act.SEE_ORDER)
def words() -> ResponseReturnValue:
    """Hidden words, by a deliberate act only: no GET shows them to anybody."""
    kind, ident = read_thing(request.form.get("kind", ""), request.form.get("id", ""))
    found = read_hidden(kind, ident, actor=current_actor())
    back = address_of(kind, ident, current_actor())
    return render_template("moderation/words.html", found=found, back=back)


@blueprint.post("/moderation/log/<int:ident>/undo")
@requires(Act.UNDO_ACTION)
def undo(ident: int) -> ResponseReturnValue:
    done = take_back(ident, actor=current_actor())
    flash(_("Taken back. The record shows that it was a mistake."), "success")
    if done.case_id is not None:
        return redirect(url_for("moderation.case", flag=done.case_id), 303)
    return redirect(url_for("moderation.queue"), 303)
