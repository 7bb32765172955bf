"""The pages of discussions: all threads of a policy or clause, one thread, one comment."""

from typing import Any

from flask import Blueprint

from app.discussions.rules import set_needed_confirmation
from app.errors import NotFound
from app.messages import N_

blueprint = Blueprint("discussions", __name__)
blueprint.record(lambda state: set_needed_confirmation(state.app.config["SETTINGS"].writing))

LARGEST_ID = 2**31 - 1  # no row has a larger one, and databases fail on much larger ones


@blueprint.url_value_preprocessor
def refuse_impossible_numbers(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """An address with an absurd number is an absent page, never a fault."""
    for value in (values or {}).values():
        if isinstance(value, int) and value > LARGEST_ID:
            raise NotFound(N_("This discussion does not exist, or not for you."))


from app.discussions.routes import (  # noqa: E402 - the views register themselves on the blueprint
    comments,
    policy,
    thread,
)

__all__ = ["blueprint", "comments", "policy", "thread"]
