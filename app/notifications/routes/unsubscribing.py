"""One click that ends letters, for people and for the mail programs that do it for them."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts import login
from app.notifications.routes import blueprint
from app.notifications.services.letters import find_recipient, stop_letters
from app.web.guard import public_form


@blueprint.route("/unsubscribe/<token>", methods=["GET", "POST"])
@public_form
def unsubscribe(token: str) -> ResponseReturnValue:
    """A mail program sends the POST without having seen the page (RFC 8058): no form token, no
    sign-in, no redirect; the address itself is the secret."""
    is_done = request.method == "POST"
    ask = stop_letters if is_done else find_recipient
    recipient = ask(token, origin=login.origin())
    return render_template(
        "notifications/unsubscribe.html",
        is_done=is_done,
        masked=recipient.address.masked,
        has_account=recipient.person_id is not None,
    )
