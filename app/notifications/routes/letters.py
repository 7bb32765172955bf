"""Which letters one gets."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.accounts.queries import get_own, own_address
from app.notifications.letter_forms import LettersForm
from app.notifications.routes import blueprint
from app.notifications.services.letters import Wishes, get_wishes, set_wishes
from app.web.forms import failed
from app.web.guard import current_actor, requires


@blueprint.route("/settings/letters", methods=["GET", "POST"])
@requires(Act.READ_NOTICES, own_token_check=True)
def letters() -> ResponseReturnValue:
    actor = current_actor()
    wishes = get_wishes(actor)
    form = LettersForm(period=wishes.period, at_once="yes" if wishes.at_once else "no")
    if not form.is_submitted():
        return _page(form, 200)
    if not form.validate():
        return _page(form, failed(form))
    set_wishes(Wishes(form.period.data, form.at_once.data == "yes"), actor=actor)
    flash(_("Your changes are saved."), "success")
    return redirect(url_for("notifications.letters"), 303)


def _page(form: LettersForm, status: int) -> ResponseReturnValue:
    address = own_address(get_own(current_actor().person_id))
    has_address = address is not None and address.channel == "mail"
    return render_template("notifications/letters.html", form=form, has_address=has_address), status
