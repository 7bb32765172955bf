"""The pages of discussions: all threads of a policy or clause, one thread, one comment."""

from flask import Blueprint

from app.discussions.rules import set_needed_confirmation

blueprint = Blueprint("discussions", __name__)
blueprint.record(lambda state: set_needed_confirmation(state.app.config["SETTINGS"].writing))

from app.discussions.routes import (  # noqa: E402 - the views register themselves on the blueprint
    comments,
    helping,
    policy,
    thread,
)

__all__ = ["blueprint", "comments", "helping", "policy", "thread"]
