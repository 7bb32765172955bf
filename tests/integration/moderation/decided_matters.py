"""Words that were reported and decided on, for the tests of reviews, of the record, of notes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import event

from app import clock
from app.access.actor import Actor, Role
from app.database import committing, db
from app.discussions.models import Hold
from app.discussions.queries import CommentView
from app.moderation.models import Appeal, ModerationAction, Removal
from app.moderation.rules import Kind
from app.moderation.services.acting import Decision, Link, act
from app.moderation.services.flagging import flag
from app.moderation.services.reviewing import ask_review
from app.policies.models import Policy
from tests.builders.accounts import make_actor

REASON = "Names a neighbour"
RARE = "Zyzzogeton"  # no other word on any page


def decide(
    kind: Kind, ident: int, action: str = "hide", actor: Actor | None = None, **more: int
) -> ModerationAction:
    """Done by a volunteer under the rule against insults, and committed."""
    decision = Decision(action, "insult", REASON, **more)
    done = act(kind, ident, decision, actor=actor or make_actor(Role.VOLUNTEER))
    db.session.commit()
    return done


def report(comment: CommentView, reader: Actor, rule: str = "insult") -> int:
    """Reported by a reader and committed; answers the id of the case."""
    case = flag(Kind.COMMENT, comment.id, rule, "Look at this", actor=reader).case_id
    db.session.commit()
    return case


def decide_case(
    comment: CommentView, case: int, action: str, actor: Actor | None = None
) -> ModerationAction:
    """The reported comment, decided on by a volunteer."""
    done = act(
        Kind.COMMENT,
        comment.id,
        Decision(action, "insult", REASON),
        actor=actor or make_actor(Role.VOLUNTEER),
        link=Link(case_id=case),
    )
    db.session.commit()
    return done


def appeal_by(actor: Actor, done: ModerationAction, words: str = "It was a quotation") -> Appeal:
    """A review asked for and committed."""
    appeal = ask_review(done.id, words, actor=actor)
    db.session.commit()
    return appeal


def hold(policy: Policy, until: datetime, actor: Actor | None = None) -> None:
    """A volunteer holds new words on the draft."""
    by = actor or make_actor(Role.VOLUNTEER)
    with committing():
        db.session.add(
            Hold(
                policy_id=policy.id,
                until=until,
                by_id=by.person_id,
                by_role=by.role,
                begun_at=clock.now(),
            )
        )


def removed(comment: CommentView, policy: Policy, *, confirmed: bool = True) -> None:
    """A row of a removal for good, as the supervisor's agreement leaves it."""
    supervisor, volunteer = make_actor(Role.SUPERVISOR), make_actor(Role.VOLUNTEER)
    with committing():
        db.session.add(
            Removal(
                kind=Kind.COMMENT,
                object_id=comment.id,
                policy_id=policy.id,
                person_id=comment.author_id,
                ground="personal_data",
                reason="Holds a home address",
                salt=b"0" * 16,
                proposed_by_id=volunteer.person_id,
                proposed_at=clock.now(),
                decided_by_id=supervisor.person_id if confirmed else None,
                decided_at=clock.now() if confirmed else None,
                is_confirmed=confirmed,
                text_hash="ab" * 32 if confirmed else "",
            )
        )


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
