"""The pages of following, notices and letters, and the feeds."""

from flask import Blueprint

blueprint = Blueprint("notifications", __name__)

from app.notifications.routes import (  # noqa: E402 - the views register themselves on the blueprint
    following_by_mail,
    letters,
    unsubscribing,
)

__all__ = ["blueprint", "following_by_mail", "letters", "unsubscribing"]
