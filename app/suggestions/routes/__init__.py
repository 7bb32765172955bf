"""The pages of contributions: write, check, send; what people say; one's own; answering."""

from flask import Blueprint

blueprint = Blueprint("suggestions", __name__)

from app.suggestions.routes import (  # noqa: E402 - the views register themselves on the blueprint
    listing,
    own,
    replying,
    writing,
)

__all__ = ["blueprint", "listing", "own", "replying", "writing"]
