"""What a comparison table holds: every clause of two versions, what became of it, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.access.actor import Actor
from app.papers.queries.naming import TextName, name_texts
from app.papers.queries.reasons import Reason, list_reasons
from app.policies.models import Policy
from app.policies.queries import get_revision
from app.policies.versions import get_version
from app.text.as_read import as_read
from app.text.compare import ClauseChange, Row, Runs, compare
from app.text.outline import Clause, ClauseKind

SECONDS = 60.0  # of word diffs; a page gives half a second and shows the rest as a whole
_ORDER = list(ClauseChange)


@dataclass(frozen=True, slots=True)
class ComparedClause:
    """One clause: its words before and after as they are read, ``runs`` what changed in them.

    ``is_place``: a moved clause stands here no more; its own row is where it stands now.
    ``split_from`` and ``joined`` are labels. ``is_article`` is False for headings and the like.
    """

    clause: str
    is_article: bool
    label_before: str
    label_after: str
    change: tuple[ClauseChange, ...]
    before: str
    after: str
    runs: Runs
    reasons: tuple[Reason, ...] = ()
    split_from: str = ""
    joined: tuple[str, ...] = ()
    is_place: bool = False

    @property
    def is_unchanged(self) -> bool:
        return self.change == (ClauseChange.UNCHANGED,)

    @property
    def is_only_renumbered(self) -> bool:
        return self.change == (ClauseChange.RENUMBERED,)


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions of one policy beside each other, in reading order.

    ``is_shortened``: a limit was hit, and some clauses are shown replaced as a whole.
    """

    title: str
    language: str
    office: str
    before: TextName
    after: TextName
    clauses: tuple[ComparedClause, ...]
    is_shortened: bool


def compare_versions(policy: Policy, before: int, after: int, actor: Actor) -> Compared:
    """The comparison of two versions that ``actor`` may read; NotFound else."""
    for number in (before, after):
        get_revision(policy, number, actor)
    old, new = (get_version(policy.id, number).outline for number in (before, after))
    found = compare(old, new, SECONDS)
    reasons = list_reasons(policy, before, after, actor)
    then, now = ({clause.id: clause for clause in outline} for outline in (old, new))
    names = name_texts(policy, before, after)
    return Compared(
        title=policy.title,
        language=policy.language,
        office=policy.department.name if policy.department else "",
        before=names[0],
        after=names[1],
        clauses=tuple(
            _with_reasons(_clause(row, then, now), reasons.get(row.id, [])) for row in found.rows
        ),
        is_shortened=found.truncated,
    )


def _clause(row: Row, then: dict[str, Clause], now: dict[str, Clause]) -> ComparedClause:
    old, new = then.get(row.id), now.get(row.id)
    one = new or old
    assert one is not None
    is_place = ClauseChange.MOVED in row.change and all(sign == "-" for sign, _ in row.runs)
    return ComparedClause(
        clause=row.id,
        is_article=one.kind is ClauseKind.ARTICLE,
        label_before=row.label_before,
        label_after=row.label_after,
        change=tuple(sorted(row.change, key=_ORDER.index)),
        before=_read(old),
        after=_read(new),
        runs=row.within or row.runs,
        split_from=_label(then, row.split_from),
        joined=tuple(label for name in row.merged_from if (label := _label(then, name))),
        is_place=is_place,
    )


def _with_reasons(one: ComparedClause, reasons: list[Reason]) -> ComparedClause:
    if one.is_unchanged or one.is_only_renumbered or one.is_place:
        return one
    return replace(one, reasons=tuple(reasons))


def _read(clause: Clause | None) -> str:
    return as_read(clause.text).strip() if clause else ""


def _label(clauses: dict[str, Clause], ident: str | None) -> str:
    clause = clauses.get(ident or "")
    return clause.label if clause else ""
