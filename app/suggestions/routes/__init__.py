"""The pages of contributions: write, check, send; what people say; one's own; answering."""

from flask import Blueprint

blueprint = Blueprint("suggestions", __name__)

from app.suggestions.routes import (  # noqa: E402 - the views register themselves on the blueprint
    adopting,
    answering,
    changing,
    confirming,
    intake,
    listing,
    looking_up,
    own,
    replying,
    telling,
    writing,
)

__all__ = [
    "adopting",
    "answering",
    "blueprint",
    "changing",
    "confirming",
    "intake",
    "listing",
    "looking_up",
    "own",
    "replying",
    "telling",
    "writing",
]
