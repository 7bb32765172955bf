"""Follow a policy or one clause by mail, without an account."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.access.actor import VISITOR
from app.accounts import login
from app.errors import RuleBroken
from app.notifications.letter_forms import FollowByMailForm
from app.notifications.routes import blueprint
from app.notifications.services import following_by_mail
from app.notifications.services.following_by_mail import Wanted
from app.policies.queries import get_policy
from app.policies.versions import get_version
from app.text.labels import spoken
from app.web.forms import failed, put_error
from app.web.guard import public, public_form
from app.web.languages import locale


@blueprint.route("/policies/<slug>/follow-by-mail", methods=["GET", "POST"])
@public_form
def follow_by_mail(slug: str) -> ResponseReturnValue:
    form = FollowByMailForm(clause=request.args.get("clause", "")[:12])
    if not form.is_submitted():
        return _page(slug, form, 200)
    if not form.validate():
        return _page(slug, form, failed(form))
    wanted = Wanted(form.address.data, form.period.data, form.clause.data or "")
    try:
        address = following_by_mail.ask_to_follow(
            slug, wanted, origin=login.origin(), locale=locale()
        )
    except RuleBroken as error:
        put_error(form, error, default="address")
        return _page(slug, form, 422)
    policy = get_policy(slug, VISITOR)
    return render_template("notifications/asked.html", policy=policy, masked=address.masked)


def _page(slug: str, form: FollowByMailForm, status: int) -> ResponseReturnValue:
    policy = get_policy(slug, VISITOR)
    place = get_version(policy.id, policy.head_number).clause(form.clause.data or "")
    label = spoken(place.label) if place else ""
    page = render_template("notifications/by_mail.html", policy=policy, form=form, label=label)
    return page, status


@blueprint.route("/follow/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> ResponseReturnValue:
    """Mail scanners open every link of a letter; only a press of the button confirms."""
    is_pressed = request.method == "POST"
    ask = following_by_mail.confirm if is_pressed else following_by_mail.find_asked
    return render_template("notifications/confirm.html", asked=ask(token, origin=login.origin()))
