"""The places in a policy's work: which there are, which of them write, who may not hold two; pure.

Which are required beside the owner's is the operator's choice (SEATS_REQUIRED).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.errors import RuleBroken
from app.messages import N_


class SeatKind(StrEnum):
    """What somebody is there for. The owner's seat is the policy's owner and needs no row."""

    OWNER = "owner"
    DECISION_MAKER = "decision_maker"
    LEGAL_REVIEWER = "legal_reviewer"
    DRAFTER = "drafter"
    EXPERT = "expert"
    EVALUATOR = "evaluator"
    COMMUNITY = "community_representative"
    ENTERPRISE = "enterprise"
    FRONT_LINE = "front_line"
    DISTRICT = "district_office"
    TECHNICAL = "technical_service"


# Who holds one of these writes on the text; the others read, advise, review or decide.
WRITING = frozenset({SeatKind.DRAFTER, SeatKind.DISTRICT, SeatKind.FRONT_LINE})
# The acts of these seats are acts of an officer; an account without that role could not do them.
FOR_OFFICERS = frozenset({SeatKind.DECISION_MAKER, SeatKind.LEGAL_REVIEWER})


@dataclass(frozen=True, slots=True)
class Byline:
    """Whose words something is, as everybody reads it; without ``public_id`` there is no page of
    theirs to link to. Without ``name``: a front-line officer in the district ``speaks_for``."""

    name: str
    public_id: str
    role: str
    speaks_for: str


def byline(name: str, public_id: str, role: str, speaks_for: str, district: str | None) -> Byline:
    """The byline of a person on a policy; ``district`` (None: shows the name) is where a front-line
    officer serves who appears as that and by no name."""
    if district is None:
        return Byline(name, public_id, role, speaks_for)
    return Byline("", "", role, district)


def ensure_kind(kind: str) -> SeatKind:
    """``kind`` as a seat that can be given; raises RuleBroken."""
    if kind not in set(SeatKind) or kind == SeatKind.OWNER:
        raise RuleBroken(N_("Please choose what this person or body is there for."), field="kind")
    return SeatKind(kind)
