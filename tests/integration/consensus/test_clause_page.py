"""Why a clause stands so: its figures on one address, each with what it counts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select

import config
from app import clock
from app.access.actor import Role
from app.consensus.services.taking import take_position
from app.database import db
from app.discussions.rules import ThreadKind
from app.discussions.services.posting import NewThread
from app.moderation.rules import Kind
from app.moderation.services import Decision, act
from app.policies.models import Revision
from app.policies.queries import get_policy
from app.suggestions.services.saying import say
from app.worker import Worker
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.states import put_state
from tests.checking_client import CheckingClient

HIDE = Decision("hide", "insult", "Rude words about a neighbour")
MONDAY = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def to_and_fro(settings: config.Settings) -> str:
    """三日 → 两日 → 三日 → 两日 by an officer and a resident in turn, measured and evaluated."""
    one, other = make_actor(Role.OFFICER), make_actor()
    slug = make_policy(one, mode="open").slug
    two = TEXT.replace("三日", "两日")
    for base, (text, actor, reason) in enumerate(
        [(two, other, "too long"), (TEXT, one, "too short"), (two, other, "still too long")], 1
    ):
        save_text(slug, text, actor=actor, base=base, summary=reason)
    Worker(settings.instance_dir).drain()
    return slug


def test_the_ladder_says_who_took_back_whose_words_and_why(
    app: Flask, client: CheckingClient, settings: config.Settings
) -> None:
    with clock.frozen(MONDAY):
        slug = to_and_fro(settings)
        page = client.get(f"/policies/{slug}/consensus/c3").text
    assert "Takes back words of version 2" in page
    assert "Takes back words of version 3" in page
    assert "still too long" in page
    assert f"/policies/{slug}/compare/3...4" in page


def test_a_disputed_clause_shows_both_wordings_side_by_side(
    app: Flask, client: CheckingClient, settings: config.Settings
) -> None:
    with clock.frozen(MONDAY):
        slug = to_and_fro(settings)
        assert (
            "The two wordings"
            not in client.get(f"/policies/{make_policy().slug}/consensus/c3").text
        )
        put_state(get_policy(slug, make_actor()), "c3", "contested", "undoing", undoing=3)
        page = client.get(f"/policies/{slug}/consensus/c3").text
    assert "The two wordings" in page
    assert "<del>三</del>" in page or "<del>三日</del>" in page
    assert "<ins>两</ins>" in page or "<ins>两日</ins>" in page


def test_every_figure_is_there_with_its_number(app: Flask, client: CheckingClient) -> None:
    policy = make_policy()
    put_state(
        policy, "c3", "contested", "undoing", undoing=4, undo_people=3, gross=60, net=8,
        revisions=6, people=3, objections=2, suggestions=5, suggesters=40, rivals=1, questions=2,
        overdue=1, waiting=9, readers_in_all="12", readers={"resident": "8", "officer": "1-4"},
        vandalism=1, is_bulk=True,
    )  # fmt: skip
    page = client.get(f"/policies/{policy.slug}/consensus/c3").text
    for words in (
        "8 of them still differ; in 6 versions, by 3 people.",
        "about 85 of 100 words",
        "3 people took part.",
        "From 40 people.",
        "1 of them for more than 15 days.",
        "By role: residents 8, officers 1–4.",
        "Left out as vandalism",
        "not attributed",
        "nothing to count",
    ):
        assert words in page, words


def test_too_little_change_is_not_a_share(app: Flask, client: CheckingClient) -> None:
    policy = make_policy()
    put_state(policy, "c3", "moving", "changing", gross=5, net=5, revisions=4)
    page = client.get(f"/policies/{policy.slug}/consensus/c3").text
    assert "too little change to say" in page


def test_agreeing_stands_beside_the_sentence_that_it_is_no_vote(
    app: Flask, client: CheckingClient
) -> None:
    policy = make_policy()
    put_state(policy, "c3", "none", "quiet")
    page = client.get(f"/policies/{policy.slug}/consensus/c3").text
    assert "This is not a vote." in page


def test_a_visitor_sees_the_positions_of_this_moment(app: Flask, client: CheckingClient) -> None:
    policy = make_policy()
    address = f"/policies/{policy.slug}/consensus/c3"
    five = re.compile(r"<tr>\s*<th[^>]*>Residents</th>\s*<td[^>]*>5</td>")
    assert not five.search(client.get(address).text)
    for _ in range(5):
        take_position(policy.slug, "c-c3", "agree", actor=make_actor())
        db.session.commit()
    assert five.search(client.get(address).text)


def test_a_clause_that_was_not_evaluated_yet_has_its_page(
    app: Flask, client: CheckingClient
) -> None:
    policy = make_policy()
    assert "is being counted" in client.get(f"/policies/{policy.slug}/consensus/c3").text


def test_bare_headings_strange_ids_and_drafts_of_others_are_not_found(
    app: Flask, client: CheckingClient
) -> None:
    policy = make_policy()
    secret = make_policy(title="密", is_public=False)
    sign_in(client, make_actor(Role.RESIDENT))
    assert client.get(f"/policies/{policy.slug}/consensus/c1").status_code == 404
    assert client.get(f"/policies/{policy.slug}/consensus/nothing").status_code == 404
    assert client.get(f"/policies/{secret.slug}/consensus/c3").status_code == 404


def test_a_clause_that_is_gone_leads_to_what_is_left_of_it(
    app: Flask, client: CheckingClient
) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    shorter = TEXT[: TEXT.index("第三条")]
    save_text(policy.slug, shorter, actor=officer, base=1)
    answer = client.get(f"/policies/{policy.slug}/consensus/c4")
    assert answer.status_code == 302
    assert answer.location == f"/policies/{policy.slug}/clauses/c4"


def test_a_kept_page_renews_when_the_status_changes(app: Flask, client: CheckingClient) -> None:
    policy = make_policy()
    address = f"/policies/{policy.slug}/consensus/c3"
    put_state(policy, "c3", "none", "quiet")
    assert "standing-contested" not in client.get(address).text
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        put_state(policy, "c3", "contested", "objections", objections=2)
        assert "standing-contested" in client.get(address).text


def test_words_that_were_hidden_stand_on_no_page_of_figures(
    app: Flask, client: CheckingClient, settings: config.Settings
) -> None:
    """A reason of an edit and the title of a discussion, each hidden by a volunteer."""
    with clock.frozen(MONDAY):
        slug = to_and_fro(settings)
        policy = get_policy(slug, make_actor())
        thread = say(
            slug,
            NewThread("GARDYLOO words", ThreadKind.OBJECTION, title="GARDYLOO title", clause="c3"),
            actor=make_actor(),
        )
        comment = thread.first.id
        revision = db.session.scalars(
            select(Revision.id).where(Revision.policy_id == policy.id, Revision.number == 4)
        ).one()
        db.session.commit()
        shown = client.get(f"/policies/{slug}/consensus/c3").text
        assert "still too long" in shown
        for kind, ident in ((Kind.SUMMARY, revision), (Kind.COMMENT, comment)):
            act(kind, ident, HIDE, actor=make_actor(Role.VOLUNTEER))
        db.session.commit()
        Worker(settings.instance_dir).drain()
        for path in ("consensus/c3", "consensus", "consensus/more", "clauses/c3/history"):
            page = client.get(f"/policies/{slug}/{path}").text
            assert "still too long" not in page
            assert "GARDYLOO" not in page
