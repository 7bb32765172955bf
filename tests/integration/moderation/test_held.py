"""The page of words that wait: what it shows, to whom, and what a volunteer does there."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.access.actor import VISITOR, Role
from app.accounts.models import Person
from app.database import committing, db
from app.discussions.queries import get_comment
from app.discussions.services.editing import edit_comment
from app.errors import NotAllowed, NotFound
from app.moderation.queries.held import (
    PAGE_SIZE,
    count_held,
    list_held_drafts,
    list_held_words,
)
from app.moderation.rules import Kind
from app.moderation.services.letting_out import let_out
from app.suggestions.queries.shown import get_contribution
from app.suggestions.services import changing
from app.suggestions.services.sending import Wanted
from tests.builders.accounts import make_actor
from tests.builders.at_once import browser
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_suggestion
from tests.builders.whole_site import drain
from tests.conftest import NOON
from tests.integration.moderation.test_holding import MORNING, OTHER, events_of, hold, read


def test_drafts_stand_with_what_waits_on_them(noon: datetime, app: Flask) -> None:
    few, many = make_policy(mode="reviewed"), make_policy(slug="many", title="Many")
    for policy in (few, many):
        hold(policy)
    make_suggestion(few, "c3", OTHER)
    writer = make_actor()
    for number in range(3):
        make_thread(many, writer, f"Words no. {number}")
    volunteer = make_actor(Role.VOLUNTEER)
    rows = [
        (one.policy.slug, one.count, one.people, one.oldest_at)
        for one in list_held_drafts(volunteer)
    ]
    assert rows == [("many", 3, 1, NOON), (few.slug, 1, 1, NOON)]
    assert (count_held(), count_held(few.id)) == (4, 1)


def test_what_needs_nobody_to_look_is_not_listed(noon: datetime, app: Flask) -> None:
    policy, volunteer = make_policy(), make_actor(Role.VOLUNTEER)
    shown = make_thread(policy)
    hold(policy)
    hide(make_thread(policy, body="You fool.").first, volunteer)
    unconfirmed = make_actor(confirmation="none")
    make_thread(policy, unconfirmed, "Nobody answers for this.")
    assert list_held_drafts(volunteer) == []
    assert list_held_words(policy, volunteer) == ([], False)
    make_reply(shown)
    (one,) = list_held_words(policy, volunteer)[0]
    assert one.comment is not None
    assert one.comment.thread_id == shown.id


def test_a_private_draft_is_nobodys_business_here(noon: datetime, app: Flask) -> None:
    policy = make_policy()
    hold(policy)
    make_thread(policy)
    with committing():
        policy = db.session.get_one(type(policy), policy.id)
        policy.is_public, policy.published_at = False, None
    assert list_held_drafts(make_actor(Role.VOLUNTEER)) == []


def test_the_newest_stand_first_and_pages_follow(noon: datetime, app: Flask) -> None:
    policy = make_policy(mode="reviewed")
    hold(policy)
    writer = make_actor(Role.RESIDENT)
    for number in range(PAGE_SIZE // 2 + 1):
        with clock.frozen(NOON + timedelta(minutes=11 * number)):
            make_thread(policy, writer, f"Words no. {number}.")
            make_suggestion(policy, "c3", OTHER, make_actor(), reason=f"Reason no. {number}.")
    volunteer = make_actor(Role.VOLUNTEER)
    first, has_more = list_held_words(policy, volunteer)
    last, has_still_more = list_held_words(policy, volunteer, 1)
    assert (len(first), has_more, len(last), has_still_more) == (50, True, 2, False)
    times = [
        one.comment.posted_at if one.comment else one.suggestion.sent_at
        for one in (*first, *last)
        if one.comment or one.suggestion
    ]
    assert times == sorted(times, reverse=True)


def test_a_selection_is_shown_and_the_rest_waits(noon: datetime, app: Flask) -> None:
    policy, volunteer = make_policy(mode="reviewed"), make_actor(Role.VOLUNTEER)
    hold(policy)
    good, other = make_thread(policy, body="One day."), make_thread(policy, body="Two days.")
    suggestion = make_suggestion(policy, "c3", OTHER)
    chosen = [(Kind.COMMENT, good.first.id), (Kind.SUGGESTION, suggestion.id)]
    assert let_out(policy.slug, chosen, seen_at=NOON, actor=volunteer) == 2
    db.session.commit()
    assert get_comment(good.first.id, VISITOR).body == "One day."
    assert get_contribution(policy.slug, 1, VISITOR).words == "One day."
    assert get_contribution(policy.slug, suggestion.number, VISITOR).words
    with pytest.raises(NotFound):
        get_comment(other.first.id, VISITOR)
    assert let_out(policy.slug, chosen, seen_at=NOON, actor=volunteer) == 0
    db.session.commit()
    (event,) = events_of("WordsReleased")
    assert (event["comments"], event["contributions"]) == ([good.first.id], [1, 3])


def test_words_that_were_changed_after_somebody_looked_go_on_waiting(
    noon: datetime, app: Flask
) -> None:
    policy, volunteer, author = (
        make_policy(mode="reviewed"),
        make_actor(Role.VOLUNTEER),
        make_actor(),
    )
    hold(policy)
    thread = make_thread(policy, author, "One day.")
    reply = make_reply(thread, author, "One more thing.")
    suggestion = make_suggestion(policy, "c3", OTHER, author)
    with clock.frozen(NOON + timedelta(minutes=5)):
        wanted = Wanted(1, "", "What nobody may say.")
        changing.change(policy.slug, 1, wanted, actor=author)
        other = Wanted(1, OTHER.replace("一", "两"), "What nobody may say.")
        changing.change(policy.slug, suggestion.number, other, actor=author)
        edit_comment(reply.id, "What nobody may say.", actor=author)
        db.session.commit()
        chosen = [(Kind.COMMENT, thread.first.id), (Kind.COMMENT, reply.id)]
        chosen.append((Kind.SUGGESTION, suggestion.id))
        before = NOON + timedelta(minutes=4)
        assert let_out(policy.slug, chosen, seen_at=before, actor=volunteer) == 0
        db.session.commit()
        assert let_out(policy.slug, chosen, seen_at=clock.now(), actor=volunteer) == 3


def test_a_selection_of_one_draft_shows_nothing_on_another(noon: datetime, app: Flask) -> None:
    policy, other = make_policy(mode="reviewed"), make_policy(slug="other", title="Other")
    hold(policy), hold(other)
    words, suggestion = make_thread(policy), make_suggestion(policy, "c3", OTHER)
    chosen = [(Kind.COMMENT, words.first.id), (Kind.SUGGESTION, suggestion.id)]
    volunteer = make_actor(Role.VOLUNTEER)
    assert let_out("other", chosen, seen_at=NOON, actor=volunteer) == 0


def test_nobody_lets_out_ones_own_words(noon: datetime, app: Flask) -> None:
    policy, author = make_policy(), make_actor()
    hold(policy)
    thread = make_thread(policy, author)
    with committing():
        db.session.get_one(Person, author.id).role = Role.VOLUNTEER
    volunteer = db.session.get_one(Person, author.id).actor(NOON)
    with pytest.raises(NotAllowed):
        let_out(policy.slug, [(Kind.COMMENT, thread.first.id)], seen_at=NOON, actor=volunteer)


def test_a_volunteer_shows_what_was_ticked_and_hides_the_rest(noon: datetime, app: Flask) -> None:
    policy = make_policy(language="en", slug="bicycles", mode="reviewed")
    hold(policy)
    with clock.frozen(NOON - timedelta(hours=3)):
        writer = make_actor()
    threads = [make_thread(policy, writer, f"Words no. {number}.") for number in range(3)]
    make_suggestion(policy, "c3", OTHER, writer)
    keeper = browser(app, make_actor(Role.VOLUNTEER))
    page = keeper.get("/moderation/held").get_data(as_text=True)  # the only draft at once
    assert "Account made 3 hours ago" in page
    keys = re.findall(r'name="item" value="([^"]+)"', page)
    assert len(keys) == 4
    assert {key.rpartition(":")[0] for key in keys} == {
        "suggestion:4", *(f"comment:{thread.first.id}" for thread in threads)
    }  # fmt: skip
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    sent = {"csrf_token": token[1], "draft": "bicycles", "seen_at": NOON.isoformat()}
    answer = keeper.post("/moderation/held", data={**sent, "item": keys[:2]})
    assert answer.status_code == 303
    assert "2 are shown" in read(keeper, "/moderation/held")
    page = keeper.get("/moderation/held").get_data(as_text=True)
    assert re.findall(r'name="item" value="([^"]+)"', page) == keys[2:]
    assert keeper.post("/moderation/held", data={**sent, "item": keys[:2]}).status_code == 303
    assert "left as it is" in read(keeper, "/moderation/held")
    assert keeper.post("/moderation/held", data=sent).status_code == 303
    assert "choose at least one" in read(keeper, "/moderation/held")
    too_many = [f"comment:{number}" for number in range(1, 102)]
    assert keeper.post("/moderation/held", data={**sent, "item": too_many}).status_code == 303
    assert "At most 100" in read(keeper, "/moderation/held")


def test_all_words_of_new_accounts_are_chosen_at_once(noon: datetime, app: Flask) -> None:
    """A midnight: sixty new accounts, a page at a time, between them somebody who is known."""
    with clock.frozen(NOON - timedelta(days=3)):
        policy = make_policy(language="en", slug="bicycles")
        known = make_actor()
    hold(policy)
    word = make_thread(policy, known, "A word of a neighbour.")
    for number in range(60):
        make_thread(policy, make_actor(), f"Flood no. {number}.")
    keeper = browser(app, make_actor(Role.VOLUNTEER))

    def chosen(address: str) -> tuple[list[str], str]:
        page = keeper.get(address).get_data(as_text=True)
        return re.findall(r'name="item" value="([^"]+)" checked', page), page

    assert chosen("/moderation/held?accounts=new")[0] == []
    keys, page = chosen("/moderation/held?accounts=new&all=1")
    rest, _ = chosen("/moderation/held?draft=bicycles&accounts=new&all=1&page=1")
    assert (len(keys), len(rest), len({*keys, *rest})) == (50, 10, 60)
    assert "A word of a neighbour." not in page
    assert "A word of a neighbour." in keeper.get("/moderation/held?page=1").get_data(as_text=True)
    for portion in (keys, rest):
        sent = {"item": portion, "action": "hide", "rule": "off_topic", "reason": "A flood"}
        items = "&".join(f"item={key}" for key in portion)
        sent["csrf_token"] = keeper.get_token(f"/moderation/selection?{items}")
        assert keeper.post("/moderation/selection", data=sent).status_code == 303
    keys, page = chosen("/moderation/held?all=1")
    assert len(keys) == 1
    assert "A word of a neighbour." in page
    with clock.frozen(MORNING):
        drain()
        visitor = app.test_client()
        assert "A word of a neighbour." in read(visitor, f"/threads/{word.id}")
        assert "Flood" not in read(visitor, "/policies/bicycles/discussion")


@pytest.mark.parametrize(
    "odd",
    [
        {"item": ["", "comment", "comment:", "comment:-1", "policy:1", "comment:99999999999"]},
        {"item": "comment:1", "seen_at": "yesterday"},
        {"item": "comment:1", "seen_at": "2026-03-02"},
    ],
)
def test_odd_input_shows_nothing_and_breaks_nothing(
    noon: datetime, app: Flask, odd: dict[str, object]
) -> None:
    policy = make_policy(slug="bicycles")
    hold(policy)
    keeper = browser(app, make_actor(Role.VOLUNTEER))
    token = keeper.get_token("/policies/bicycles/hold")
    sent = {"csrf_token": token, "draft": "bicycles", **odd}
    assert keeper.post("/moderation/held", data=sent).status_code == 303
    sent["draft"] = "nothing-here"
    assert keeper.post("/moderation/held", data=sent).status_code in (303, 404)
    for page in ("?draft=nothing-here", "?page=x", "?page=99999999999"):
        assert keeper.get(f"/moderation/held{page}").status_code in (200, 404)


def test_supervisors_look_and_decide_nothing(noon: datetime, app: Flask) -> None:
    policy = make_policy(language="en", slug="bicycles")
    hold(policy)
    thread = make_thread(policy, body="Words that wait.")
    watcher = browser(app, make_actor(Role.SUPERVISOR))
    page = read(watcher, "/moderation/held")
    assert "Words that wait." in page
    assert "Show the chosen" not in page
    token = watcher.get_token("/account/sign-in")
    sent = {"csrf_token": token, "draft": "bicycles", "item": f"comment:{thread.first.id}"}
    assert watcher.post("/moderation/held", data=sent).status_code == 403
    for other in (Role.RESIDENT, Role.OFFICER, Role.ADMINISTRATOR):
        assert browser(app, make_actor(other)).get("/moderation/held").status_code == 403
