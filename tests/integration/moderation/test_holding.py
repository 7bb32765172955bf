"""A held discussion: what waits, who sees it, when it comes out, and what nobody can get around."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import VISITOR, Actor, Role
from app.database import committing, db
from app.discussions.models import Comment, Hold, Thread
from app.discussions.queries import get_comment, get_thread, list_threads
from app.discussions.services.editing import edit_comment
from app.discussions.services.releasing import end_due_holds
from app.discussions.services.waiting import find_held
from app.errors import NotAllowed, NotFound, RuleBroken, SignInNeeded
from app.ledger.models import EventRecord
from app.moderation.services.holding import begin_hold, end_hold, offer_hold
from app.policies.models import Policy, PolicyMember
from app.suggestions.models import Contribution
from app.suggestions.queries.listing import Filters, count_all, list_entries
from app.suggestions.queries.shown import get_contribution
from app.suggestions.services import changing, marking_owed
from app.suggestions.services import replying as suggestions
from app.suggestions.services.releasing import release_due
from app.suggestions.services.sending import Wanted
from tests.builders.accounts import make_actor
from tests.builders.at_once import at_once, browser
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_suggestion
from tests.builders.whole_site import all_rows, drain
from tests.checking_client import CheckingClient
from tests.conftest import NOON

OTHER = "第二条 共享自行车连续停放超过一日无人使用的，运营企业应当移走。\n\n"
MORNING = datetime(2026, 3, 3, 0, tzinfo=UTC)  # 08:00 in Beijing, the day after NOON


def hold(policy: Policy, volunteer: Actor | None = None) -> datetime:
    """The draft held by a volunteer, committed."""
    until = begin_hold(policy.slug, actor=volunteer or make_actor(Role.VOLUNTEER))
    db.session.commit()
    return until


def events_of(kind: str) -> list[dict[str, object]]:
    rows = db.session.scalars(
        select(EventRecord).where(EventRecord.kind == kind).order_by(EventRecord.id)
    )
    return [json.loads(row.payload) for row in rows]


def version_of(policy: Policy) -> int:
    return db.session.scalar(select(Policy.page_version).where(Policy.id == policy.id)) or 0


def numbers_seen(policy: Policy, actor: Actor) -> set[int]:
    entries, _ = list_entries(policy, actor, Filters())
    return {entry.shown.number for entry in entries}


def read(browser: CheckingClient, path: str) -> str:
    """The words of a page, without its tags."""
    page = browser.get(path).get_data(as_text=True)
    return " ".join(re.sub("<[^>]*>", "", page).split())


def test_what_residents_write_waits_until_the_morning(noon: datetime, app: Flask) -> None:
    policy = make_policy(mode="reviewed")
    assert hold(policy) == MORNING
    author = make_actor()
    thread = make_thread(policy, author)
    words = make_suggestion(policy, "c3", OTHER, author)
    assert thread.first.held_until == MORNING
    assert db.session.get_one(Thread, thread.id).held_until == MORNING
    assert words.held_until == MORNING
    for other in (VISITOR, make_actor(), make_actor(Role.OFFICER), make_actor(Role.ADMINISTRATOR)):
        with pytest.raises(NotFound):
            get_thread(thread.id, other)
        with pytest.raises(NotFound):
            get_contribution(policy.slug, words.number, other)
        assert numbers_seen(policy, other) == set()
        assert count_all(policy, other, Filters()).all == 0
    for reader in (author, make_actor(Role.VOLUNTEER), make_actor(Role.SUPERVISOR)):
        assert get_thread(thread.id, reader)[1].first.body == thread.first.body
        assert numbers_seen(policy, reader) == {1, 2}


def test_the_office_sees_what_it_will_have_to_answer(noon: datetime, app: Flask) -> None:
    owner = make_actor(Role.OFFICER)
    policy = make_policy(owner, mode="reviewed")
    hold(policy)
    words = make_suggestion(policy, "c3", OTHER)
    assert get_contribution(policy.slug, words.number, owner).words


def test_volunteers_and_officers_answer_for_their_words_at_once(noon: datetime, app: Flask) -> None:
    policy = make_policy(mode="reviewed")
    hold(policy)
    for role in (Role.VOLUNTEER, Role.OFFICER):
        thread = make_thread(policy, make_actor(role), f"Words of a {role}.")
        assert get_thread(thread.id, VISITOR)[1].first.held_until is None


def test_a_hold_holds_one_draft_and_leaves_what_is_shown(noon: datetime, app: Flask) -> None:
    policy, other = make_policy(), make_policy(slug="other", title="Other")
    before = make_thread(policy)
    hold(policy)
    assert get_thread(before.id, VISITOR)
    assert make_thread(other).first.held_until is None
    waiting = make_reply(before)
    with pytest.raises(NotFound):
        get_comment(waiting.id, VISITOR)
    assert get_thread(before.id, VISITOR)[1].replies == 0


def test_pressing_twice_lengthens_nothing_and_says_it_once(noon: datetime, app: Flask) -> None:
    policy = make_policy(mode="reviewed")
    volunteer = make_actor(Role.VOLUNTEER)
    hold(policy, volunteer)
    with clock.frozen(NOON + timedelta(hours=3)):
        assert hold(policy, volunteer) == MORNING
        assert hold(policy) == MORNING
    assert db.session.scalar(select(func.count()).select_from(Hold)) == 1
    assert events_of("HoldBegun") == [
        {"policy": policy.id, "role": "volunteer", "until": "2026-03-03T00:00:00+00:00"}
    ]


def test_two_volunteers_who_press_at_once_begin_one_hold(app: Flask) -> None:
    policy = make_policy(mode="reviewed")
    browsers = [browser(app, make_actor(Role.VOLUNTEER)) for _ in range(2)]
    page = f"/policies/{policy.slug}/hold"
    tokens = [each.get_token(page) for each in browsers]
    sendings = [
        partial(each.post, page, data={"csrf_token": token})
        for each, token in zip(browsers, tokens, strict=True)
    ]
    assert at_once(app, *sendings) == [303, 303]
    assert db.session.scalar(select(func.count()).select_from(Hold)) == 1


def test_words_that_come_at_the_moment_of_the_button_wait_or_are_out_before(app: Flask) -> None:
    """Whatever comes first, nothing is out that came after: the hold and the words agree."""
    policy = make_policy(mode="reviewed")
    keeper = browser(app, make_actor(Role.VOLUNTEER))
    page, talk = f"/policies/{policy.slug}/hold", f"/policies/{policy.slug}/discussion"
    pressed = partial(keeper.post, page, data={"csrf_token": keeper.get_token(page)})
    sendings = []
    for number in range(4):
        writer = browser(app, make_actor())
        words = {"body": f"Words no. {number}", "kind": "comment", "clause": ""}
        token = writer.get_token(talk)
        sendings.append(partial(writer.post, talk, data={**words, "csrf_token": token}))
    assert at_once(app, pressed, *sendings) == [303] * 5
    begun = db.session.scalars(select(Hold)).one().begun_at
    for comment, contribution, thread in db.session.execute(
        select(Comment, Contribution, Thread)
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Contribution, Contribution.thread_id == Thread.id)
    ):
        assert comment.held_until == contribution.held_until == thread.held_until
        assert (comment.held_until is not None) == (comment.posted_at >= begun)


def test_who_works_on_the_draft_does_not_hold_it(noon: datetime, app: Flask) -> None:
    volunteer = make_actor(Role.VOLUNTEER)
    policy = make_policy(mode="reviewed")
    with committing():
        named = {"named_by_id": policy.owner_id, "named_at": noon, "edits": False}
        db.session.add(PolicyMember(policy_id=policy.id, person_id=volunteer.id, **named))
    assert offer_hold(policy, volunteer) is None
    with pytest.raises(NotAllowed):
        begin_hold(policy.slug, actor=volunteer)
    hold(policy)
    with pytest.raises(NotAllowed):
        end_hold(policy.slug, actor=volunteer)


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_nobody_but_a_volunteer_holds_a_draft(app: Flask, role: Role) -> None:
    policy = make_policy(mode="reviewed")
    with pytest.raises(NotAllowed):
        begin_hold(policy.slug, actor=make_actor(role))
    with pytest.raises(SignInNeeded):
        begin_hold(policy.slug, actor=VISITOR)
    assert offer_hold(policy, make_actor(role)) is None


def test_a_private_draft_is_held_by_nobody_outside(app: Flask) -> None:
    policy = make_policy(is_public=False)
    with pytest.raises(NotFound):
        begin_hold(policy.slug, actor=make_actor(Role.VOLUNTEER))


def test_ending_a_hold_early_shows_what_waits_but_for_what_was_hidden(
    noon: datetime, app: Flask
) -> None:
    policy, volunteer = make_policy(mode="reviewed"), make_actor(Role.VOLUNTEER)
    hold(policy, volunteer)
    good, bad = make_thread(policy, body="One day."), make_thread(policy, body="You fool.")
    suggestion = make_suggestion(policy, "c3", OTHER)
    hide(bad.first, volunteer)
    before = version_of(policy)
    assert end_hold(policy.slug, actor=volunteer) == 3
    db.session.commit()
    assert version_of(policy) > before
    assert find_held(policy.id) is None
    assert get_thread(good.id, VISITOR)[1].first.body == "One day."
    assert get_contribution(policy.slug, suggestion.number, VISITOR).words
    hidden = get_thread(bad.id, VISITOR)[1].first
    assert hidden.body == ""
    assert hidden.marker is not None
    assert make_thread(policy, body="Two days.").first.held_until is None
    assert events_of("HoldEnded") == [{"policy": policy.id, "role": "volunteer"}]
    (released,) = events_of("WordsReleased")
    assert released["comments"] == [good.first.id, bad.first.id]
    assert released["contributions"] == [1, 2, 3]


def test_what_is_not_held_cannot_be_ended(noon: datetime, app: Flask) -> None:
    policy, volunteer = make_policy(mode="reviewed"), make_actor(Role.VOLUNTEER)
    with pytest.raises(RuleBroken):
        end_hold(policy.slug, actor=volunteer)
    hold(policy)
    with clock.frozen(MORNING), pytest.raises(RuleBroken):
        end_hold(policy.slug, actor=volunteer)


def test_a_hold_can_begin_again_after_it_was_ended(noon: datetime, app: Flask) -> None:
    policy, volunteer = make_policy(mode="reviewed"), make_actor(Role.VOLUNTEER)
    hold(policy, volunteer)
    end_hold(policy.slug, actor=volunteer)
    db.session.commit()
    assert hold(policy, volunteer) == MORNING
    assert make_thread(policy).first.held_until == MORNING


def test_at_eight_the_worker_shows_what_waited_and_renews_the_pages(
    noon: datetime, app: Flask, client: CheckingClient
) -> None:
    policy = make_policy(language="en", title="Bicycles", slug="bicycles")
    hold(policy)
    thread = make_thread(policy, body="The xylophagous beetle.")
    page = "/policies/bicycles/suggestions"
    with clock.frozen(MORNING - timedelta(seconds=1)):
        drain()
        assert "appear after" in read(client, page)
        assert client.get(f"/threads/{thread.id}").status_code == 404
    with clock.frozen(MORNING):
        drain()
        shown = read(client, page)
        assert "appear after" not in shown
        assert "xylophagous" in shown
        assert client.get(f"/threads/{thread.id}").status_code == 200
        assert "xylophagous" in read(client, "/search?q=beetle")


def test_nothing_is_written_while_nothing_is_due(noon: datetime, app: Flask) -> None:
    policy = make_policy(mode="reviewed")
    hold(policy)
    make_thread(policy)

    def look() -> None:
        end_due_holds(), release_due()
        db.session.commit()

    before = all_rows()
    with clock.frozen(MORNING - timedelta(seconds=1)):
        look()
        assert all_rows() == before
    with clock.frozen(MORNING):
        look()
        after = all_rows()
        assert after != before
        look()
        assert all_rows() == after


def test_words_wait_until_a_dead_worker_lives_again_and_new_ones_do_not(
    noon: datetime, app: Flask
) -> None:
    policy = make_policy(mode="reviewed")
    hold(policy)
    old = make_thread(policy, body="Before.")
    with clock.frozen(MORNING + timedelta(hours=5)):
        assert find_held(policy.id) is None
        new = make_thread(policy, body="After.")
        assert new.first.held_until is None
        with pytest.raises(NotFound):
            get_thread(old.id, VISITOR)
        drain()
        policy, first = get_thread(old.id, VISITOR)
        assert first.first.body == "Before."
        threads, _ = list_threads(policy, VISITOR)
        assert [one.first.body for one in threads] == ["After.", "Before."]


def test_changed_words_go_on_waiting(noon: datetime, app: Flask) -> None:
    policy, author = make_policy(mode="reviewed"), make_actor()
    hold(policy)
    thread = make_thread(policy, author)
    suggestion = make_suggestion(policy, "c3", OTHER, author)
    changing.change(
        policy.slug,
        suggestion.number,
        Wanted(1, OTHER.replace("一", "两"), "Better."),
        actor=author,
    )
    db.session.commit()
    with clock.frozen(NOON + timedelta(hours=1)):
        edit_comment(thread.first.id, "Other words.", actor=author)
        db.session.commit()
    assert get_comment(thread.first.id, author).held_until == MORNING
    assert get_contribution(policy.slug, suggestion.number, author).held_until == MORNING
    with pytest.raises(NotFound):
        get_comment(thread.first.id, VISITOR)


def test_shown_words_are_no_way_around_the_hold(noon: datetime, app: Flask) -> None:
    policy, author = make_policy(mode="reviewed"), make_actor()
    thread = make_thread(policy, author)
    suggestion = make_suggestion(policy, "c3", OTHER, author)
    hold(policy)
    with pytest.raises(RuleBroken):
        edit_comment(thread.first.id, "What I may not say.", actor=author)
    db.session.rollback()
    wanted = Wanted(1, OTHER.replace("一", "两"), "What I may not say.")
    with pytest.raises(RuleBroken):
        changing.change(policy.slug, suggestion.number, wanted, actor=author)
    db.session.rollback()
    assert get_thread(thread.id, VISITOR)[1].first.body == thread.first.body


def test_a_reply_to_ones_own_waiting_words_waits_with_them(noon: datetime, app: Flask) -> None:
    policy, author = make_policy(mode="reviewed"), make_actor()
    hold(policy)
    thread = make_thread(policy, author)
    words = make_reply(thread, author, "One more thing.")
    suggestion = make_suggestion(policy, "c3", OTHER, author)
    about = suggestions.reply(policy.slug, suggestion.number, "And this.", actor=author)
    db.session.commit()
    assert words.held_until == about.held_until == MORNING
    with clock.frozen(MORNING):
        drain()
    assert get_thread(thread.id, VISITOR)[1].replies == 1
    assert get_comment(about.id, VISITOR).body == "And this."


def test_a_volunteers_reply_does_not_bring_waiting_words_out(noon: datetime, app: Flask) -> None:
    """Nor does the mark that it should get an answer."""
    policy, author, volunteer = (
        make_policy(mode="reviewed"),
        make_actor(),
        make_actor(Role.VOLUNTEER),
    )
    hold(policy)
    suggestion = make_suggestion(policy, "c3", OTHER, author)
    asked = suggestions.reply(policy.slug, suggestion.number, "What for?", actor=volunteer)
    db.session.commit()
    answer = make_reply(get_thread(asked.thread_id, author)[1], author, "For the prams.")
    number = marking_owed.mark_owed(asked.id, actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    assert asked.held_until is None
    assert db.session.get_one(Thread, asked.thread_id).held_until == MORNING
    for hidden in (asked, answer):
        with pytest.raises(NotFound):
            get_comment(hidden.id, VISITOR)
    with pytest.raises(NotFound):
        get_contribution(policy.slug, number, VISITOR)
    assert numbers_seen(policy, VISITOR) == set()
    with clock.frozen(MORNING):
        release_due()
    assert numbers_seen(policy, VISITOR) == {suggestion.number, number}
    assert get_comment(asked.id, VISITOR).body == "What for?"
    (released,) = events_of("WordsReleased")
    assert released["comments"] == [asked.id, answer.id]
    assert released["contributions"] == [suggestion.number, number]


def test_releasing_twice_is_releasing_once(noon: datetime, app: Flask) -> None:
    policy = make_policy(mode="reviewed")
    hold(policy)
    make_thread(policy)
    with clock.frozen(MORNING):
        assert release_due() == 1
        assert release_due() == 0
    assert len(events_of("WordsReleased")) == 1


def test_many_words_come_out_some_hundred_at_a_time(noon: datetime, app: Flask) -> None:
    policy = make_policy(mode="reviewed")
    hold(policy)
    thread = make_thread(policy)
    with committing():
        first = db.session.scalars(select(Comment)).one()
        for number in range(450):
            copy = {"author_id": first.author_id, "author_role": "resident", "salt": b"s" * 16}
            body = f"Words no. {number}"
            db.session.add(
                Comment(thread_id=thread.id, body=body, posted_at=NOON, held_until=MORNING, **copy)
            )
    with clock.frozen(MORNING):
        drain()
        assert get_thread(thread.id, VISITOR)[1].replies < 450
        for _ in range(4):
            drain()
        assert get_thread(thread.id, VISITOR)[1].replies == 450
    assert sum(len(event["comments"]) for event in events_of("WordsReleased")) == 451


def test_the_button_stands_where_volunteers_read_and_nowhere_else(
    noon: datetime, client: CheckingClient, app: Flask
) -> None:
    policy = make_policy(language="en", slug="bicycles", mode="reviewed")
    pages = ("/policies/bicycles/suggestions", "/policies/bicycles/discussion")
    for page in pages:
        assert "Hold new comments" not in read(client, page)
    keeper = browser(app, make_actor(Role.VOLUNTEER))
    for page in pages:
        assert "Hold new comments on this draft until 08:00" in read(keeper, page)
    assert keeper.post_form("/policies/bicycles/hold", {}).status_code == 303
    for page in (*pages, "/policies/bicycles/clauses/c3", "/policies/bicycles/suggest?clause=c3"):
        for reader in (client, keeper, browser(app, make_actor())):
            text = read(reader, page)
            assert "New comments appear after" in text, page
            assert "registered and answered all the same" in text, page
    assert keeper.post_form("/policies/bicycles/hold", {"step": "end"}).status_code == 303
    for page in (*pages, "/policies/bicycles/clauses/c3"):
        assert "New comments appear after" not in read(client, page)
    assert policy.slug == "bicycles"


def test_whoever_sent_waiting_words_reads_so_on_the_receipt(noon: datetime, app: Flask) -> None:
    policy = make_policy(language="en", slug="bicycles", mode="reviewed")
    hold(policy)
    author = make_actor()
    words = make_suggestion(policy, "c3", OTHER, author)
    reader = browser(app, author)
    for page in (f"/policies/bicycles/suggestions/{words.number}", "/mine"):
        assert "Shown to others from 3 March 2026 08:00" in read(reader, page)
