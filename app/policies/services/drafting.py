"""Keep what a person is writing before it is saved: nothing typed is lost, nobody else sees it."""

from __future__ import annotations

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import db, writing
from app.errors import RuleBroken
from app.messages import N_
from app.policies.models import Draft, Policy
from app.policies.queries import facts, first_number, get_policy
from app.policies.services.saving import Edit
from app.policies.services.writing_revisions import lock_head
from app.policies.versions import get_version
from app.text.canonical import MAX_SUMMARY_CHARACTERS, MAX_TEXT_BYTES, TextRefused

MOST_KEPT = 2 * MAX_TEXT_BYTES  # characters of one draft


def keep_draft(slug: str, edit: Edit, *, actor: Actor) -> Draft:
    """Keep the words of ``edit`` for this person; they are not checked, only stored."""
    policy = get_policy(slug, actor)
    ensure(actor, Act.KEEP_DRAFT, facts(policy, actor))
    _ensure_place(policy, edit, actor)
    writing()
    policy = lock_head(policy.id)  # two windows may keep the same draft at one moment
    draft = Draft(
        policy_id=policy.id,
        person_id=actor.person_id,
        clause=edit.clause,
        base=edit.base,
        text=storable(edit.text),
        summary=storable(edit.summary)[:MAX_SUMMARY_CHARACTERS],
        kept_at=clock.now(),
    )
    kept = db.session.merge(draft)
    db.session.flush()
    return kept


def _ensure_place(policy: Policy, edit: Edit, actor: Actor) -> None:
    """Refuse words for a version or an article that never was, and more than a form can hold.

    Words that are too long for a text are kept too, so that they can be shortened.
    """
    if not first_number(policy, actor) <= edit.base <= policy.head_number:
        raise RuleBroken(N_("Your page was made from a version that does not exist."), field="base")
    if edit.clause and get_version(policy.id, edit.base).clause(edit.clause) is None:
        raise RuleBroken(N_("This article is no longer in the text. Your words are below."))
    if len(edit.text) > MOST_KEPT:
        raise TextRefused("too_large", size=len(edit.text), limit=MAX_TEXT_BYTES)


def drop_draft(slug: str, clause: str, *, actor: Actor) -> None:
    """Forget the kept words; the person asked for it."""
    policy = get_policy(slug, actor)
    ensure(actor, Act.KEEP_DRAFT, facts(policy, actor))
    writing()
    draft = db.session.get(Draft, (policy.id, actor.person_id, clause))
    if draft is not None:
        db.session.delete(draft)
    db.session.flush()


def storable(text: str) -> str:
    """``text`` without what no database can hold (NUL, lone surrogates); the rest stays."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
