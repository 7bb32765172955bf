"""Suggestions are found by their words and their reason, by whoever may read them."""

from __future__ import annotations

import pytest
from flask import Flask

from app.access.actor import Actor, Confirmation, Role
from app.accounts.models import Person
from app.accounts.services.confirming import confirm
from app.database import committing, db
from app.moderation.services import Decision
from app.suggestions.models import Contribution
from app.suggestions.services.changing import change
from app.suggestions.services.sending import Wanted
from app.suggestions.services.withdrawing import bring_back, withdraw
from tests.builders.accounts import make_actor, make_department
from tests.builders.moderation import act_on_suggestion
from tests.builders.policies import make_policy, plan_publication
from tests.builders.search import ask, drain, found
from tests.builders.suggestions import hide_suggestion, make_suggestion
from tests.checking_client import CheckingClient

NEW = "第二条 企业应当移走麒麟。"
REASON = "鲲鹏也停在那里。"
URL = "/policies/parking/suggestions/1"


def confirmed(author: Actor) -> None:
    with committing():
        person = db.session.get_one(Person, author.id)
        confirm(person, Confirmation.CONTACT, by=author)


def test_it_is_found_by_its_new_words_and_by_its_reason(app: Flask) -> None:
    make_suggestion(make_policy(slug="parking", mode="reviewed"), "c3", NEW, reason=REASON)
    assert found("麒麟") == [URL]  # the database answers while there is no index
    drain()
    (hit,) = ask("麒麟").hits
    assert (hit.url, hit.type, hit.number, hit.label) == (URL, "suggestion", 1, "第二条")
    assert found("鲲鹏") == [URL]
    assert "麒麟" in "".join(text for text, _ in hit.words.parts)


def test_the_page_names_it_and_can_be_narrowed_to_suggestions(client: CheckingClient) -> None:
    make_suggestion(make_policy(slug="parking", mode="reviewed"), "c3", NEW, reason=REASON)
    drain()
    page = client.get("/search?q=麒麟&in=suggestion").get_data(as_text=True)
    assert f'href="{URL}"' in page
    assert "Suggestion no. 1" in page
    assert "Version 1" not in page


def test_words_that_came_on_paper_are_found_as_a_comment(client: CheckingClient) -> None:
    author = make_actor()
    policy = make_policy(slug="parking", mode="reviewed")
    ident = make_suggestion(policy, "c3", NEW, author, reason=REASON).id
    with committing():
        db.session.get_one(Person, author.id).confirmation = Confirmation.NONE
        row = db.session.get_one(Contribution, ident)
        row.kind, row.channel = "comment", "letter"
    drain()
    (hit,) = ask("鲲鹏").hits
    assert (hit.url, hit.type) == (URL, "comment")
    assert f'href="{URL}"' in client.get("/search?q=鲲鹏&in=comment").get_data(as_text=True)


def test_hidden_it_is_found_no_more_and_shown_again_it_is(app: Flask) -> None:
    ident = make_suggestion(make_policy(slug="parking", mode="reviewed"), "c3", NEW).id
    drain()
    hide_suggestion(db.session.get_one(Contribution, ident))
    assert found("麒麟") == []  # at once, before the worker has heard of it
    drain()
    assert found("麒麟") == []
    shown = Decision("show", "insult", "A quotation")
    act_on_suggestion(ident, shown, actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    drain()
    assert found("麒麟") == [URL]


def test_taken_back_it_is_found_no_more_and_brought_back_it_is(app: Flask) -> None:
    author = make_actor()
    make_suggestion(make_policy(slug="parking", mode="reviewed"), "c3", NEW, author)
    drain()
    withdraw("parking", 1, actor=author)
    db.session.commit()
    assert found("麒麟") == []
    drain()
    assert found("麒麟") == []
    bring_back("parking", 1, actor=author)
    db.session.commit()
    drain()
    assert found("麒麟") == [URL]


def test_changed_words_take_the_place_of_the_old_ones(app: Flask) -> None:
    author = make_actor()
    make_suggestion(make_policy(slug="parking", mode="reviewed"), "c3", NEW, author)
    drain()
    wanted = Wanted(base=1, text=NEW.replace("麒麟", "凤凰"), reason=REASON, clause="c3")
    change("parking", 1, wanted, actor=author)
    db.session.commit()
    drain()
    assert found("凤凰") == [URL]
    assert found("麒麟") == []


def test_words_of_the_unconfirmed_are_found_once_they_are_confirmed(app: Flask) -> None:
    author = make_actor(confirmation=Confirmation.NONE)
    make_suggestion(make_policy(slug="parking", mode="reviewed"), "c3", NEW, author)
    drain()
    assert found("麒麟") == []
    confirmed(author)
    drain()
    assert found("麒麟") == [URL]


@pytest.mark.parametrize("with_history", [False, True])
def test_what_was_suggested_in_private_is_found_by_insiders(app: Flask, with_history: bool) -> None:
    office = make_department("Bicycle Office")
    owner = make_actor(Role.OFFICER, department_id=office.id)
    policy = make_policy(owner, slug="parking", mode="reviewed", is_public=False)
    make_suggestion(policy, "c3", NEW, owner)
    drain()
    assert found("麒麟", owner) == [URL]
    assert found("麒麟") == []
    plan_publication("parking", at=None, with_history=with_history, actor=owner)
    db.session.commit()
    drain()
    assert found("麒麟", owner) == [URL]
    assert found("麒麟") == ([URL] if with_history else [])


def test_a_page_kept_for_visitors_shows_the_words_of_the_newly_confirmed(
    client: CheckingClient,
) -> None:
    author = make_actor(confirmation=Confirmation.NONE)
    make_suggestion(make_policy(slug="parking", mode="reviewed"), "c3", NEW, author)
    path = "/policies/parking/suggestions"
    assert "麒麟" not in client.get(path).get_data(as_text=True)
    confirmed(author)
    drain()
    assert "麒麟" in client.get(path).get_data(as_text=True)
