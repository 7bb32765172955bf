"""The first page, help, the practice page, and whether the site is well."""

from __future__ import annotations

import time
from pathlib import Path

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app.access.acts import Act
from app.access.grants import may
from app.database import db
from app.policies import queries as policy_queries
from app.web.guard import current_actor, public
from app.web.languages import locale

blueprint = Blueprint("home", __name__)
help_blueprint = Blueprint("help", __name__)
FRESH = 30  # seconds since the worker's last sign of life
SHOWN = 6
CONTENT = {"zh_Hans_CN": "zh-Hans", "en": "en"}
PRACTICE = {"zh_Hans_CN": "zh-practice", "en": "en-practice"}


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
        may_create=may(actor, Act.CREATE_POLICY),
    )


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
