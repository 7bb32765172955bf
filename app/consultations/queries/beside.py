"""Reads of what stands beside a draft: its papers, its meetings, what experts and departments said."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.consultations.models import Annex, DepartmentOpinion, ExpertOpinion, Meeting
from app.consultations.queries.preparedness import EXPLANATION
from app.database import db
from app.errors import NotFound
from app.messages import N_

ABSENT = N_("This page does not exist, or you may not see it.")


def list_meetings(policy_id: int) -> Sequence[Meeting]:
    """The meetings about a draft, the first one first, called off or not."""
    query = select(Meeting).where(Meeting.policy_id == policy_id)
    return db.session.scalars(query.order_by(Meeting.starts_at, Meeting.id)).all()


def get_meeting(policy_id: int, number: int) -> Meeting:
    """One of them; NotFound when it is none of this draft."""
    found = db.session.get(Meeting, number)
    if found is None or found.policy_id != policy_id:
        raise NotFound(ABSENT)
    return found


def list_annexes(policy_id: int) -> Sequence[Annex]:
    """The papers of a draft, its explanation first."""
    query = select(Annex).where(Annex.policy_id == policy_id)
    return db.session.scalars(query.order_by(Annex.kind != EXPLANATION, Annex.id)).all()


def find_explanation(policy_id: int) -> Annex | None:
    """The explanation of the draft (起草说明), or None while it is not written."""
    query = select(Annex).where(Annex.policy_id == policy_id, Annex.kind == EXPLANATION)
    return db.session.scalars(query.order_by(Annex.id)).first()


def get_annex(policy_id: int, number: int) -> Annex:
    """One of the papers; NotFound when it is none of this draft."""
    found = db.session.get(Annex, number)
    if found is None or found.policy_id != policy_id:
        raise NotFound(ABSENT)
    return found


def list_opinions(policy_id: int) -> Sequence[ExpertOpinion]:
    """What experts signed, in the order of signing."""
    query = select(ExpertOpinion).where(ExpertOpinion.policy_id == policy_id)
    return db.session.scalars(query.order_by(ExpertOpinion.id)).all()


def list_departments(policy_id: int) -> Sequence[DepartmentOpinion]:
    """What other departments were asked and said, in the order of asking."""
    query = select(DepartmentOpinion).where(DepartmentOpinion.policy_id == policy_id)
    return db.session.scalars(
        query.order_by(DepartmentOpinion.asked_on, DepartmentOpinion.id)
    ).all()


def get_department(policy_id: int, number: int) -> DepartmentOpinion:
    """One of these rows; NotFound when it is none of this draft."""
    found = db.session.get(DepartmentOpinion, number)
    if found is None or found.policy_id != policy_id:
        raise NotFound(ABSENT)
    return found
