"""How all drafts stand: counts for everybody, lists for offices and for volunteers."""

from __future__ import annotations

from flask import Flask

from app.access.actor import Actor, Role
from app.accounts.models import Department
from app.database import committing, db
from app.policies.models import Policy
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import TEXT, make_policy
from tests.builders.states import put_all, put_state
from tests.checking_client import CheckingClient


def test_each_draft_says_how_many_articles_stand_how(app: Flask, client: CheckingClient) -> None:
    policy = make_policy()
    put_all(policy, "settled", "quiet")
    put_state(policy, "c3", "contested", "objections", objections=2)
    page = client.get("/consensus").text
    assert "Of 3 articles: 1 disputed, 2 quiet." in page
    assert f"/policies/{policy.slug}/consensus" in page
    assert "share-part-contested" in page


def test_a_bar_has_a_name_and_words_beside_it(app: Flask, client: CheckingClient) -> None:
    policy = make_policy()
    put_all(policy, "settled", "quiet")
    page = client.get("/consensus").text
    assert '<svg class="share" role="img" width="100%" height="18"><title>Of 3 articles' in page
    assert "<p>Of 3 articles: 3 quiet.</p>" in page


def test_private_drafts_of_others_and_practice_pages_are_not_listed(
    app: Flask, client: CheckingClient
) -> None:
    secret = make_policy(title="密", is_public=False)
    practice = make_policy(title="练习", kind="practice")
    for policy in (secret, practice):
        put_all(policy)
    page = client.get("/consensus").text
    assert "密" not in page
    assert "练习" not in page
    assert "Nothing has been counted yet." in page


def officer_of(*policies: Policy) -> Actor:
    """An officer whose office these policies are of."""
    with committing():
        department = Department(name="停车处")
        db.session.add(department)
        db.session.flush()
        ident = department.id
        for policy in policies:
            db.session.get_one(Policy, policy.id).department_id = ident
    return make_actor(Role.OFFICER, department_id=ident)


def test_officers_see_what_is_calm_throughout_and_what_is_not(
    app: Flask, client: CheckingClient
) -> None:
    calm, unseen, loud = (make_policy(title=title, text=TEXT) for title in ("静", "疏", "争"))
    elsewhere = make_policy(title="外")
    put_all(calm, "settled", "quiet")
    put_all(unseen)
    put_all(loud, "settled", "quiet")
    put_state(loud, "c3", "contested", "objections", objections=2)
    put_all(elsewhere, "settled", "quiet")
    sign_in(client, officer_of(calm, unseen, loud))
    page = client.get("/consensus").text
    ready = page.split('id="ready-title"')[1].split("</section>")[0]
    needs = page.split('id="mediation-title"')[1].split("</section>")[0]
    assert "静" in ready
    assert not any(title in ready for title in ("疏", "争", "外"))
    assert "争" in needs
    assert "2 open objections" in needs
    assert f"/policies/{loud.slug}/consensus/c3" in needs


def test_volunteers_see_where_to_mediate_and_residents_no_lists(
    app: Flask, client: CheckingClient
) -> None:
    policy = make_policy()
    put_all(policy, "settled", "quiet")
    put_state(policy, "c3", "contested", "undoing", undoing=3, undo_people=2)
    slug = policy.slug
    sign_in(client, make_actor(Role.VOLUNTEER))
    page = client.get("/consensus").text
    assert f"/policies/{slug}/consensus/c3" in page.split('id="mediation-title"')[1]
    assert "Ready for decision" not in page
    other = app.test_client()
    sign_in(other, make_actor(Role.RESIDENT))
    page = other.get("/consensus").text
    assert "Needs mediation" not in page


def test_each_list_comes_in_pages(app: Flask, client: CheckingClient) -> None:
    for number in range(23):
        put_all(make_policy(title=f"草案{number}"), "contested", "objections")
    sign_in(client, make_actor(Role.VOLUNTEER))
    page = client.get("/consensus").text
    assert page.count('id="all-') == 21  # twenty drafts and the heading
    older = page.split('id="all-title"')[1].split('rel="next" href="')[1].split('"')[0]
    assert client.get(older.replace("&amp;", "&")).text.count('id="all-') == 4
    later = page.split('id="mediation-title"')[1].split('rel="next" href="')[1].split('"')[0]
    assert "/consensus?disputed=" in later
