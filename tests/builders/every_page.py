"""Every address of the site that is only read, filled with what really stands in the database."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

from flask import Flask
from sqlalchemy import Select, select
from werkzeug.routing import IntegerConverter, Rule

from app.access.actor import Role
from app.accounts.models import Person
from app.commands.docs import could
from app.database import db
from app.discussions.models import Comment, Thread
from app.moderation.models import Appeal, Inspection, ModerationAction, ModerationCase, Removal
from app.moderation.rules import Kind
from app.papers.rules import FORMATS, Format, Paper
from app.policies.models import Policy, Revision
from app.suggestions.models import Contribution
from app.web.guard import gate_of
from tests.builders.whole_site import LEFT_OUT

Values = dict[str, object]
CLAUSES = ("c2", "c3")
STANDING = ("?show=contested", "?show=unseen", "/flow?colour=role", "/flow?colour=age&space=time")
# What <int:ident> names, by the view.
NAMED = {
    "moderation.review": ModerationAction,
    "moderation.undo": ModerationAction,
    "moderation.appeal": Appeal,
    "moderation.decide_review": Appeal,
    "moderation.removal": Removal,
    "moderation.decide_on_removal": Removal,
    "moderation.inspection": Inspection,
    "moderation.reply_to_inspection": Inspection,
    "moderation.close_inspection": Inspection,
}


def every_path(app: Flask, role: Role, *, method: str = "GET") -> list[str]:
    """A path for each thing that a route of this method may speak of; one alone where the gate is
    closed to the role, whatever the page is about.

    A route with an argument that nobody knows here is an error: whoever adds one says what a real
    one looks like.
    """
    adapter = app.url_map.bind("localhost")
    return [
        adapter.build(rule.endpoint, values, method=method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in LEFT_OUT and method in (rule.methods or ())
        for values in islice(_values(rule), 1 if _is_closed(app, rule, role) else None)
    ]


def _is_closed(app: Flask, rule: Rule, role: Role) -> bool:
    gate = gate_of(app.view_functions[rule.endpoint])
    return gate is not None and gate.act is not None and could(role, gate.act) == "no"


def with_queries() -> Iterator[str]:
    """Addresses whose page is chosen by what stands behind the question mark."""
    kinds = {Kind.COMMENT: Comment, Kind.SUGGESTION: Contribution, Kind.SUMMARY: Revision}
    for kind, model in kinds.items():
        for ident in _ids(select(model.id)):
            yield f"/flags?kind={kind}&id={ident}"
            yield f"/flags/received?kind={kind}&id={ident}"
            yield f"/moderation/removals/new?kind={kind}&id={ident}"
    for ident in _ids(select(ModerationAction.id)):
        yield f"/supervision/notes/new?about=action:{ident}"
    for slug in _ids(select(Policy.slug)):
        here = f"/policies/{slug}"
        yield f"/supervision/notes/new?about=policy&policy={slug}"
        yield f"/moderation/log?policy={slug}"
        yield f"/moderation/held?draft={slug}"
        yield f"{here}/discussion?questions=open"
        yield f"{here}/suggestions?sort=similar"
        yield f"{here}/suggestions?state=open"
        yield f"{here}/answers?became=noted"
        yield f"{here}/answers/work?show=all"
        yield from (f"{here}/consensus{asked}" for asked in STANDING)
        for clause in CLAUSES:
            for page in ("discussion", "suggestions", "suggest", "edit", "attribution", "answers",
                         "follow", "follow-by-mail", "feed.atom", "consultation", "correct"):  # fmt: skip
                yield f"{here}/{page}?clause={clause}"
    for ident in _ids(select(Thread.id)):
        yield f"/policies/rules/follow?thread={ident}"
    for number in _ids(select(Contribution.number).join(Policy).where(Policy.slug == "rules")):
        yield f"/policies/rules/answers/work?number={number}"
        yield f"/policies/rules/suggestions/{number}/adopt?way=own&in=whole"
    yield from ("/?lang=zh", "/search", "/policies?page=2", "/recent?page=2", "/?lang=en")


def _ids(query: Select[tuple[int]] | Select[tuple[str]]) -> list[object]:
    return [*db.session.scalars(query)]


def _values(rule: Rule) -> Iterator[Values]:
    """What the arguments of the route may be, together."""
    names = set(rule.arguments)
    groups: list[list[Values]] = []
    if {"thread_id", "comment_id"} <= names:
        rows = db.session.execute(select(Comment.thread_id, Comment.id))
        groups.append([{"thread_id": thread, "comment_id": comment} for thread, comment in rows])
        names -= {"thread_id", "comment_id"}
    if {"slug", "number"} <= names:
        groups.append([*_numbered()])
        names -= {"slug", "number"}
    if {"slug", "statement"} <= names:
        groups.append([*_statements()])
        names -= {"slug", "statement"}
    if {"name", "ext"} <= names:
        # The formats that a child of the worker makes are made in tests of their own.
        made = (Format.HTML, Format.CSV)
        groups.append(
            [{"name": p.value, "ext": e.value} for p in Paper for e in FORMATS[p] if e in made]
        )
        names -= {"name", "ext"}
    for name in sorted(names):
        groups.append([{name: value} for value in _known(rule, name)])
    for parts in product(*groups):
        yield {name: value for part in parts for name, value in part.items()}


def _numbered() -> Iterator[Values]:
    """The numbers of each draft: those of its revisions and of what was sent about it."""
    query = select(Policy.slug, Policy.head_number, Contribution.number).outerjoin(Contribution)
    most: dict[str, int] = {}
    for slug, head, number in db.session.execute(query):
        most[slug] = max(most.get(slug, 1), head, number or 0)
    for slug, last in most.items():
        for number in range(1, last + 1):
            yield {"slug": slug, "number": number}


def _statements() -> Iterator[Values]:
    """Of each draft the articles that are looked at, and all that was sent about it."""
    for slug in _ids(select(Policy.slug)):
        yield from ({"slug": slug, "statement": f"c-{clause}"} for clause in CLAUSES)
    query = select(Policy.slug, Contribution.number).join(Contribution)
    for slug, number in db.session.execute(query):
        yield {"slug": slug, "statement": f"s-{number}"}


def _known(rule: Rule, name: str) -> list[object]:
    if name == "ident" and isinstance(rule._converters[name], IntegerConverter):
        return _ids(select(NAMED[rule.endpoint].id)) or [1]
    queries = {
        "slug": select(Policy.slug),
        "policy_id": select(Policy.id),
        "thread_id": select(Thread.id),
        "comment_id": select(Comment.id),
        "contribution_id": select(Contribution.id),
        "revision_id": select(Revision.id),
        "public_id": select(Person.public_id),
        "flag": select(ModerationCase.id),
    }
    fixed: dict[str, list[object]] = {
        "ident": [*CLAUSES],
        "number": [*range(1, 14)],
        "pair": ["1...2", "2...3"],
        "ext": ["html", "csv"],
        "token": ["nothing"],
        "step": ["assign"],
    }
    return _ids(queries[name]) if name in queries else fixed[name]
