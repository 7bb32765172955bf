"""The pages of contributions: write, check, send; what people say; one's own; answering."""

from flask import Blueprint

blueprint = Blueprint("suggestions", __name__)

from app.suggestions.routes import (  # noqa: E402 - the views register themselves on the blueprint
    adopting,
    answering,
    answers,
    changing,
    confirming,
    desk,
    desk_acts,
    intake,
    listing,
    looking_up,
    marking,
    own,
    replying,
    spreadsheet,
    telling,
    writing,
)

__all__ = [
    "adopting",
    "answering",
    "answers",
    "blueprint",
    "changing",
    "confirming",
    "desk",
    "desk_acts",
    "intake",
    "listing",
    "looking_up",
    "marking",
    "own",
    "replying",
    "spreadsheet",
    "telling",
    "writing",
]
