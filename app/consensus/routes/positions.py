"""Agree, disagree or pass on an article or a suggestion, and what others said of it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.access.grants import may
from app.accounts.rules import own_path
from app.consensus.forms import StanceForm
from app.consensus.models import Position
from app.consensus.queries.facts import get_thresholds
from app.consensus.queries.positions import Stance, find_own, find_stance, list_mine
from app.consensus.queries.statements import Statement, get_statement
from app.consensus.routes import blueprint
from app.consensus.rules.agreement import Tally, is_defined, verdict, wilson
from app.consensus.rules.wording import NONE
from app.consensus.services import taking
from app.errors import NotFound, RuleBroken
from app.policies.models import Policy
from app.policies.phases import allows
from app.policies.queries import facts, get_policy, is_public_now
from app.policies.versions import get_version
from app.text.as_read import as_read
from app.text.diff import Run, word_diff
from app.web.forms import failed, put_error
from app.web.guard import current_actor, requires
from app.web.paging import number_argument

_SECONDS = 0.1  # of comparing two wordings


@dataclass(frozen=True, slots=True)
class Range:
    """Between which shares of a role agree, in hundredths, steps of five, rounded outward."""

    role: str
    low: int
    high: int
    tally: Tally


@blueprint.get("/policies/<slug>/positions/<statement>")
@requires(Act.READ_POLICY)
def position(slug: str, statement: str) -> ResponseReturnValue:
    policy = get_policy(slug, current_actor())
    if policy.slug != slug:
        return redirect(url_for(".position", slug=policy.slug, statement=statement), 301)
    return _page(policy, statement)


@blueprint.post("/policies/<slug>/positions/<statement>")
@requires(Act.TAKE_POSITION, own_token_check=True)
def take_position(slug: str, statement: str) -> ResponseReturnValue:
    actor = current_actor()
    form = StanceForm()
    if not form.validate():
        return _page(get_policy(slug, actor), statement, form), failed(form)
    choice = form.choice.data
    try:
        taking.take_position(slug, statement, choice, actor=actor)
    except RuleBroken as error:
        put_error(form, error, "choice")
        return _page(get_policy(slug, actor), statement, form), 422
    flash(_("Taken back.") if choice == NONE else _("Noted. You can change it."), "success")
    anchor = f"no-{statement[2:]}" if statement.startswith("s-") else "stance"
    return redirect(came_from(form.next.data, slug, statement, anchor), 303)


def came_from(wanted: str | None, slug: str, statement: str, anchor: str) -> str:
    """The page where the button stood, at its place; the statement's own page for any other."""
    path = own_path(wanted)
    if path == "/":
        path = url_for(".position", slug=slug, statement=statement)
    return f"{path.partition('#')[0]}#{anchor}"


def _page(policy: Policy, name: str, form: StanceForm | None = None) -> str:
    actor = current_actor()
    statement = get_statement(policy, name, actor)
    own = find_own(policy.id, statement.name, actor)
    stance = find_stance(policy.id, statement.name, statement.wording)
    view = statement.suggestion
    return render_template(
        "consensus/position.html",
        policy=policy,
        statement=statement,
        html=_html(policy, statement),
        own=own,
        is_fresh=own is not None and own.wording == statement.wording,
        changes=_changes(policy, statement, own),
        stance=stance,
        verdict=verdict(stance.roles, get_thresholds(policy.id).gap),
        ranges=_ranges(stance),
        is_open=allows(policy.phase_now, Act.TAKE_POSITION) and not statement.closed,
        is_own_suggestion=view is not None and view.author_id == actor.id,
        permission=may(actor, Act.TAKE_POSITION, facts(policy, actor)),
        errors=form.errors.values() if form else (),
        pressed=_pressed(form),
        came_from=form.next.data if form else None,
        is_public=is_public_now(policy),
    )


def _pressed(form: StanceForm | None) -> str | None:
    """The answer that a stale form brought: one press sends it again."""
    if form is None or "csrf_token" not in form.errors or form.choice.errors:
        return None
    pressed: str = form.choice.data
    return pressed


def _html(policy: Policy, statement: Statement) -> str:
    if statement.clause is None:
        return ""
    renderer = current_app.extensions["gongyi_renderer"]
    text = get_version(policy.id, statement.number).text
    html: str = renderer.render_outline((statement.clause,), text).slices[0].html
    return html


def _changes(policy: Policy, statement: Statement, own: Position | None) -> tuple[Run, ...]:
    """What changed in an article since the reader took the position on it."""
    if own is None or statement.clause is None or own.wording == statement.wording:
        return ()
    then = get_version(policy.id, own.number).clause(statement.clause.id)
    before = as_read(then.text) if then else ""
    return word_diff(before, as_read(statement.clause.text), _SECONDS).runs


def _ranges(stance: Stance) -> list[Range]:
    found = []
    for role, tally in stance.roles.items():
        if is_defined(role, tally):
            low, high = wilson(tally)
            found.append(Range(role, 5 * int(20 * low), 5 * -int(-20 * high // 1), tally))
    return found


@dataclass(frozen=True, slots=True)
class Mine:
    """A position of the reader; ``statement`` is None where its words are no longer shown."""

    policy: Policy
    position: Position
    statement: Statement | None

    @property
    def is_fresh(self) -> bool:
        return self.statement is not None and self.statement.wording == self.position.wording

    @property
    def is_open(self) -> bool:
        """Whether the position can still be changed."""
        is_asked = self.statement is not None and not self.statement.closed
        return is_asked and allows(self.policy.phase_now, Act.TAKE_POSITION)


@blueprint.get("/mine/positions")
@requires(Act.READ_NOTICES)
def my_positions() -> ResponseReturnValue:
    """What one said oneself, and which of it was of earlier words; nobody else sees this."""
    rows, next_key = list_mine(current_actor(), before=number_argument("page"))
    return render_template(
        "consensus/my_positions.html",
        rows=[Mine(policy, position, _find(policy, position)) for policy, position in rows],
        next_key=next_key,
        is_first_page=number_argument("page") is None,
    )


def _find(policy: Policy, position: Position) -> Statement | None:
    try:
        return get_statement(policy, position.statement, current_actor())
    except NotFound:
        return None
