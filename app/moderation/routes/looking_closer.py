"""What those who keep order look up besides: hidden words, a person's history; and their undo."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.accounts.queries import get_person
from app.moderation.queries.history import list_past
from app.moderation.routes import blueprint
from app.moderation.routes.addresses import address_of, read_thing
from app.moderation.services.disclosing import read_hidden
from app.moderation.services.undoing import undo as take_back
from app.web.guard import current_actor, requires
from app.web.paging import number_argument


@blueprint.post("/moderation/words")
@requires(Act.SEE_ORDER)
def words() -> ResponseReturnValue:
    """Hidden words, by a deliberate act only: no GET shows them to anybody."""
    kind, ident = read_thing(request.form.get("kind", ""), request.form.get("id", ""))
    found = read_hidden(kind, ident, actor=current_actor())
    back = address_of(kind, ident, current_actor())
    return render_template("moderation/words.html", found=found, back=back)


@blueprint.get("/moderation/people/<public_id>")
@requires(Act.SEE_ORDER)
def person(public_id: str) -> ResponseReturnValue:
    """What was done before about somebody: no address, no number, nothing that is not order."""
    one, before = get_person(public_id), number_argument("page")
    rows, next_key = list_past(one.id, current_actor(), before=before)
    return render_template(
        "moderation/person.html",
        person=one,
        rows=rows,
        next_key=next_key,
        is_first_page=before is None,
    )


@blueprint.post("/moderation/log/<int:ident>/undo")
@requires(Act.UNDO_ACTION)
def undo(ident: int) -> ResponseReturnValue:
    done = take_back(ident, actor=current_actor())
    flash(_("Taken back. The record shows that it was a mistake."), "success")
    if done.case_id is not None:
        return redirect(url_for("moderation.case", flag=done.case_id), 303)
    return redirect(url_for("moderation.queue"), 303)
