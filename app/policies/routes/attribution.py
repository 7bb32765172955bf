"""The page *Who wrote this*: by role first, then article by article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.access.acts import Act
from app.errors import NotFound
from app.messages import N_
from app.policies import queries
from app.policies.authorship import (
    RoleShare,
    Source,
    Span,
    Writer,
    as_read_spans,
    attributed_until,
    list_roles,
    who_wrote,
)
from app.policies.models import Policy
from app.policies.routes import blueprint
from app.policies.routes.reading import stamp_of_policy, standing_in_policy
from app.policies.versions import get_version
from app.text.outline import Clause
from app.web.guard import current_actor, requires
from app.web.paging import number_argument
from app.web.visitor_cache import cached_for_visitors

PAGE_SIZE = 30  # clauses; a law has up to 1,300


@dataclass(frozen=True, slots=True)
class _Written:
    """One clause cut by writer, and the number under which each writer is listed below it."""

    clause: Clause
    spans: Sequence[Span]
    writers: Mapping[Writer, int]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the page shows of one revision: shares of roles, some clauses, the pages around."""

    number: int
    roles: Sequence[RoleShare] = ()
    clauses: Sequence[_Written] = ()
    before: int | None = None
    after: int | None = None


@blueprint.get("/policies/<slug>/attribution")
@requires(Act.READ_POLICY)
@cached_for_visitors(stamp_of_policy, standing_in_policy)
def attribution(slug: str) -> ResponseReturnValue:
    """Whose words the current text has; ``?clause=`` shows one article, ``?page=`` the next ones."""
    actor = current_actor()
    policy = queries.get_policy(slug, actor)
    first = queries.first_number(policy, actor)
    only = request.args.get("clause", "")
    number = min(attributed_until(policy.id), policy.head_number)
    shown = _Shown(number) if number < first else _shown(policy, number, only)
    return render_template(
        "policies/attribution.html",
        policy=policy,
        shown=shown,
        only=only,
        first_number=first,
    )


def _shown(policy: Policy, number: int, only: str) -> _Shown:
    """The wanted part; NotFound for an article that this revision does not have."""
    actor = current_actor()
    outline = get_version(policy.id, number).outline
    page = max(number_argument("page", 1) or 1, 1)
    start = (page - 1) * PAGE_SIZE
    wanted = outline[start : start + PAGE_SIZE]
    if only:
        wanted = tuple(clause for clause in outline if clause.id == only)
    if not wanted and outline:
        raise NotFound(N_("There is no such article in this draft."))
    written = who_wrote(policy, number, actor, [clause.id for clause in wanted])
    spans = {ident: as_read_spans(found) for ident, found in written.items()}
    return _Shown(
        number,
        list_roles(policy, number, actor),
        [_Written(clause, spans[clause.id], _listed(spans[clause.id])) for clause in wanted],
        before=page - 1 if page > 1 and not only else None,
        after=page + 1 if start + PAGE_SIZE < len(outline) and not only else None,
    )


def _listed(spans: Sequence[Span]) -> dict[Writer, int]:
    """The writers of a clause, numbered in the order in which they came to it."""
    writers = {span.writer for span in spans if span.writer.source is not Source.NUMBER}
    in_order = sorted(writers, key=lambda writer: (writer.revision, writer.suggestion))
    return {writer: nth for nth, writer in enumerate(in_order, start=1)}
