"""The places in a policy's work: which there are, which of them write, who may not hold two; pure.

Which are required beside the owner's is the operator's choice (SEATS_REQUIRED).
"""

from __future__ import annotations

from enum import StrEnum


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
# Independent means: not the same person on the same policy.
NEVER_TOGETHER = frozenset({SeatKind.DRAFTER, SeatKind.EVALUATOR})
