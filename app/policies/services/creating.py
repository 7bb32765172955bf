"""Begin a policy, rename it, and change its settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import exists, func, select

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.accounts.services.departments import find_or_add_department
from app.database import db, writing
from app.errors import Conflict, RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.events import PolicyCreated, PolicyRenamed, SettingsChanged
from app.policies.models import PhaseStep, Policy, PolicyAddress, Revision
from app.policies.phases import STARTS, Mode, Phase
from app.policies.queries import facts, get_policy
from app.policies.rules import (
    KINDS,
    LANGUAGES,
    RESERVED_SLUGS,
    ensure_not_too_many,
    ensure_slug,
    slug_of,
)
from app.policies.services.writing_revisions import Author, Origin, append, lock_head, touch
from app.text.archive import text_hash
from app.text.canonical import (
    MAX_SUMMARY_CHARACTERS,
    MAX_TITLE_BYTES,
    MAX_TITLE_CHARACTERS,
    canonical,
    check_line,
    check_words,
    refused_in,
)
from app.text.clauses import outline

ADVISORY_LOCK = 740313
SENT_TWICE_SECONDS = 60  # the same title and text again within this time are one sending
MOST_DEPARTMENT, MOST_PLAIN_SUMMARY = 120, 1000  # characters


@dataclass(frozen=True, slots=True)
class NewPolicy:
    """What the form of a new draft holds."""

    title: str
    language: str
    kind: str
    text: str
    summary: str
    department: str = ""
    is_public: bool = False
    mode: str = Mode.REVIEWED
    phase: str = Phase.DRAFTING
    slug: str = ""
    plain_summary: str = ""


def create_policy(new: NewPolicy, *, actor: Actor) -> Policy:
    """A new policy with its first revision, owned by ``actor``; private unless asked otherwise.

    One that begins as registered says in its summary what is open and what is fixed. The same form
    sent twice within a minute is one draft.
    """
    ensure(actor, Act.CREATE_POLICY)
    title = _title(new.title)
    _ensure_choices(new)
    text = canonical(new.text).text
    clauses = outline(text)
    ensure_not_too_many(clauses)
    with refused_in("summary"):
        summary = check_line(new.summary, characters=MAX_SUMMARY_CHARACTERS)
    if new.phase == Phase.REGISTERED and not summary:
        raise RuleBroken(N_("Please say what is open and what is fixed."), field="summary")
    new = replace(new, department=_department(new.department))
    writing()
    _alone_with_addresses()
    earlier = _sent_before(new, title, text, actor)
    if earlier is not None:
        return earlier
    policy = add_policy(new, title=title, owner_id=actor.person_id, actor=actor)
    if not new.department:
        policy.department_id = actor.department_id
    policy.next_clause = len(clauses) + 1
    if new.phase == Phase.REGISTERED:
        db.session.add(
            PhaseStep(
                policy_id=policy.id,
                came_from="",
                phase=new.phase,
                at=policy.created_at,
                by_id=actor.person_id,
                by_role=actor.role,
                reason=summary,
            )
        )
    append(
        policy, text, clauses, before=(), author=Author(actor.person_id, actor.public_id, actor.role),
        actor=actor, summary=summary, origin=Origin(),
    )  # fmt: skip
    db.session.flush()
    return policy


def _sent_before(new: NewPolicy, title: str, text: str, actor: Actor) -> Policy | None:
    """The draft that the same form made a moment ago."""
    query = (
        select(Policy)
        .join(Revision, (Revision.policy_id == Policy.id) & (Revision.number == 1))
        .where(
            Policy.owner_id == actor.person_id,
            Policy.title == title,
            Policy.created_at > clock.now() - timedelta(seconds=SENT_TWICE_SECONDS),
            Revision.sha256 == text_hash(text),
        )
    )
    return db.session.scalar(query.where(Policy.slug == new.slug) if new.slug else query)


def add_policy(new: NewPolicy, *, title: str, owner_id: int | None, actor: Actor) -> Policy:
    """The row of a policy that has no revision yet; for ``create_policy`` and imports."""
    now = clock.now()
    _alone_with_addresses()
    department = find_or_add_department(new.department) if new.department else None
    policy = Policy(
        slug=_free_slug(new.slug, title),
        title=title,
        language=new.language,
        kind=new.kind,
        department_id=department.id if department else None,
        owner_id=owner_id,
        mode=new.mode,
        phase=new.phase,
        is_public=new.is_public,
        published_at=now if new.is_public else None,
        plain_summary=new.plain_summary,
        head_number=0,
        page_version=1,
        next_clause=1,
        created_at=now,
        updated_at=now,
    )
    db.session.add(policy)
    db.session.flush()
    record(
        PolicyCreated(
            policy=policy.id,
            slug=policy.slug,
            kind=new.kind,
            language=new.language,
            phase=new.phase,
        ),
        actor=actor,
        is_public=new.is_public,
    )
    return policy


def _title(value: str) -> str:
    with refused_in("title"):
        title = check_line(value, characters=MAX_TITLE_CHARACTERS, octets=MAX_TITLE_BYTES)
    if not title:
        raise RuleBroken(N_("Please give the draft a title."), field="title")
    return title


def _department(name: str) -> str:
    with refused_in("department"):
        return check_line(name, characters=MOST_DEPARTMENT)


def _ensure_choices(new: NewPolicy) -> None:
    if new.language not in LANGUAGES:
        raise RuleBroken(N_("Please choose a language."), field="language")
    if new.kind not in KINDS:
        raise RuleBroken(N_("Please choose what kind of text this is."), field="kind")
    if new.mode not in set(Mode):
        raise RuleBroken(N_("Please choose who may edit."), field="mode")
    if new.phase not in STARTS:
        raise RuleBroken(
            N_("A draft begins as proposed, accepted or being drafted."), field="phase"
        )


def _free_slug(wanted: str, title: str) -> str:
    """The wanted address, else the ASCII words of the title, else policy-<n>; always a free one."""
    if wanted:
        ensure_slug(wanted)
        if _is_taken(wanted):
            raise Conflict(N_("This address is taken by another draft."), field="slug")
        return wanted
    stem = slug_of(title)
    if not stem or stem in RESERVED_SLUGS:
        stem = "policy"
    number = 1
    while _is_taken(candidate := stem if number == 1 and stem != "policy" else f"{stem}-{number}"):
        number += 1
    return candidate


def _alone_with_addresses() -> None:
    """Until the commit nobody else chooses an address; on SQLite the write gate sees to it."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(ADVISORY_LOCK)))


