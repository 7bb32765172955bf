"""``flask docs``: print the tables that docs/permissions.md and docs/security.md hold."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.access.actor import VISITOR, Actor, Role
from app.access.acts import Act
from app.access.grants import GRANTS
from app.access.predicates import OF_THE_PERSON, sees
from app.accounts.limits import lines as limit_lines
from app.web import assets
from app.web.guard import gate_of

group = AppGroup("docs", help="Documents that are printed from the code.")
SAFE = {"HEAD", "OPTIONS"}
ROLES = tuple(role for role in Role if role is not Role.UNKNOWN)


@group.command("permissions")
def permissions() -> None:
    """The permission table: acts, who may, and which page asks for which act."""
    click.echo("\n".join(lines(current_app)))


@group.command("limits")
def limits() -> None:
    """How often what may be done, by standing: the tables of docs/security.md."""
    click.echo("\n".join(limit_lines()))


def lines(app: Flask) -> Iterator[str]:
    """docs/permissions.md, line by line."""
    yield "# Who may do what"
    yield ""
    yield "Printed by `flask docs permissions`; a test compares it with the code. Roles: " + (
        ", ".join(f"`{role}`" for role in ROLES) + "."
    )
    yield "A row holds when all its conditions hold; one row of an act is enough."
    yield ""
    yield "| act | allowed when | otherwise |"
    yield "|---|---|---|"
    for act, grant in GRANTS.items():
        for way in grant.ways:
            conditions = ", ".join(predicate.__name__ for predicate in way)
            yield f"| `{act.value}` | {conditions} | {grant.refusal} |"
    yield ""
    yield from _matrix()
    yield ""
    yield "## Pages and their acts"
    yield ""
    yield "| page | methods | act |"
    yield "|---|---|---|"
    yield from sorted(_pages(app))


def _matrix() -> Iterator[str]:
    yield "## Who could at all"
    yield ""
    yield (
        "**yes**: on everything that they may see; **if**: where a condition of the table above "
        "holds; **no**: never. A suspended person only reads, hears what was decided, asks for its "
        "review, and leaves. Every page is asked for by everybody in a test, which compares the "
        "answers with this table."
    )
    yield ""
    yield f"| act | {' | '.join(ROLES)} |"
    yield "|---|" + "---|" * len(ROLES)
    for act in Act:
        yield f"| `{act.value}` | {' | '.join(could(role, act) for role in ROLES)} |"


def could(role: Role, act: Act) -> str:
    """``yes``, ``if`` or ``no``: whether somebody of the role may do the act, whatever it is on."""
    actor = VISITOR if role is Role.VISITOR else Actor(id=1, role=role)
    ways = [way for way in GRANTS[act].ways if all(holds(actor, None) for holds in way)]
    if not ways:
        return "no"
    return "yes" if any(set(way) <= OF_THE_PERSON | {sees} for way in ways) else "if"


def _pages(app: Flask) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint in assets.ENDPOINTS:
            continue
        gate = gate_of(app.view_functions[rule.endpoint])
        act = "closed" if gate is None else f"`{gate.act.value}`" if gate.act else "public"
        methods = " ".join(sorted((rule.methods or set()) - SAFE))
        yield f"| `{rule.rule}` | {methods} | {act} |"
