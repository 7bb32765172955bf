"""One contribution: the receipt for whoever sent it, its page for everybody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.accounts.queries import get_own
from app.consensus.queries.offers import offer_on_cards
from app.consensus.queries.statements import is_statement
from app.consultations.queries.due import list_promises
from app.database import keep
from app.errors import NotAllowed, SignInNeeded
from app.messages import N_
from app.policies.models import Policy
from app.policies.queries import get_policy
from app.policies.versions import get_version
from app.suggestions import rules
from app.suggestions.queries.answered import answered_view, officer_view
from app.suggestions.queries.own import list_own
from app.suggestions.queries.shown import get_contribution
from app.suggestions.queries.views import ContributionView
from app.suggestions.routes import blueprint
from app.suggestions.routes.unlocked import stamp_unless_unlocked, unlocked
from app.suggestions.services.codes import lookup_code
from app.suggestions.services.noticing import mark_seen
from app.text.outline import ClauseKind
from app.web.guard import current_actor, requires
from app.web.paging import number_argument
from app.web.visitor_cache import cached_for_visitors


@dataclass(frozen=True, slots=True)
class Course:
    """Where a contribution stands in time; ``minutes`` are left to change it without a trace, or
    to bring it back, ``overdue`` days have passed since the answer was due."""

    steps: tuple[tuple[rules.Step, bool], ...]
    phase: str
    closes_at: datetime | None
    due_at: datetime | None
    overdue: int
    minutes: int


def course_of(policy: Policy, view: ContributionView, due_at: datetime | None = None) -> Course:
    """The way of ``view`` from here on, as whoever sent it is told; ``due_at`` is until when a
    call promised the answer."""
    now, phase = clock.now(), policy.phase_now
    return Course(
        rules.steps_of(phase, policy.closes_at, view.sent_at, is_answered=bool(view.answers)),
        phase,
        policy.closes_at,
        due_at,
        rules.days_overdue(due_at, now),
        rules.minutes_left(view.withdrawn_at or view.sent_at, now),
    )


def _promised(policy: Policy) -> datetime | None:
    return list_promises([policy]).get(policy.id)


def own_contribution(slug: str, number: int) -> ContributionView:
    """What this person or browser sent; a refusal for what somebody else did."""
    actor = current_actor()
    view = get_contribution(slug, number, actor, unlocked())
    if view.is_own:
        return view
    said = N_("Only the person who wrote this can change it.")
    raise SignInNeeded(said) if actor.is_anonymous else NotAllowed(said)


def author_of(view: ContributionView) -> Actor:
    """Who changes or takes back one's own contribution: the person who is signed in, or its
    author for a browser that was shown its look-up code."""
    actor = current_actor()
    if view.author_id != actor.id and view.id in unlocked():
        return get_own(view.author_id).actor(clock.now(), actor.origin)
    return actor


@blueprint.get("/policies/<slug>/suggestions/<int:number>")
@requires(Act.READ_POLICY)
@cached_for_visitors(stamp_unless_unlocked)
def show(slug: str, number: int) -> ResponseReturnValue:
    policy = get_policy(slug, current_actor())
    if policy.slug != slug:
        return redirect(url_for("suggestions.show", slug=policy.slug, number=number), 301)
    view = get_contribution(slug, number, current_actor(), unlocked())
    if view.is_own and view.has_news:
        keep(lambda: mark_seen(view.id))
    return render_template(
        "suggestions/show.html",
        policy=policy,
        view=view,
        now=answered_view(view, current_actor()),
        officer=officer_view(view, current_actor()),
        stances=offer_on_cards(policy, [view], current_actor()),
        has_stance=is_statement(view),
        course=course_of(policy, view, _promised(policy)),
        today=clock.now(),
        code=lookup_code(policy.id, number) if view.is_own else "",
        next_clause=_next_clause(policy, view),
    )


@blueprint.get("/policies/<slug>/suggestions/<int:number>/receipt")
@requires(Act.READ_POLICY)
def receipt(slug: str, number: int) -> ResponseReturnValue:
    """The receipt to print, for whoever sent it."""
    policy = get_policy(slug, current_actor())
    view = own_contribution(policy.slug, number)
    return render_template(
        "suggestions/print.html",
        policy=policy,
        view=view,
        course=course_of(policy, view, _promised(policy)),
        code=lookup_code(policy.id, number),
        look_up=current_app.config["SETTINGS"].site_url + url_for("suggestions.receipts"),
    )


@blueprint.get("/mine")
@requires(Act.READ_NOTICES)
def mine() -> ResponseReturnValue:
    """For the suspended, too: they write nothing for now, and read the answers to what they wrote."""
    page = number_argument("page", 0, most=500) or 0
    rows, has_more = list_own(current_actor(), page=page)
    promises = list_promises([policy for policy, _view in rows])
    return render_template(
        "suggestions/mine.html",
        rows=[(p, view, course_of(p, view, promises.get(p.id))) for p, view in rows],
        page=page,
        has_more=has_more,
    )


def _next_clause(policy: Policy, view: ContributionView) -> str | None:
    """The article to read after this one, None behind the last."""
    outline = get_version(policy.id, policy.head_number).outline
    named = [clause.id for clause in outline if clause.kind is not ClauseKind.HEADING]
    place = view.clause or view.after
    if place not in named or place == named[-1]:
        return None
    return named[named.index(place) + 1]