def _is_taken(slug: str) -> bool:
    return bool(
        db.session.scalar(
            select(exists().where(Policy.slug == slug) | exists().where(PolicyAddress.slug == slug))
        )
    )


def rename(slug: str, *, title: str, new_slug: str, actor: Actor) -> Policy:
    """A new title, and if wanted a new address; the old address goes on working."""
    policy = get_policy(slug, actor)
    ensure(actor, Act.RENAME_POLICY, facts(policy, actor))
    title = _title(title)
    writing()
    policy = lock_head(policy.id)
    wanted = ensure_slug(new_slug) if new_slug else policy.slug
    if wanted != policy.slug:
        _move_address(policy, wanted)
    policy.title = title
    touch(policy)
    event = PolicyRenamed(policy=policy.id, slug=policy.slug, title=title)
    record(event, actor=actor, is_public=policy.is_public)
    db.session.flush()
    return policy


def _move_address(policy: Policy, wanted: str) -> None:
    _alone_with_addresses()
    own = db.session.get(PolicyAddress, wanted)
    if own is not None and own.policy_id == policy.id:
        db.session.delete(own)  # going back to a former address of its own
    elif _is_taken(wanted):
        raise Conflict(N_("This address is taken by another draft."), field="slug")
    db.session.add(PolicyAddress(slug=policy.slug, policy_id=policy.id))
    policy.slug = wanted


def change_settings(
    slug: str, *, mode: str, department: str, plain_summary: str, actor: Actor
) -> Policy:
    """Editing mode, department and the one-sentence summary."""
    policy = get_policy(slug, actor)
    ensure(actor, Act.CHANGE_SETTINGS, facts(policy, actor))
    if mode not in set(Mode):
        raise RuleBroken(N_("Please choose who may edit."), field="mode")
    department = _department(department)
    with refused_in("plain_summary"):
        plain_summary = check_words(plain_summary, MOST_PLAIN_SUMMARY)
    writing()
    policy = lock_head(policy.id)
    policy.mode = mode
    policy.plain_summary = plain_summary
    policy.department_id = find_or_add_department(department).id if department else None
    touch(policy)
    record(
        SettingsChanged(policy=policy.id, mode=mode, department=policy.department_id),
        actor=actor,
        is_public=policy.is_public,
    )
    db.session.flush()
    return policy
