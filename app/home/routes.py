"""The first page, help, the practice page, and whether the site is well."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.grants import may
from app.consultations.queries.calls import list_open_calls
from app.consultations.queries.due import list_promises
from app.consultations.queries.office_acts import list_waiting_for
from app.consultations.rules import days_left
from app.database import db
from app.moderation.queries.notes import list_notes_awaiting
from app.moderation.queries.supervision import count_waiting
from app.notifications.queries.happened import count_new
from app.policies import queries as policy_queries
from app.policies.models import Policy
from app.policies.queries.course import list_recent_steps, next_closing
from app.suggestions.queries import own as own_queries
from app.suggestions.queries.desk import list_passed_to
from app.suggestions.queries.own import Unanswered
from app.suggestions.rules import days_overdue
from app.web.guard import current_actor, public
from app.web.languages import locale

blueprint = Blueprint("home", __name__)
help_blueprint = Blueprint("help", __name__)
FRESH = 30  # seconds since the worker's last sign of life
SHOWN = 6
MOVES = 3
SOON = timedelta(days=7)
CONTENT = {"zh_Hans_CN": "zh-Hans", "en": "en"}
PRACTICE = {"zh_Hans_CN": "zh-practice", "en": "en-practice"}


@dataclass(frozen=True, slots=True)
class _Call:
    """A call that is open, and how many nights it has left."""

    policy: Policy
    question: str
    closes_at: datetime
    days_left: int


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What waits on one draft for an officer's answer, and until when it was promised."""

    draft: Unanswered
    due_at: datetime | None
    overdue: int


@blueprint.get("/")
@public
def index() -> ResponseReturnValue:
    actor = current_actor()
    # What a reader can read comes first; the full list holds all languages.
    own, everything = policy_queries.Filters(language=CONTENT[locale()]), policy_queries.Filters()
    policies, _more = policy_queries.list_policies(actor, own, size=SHOWN)
    if not policies:
        policies, _more = policy_queries.list_policies(actor, everything, size=SHOWN)
    recent, _more = policy_queries.list_recent(actor, size=SHOWN)
    return render_template(
        "home/index.html",
        # House rules and the practice page help with drafts; they are not why somebody comes.
        policies=sorted(policies, key=lambda policy: policy.kind in ("rules", "practice")),
        recent=recent,
        moves=list_recent_steps(actor, size=MOVES),
        calls=_calls(actor),
        news=[] if actor.is_anonymous else own_queries.list_news(actor),
        notices=0 if actor.is_anonymous else count_new(actor),
        unanswered=_unanswered(actor),
        passed=list_passed_to(actor),
        acts=list_waiting_for(actor),
        order=count_waiting(actor) if may(actor, Act.SEE_ORDER) else None,
        notes=list_notes_awaiting(actor),
        may_create=may(actor, Act.CREATE_POLICY),
    )


def _calls(actor: Actor) -> list[_Call]:
    """For visitors all open calls, for others those that close within a week."""
    now = clock.now()
    before = None if actor.is_anonymous else now + SOON
    zone = ZoneInfo(current_app.config["SETTINGS"].site_timezone)
    today = now.astimezone(zone).date()
    found = []
    for call in list_open_calls(actor, before=before, size=SHOWN):
        closing = next_closing(call.policy)
        if closing is None:
            raise RuntimeError("an open call without the moment it closes at")
        nights = days_left(closing.astimezone(zone).date(), today)
        found.append(_Call(call.policy, call.question, closing, nights))
    return sorted(found, key=_is_foreign)


def _is_foreign(call: _Call) -> bool:
    """Whether a call is in another language than the reader's; those stand behind the others."""
    return call.policy.language[:2] != CONTENT[locale()][:2]


def _unanswered(actor: Actor) -> list[_Waiting]:
    drafts = own_queries.list_unanswered(actor)
    promises = list_promises([draft.policy for draft in drafts])
    found = []
    for draft in drafts:
        due_at = promises.get(draft.policy.id)
        found.append(_Waiting(draft, due_at, days_overdue(due_at, clock.now())))
    return sorted(found, key=lambda one: (one.due_at is None, one.due_at, one.draft.oldest_at))


@blueprint.get("/practice")
@public
def practice() -> ResponseReturnValue:
    """The practice page in the reader's language."""
    return redirect(url_for("policies.show", slug=PRACTICE[locale()]), 303)


@help_blueprint.get("/help", endpoint="index")
@public
def how_it_works() -> ResponseReturnValue:
    return render_template("help/index.html")


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """The process is up."""
    return {"status": "up"}


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Database, schema and worker are there; 503 with what is missing otherwise."""
    missing = []
    try:
        db.session.execute(text("SELECT version_num FROM alembic_version")).one()
    except Exception:
        current_app.logger.exception("the database does not answer")
        missing.append("database")
    beat: Path = current_app.config["SETTINGS"].instance_dir / "worker.beat"
    if not beat.exists() or time.time() - beat.stat().st_mtime > FRESH:
        missing.append("worker")
    return {
        "status": "missing" if missing else "ready",
        "missing": missing,
    }, 503 if missing else 200
