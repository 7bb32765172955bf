"""Say that one has read a clause and has no comment; nothing else counts as having read it."""

from __future__ import annotations

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.accounts.limits import Counted
from app.accounts.services import throttling
from app.consensus.events import ClauseRead
from app.consensus.models import Reading
from app.consensus.queries.statements import get_statement
from app.consensus.rules.wording import of_clause
from app.consensus.services.taking import stance_policy
from app.database import db, writing
from app.errors import RuleBroken
from app.ledger.services import record
from app.policies.services.writing_revisions import lock_head


def say_read(slug: str, clause: str, *, actor: Actor, is_read: bool = True) -> None:
    """Let ``actor`` say to have read ``clause`` as it reads now, or take that back; sent twice it
    is one, and said of new words it takes the place of what was said of earlier ones."""
    policy = stance_policy(slug, Act.SAY_READ, actor, is_back=not is_read)
    throttling.count(Counted.POSITION, actor)
    writing()
    policy = lock_head(policy.id)
    stance_policy(policy.slug, Act.SAY_READ, actor, is_back=not is_read)
    statement = get_statement(policy, of_clause(clause), actor)
    row = db.session.get(Reading, (policy.id, clause, actor.person_id))
    if is_read and statement.closed:
        raise RuleBroken(statement.closed)
    if is_read and (row is None or row.wording != statement.wording):
        row = row or Reading(policy_id=policy.id, clause=clause, person_id=actor.person_id)
        row.role, row.confirmation = actor.role, actor.confirmation
        row.wording, row.number, row.read_at = statement.wording, statement.number, clock.now()
        db.session.add(row)
    elif row is not None and not is_read:
        db.session.delete(row)
    else:
        return
    db.session.flush()
    event = ClauseRead(policy=policy.id, clause=clause, wording=statement.wording, is_read=is_read)
    record(event, actor=actor)
