"""The pages of a call for comment and of the office that moves a draft on."""

from flask import Blueprint

blueprint = Blueprint("consultations", __name__)

from app.consultations.routes import (  # noqa: E402 - the views register themselves on the blueprint
    acts,
    annexes,
    calling,
    correcting,
    course,
    deciding,
    holidays,
    meetings,
    opening,
    opinions,
    overdue,
    sources,
)

__all__ = [
    "acts",
    "annexes",
    "blueprint",
    "calling",
    "correcting",
    "course",
    "deciding",
    "holidays",
    "meetings",
    "opening",
    "opinions",
    "overdue",
    "sources",
]
