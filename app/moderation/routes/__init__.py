"""The pages of those who keep order, and the public record of what they did."""

from flask import Blueprint

blueprint = Blueprint("moderation", __name__)

from app.moderation.routes import (  # noqa: E402 - the views register themselves on the blueprint
    cases,
    deciding,
    duty,
    flagging,
    held,
    holding,
    log,
    looking_closer,
    measures,
    queue,
    removing,
    reviewing,
    selection,
    supervising,
    unusual,
    vandalism,
)

__all__ = [
    "blueprint",
    "cases",
    "deciding",
    "duty",
    "flagging",
    "held",
    "holding",
    "log",
    "looking_closer",
    "measures",
    "queue",
    "removing",
    "reviewing",
    "selection",
    "supervising",
    "unusual",
    "vandalism",
]
