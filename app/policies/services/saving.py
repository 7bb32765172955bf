"""Save an edit: merge it onto the head if a colleague was faster, and append a revision.

Merge and clause mapping are computed before the write gate and again only when the head moved
meanwhile, so that eight editors hold each other up for the length of a commit, not of a merge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.accounts.limits import Counted
from app.accounts.services import throttling
from app.database import Lookup, db, writing
from app.errors import RuleBroken
from app.messages import N_
from app.policies.models import Draft, Policy, SavedForm
from app.policies.queries import facts, first_number, get_policy, get_policy_by_id, list_gone
from app.policies.queries.course import ensure_editable
from app.policies.rules import EditConflict, MergeNeedsLook, Saved, ensure_not_too_many
from app.policies.services.writing_revisions import Author, Origin, append, lock_head
from app.policies.versions import Packed, Version, get_version, packed
from app.text.canonical import MAX_SUMMARY_CHARACTERS, canonical, check_line
from app.text.identity import Carried, carry, edited
from app.text.merge import Conflicts, three_way
from app.text.minor import may_be_minor
from app.text.outline import Outline


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person sends: the whole text, or the words of one ``clause`` of revision ``base``.

    ``token`` is the form's once-only token: sent again it leads to the first result. ``is_minor``:
    the person calls it spelling or punctuation only.
    """

    base: int
    text: str
    summary: str
    clause: str = ""
    token: str = ""
    is_minor: bool = False


@dataclass(frozen=True, slots=True)
class _Result:
    """A text ready to be appended onto revision ``head``."""

    head: int
    text: str
    carried: Carried
    before: Outline
    is_merged: bool

    def is_minor(self, edit: Edit) -> bool:
        """Whether it is called spelling only and is that, as far as a machine can see."""
        return edit.is_minor and may_be_minor(self.before, self.carried.outline)


def save_edit(slug: str, edit: Edit, *, actor: Actor) -> Saved:
    """Save ``edit`` as a new revision; raises EditConflict, MergeNeedsLook or a refusal.

    An edit that changes nothing makes no revision. A token used before answers the first result.
    """
    policy = get_policy(slug, actor)
    earlier = _saved_before(edit.token, policy, actor)
    if earlier is not None:
        return earlier
    ensure(actor, Act.EDIT_POLICY, facts(policy, actor))
    ensure_editable(policy)
    _ensure_readable(policy, edit.base, actor)
    policy_id = policy.id
    summary = check_line(edit.summary, characters=MAX_SUMMARY_CHARACTERS)
    base = get_version(policy_id, edit.base)
    text = full_text(base, edit)
    kept = edit.clause if edit.text.strip() else ""
    result = _onto_head(policy, base, text, kept)
    ready: Packed | None = packed(policy_id, result.head + 1, result.text, result.carried.outline)
    is_minor = result.is_minor(edit)
    writing()
    policy = lock_head(policy_id)
    earlier = _saved_before(
        edit.token, policy, actor
    )  # the form may have been sent twice at one moment
    if earlier is not None:
        return earlier
    _ensure_still_allowed(policy, actor)
    throttling.count(Counted.SAVE, actor)
    if policy.head_number != result.head:
        result, ready = _onto_head(policy, base, text, kept), None
        is_minor = result.is_minor(edit)
    if result.text == get_version(policy_id, result.head).text:
        return _unchanged(policy, actor, edit)
    origin = Origin(
        kind="merge" if result.is_merged else "edit",
        merged_from=edit.base if edit.base != result.head else None,
        is_minor=is_minor,
    )
    return _append(policy, result, ready, edit, origin, summary, actor)


def full_text(base: Version, edit: Edit) -> str:
    """The whole canonical text an edit asks for; raises RuleBroken when its clause is gone."""
    if not edit.clause:
        return canonical(edit.text).text
    clause = base.clause(edit.clause)
    if clause is None:
        raise RuleBroken(N_("This article is no longer in the text. Your words are below."))
    words = canonical(edit.text).text.strip("\n")
    blank = clause.text[len(clause.text.rstrip("\n")) :] or "\n"
    whole = base.text[: clause.start] + (words + blank if words else "") + base.text[clause.end :]
    # Size and composition are of the whole; what an import let in elsewhere may stay.
    return canonical(whole, trusted=True).text


def _ensure_readable(policy: Policy, number: int, actor: Actor) -> None:
    if not first_number(policy, actor) <= number <= policy.head_number:
        raise RuleBroken(N_("Your page was made from a version that does not exist."), field="base")


def _ensure_still_allowed(policy: Policy, actor: Actor) -> None:
    """Ask again inside the gate: the policy may have been closed or made private meanwhile."""
    get_policy_by_id(policy.id, actor)
    ensure(actor, Act.EDIT_POLICY, facts(policy, actor))
    ensure_editable(policy)


