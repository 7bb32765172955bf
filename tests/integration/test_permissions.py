"""Every page asked for by everybody: allowed or refused as the table of docs/permissions.md says."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import config
from app.access.actor import Role
from app.access.acts import Act
from app.commands.docs import ROLES, could
from app.web.guard import gate_of
from tests.builders.accounts import make_actor, sign_in
from tests.builders.whole_site import ABSENT, LEFT_OUT, path_of
from tests.checking_client import CheckingClient

METHODS = ("GET", "POST")


def _written() -> dict[str, dict[Role, str]]:
    """The table as it is printed: act → role → yes, if or no."""
    lines = (config.ROOT / "docs" / "permissions.md").read_text().splitlines()
    head = "| act | " + " | ".join(ROLES) + " |"
    table: dict[str, dict[Role, str]] = {}
    for line in lines[lines.index(head) + 2 :]:
        if not line.startswith("|"):
            break
        act, *cells = (cell.strip(" `") for cell in line.strip("|").split("|"))
        table[act] = dict(zip(ROLES, cells, strict=True))
    return table


def test_there_is_a_row_for_each_act_and_a_column_for_each_role() -> None:
    written = _written()
    assert list(written) == [act.value for act in Act]
    for act in Act:
        assert written[act.value] == {role: could(role, act) for role in ROLES}


def test_no_act_stands_in_the_table_for_nothing() -> None:
    """Each is asked for, by a page or by the service of a page that asks for another first."""
    code = (config.ROOT / "app").rglob("*.py")
    source = "".join(path.read_text() for path in code if path.parent.name != "access")
    unasked = {act for act in Act if not re.search(rf"\bAct\.{act.name}\b", source)}
    assert unasked == set()


def _views(app: Flask) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in METHODS
        if rule.endpoint not in LEFT_OUT and method in (rule.methods or ())
    ]


def _arrive(app: Flask, role: Role) -> tuple[CheckingClient, str]:
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    client.strict = False  # the same pages are looked at elsewhere
    if role is not Role.VISITOR:
        sign_in(client, make_actor(role))
    return client, client.get_token("/account/sign-in")


def _is_refused(answer: TestResponse) -> bool:
    sent_away = answer.status_code == 303 and "/account/sign-in?next=" in (answer.location or "")
    return answer.status_code == 403 or sent_away


@pytest.mark.parametrize("role", ROLES)
def test_every_page_answers_each_role_as_the_table_says(app: Flask, role: Role) -> None:
    """What the pages are about does not exist here: whoever passes the gate finds that out."""
    table, (client, token) = _written(), _arrive(app, role)
    wrong = []
    for rule, method in _views(app):
        gate = gate_of(app.view_functions[rule.endpoint])
        assert gate is not None, rule
        expected = "yes" if gate.act is None else table[gate.act.value][role]
        path = path_of(app, rule, ABSENT, method=method)
        data = {"csrf_token": token} if method == "POST" else None
        answer = client.open(path, method=method, data=data)
        if _is_refused(answer) != (expected == "no"):
            wrong.append((method, path, expected, answer.status_code))
        if rule.endpoint == "accounts.sign_out":
            client, token = _arrive(app, role)
    assert wrong == []
