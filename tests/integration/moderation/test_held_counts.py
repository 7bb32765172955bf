"""Words that wait change no page of those who may not see them: not a count, not a list, not a
figure. Every address is asked before they come and after."""

from __future__ import annotations

import re
from datetime import datetime

from flask import Flask
from sqlalchemy import select

from app.access.actor import Actor, Role
from app.database import db
from app.discussions.queries import get_thread
from app.policies.models import Policy
from app.suggestions.services.releasing import release_all
from tests.builders.accounts import make_actor, make_department
from tests.builders.at_once import browser
from tests.builders.consultations import make_call, make_ready
from tests.builders.discussions import make_reply, make_thread
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_suggestion
from tests.builders.whole_site import Place, addresses, count_figures, drain
from tests.checking_client import CheckingClient
from tests.integration.moderation.test_holding import OTHER, hold

QUERIES = (
    "/policies/bicycles/suggestions?clause=c3",
    "/policies/bicycles/suggestions?sort=similar",
    "/policies/bicycles/suggestions?state=open&kind=suggestion",
    "/policies/bicycles/suggestions?group=1",
    "/policies/bicycles/discussion?clause=c3",
    "/policies/bicycles/discussion?questions=open",
    "/policies/bicycles/answers?clause=c3",
    "/policies/bicycles/answers?became=waiting",
    "/policies/bicycles/papers/answers.csv",
    "/policies/bicycles/papers/answers.html",
    "/policies/bicycles/papers/report.html",
    "/search?q=wheelchairs",
    "/search?q=sassafrasy",
)
_PASSING = (
    r'name="(csrf_token|edit_token|begun|seen_at)"[^>]*value="[^"]*"',
    r'value="[^"]*"[^>]*name="(csrf_token|edit_token|begun)"',
    r"sassafrasy",  # what was asked for stands in the field of the search
)


def _held_words(policy: Policy, shown: int, author: Actor) -> None:
    """One of each kind that can wait, much the same as what is shown already."""
    rare = "Three days are too long where wheelchairs pass, sassafrasy."
    thread = make_thread(policy, author, rare, clause="c3", title="sassafrasy", kind="question")
    make_thread(policy, author, rare, kind="objection")
    make_reply(thread, author, rare)
    make_reply(get_thread(shown, author)[1], author, rare)
    for _ in range(2):
        make_suggestion(policy, "c3", OTHER, make_actor(), reason=f"{rare} Please.")


def _pages(browser: CheckingClient, paths: list[str]) -> dict[str, tuple[int, str]]:
    browser.strict = False  # the same pages are looked at elsewhere; here only at what they say
    found = {}
    for path in paths:
        answer = browser.get(path)
        page = answer.get_data().decode(errors="replace")
        for passing in _PASSING:
            page = re.sub(passing, "", page)
        found[path] = (answer.status_code, page)
    return found


def _world() -> Place:
    """A draft open for comment with things said on it, held from now on."""
    owner = make_actor(Role.OFFICER, department_id=make_department("Streets").id)
    policy = make_policy(owner, language="en", slug="bicycles", title="Bicycles")
    make_call(make_ready(policy, owner), owner)
    thread = make_thread(policy, body="Where wheelchairs pass it is narrow.", clause="c3")
    make_reply(thread)
    make_suggestion(policy, "c3", OTHER)
    make_suggestion(policy, "c3", OTHER)
    drain()
    hold(_policy())
    return Place(
        "bicycles", "c3", 1, "1...1", thread.id, thread.first.id, 1, owner.public_id,
        contribution_id=2, policy_id=_policy().id,
    )  # fmt: skip


def _policy() -> Policy:
    return db.session.scalars(select(Policy)).one()


def test_words_that_wait_change_nothing_for_those_who_do_not_see_them(
    noon: datetime, app: Flask
) -> None:
    place = _world()
    readers: dict[str, CheckingClient] = {"visitor": app.test_client()}
    for role in (Role.RESIDENT, Role.OFFICER, Role.ADMINISTRATOR):
        readers[role] = browser(app, make_actor(role))
    paths = [*addresses(app, place), *QUERIES]
    author = make_actor()
    drain()
    count_figures()
    before = {name: _pages(reader, paths) for name, reader in readers.items()}
    _held_words(_policy(), place.thread_id, author)
    drain()
    count_figures()
    changed = {
        (name, path)
        for name, reader in readers.items()
        for path, page in _pages(reader, paths).items()
        if page != before[name][path]
    }
    assert changed == set()
    release_all(_policy().id)
    db.session.commit()
    drain()
    count_figures()
    tell = [
        "/policies/bicycles",
        "/policies/bicycles/suggestions",
        "/policies/bicycles/clauses/c3",
        "/policies/bicycles/answers",
        "/policies/bicycles/consensus",
        "/policies/bicycles/consensus/c3",
        "/policies/bicycles/consensus/more",
        "/policies/bicycles/consensus/data.csv",
        "/policies/bicycles/papers/report.html",
        f"/threads/{place.thread_id}",
        "/search?q=wheelchairs",
    ]
    after = _pages(readers["visitor"], tell)
    same = [path for path in tell if after[path] == before["visitor"][path]]
    assert same == [], "the same look finds them once they are out"