def _onto_head(policy: Policy, base: Version, text: str, clause: str) -> _Result:
    """``text``, which was made from ``base``, brought onto the head of ``policy``."""
    head_number = policy.head_number
    carried = _carried(policy, base, text, _in_place(base, clause))
    if base.number == head_number:
        return _Result(head_number, text, carried, base.outline, is_merged=False)
    head = get_version(policy.id, head_number)
    merged = three_way(base.outline, carried.outline, head.outline)
    if isinstance(merged, Conflicts):
        raise EditConflict(merged.conflicts, merged.draft, head_number)
    if merged.warnings:
        raise MergeNeedsLook(merged.text, merged.warnings, head_number)
    joined = _carried(policy, head, merged.text, merged.keep)
    return _Result(head_number, merged.text, joined, head.outline, merged.text != text)


def _carried(policy: Policy, parent: Version, text: str, keep: Mapping[int, str]) -> Carried:
    gone = list_gone(policy.id)
    carried = carry(parent.outline, text, next_id=policy.next_clause, keep=keep, gone=gone)
    ensure_not_too_many(carried.outline)
    return carried


def _in_place(version: Version, clause: str) -> dict[int, str]:
    """The hint that a clause edited alone stays itself, however much of it was rewritten."""
    found = version.clause(clause) if clause else None
    return edited(found) if found else {}


def _append(
    policy: Policy,
    result: _Result,
    ready: Packed | None,
    edit: Edit,
    origin: Origin,
    summary: str,
    actor: Actor,
) -> Saved:
    policy.next_clause = max(policy.next_clause, result.carried.next_id)
    number = append(
        policy,
        result.text,
        result.carried.outline,
        before=result.before,
        author=Author(actor.person_id, actor.public_id, actor.role),
        actor=actor,
        summary=summary,
        origin=origin,
        ready=ready,
    )
    is_more = edit.is_minor and not origin.is_minor
    saved = Saved(policy.slug, number, is_merged=result.is_merged, is_more=is_more)
    _finish(policy, actor, edit, saved)
    return saved


def _unchanged(policy: Policy, actor: Actor, edit: Edit) -> Saved:
    saved = Saved(policy.slug, policy.head_number, is_unchanged=True)
    _finish(policy, actor, edit, saved)
    return saved


def _finish(policy: Policy, actor: Actor, edit: Edit, saved: Saved) -> None:
    """The draft has become a revision; the form may not be sent twice."""
    draft = db.session.get(Draft, (policy.id, actor.person_id, edit.clause))
    if draft is not None:
        db.session.delete(draft)
    if edit.token:
        flags = f"{int(saved.is_merged)}{int(saved.is_unchanged)}{int(saved.is_more)}"
        db.session.add(
            SavedForm(
                token=_scoped(edit.token, policy),
                person_id=actor.person_id,
                result=f"{saved.number} {flags}",
                saved_at=clock.now(),
            )
        )
    db.session.flush()


_SENT_BEFORE = Lookup(
    select(SavedForm.result).where(
        SavedForm.token == bindparam("token"), SavedForm.person_id == bindparam("person_id")
    )
)


def _scoped(token: str, policy: Policy) -> str:
    """A program may use one token for all its forms; it counts once on each policy."""
    return f"{policy.id}:{token}"


def _saved_before(token: str, policy: Policy, actor: Actor) -> Saved | None:
    """Where the form with this token led when it was sent before, on this policy."""
    row = _SENT_BEFORE.first(token=_scoped(token, policy), person_id=actor.id) if token else None
    if row is None:
        return None
    number, flags = row[0].split(" ")
    is_merged, is_unchanged, is_more = (flag == "1" for flag in flags.ljust(3, "0"))
    return Saved(policy.slug, int(number), is_merged, is_unchanged, is_more)


def restore(slug: str, number: int, *, actor: Actor, summary: str) -> Saved:
    """Make revision ``number`` the text again, as a new revision with its clause ids."""
    policy = get_policy(slug, actor)
    ensure(actor, Act.EDIT_POLICY, facts(policy, actor))
    ensure_editable(policy)
    _ensure_readable(policy, number, actor)
    old = get_version(policy.id, number)
    summary = check_line(summary, characters=MAX_SUMMARY_CHARACTERS)
    writing()
    policy = lock_head(policy.id)
    _ensure_still_allowed(policy, actor)
    throttling.count(Counted.SAVE, actor)
    head = get_version(policy.id, policy.head_number)
    if head.text == old.text:
        return Saved(policy.slug, policy.head_number, is_unchanged=True)
    new = append(
        policy,
        old.text,
        old.outline,
        before=head.outline,
        author=Author(actor.person_id, actor.public_id, actor.role),
        actor=actor,
        summary=summary,
        origin=Origin(kind="restore", restores=number),
    )
    return Saved(policy.slug, new)


def preview(base: Version, edit: Edit) -> Version:
    """The version an edit would make from its base, for the preview; nothing is stored."""
    text = full_text(base, edit)
    highest = max((int(clause.id[1:]) for clause in base.outline), default=0)
    keep = _in_place(base, edit.clause if edit.text.strip() else "")
    carried = carry(base.outline, text, next_id=highest + 1, keep=keep)
    ensure_not_too_many(carried.outline)
    return replace(base, text=text, outline=carried.outline)
