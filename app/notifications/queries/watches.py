"""What a person follows, and what may be followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.access.actor import Actor
from app.database import db
from app.discussions.models import Thread
from app.discussions.queries import ThreadView, get_thread
from app.discussions.queries.shown import select_threads
from app.errors import NotFound
from app.messages import N_
from app.notifications.models import ReaderState, Watch
from app.notifications.queries.talk_news import excerpt
from app.policies.models import Policy
from app.policies.queries import get_policy, seen_by
from app.policies.versions import get_version
from app.text.labels import spoken

PAGE_SIZE = 50
_TITLE = 40  # characters of what opened a thread that has no title


@dataclass(frozen=True, slots=True)
class Target:
    """What somebody may follow: a policy, one of its clauses (``label`` is what it is called), or a
    thread."""

    policy: Policy
    clause: str = ""
    label: str = ""
    thread: ThreadView | None = None

    @property
    def thread_id(self) -> int:
        return self.thread.id if self.thread else 0


@dataclass(frozen=True, slots=True)
class Followed:
    """One thing that a person follows. ``label`` is what the clause is called now, "" when it is
    gone or has none; ``title`` names a thread that the person can read."""

    watch: Watch
    policy: Policy
    label: str
    title: str


def get_target(slug: str, clause: str, thread_id: int, actor: Actor) -> Target:
    """What an address asks to follow; NotFound for what is not there for ``actor``."""
    policy = get_policy(slug, actor)
    if thread_id:
        thread_policy, thread = get_thread(thread_id, actor)
        if thread_policy.id != policy.id:
            raise NotFound(N_("This discussion does not exist, or you may not see it."))
        return Target(policy, thread=thread)
    if clause:
        found = get_version(policy.id, policy.head_number).clause(clause)
        if found is None:
            raise NotFound(N_("There is no such article in this draft."))
        return Target(policy, clause, spoken(found.label))
    return Target(policy)


def find_watch(target: Target, actor: Actor) -> Watch | None:
    """How ``actor`` follows exactly this, or None."""
    if actor.is_anonymous:
        return None
    return db.session.scalar(
        select(Watch).where(
            Watch.person_id == actor.id,
            Watch.policy_id == target.policy.id,
            Watch.clause == target.clause,
            Watch.thread_id == target.thread_id,
        )
    )


def list_watches(
    actor: Actor, *, before: int | None = None, size: int = PAGE_SIZE
) -> tuple[Sequence[Followed], int | None]:
    """What ``actor`` follows, the latest first below the id ``before``, and the key of the next
    page; what became private since is absent."""
    query = (
        select(Watch, Policy)
        .join(Policy, Policy.id == Watch.policy_id)
        .where(Watch.person_id == actor.person_id, seen_by(actor))
        .order_by(Watch.id.desc())
        .limit(size + 1)
    )
    if before is not None:
        query = query.where(Watch.id < before)
    rows = db.session.execute(query).all()
    ids = {watch.thread_id for watch, _policy in rows if watch.thread_id}
    threads = db.session.execute(select_threads(actor).where(Thread.id.in_(ids))) if ids else ()
    titles = {row.thread_id: row.title or excerpt(row.body)[:_TITLE] for row in threads}
    found = [
        Followed(watch, policy, _label(watch, policy), titles.get(watch.thread_id, ""))
        for watch, policy in rows[:size]
    ]
    return found, rows[size - 1][0].id if len(rows) > size else None


def _label(watch: Watch, policy: Policy) -> str:
    if not watch.clause:
        return ""
    clause = get_version(policy.id, policy.head_number).clause(watch.clause)
    return spoken(clause.label) if clause else ""


def find_state(person_id: int) -> ReaderState | None:
    """How far a person has looked and been told; None before they looked for the first time."""
    return db.session.get(ReaderState, person_id)
