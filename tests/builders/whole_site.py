"""The whole site at once: every address, every row, and all that the worker has to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from flask import Flask, current_app
from sqlalchemy import select
from werkzeug.routing import IntegerConverter, Rule

from app.consensus.services.figuring import figure
from app.consensus.services.grouping import group
from app.database import db
from app.policies.models import Policy
from app.reactions import DUTIES, REACTIONS
from app.web import assets
from app.worker import Worker

LEFT_OUT = assets.ENDPOINTS
PASSING = frozenset({"throttle", "sign_in", "ledger_cursor"})


@dataclass(frozen=True, slots=True)
class Place:
    """What an address may speak of; the fields are the names of the URL map's arguments."""

    slug: str
    ident: str = "c1"
    number: int = 1
    pair: str = "1...1"
    thread_id: int = 1
    comment_id: int = 1
    revision_id: int = 1
    public_id: str = "nobody"
    token: str = "nothing"
    contribution_id: int = 1
    policy_id: int = 1
    flag: int = 1
    name: str = "text"
    ext: str = "html"
    step: str = "assign"
    statement: str = "c-c2"


ABSENT = Place("nothing-here", "c1", 1, "1...1", 999_001, 999_002, 999_003, "p999999")


def addresses(app: Flask, place: Place, *, method: str = "GET", having: str = "") -> list[str]:
    """The paths that answer ``method``, in the order of the map; ``having`` keeps those with any
    of these arguments (names with blanks between). A route with an unknown argument is an error:
    whoever adds one says here what a real one looks like.
    """
    wanted = set(having.split())
    return [
        path_of(app, rule, place, method=method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in LEFT_OUT
        and method in (rule.methods or ())
        and (not wanted or wanted & rule.arguments)
    ]


def path_of(app: Flask, rule: Rule, place: Place, *, method: str = "GET") -> str:
    """The path of one route for ``place``."""
    values = asdict(place)
    arguments = {name: values[name] for name in rule.arguments}
    if isinstance(rule._converters.get("ident"), IntegerConverter):
        arguments["ident"] = place.number  # elsewhere a clause's id
    path: str = app.url_map.bind("localhost").build(rule.endpoint, arguments, method=method)
    return path


def drain() -> None:
    """Let the worker do all there is to do now."""
    db.session.rollback()
    settings = current_app.config["SETTINGS"]
    Worker(settings.instance_dir, REACTIONS, DUTIES).drain()


def count_figures() -> None:
    """Count every figure of every draft, as the worker does within the minute."""
    db.session.rollback()
    for policy_id in db.session.scalars(select(Policy.id)).all():
        figure(policy_id)
        group(policy_id)


def all_rows() -> dict[str, list[str]]:
    """Every row of every table but those that count tries and sign-ins, to see what changed."""
    db.session.rollback()
    rows = {
        table.name: sorted(repr(tuple(row)) for row in db.session.execute(select(table)))
        for table in db.metadata.sorted_tables
        if table.name not in PASSING
    }
    db.session.rollback()
    return rows
