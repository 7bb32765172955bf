"""The pages of following, notices and letters, and the feeds."""

from flask import Blueprint

blueprint = Blueprint("notifications", __name__)

from app.notifications.routes import (  # noqa: E402 - the views register themselves on the blueprint
    feeds,
    following,
    following_by_mail,
    letters,
    notices,
    unsubscribing,
)

__all__ = [
    "blueprint",
    "feeds",
    "following",
    "following_by_mail",
    "letters",
    "notices",
    "unsubscribing",
]
