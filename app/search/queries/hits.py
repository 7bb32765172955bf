"""Hits looked up in the database: what is private or hidden by now is no hit, whatever the index
says, and every word shown comes from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import select, tuple_
from sqlalchemy.orm import joinedload

from app.access.actor import Actor
from app.database import db
from app.discussions.models import Comment, Thread
from app.discussions.queries import CommentView, find_comments, find_page_key
from app.discussions.queries.shown import first_of_thread
from app.policies.models import Policy, PolicyMember, Revision
from app.policies.queries import list_notes, outsiders_from, seen_by
from app.policies.versions import Version, get_version
from app.search.grammar import Mark
from app.search.marks import Snippet, mark, snippet
from app.search.port import DocumentType
from app.suggestions.queries.for_search import find_suggestions
from app.suggestions.queries.views import ContributionView
from app.text.as_read import as_read
from app.visibility import is_hidden, is_inside

_MARKDOWN = re.compile(r"^#{1,6} +|\*\*|^> ?", re.MULTILINE)
Parts = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One hit as it is shown. Parts are (text, is marked), ``url`` is a path of this site.

    ``clause`` is an id and ``label`` what it is called now, "" where no clause is meant; ``number``
    is that of a version or suggestion. ``language`` is the policy's, "" in ``words_language`` means the same.
    """

    type: DocumentType
    slug: str
    title: Parts
    language: str
    phase: str
    department: str
    dated: datetime
    url: str
    words: Snippet
    words_language: str = ""
    clause: str = ""
    label: str = ""
    number: int = 0


# The words of a hit are read when it is shown, not when it is only counted.
Source = Callable[[Sequence[Mark]], Found]


def find_sources(keys: Sequence[str], actor: Actor) -> dict[str, Source]:
    """Those of the documents that ``actor`` may read now, by key."""
    named = [key.split(":") for key in keys]
    policies = _visible((int(name[1]) for name in named if name[0] != "comment"), actor)
    wanted = {(int(name[1]), int(name[2])) for name in named if name[0] == "revision"}
    comments = [int(name[1]) for name in named if name[0] == "comment"]
    offered = [(int(name[1]), int(name[2])) for name in named if name[0] == "suggestion"]
    found: dict[str, Source] = {
        f"policy:{policy.id}": partial(_show_policy, policy) for policy in policies.values()
    }
    found.update(_revisions(wanted, policies, actor))
    found.update(_comments(comments, actor))
    found.update(_suggestions(offered, policies, actor))
    return {key: found[key] for key in keys if key in found}


def _visible(ids: Iterable[int], actor: Actor) -> dict[int, Policy]:
    query = select(Policy).where(Policy.id.in_(set(ids)), Policy.head_number > 0, seen_by(actor))
    rows = db.session.scalars(query.options(joinedload(Policy.department)))
    return {policy.id: policy for policy in rows}


def _revisions(
    wanted: set[tuple[int, int]], policies: dict[int, Policy], actor: Actor
) -> Iterator[tuple[str, Source]]:
    if not wanted:
        return
    inside = _inside({policy_id for policy_id, _ in wanted}, actor)
    query = select(Revision.policy_id, Revision.number, Revision.saved_at, Revision.summary).where(
        tuple_(Revision.policy_id, Revision.number).in_(wanted),
        ~is_hidden("summary", Revision.id),
    )
    for policy_id, number, saved_at, summary in db.session.execute(query):
        policy = policies.get(policy_id)
        if policy and (policy_id in inside or number >= outsiders_from(policy)):
            show = partial(_show_reason, policy, number, saved_at, summary)
            yield f"revision:{policy_id}:{number}", show


def _inside(ids: set[int], actor: Actor) -> frozenset[int]:
    if actor.is_anonymous or actor.is_suspended:
        return frozenset()
    query = select(Policy.id).where(Policy.id.in_(ids), is_inside(Policy, PolicyMember, actor))
    return frozenset(db.session.scalars(query))


def _comments(ids: Sequence[int], actor: Actor) -> Iterator[tuple[str, Source]]:
    views = find_comments(ids, actor) if ids else {}
    if not views:
        return
    query = (
        select(Comment.id, Thread, Policy, first_of_thread())
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Policy, Policy.id == Thread.policy_id)
        .where(Comment.id.in_(views))
        .options(joinedload(Policy.department))
    )
    for comment_id, thread, policy, first in db.session.execute(query):
        title = thread.title if comment_id == first else ""
        show = partial(_show_comment, policy, thread, views[comment_id], title, actor)
        yield f"comment:{comment_id}", show


def _suggestions(
    wanted: Sequence[tuple[int, int]], policies: Mapping[int, Policy], actor: Actor
) -> Iterator[tuple[str, Source]]:
    views = find_suggestions(wanted, actor) if wanted else {}
    for (policy_id, number), view in views.items():
        if policy_id in policies:
            show = partial(_show_suggestion, policies[policy_id], view)
            yield f"suggestion:{policy_id}:{number}", show


