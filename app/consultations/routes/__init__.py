"""The pages of a call for comment and of the office that moves a draft on."""

from flask import Blueprint

blueprint = Blueprint("consultations", __name__)

from app.consultations.routes import (  # noqa: E402 - the views register themselves on the blueprint
    acts,
    calling,
    course,
    deciding,
    holidays,
    opening,
    overdue,
    sources,
)

__all__ = ["acts", "blueprint", "calling", "sources", "course", "deciding", "holidays", "opening", "overdue"]
