"""The rows of the table of answers: each contribution with its words and what it was answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import func, select

from app.access.actor import Actor
from app.accounts.models import Department
from app.database import db
from app.policies.models import Policy
from app.policies.versions import Version, get_version
from app.suggestions.models import Answer, AnswerDraft, Contribution, ContributionPart
from app.suggestions.queries.narrowing import is_counted
from app.suggestions.queries.shown import select_contributions, views
from app.suggestions.queries.views import AnswerView, ContributionView
from app.text.as_read import as_read
from app.text.labels import spoken

HIDDEN, UNSEEN = "hidden", "unseen"


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One line of the table: a contribution, one point of a split one, or a further answer.

    ``state`` is open, answered, withdrawn, replaced, hidden, or unseen for words that are not shown
    to this reader. ``part`` is 0 for all of it. ``label`` is what the article is called now,
    ``change`` what a suggestion would have in the text, ``same`` of how many much the same it is
    one. ``outcome`` is "" without an answer; ``is_draft``: it waits for publication.
    """

    number: int
    part: int
    kind: str
    clause: str | None
    label: str
    state: str
    is_late: bool
    is_owed: bool
    author: str = ""
    role: str = ""
    words: str = ""
    change: str = ""
    same: int = 1
    outcome: str = ""
    reason: str = ""
    reference: str = ""
    office: str = ""
    revision: int | None = None
    clauses: tuple[str, ...] = ()
    is_draft: bool = False
    is_further: bool = False
    view: ContributionView | None = field(default=None, repr=False)


def list_rows(
    policy: Policy, found: Sequence[Contribution], actor: Actor, *, with_drafts: bool = False
) -> Iterator[AnswerRow]:
    """The rows of these contributions, as ``actor`` may read them; at most eight SELECTs.

    ``with_drafts`` is the office's own table, see ``answers_table.iter_rows``.
    """
    ids = [one.id for one in found]
    query = select_contributions(actor).where(Contribution.id.in_(ids))
    seen = {view.id: view for view in views(db.session.execute(query).all(), actor)}
    facts = _Facts(
        get_version(policy.id, policy.head_number),
        is_office=with_drafts,
        sizes=_sizes(found, with_held=with_drafts),
        outcomes=_outcomes([one for one in ids if one not in seen]),
        points=_points([one.id for one in found if one.parts]),
        drafts=_drafts(ids) if with_drafts else {},
    )
    for one in found:
        yield from _rows(one, seen.get(one.id), facts)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the rows of one portion need besides what the reader sees, by contribution id."""

    head: Version
    is_office: bool
    sizes: Mapping[int, int]
    outcomes: Mapping[int, str]
    points: Mapping[int, Mapping[int, str]]
    drafts: Mapping[int, Sequence[tuple[AnswerDraft, str]]]


def _rows(one: Contribution, view: ContributionView | None, facts: _Facts) -> list[AnswerRow]:
    whole = _whole(one, view, facts)
    said = [_answered(whole, answer) for answer in (view.answers if view else ())]
    said += [_drafted(whole, *draft) for draft in facts.drafts.get(one.id, ())]
    points = facts.points.get(one.id, {})
    if not whole.words:  # the office answers points that it does not read here
        points = dict.fromkeys(points, "") if facts.is_office else {}
    if facts.is_office:
        written = {row.part for row in said}
        said += [replace(whole, part=part) for part in points if part not in written]
    rows = [
        replace(row, words=points[row.part], change="") if row.part in points else row
        for row in sorted(said, key=lambda row: row.part)
    ]
    return rows or [whole]


def _whole(one: Contribution, view: ContributionView | None, facts: _Facts) -> AnswerRow:
    """The row of a contribution as if nobody had answered it."""
    place = facts.head.clause(one.clause or one.after or "")
    state = one.state
    if one.state not in ("withdrawn", "replaced"):
        state = UNSEEN if view is None else HIDDEN if view.marker else one.state
    return AnswerRow(
        number=one.number,
        part=0,
        kind=one.kind,
        clause=one.clause or one.after,
        label=spoken(place.label) if place else "",
        state=state,
        is_late=one.is_late,
        is_owed=one.is_owed,
        author=view.author_name if view else "",
        role=one.author_role,
        words=view.words if view else "",
        change="\n\n".join(as_read(change.after) for change in view.changes) if view else "",
        same=facts.sizes.get(one.group_id or 0, 1),
        outcome=facts.outcomes.get(one.id, ""),
        view=view,
    )


def _answered(whole: AnswerRow, answer: AnswerView) -> AnswerRow:
    return replace(
        whole,
        part=answer.part,
        outcome=answer.outcome,
        reason=answer.reason,
        reference=answer.reference,
        office=answer.department,
        revision=answer.revision,
        clauses=answer.clauses,
    )


def _drafted(whole: AnswerRow, draft: AnswerDraft, office: str) -> AnswerRow:
    return replace(
        whole,
        part=draft.part,
        outcome=draft.outcome,
        reason=draft.reason,
        reference=draft.reference,
        office=office,
        revision=draft.revision,
        clauses=tuple(draft.clauses.split()),
        is_draft=True,
        is_further=draft.is_further,
    )


def _sizes(found: Sequence[Contribution], *, with_held: bool) -> dict[int, int]:
    """By group id: how many of the policy say much the same."""
    groups = {one.group_id for one in found if one.group_id}
    query = (
        select(Contribution.group_id, func.count())
        .where(Contribution.group_id.in_(groups), is_counted(with_held=with_held))
        .group_by(Contribution.group_id)
    )
    rows = db.session.execute(query) if groups else ()
    return {group: size for group, size in rows if group is not None}


def _outcomes(ids: Sequence[int]) -> dict[int, str]:
    """By id: what became of contributions whose words this reader does not see."""
    query = select(Answer.contribution_id, Answer.outcome).where(Answer.contribution_id.in_(ids))
    rows = db.session.execute(query.order_by(Answer.id)) if ids else ()
    return {row[0]: row[1] for row in rows}


def _points(ids: Sequence[int]) -> dict[int, dict[int, str]]:
    """By id: the words of each point of those that were split."""
    query = select(ContributionPart).where(ContributionPart.contribution_id.in_(ids))
    rows = db.session.scalars(
        query.order_by(ContributionPart.contribution_id, ContributionPart.part)
    )
    found: dict[int, dict[int, str]] = {}
    for row in rows if ids else ():
        found.setdefault(row.contribution_id, {})[row.part] = row.words
    return found


def _drafts(ids: Sequence[int]) -> dict[int, list[tuple[AnswerDraft, str]]]:
    """By id: what waits for publication, and the name of the office that wrote it."""
    query = (
        select(AnswerDraft, func.coalesce(Department.name, ""))
        .outerjoin(Department, Department.id == AnswerDraft.department_id)
        .where(AnswerDraft.contribution_id.in_(ids))
        .order_by(AnswerDraft.contribution_id, AnswerDraft.part)
    )
    found: dict[int, list[tuple[AnswerDraft, str]]] = {}
    for draft, office in db.session.execute(query):
        found.setdefault(draft.contribution_id, []).append((draft, office))
    return found
