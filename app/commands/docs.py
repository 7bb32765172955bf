"""``flask docs``: print the tables that docs/permissions.md and docs/security.md hold."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.access.actor import Role
from app.access.grants import GRANTS
from app.accounts.limits import lines as limit_lines
from app.web.guard import gate_of

group = AppGroup("docs", help="Documents that are printed from the code.")
SAFE = {"HEAD", "OPTIONS"}


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
        ", ".join(f"`{role}`" for role in Role if role is not Role.UNKNOWN) + "."
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
    yield "## Pages and their acts"
    yield ""
    yield "| page | methods | act |"
    yield "|---|---|---|"
    yield from sorted(_pages(app))


def _pages(app: Flask) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        gate = gate_of(app.view_functions[rule.endpoint])
        act = "closed" if gate is None else f"`{gate.act.value}`" if gate.act else "public"
        methods = " ".join(sorted((rule.methods or set()) - SAFE))
        yield f"| `{rule.rule}` | {methods} | {act} |"
