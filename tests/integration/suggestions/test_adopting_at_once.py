"""Officers, and the author, who act on one suggestion at one moment: one effect, no half state."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.access.actor import Actor, Role
from app.accounts.models import OutgoingMessage
from app.database import db
from app.policies.models import Policy, PolicyMember, Revision, RevisionCredit
from app.policies.services.seating import name_person
from app.policies.versions import get_version
from app.suggestions.models import Answer
from tests.builders.accounts import make_actor, make_person, sign_in
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_suggestion
from tests.checking_client import CheckingClient

TEXT = """# Bicycle parking

Article 1

Bicycles stand in racks.

Article 2

A bicycle left for three days is removed.
"""
Sending = Callable[[], TestResponse]
PATH = "/policies/bicycles/suggestions/1/adopt"
REASON = "Blocked pavements came up in eleven comments."


@pytest.fixture
def officers(app: Flask) -> list[Actor]:
    """Two officers who work on the draft at ``bicycles``, to which a resident suggested words."""
    owner, colleague = make_actor(Role.OFFICER), make_person(Role.OFFICER)
    policy = make_policy(owner, slug="bicycles", language="en", text=TEXT, mode="reviewed")
    name_person("bicycles", address=str(colleague.email), actor=owner)
    db.session.commit()
    make_suggestion(policy, "c3", "Article 2\n\nA bicycle left for two days is removed.")
    db.session.rollback()
    return [owner, colleague.actor(policy.updated_at)]


def _at_once(sendings: list[tuple[Flask, Sending]]) -> list[TestResponse]:
    """What requests are answered that leave at one moment, each from a thread of its own."""
    together = Barrier(len(sendings))

    def send(sending: tuple[Flask, Sending]) -> TestResponse:
        app, post = sending
        with app.app_context():
            together.wait(10)
            try:
                return post()
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(len(sendings)) as pool:
        return sorted(pool.map(send, sendings), key=lambda answer: answer.status_code)


def _posting(app: Flask, actor: Actor, path: str, **fields: str) -> tuple[Flask, Sending]:
    browser = app.test_client()
    assert isinstance(browser, CheckingClient)
    sign_in(browser, actor)
    sent = {**fields, "csrf_token": browser.get_token(path)}
    return app, lambda: browser.post(path, data=sent)


def _count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_of_two_officers_one_adopts_and_the_other_reads_in_which_version(
    app: Flask, officers: list[Actor]
) -> None:
    wanted = {"base": "1", "way": "whole", "reason": REASON}
    done, late = _at_once([_posting(app, officer, PATH, **wanted) for officer in officers])
    assert (done.status_code, late.status_code) == (303, 409)
    words = late.get_data(as_text=True)
    assert "No. 1 is adopted already, as version 2." in words
    assert REASON in words
    assert 'href="/policies/bicycles/suggestions/1"' in words
    assert _count(Revision) == 2
    assert _count(Answer) == _count(RevisionCredit) == _count(OutgoingMessage) == 1


def test_an_edit_and_an_adoption_are_both_kept_or_the_officer_is_asked_again(
    app: Flask, officers: list[Actor]
) -> None:
    edit = {"base": "1", "text": TEXT.replace("racks", "lockers"), "summary": "s"}
    answers = _at_once(
        [
            _posting(app, officers[0], PATH, base="1", way="whole", reason=REASON),
            _posting(app, officers[1], "/policies/bicycles/edit", **edit),
        ]
    )
    assert [answer.status_code for answer in answers] == [303, 303]
    assert _count(Revision) == 3
    policy_id = db.session.scalar(select(Policy.id))
    assert policy_id is not None
    text = get_version(policy_id, 3).text
    assert "lockers" in text
    assert "two days" in text


def test_adopting_and_answering_otherwise_leave_one_of_both(
    app: Flask, officers: list[Actor]
) -> None:
    refusing = {"outcome": "not_adopted", "reason": "The depot needs three days."}
    answers = _at_once(
        [
            _posting(app, officers[0], PATH, base="1", way="whole", reason=REASON),
            _posting(app, officers[1], PATH.replace("adopt", "answer"), **refusing),
        ]
    )
    # Answered first, it is not adopted any more; adopted first, a further answer stands beside it.
    assert [answer.status_code for answer in answers] in ([303, 303], [303, 409])
    assert _count(Revision) == _count(Answer) == sum(a.status_code == 303 for a in answers) or (
        _count(Revision) == 1 and _count(Answer) == 1
    )
    assert _count(PolicyMember) == 1


def test_taking_back_and_adopting_leave_one_of_both(app: Flask, officers: list[Actor]) -> None:
    make_suggestion(
        db.session.scalars(select(Policy)).one(),
        "c2",
        "Article 1\n\nBicycles stand in racks or lockers.",
        author := make_actor(),
    )
    path = "/policies/bicycles/suggestions/2"
    answers = _at_once(
        [
            _posting(app, officers[0], f"{path}/adopt", base="1", way="whole", reason=REASON),
            _posting(app, author, f"{path}/withdraw"),
        ]
    )
    statuses = [answer.status_code for answer in answers]
    assert statuses in ([303, 303], [303, 409], [303, 422])
    assert _count(Answer) == _count(RevisionCredit) == _count(Revision) - 1