def _show_policy(policy: Policy, marks: Sequence[Mark]) -> Found:
    version = get_version(policy.id, policy.head_number)
    words, clause = _best_words(policy, version, marks)
    found = version.clause(clause) if clause else None
    return _found(
        policy,
        "policy",
        marks,
        dated=policy.updated_at,
        path=f"#c-{clause}" if clause else "",
        words=replace(words, parts=tuple(_as_read(words.parts))),
        clause=clause,
        label=found.label if found and found.label != policy.title else "",
    )


def _best_words(policy: Policy, version: Version, marks: Sequence[Mark]) -> tuple[Snippet, str]:
    """The stretch with the marks, and the clause it belongs to ("" for none): of the text, else of
    the sentence about the whole, else of what stands beside a clause."""
    words = snippet(version.text, marks)
    if _marked(words):
        return words, _most_marked(version, words)
    about = snippet(policy.plain_summary, marks)
    if _marked(about):
        return about, ""
    ids = {clause.id for clause in version.outline}
    for ident, note in list_notes(policy.id).items():
        for part in (note.plain, note.basis, note.reason):
            beside = snippet(part, marks)
            if ident in ids and _marked(beside):
                return beside, ident
    return words, ""


def _most_marked(version: Version, words: Snippet) -> str:
    """The clause in which most characters are marked, the first of such."""
    weights: dict[str, int] = {}
    for place, length in _marked(words):
        for clause in version.outline:
            if clause.start <= place < clause.end:
                weights[clause.id] = weights.get(clause.id, 0) + length
    return max(weights, key=weights.__getitem__, default="")


def _marked(words: Snippet) -> list[tuple[int, int]]:
    """Where the marks of a stretch stand in the whole text, and how long they are."""
    found: list[tuple[int, int]] = []
    place = words.offset
    for text, is_marked in words.parts:
        if is_marked:
            found.append((place, len(text)))
        place += len(text)
    return found


def _as_read(parts: Parts) -> Iterator[tuple[str, bool]]:
    """Without the marks of Markdown, which no reader of a page ever sees."""
    for text, is_marked in parts:
        yield (text if is_marked else _MARKDOWN.sub("", text)), is_marked


def _first_mark(words: Snippet) -> int | None:
    place = words.offset
    for text, is_marked in words.parts:
        if is_marked:
            return place
        place += len(text)
    return None


def _show_reason(
    policy: Policy, number: int, saved_at: datetime, summary: str, marks: Sequence[Mark]
) -> Found:
    return _found(
        policy,
        "revision",
        marks,
        dated=saved_at,
        path=f"/revisions/{number}",
        words=snippet(summary, marks),
        number=number,
    )


def _show_comment(
    policy: Policy,
    thread: Thread,
    comment: CommentView,
    title: str,
    actor: Actor,
    marks: Sequence[Mark],
) -> Found:
    key = find_page_key(comment, actor)
    page = f"?page={key}" if key else ""
    clause = get_version(policy.id, policy.head_number).clause(thread.clause or "")
    return _found(
        policy,
        "comment",
        marks,
        dated=comment.posted_at,
        url=f"/threads/{thread.id}{page}#comment-{comment.id}",
        words=snippet(f"{title}\n{comment.body}" if title else comment.body, marks),
        words_language=comment.language,
        clause=thread.clause or "",
        label=clause.label if clause else "",
    )


def _show_suggestion(policy: Policy, view: ContributionView, marks: Sequence[Mark]) -> Found:
    new_words = (as_read(change.after) for change in view.changes if change.after)
    return _found(
        policy,
        "suggestion" if view.is_suggestion else "comment",
        marks,
        dated=view.sent_at,
        path=f"/suggestions/{view.number}",
        words=snippet("\n\n".join((view.words, *new_words)), marks),
        words_language=view.words_language,
        clause=view.clause or "",
        label=view.label,
        number=view.number,
    )


def _found(
    policy: Policy,
    type_: DocumentType,
    marks: Sequence[Mark],
    *,
    dated: datetime,
    words: Snippet,
    path: str = "",
    url: str = "",
    words_language: str = "",
    clause: str = "",
    label: str = "",
    number: int = 0,
) -> Found:
    return Found(
        type=type_,
        slug=policy.slug,
        title=mark(policy.title, marks if type_ == "policy" else ()),
        language=policy.language,
        phase=policy.phase,
        department=policy.department.name if policy.department else "",
        dated=dated,
        url=url or f"/policies/{policy.slug}{path}",
        words=words,
        words_language=words_language,
        clause=clause,
        label=label,
        number=number,
    )
