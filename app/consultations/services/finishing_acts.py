"""Close the record of acts whose time has come; the times themselves count without this."""

from __future__ import annotations

from sqlalchemy import select

from app import clock
from app.access.actor import VISITOR
from app.consultations.events import OfficeActDone
from app.consultations.models import OfficeAct
from app.consultations.queries.office_acts import unpacked
from app.consultations.services.act_effects import EFFECTS
from app.consultations.services.office_acts import locked
from app.consultations.services.telling_acts import tell
from app.consultations.two_officers import ActKind, ActState
from app.database import db, writing
from app.policies.services.writing_revisions import touch


def finish_due() -> int:
    """Write down which acts have taken effect; the worker's duty. Answers how many."""
    query = select(OfficeAct.policy_id, OfficeAct.id).where(
        OfficeAct.state == ActState.AGREED, OfficeAct.at <= clock.now()
    )
    due = db.session.execute(query).all()
    if due:
        writing()
    return sum(_finish(policy_id, ident) for policy_id, ident in due)


def _finish(policy_id: int, ident: int) -> bool:
    policy, act = locked(policy_id, ident)
    if act.state != ActState.AGREED or act.at > clock.now():
        return False
    act.state, act.ended_at = ActState.DONE, act.at
    EFFECTS[ActKind(act.kind)].done(policy, unpacked(act)["before"])
    tell(OfficeActDone, act, VISITOR)
    touch(policy)
    db.session.flush()
    return True
