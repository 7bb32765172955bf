"""The page of one thread: what stands on it, and what it offers the person who reads it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import render_template

from app.access.actor import Actor, Role
from app.access.acts import Act
from app.access.grants import may
from app.access.predicates import Subject
from app.discussions import queries
from app.discussions.forms import WordsForm
from app.discussions.queries import CommentView, ThreadView, helping
from app.discussions.rules import Prompt, ThreadKind, is_shown_to_others
from app.discussions.services.pacing import find_slowdown
from app.discussions.services.waiting import find_notice
from app.policies.models import Policy
from app.policies.phases import Phase, allows
from app.policies.queries import facts, is_public_now
from app.policies.versions import get_version
from app.suggestions.queries.threads import find_contribution_of, find_marked
from app.web.guard import current_actor
from app.web.paging import number_argument

Ids = frozenset[int]
NONE: Ids = frozenset()


@dataclass(frozen=True, slots=True)
class Help:
    """What a volunteer can do here: comments to prompt, of newcomers to welcome, to move; whether
    to join the thread to another and to sum it up."""

    prompt: Ids = NONE
    welcome: Ids = NONE
    move: Ids = NONE
    join: bool = False
    summarise: bool = False


@dataclass(frozen=True, slots=True)
class Offers:
    """What the page offers this person: ids of the comments they may change, hide, mark."""

    reply: bool
    close: bool
    answered: bool
    edit: Ids
    moderate: Ids
    mark_owed: Ids
    help: Help


def thread_page(policy: Policy, view: ThreadView, form: WordsForm) -> str:
    """The page of the thread at the key of the address, with the form of a reply."""
    actor = current_actor()
    after = number_argument("page")
    comments, next_key = queries.list_comments(view.id, actor, after=after)
    return render_template(
        "discussions/thread.html",
        policy=policy,
        thread=view,
        contribution=find_contribution_of(view, actor),
        marked=find_marked(comments),
        entries=_entries(view, comments, actor, after, next_key),
        summary=helping.find_summary(view) if after is None else None,
        goes_on_in=helping.find_thread(view.joined_into, actor),
        joined=helping.list_joined(view, actor) if after is None else (),
        came_from=_label(policy, view.opened_on, view.moved_from),
        is_first_page=after is None,
        next_key=next_key,
        form=form,
        offers=_offers(policy, view, comments, actor),
        prompts=tuple(Prompt),
        is_open=allows(policy.phase_now, Act.POST_COMMENT),
        is_public=is_public_now(policy),
        is_confirmed=is_shown_to_others(actor.confirmation),
        slowdown=find_slowdown(policy.id),
        wait=find_notice(policy.id, actor),
    )


def _entries(
    view: ThreadView,
    comments: queries.Comments,
    actor: Actor,
    after: int | None,
    next_key: int | None,
) -> list[tuple[CommentView | None, queries.Trace | None]]:
    """The comments of the page, and between them where others stood before they were moved."""
    traces = helping.list_traces(view.id, actor, after=after, until=next_key)
    entries: list[tuple[CommentView | None, queries.Trace | None]] = [
        *((comment, None) for comment in comments),
        *((None, trace) for trace in traces),
    ]
    return sorted(entries, key=lambda entry: next(part.id for part in entry if part))


def _label(policy: Policy, number: int, ident: str | None) -> str:
    """What a clause is called now, or was in revision ``number``; "" for none."""
    if not ident:
        return ""
    clause = get_version(policy.id, policy.head_number).clause(ident)
    clause = clause or get_version(policy.id, number).clause(ident)
    return clause.label if clause else ""


def _offers(policy: Policy, view: ThreadView, comments: queries.Comments, actor: Actor) -> Offers:
    """Allowed to the person and open in this phase; the services ask again."""
    subject, phase = facts(policy, actor), policy.phase_now
    shown = [comment for comment in comments if comment.is_readable]
    left = [comment for comment in comments if comment.withdrawn_at is None]
    opener = replace(subject, author_id=view.first.author_id)
    may_reply = allows(phase, Act.POST_COMMENT) and bool(may(actor, Act.POST_COMMENT, subject))
    may_settle = allows(phase, Act.CLOSE_OWN_OBJECTION) and view.is_readable
    may_edit = allows(phase, Act.EDIT_OWN_COMMENT)
    is_open_objection = view.kind == ThreadKind.OBJECTION and not view.is_closed
    is_question = view.kind == ThreadKind.QUESTION
    closes, marks = Act.CLOSE_OWN_OBJECTION, Act.MARK_ANSWERED
    return Offers(
        reply=may_reply and _takes_replies(view),
        close=may_settle and is_open_objection and bool(may(actor, closes, opener)),
        answered=may_settle and is_question and bool(may(actor, marks, opener)),
        edit=_ids(shown, Act.EDIT_OWN_COMMENT, subject, actor) if may_edit else NONE,
        moderate=_ids(left, Act.MODERATE, subject, actor),
        mark_owed=_replies_to_mark(policy, view, shown, actor),
        help=_help(policy, view, comments, actor),
    )


def _help(policy: Policy, view: ThreadView, comments: queries.Comments, actor: Actor) -> Help:
    subject = facts(policy, actor)
    if not may(actor, Act.FACILITATE, subject):
        return Help()
    is_own = view.subject_id is None and view.first.author_id == actor.id
    summarise = view.is_readable and not is_own
    if not allows(policy.phase_now, Act.POST_COMMENT):
        return Help(summarise=summarise)
    others = [one for one in comments if one.is_readable and one.author_id != actor.id]
    prompted = [one for one in others if not one.prompt] if _takes_replies(view) else []
    out = [one for one in comments if one.held_until is None]
    move = _ids(out, Act.MODERATE, subject, actor)
    return Help(
        prompt=frozenset(one.id for one in prompted),
        welcome=helping.find_newcomers(prompted),
        move=move,
        join=view.subject_id is None and view.first.id in move,
        summarise=summarise,
    )


def _takes_replies(view: ThreadView) -> bool:
    is_stopped = view.is_closed or view.is_locked or view.joined_into is not None
    return view.is_readable and not is_stopped


def _replies_to_mark(
    policy: Policy, view: ThreadView, shown: list[CommentView], actor: Actor
) -> Ids:
    """Replies for which a volunteer can ask an answer; what opened the thread gets one anyway."""
    is_time = policy.phase_now in (Phase.DRAFTING, Phase.CONSULTATION, Phase.RESPONSE)
    if not is_time or not may(actor, Act.MARK_OWED, facts(policy, actor)):
        return NONE
    opened = view.first.id if view.subject_id is None else None
    return frozenset(comment.id for comment in shown if comment.id != opened)


def _ids(comments: list[CommentView], act: Act, subject: Subject, actor: Actor) -> Ids:
    return frozenset(
        comment.id for comment in comments if may(actor, act, _with_author(subject, comment))
    )


def _with_author(subject: Subject, comment: CommentView) -> Subject:
    role = Role(comment.author_role)
    return replace(subject, author_id=comment.author_id, author_role=role)
