"""The pages of policies: reading, editing, versions, and what the owner decides."""

from flask import Blueprint

blueprint = Blueprint("policies", __name__)

from app.policies.routes import (  # noqa: E402 - the views register themselves on the blueprint
    attribution,
    deciding,
    editing,
    from_word,
    people,
    reading,
    starting,
    versions,
    visibility,
)

__all__ = [
    "attribution",
    "blueprint",
    "deciding",
    "editing",
    "from_word",
    "people",
    "reading",
    "starting",
    "versions",
    "visibility",
]
