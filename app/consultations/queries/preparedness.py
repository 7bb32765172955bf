"""What a draft still lacks before comments on it open: people in its seats, and its papers.

Guards ask these; each answers with whole sentences, and with none when nothing is missing.
"""

from __future__ import annotations

from sqlalchemy import exists, select

from app.accounts.services import setup
from app.consultations.models import Annex
from app.database import db
from app.messages import N_, Message
from app.policies.models import Policy
from app.policies.queries.course import list_seats, list_waivers
from app.policies.seats import SeatKind

EXPLANATION = "explanation"  # the kind of the annex 起草说明
_NOT_NAMED = {
    SeatKind.OWNER: N_("No officer owns this draft."),
    SeatKind.DECISION_MAKER: N_("Please name the decision maker, or say why there is none."),
    SeatKind.LEGAL_REVIEWER: N_("Please name the legal reviewer, or say why there is none."),
    SeatKind.DRAFTER: N_("Please name a drafter, or say why there is none."),
    SeatKind.EXPERT: N_("Please name an expert, or say why there is none."),
    SeatKind.EVALUATOR: N_("Please name an independent evaluator, or say why there is none."),
    SeatKind.COMMUNITY: N_("Please name a community representative, or say why there is none."),
    SeatKind.ENTERPRISE: N_("Please name a business or organisation, or say why there is none."),
    SeatKind.FRONT_LINE: N_("Please name a front-line officer, or say why there is none."),
    SeatKind.DISTRICT: N_("Please name a district office, or say why there is none."),
    SeatKind.TECHNICAL: N_("Please name the technical service, or say why there is none."),
}


def required_seats() -> tuple[SeatKind, ...]:
    """The seats that every draft of this site needs: the owner's and those of SEATS_REQUIRED."""
    return (SeatKind.OWNER, *map(SeatKind, setup.settings().seats_required))


def open_seats(policy: Policy) -> tuple[SeatKind, ...]:
    """The required seats that nobody holds and that were not waived."""
    filled = {seat.kind for seat in list_seats(policy.id)}
    if policy.owner_id is not None:
        filled.add(SeatKind.OWNER)
    waived = {waiver.what for waiver in list_waivers(policy.id)}
    return tuple(
        kind for kind in required_seats() if kind not in filled and f"seat:{kind}" not in waived
    )


def missing_seats(policy: Policy) -> list[Message]:
    """One sentence for each required seat that is neither filled nor waived."""
    return [Message(_NOT_NAMED[kind]) for kind in open_seats(policy)]


def missing_papers(policy: Policy) -> list[Message]:
    """A sentence when the explanation of the draft (起草说明) is not written yet."""
    explained = exists().where(Annex.policy_id == policy.id, Annex.kind == EXPLANATION)
    if db.session.scalar(select(explained)):
        return []
    return [Message(N_("Please write the explanation of the draft; it is published with it."))]
