"""One decision on a selection: check what was chosen, decide, and read what became of each."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.access.acts import Act
from app.discussions.forms import give_back
from app.errors import RuleBroken
from app.moderation.forms import SelectionForm
from app.moderation.queries.excerpts import list_excerpts
from app.moderation.routes import blueprint
from app.moderation.rules import Action
from app.moderation.services.acting import Decision
from app.moderation.services.selecting import Became, Item, decide_all, read_items
from app.web.forms import failed, put_error
from app.web.guard import current_actor, requires


@blueprint.get("/moderation/selection")
@requires(Act.KEEP_ORDER)
def selection() -> ResponseReturnValue:
    if "item" not in request.args:
        flash(_("Please choose at least one."), "error")
        return redirect(url_for("moderation.queue"), 303)
    form = SelectionForm(formdata=None, action=Action.HIDE, rule=request.args.get("rule"))
    return _page(form, read_items(request.args.getlist("item")))


@blueprint.post("/moderation/selection")
@requires(Act.KEEP_ORDER, own_token_check=True)
def decide_selection() -> ResponseReturnValue:
    items, form = read_items(request.form.getlist("item")), SelectionForm()
    if not form.validate():
        return _page(form, items), failed(form)
    decision = Decision(form.action.data or "", form.rule.data or "", form.reason.data or "")
    try:
        outcomes = decide_all(items, decision, actor=current_actor())
    except RuleBroken as error:
        give_back(form)
        put_error(form, error, "action")
        return _page(form, items), 422
    if all(one.became is Became.DONE for one in outcomes):
        count = len(outcomes)
        flash(ngettext("Done.", "All %(num)s done.", count), "success")
        return redirect(url_for("moderation.queue"), 303)
    shown = list_excerpts([item.key for item in items], current_actor())
    return render_template(
        "moderation/selected.html",
        rows=[
            (one.became, shown.get(one.item.key))
            for one in outcomes
            if one.became is not Became.DONE
        ],
        done=sum(one.became is Became.DONE for one in outcomes),
    )


def _page(form: SelectionForm, items: Sequence[Item]) -> str:
    shown = list_excerpts([item.key for item in items], current_actor())
    rows = [(item, shown.get(item.key)) for item in items]
    return render_template("moderation/selection.html", form=form, rows=rows)
