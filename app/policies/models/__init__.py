"""Tables of policies, their revisions, their course, and what belongs to them."""

from app.policies.models.course import ClauseClosing, PhaseStep, Seat, Waiver, district_of
from app.policies.models.policy import (
    ClauseLink,
    ClauseNote,
    ClauseOrigin,
    Draft,
    GoneClause,
    Policy,
    PolicyAddress,
    PolicyMember,
    Revision,
    RevisionCredit,
    SavedForm,
    byline_of,
)

__all__ = [
    "ClauseClosing",
    "ClauseLink",
    "ClauseNote",
    "ClauseOrigin",
    "Draft",
    "GoneClause",
    "PhaseStep",
    "Policy",
    "PolicyAddress",
    "PolicyMember",
    "Revision",
    "RevisionCredit",
    "SavedForm",
    "Seat",
    "Waiver",
    "byline_of",
    "district_of",
]
