"""Following, the list of what one follows, and the page of notices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from app import clock
from app.access.actor import Actor, Confirmation, Role
from app.database import committing, db
from app.errors import NotAllowed, RuleBroken
from app.notifications.models import Watch
from app.notifications.queries.happened import count_new, list_followed
from app.notifications.queries.notices import list_notices
from app.notifications.queries.watches import get_target, list_watches
from app.notifications.rules import MOST_FOLLOWED
from app.notifications.services.watching import follow, mark_seen, unfollow
from app.policies.models import Policy
from app.policies.services.publishing import make_private
from app.policies.services.saving import Edit, save_edit
from app.policies.versions import get_version
from app.visibility import Hidden
from tests.builders.accounts import make_actor, make_person, sign_in
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.notifications import deliver, make_watch
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import hide_suggestion, make_contribution, make_suggestion
from tests.checking_client import CheckingClient


@pytest.fixture
def owner(app: Flask) -> Actor:
    return make_actor(Role.OFFICER)


@pytest.fixture
def policy(owner: Actor) -> Policy:
    return make_policy(owner, mode="reviewed", slug="parking")


@pytest.fixture
def reader(app: Flask, client: CheckingClient) -> Actor:
    reader = make_actor()
    sign_in(client, reader)
    return reader


def article(policy: Policy, label: str = "第二条") -> str:
    return next(c.id for c in get_version(policy.id, 1).outline if c.label == label)


def headings(actor: Actor) -> list[str]:
    """The sentences of what the person follows, newest first."""
    deliver()
    return [str(one.sentence) for one in list_followed(actor)[0]]


def test_a_resident_follows_and_stops_with_one_button(
    client: CheckingClient, policy: Policy, reader: Actor
) -> None:
    page = client.get("/policies/parking/follow").get_data(as_text=True)
    assert "Stop following" not in page
    path = "/policies/parking/follow"
    assert client.post_form(path, {"step": "follow"}).status_code == 303
    assert client.post_form(path, {"step": "follow"}).status_code == 303
    assert len(list_watches(reader)[0]) == 1
    assert "Stop following" in client.get(path).get_data(as_text=True)
    assert client.post_form(path, {"step": "stop"}).status_code == 303
    assert list_watches(reader)[0] == []


def test_a_visitor_is_offered_letters_and_the_feed(client: CheckingClient, policy: Policy) -> None:
    page = client.get(f"/policies/parking/follow?clause={article(policy)}")
    html = page.get_data(as_text=True)
    assert "Follow 第二条" in html
    assert f"/policies/parking/follow-by-mail?clause={article(policy)}" in html
    assert f"/policies/parking/feed.atom?clause={article(policy)}" in html
    assert "Set-Cookie" not in page.headers
    assert client.post("/policies/parking/follow", data={}).status_code in (400, 403)


def test_every_page_has_its_link_to_follow(client: CheckingClient, policy: Policy) -> None:
    thread = make_thread(policy)
    for path, link in (
        ("/policies/parking", "/policies/parking/follow"),
        (f"/policies/parking/clauses/{article(policy)}", f"follow?clause={article(policy)}"),
        (f"/threads/{thread.id}", f"follow?thread={thread.id}"),
    ):
        assert link in client.get(path).get_data(as_text=True), path


@pytest.mark.parametrize(
    "query", ["clause=c999", "clause=c3&thread=0", "thread=999", "thread=x", "clause=%00"]
)
def test_odd_addresses_name_nothing(client: CheckingClient, policy: Policy, query: str) -> None:
    status = client.get(f"/policies/parking/follow?{query}").status_code
    assert status == (200 if query in ("thread=x", "clause=c3&thread=0") else 404)


def test_a_thread_is_followed_on_its_own_draft_alone(policy: Policy, owner: Actor) -> None:
    thread = make_thread(make_policy(owner, title="Another"))
    with pytest.raises(Exception, match="does not exist"):
        get_target(policy.slug, "", thread.id, make_actor())


def test_somebody_who_is_suspended_follows_nothing_new_but_may_stop(policy: Policy) -> None:
    person = make_person()
    make_watch(policy, person.actor(clock.now()))
    with committing():
        person.suspended_until = clock.now() + timedelta(days=1)
    suspended = person.actor(clock.now())
    target = get_target(policy.slug, article(policy), 0, suspended)
    with pytest.raises(NotAllowed):
        follow(target, actor=suspended)
    db.session.rollback()
    watch = db.session.scalars(select(Watch)).one()
    unfollow(watch.id, actor=suspended)
    assert db.session.scalars(select(Watch)).all() == []


def test_nobody_stops_what_another_follows(policy: Policy) -> None:
    make_watch(policy, make_actor())
    watch = db.session.scalars(select(Watch)).one()
    unfollow(watch.id, actor=make_actor())
    assert db.session.scalars(select(Watch)).one() is watch


def test_a_person_follows_only_so_much(policy: Policy) -> None:
    actor = make_actor()
    with committing():
        db.session.add_all(
            Watch(
                person_id=actor.person_id,
                policy_id=policy.id,
                clause="",
                thread_id=number,
                since=clock.now(),
            )
            for number in range(1, MOST_FOLLOWED + 1)
        )
    with pytest.raises(RuleBroken):
        make_watch(policy, actor)


def test_who_follows_a_draft_reads_on_one_page_what_happened(
    client: CheckingClient, owner: Actor, policy: Policy, reader: Actor
) -> None:
    make_watch(policy, reader)
    save_text(policy.slug, TEXT.replace("三日", "五日"), actor=owner, base=1, summary="longer")
    make_reply(make_thread(policy, body="Who counts the days?"), owner, body="The operator does.")
    make_suggestion(policy, article(policy), "第二条 七日。", base=2)
    deliver()
    page = client.get("/notices").get_data(as_text=True)
    for words in ("Version 2", "longer", "Who counts the days?", "The operator does."):
        assert words in page
    assert page.index("Suggestion 2") < page.index("Comment 1") < page.index("Version 2")


def test_news_stands_together_by_draft_and_what_is_personal_first(
    client: CheckingClient, owner: Actor, policy: Policy, reader: Actor
) -> None:
    other = make_policy(owner, title="Night noise", mode="reviewed")
    for one in (policy, other):
        make_watch(one, reader)
    make_thread(policy, body="First")
    make_thread(other, body="Second")
    make_thread(policy, body="Third")
    make_thread(other, body="Fourth")
    make_reply(make_thread(other, reader, body="Mine"), body="An answer to me")
    deliver()
    page = client.get("/notices").get_data(as_text=True)
    order = ("An answer to me", "Fourth", "Second", "Third", "First")
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert page.count("An answer to me") == 1  # not a second time among what is followed


def test_nobody_is_told_of_what_was_before_or_of_their_own_doing(policy: Policy) -> None:
    reader = make_actor()
    make_thread(policy, body="Before")
    make_watch(policy, reader)
    make_thread(policy, reader, body="Own")
    make_thread(policy, body="After")
    assert headings(reader) == ["Comment 3"]


def test_who_follows_an_article_hears_of_it_and_of_the_steps_of_the_draft(
    owner: Actor, policy: Policy
) -> None:
    from app.policies.services.moving import set_phase

    reader = make_actor()
    make_watch(policy, reader, clause=article(policy))
    save_text(policy.slug, TEXT.replace("三日", "五日"), actor=owner, base=1)
    save_text(policy.slug, TEXT.replace("三日", "五日") + "附：无。\n", actor=owner, base=2)
    make_thread(policy, clause=article(policy, "第三条"))
    make_thread(policy)
    set_phase(policy.slug, "consultation", actor=owner)
    set_phase(policy.slug, "response", actor=owner)
    db.session.commit()
    assert headings(reader) == ["Now: The department is answering", "Version 2"]


def test_who_follows_a_discussion_hears_of_it_alone(policy: Policy) -> None:
    reader = make_actor()
    thread, other = make_thread(policy), make_thread(policy, body="Another")
    make_watch(policy, reader, thread_id=thread.id)
    make_reply(thread, body="Here")
    make_reply(other, body="There")
    deliver()
    assert [one.words for one in list_followed(reader)[0]] == ["Here"]


def test_versions_saved_in_a_row_are_one_entry(owner: Actor, policy: Policy) -> None:
    reader, colleague = make_actor(), make_actor(Role.OFFICER)
    make_watch(policy, reader)
    now = clock.now()
    for number, (minutes, actor) in enumerate(
        [(1, owner), (5, owner), (9, owner), (30, owner), (31, colleague), (32, owner)], start=1
    ):
        with clock.frozen(now + timedelta(minutes=minutes)):
            if actor is colleague:
                from app.policies.models import PolicyMember

                with committing():
                    db.session.add(
                        PolicyMember(
                            policy_id=policy.id,
                            person_id=colleague.person_id,
                            named_by_id=owner.person_id,
                            named_at=now,
                        )
                    )
            text = TEXT + f"附则{'一' * number}。\n"
            save_text(policy.slug, text, actor=actor, base=number, summary=f"no. {number}")
    deliver()
    news = list_followed(reader)[0]
    assert [str(one.sentence) for one in news] == [
        "Version 7",
        "Version 6",
        "Version 5",
        "Versions 2 to 4",
    ]
    burst = news[-1]
    assert burst.path == "/policies/parking/compare/1...4"
    assert burst.words == "no. 1 · no. 2 · no. 3"


def test_a_change_of_spelling_says_so(
    client: CheckingClient, owner: Actor, policy: Policy, reader: Actor
) -> None:
    make_watch(policy, reader)
    dotted = TEXT.replace("制定本办法。", "制定本办法；")
    save_edit(policy.slug, Edit(1, dotted, "标点", is_minor=True), actor=owner)
    db.session.commit()
    deliver()
    assert "Only spelling or punctuation" in client.get("/notices").get_data(as_text=True)


def test_the_tick_is_ignored_where_a_number_changes_and_the_page_says_so(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    sign_in(client, owner)
    path = "/policies/parking/edit"
    form = {"base": 1, "text": TEXT.replace("三日", "五日"), "summary": "typo", "minor": "y"}
    preview = client.post_form(path, {**form, "step": "preview"}).get_data(as_text=True)
    assert "does not count as spelling" in preview
    saved = client.post_form(path, {**form, "step": "save"})
    assert "does not count as spelling" in client.get(saved.location).get_data(as_text=True)


def test_the_tick_goes_through_the_preview(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    sign_in(client, owner)
    form = {
        "base": 1,
        "text": TEXT.replace("制定本办法。", "制定本办法；"),
        "summary": "标点",
        "minor": "y",
    }
    page = client.post_form("/policies/parking/edit", {**form, "step": "preview"})
    assert '<input type="hidden" name="minor" value="y">' in page.get_data(as_text=True)


def test_what_was_hidden_since_shows_no_words(
    client: CheckingClient, owner: Actor, policy: Policy, reader: Actor
) -> None:
    make_watch(policy, reader)
    thread = make_thread(policy, body="Xanthippe opened this")
    hide(make_reply(thread, body="Xanthippe replied"))
    suggestion = make_suggestion(
        policy, article(policy), "第二条 Xanthippe。", reason="Xanthippe's wish"
    )
    hide_suggestion(suggestion)
    hide(thread.first)
    save_text(
        policy.slug, TEXT.replace("三日", "五日"), actor=owner, base=1, summary="Xanthippe's reason"
    )
    deliver()
    hide_reason(policy)
    page = client.get("/notices").get_data(as_text=True)
    assert "Xanthippe" not in page
    assert page.count("These words were hidden since") == 4


def hide_reason(policy: Policy) -> None:
    """The reason of version 2 hidden, as by a volunteer; officers' reasons are not theirs to hide,
    and imported ones may be."""
    from app.moderation.models import ModerationAction
    from app.policies.models import Revision

    revision = db.session.scalars(
        select(Revision.id).where(Revision.policy_id == policy.id, Revision.number == 2)
    ).one()
    with committing():
        done = ModerationAction(
            action="hide",
            kind="summary",
            object_id=revision,
            policy_id=policy.id,
            rule="personal_data",
            reason="A name",
            salt=b"0" * 16,
            by_role="volunteer",
            at=clock.now(),
        )
        db.session.add(done)
        db.session.flush()
        db.session.add(
            Hidden(
                kind="summary",
                object_id=revision,
                action_id=done.id,
                rule="personal_data",
                reason="A name",
                by_role="volunteer",
                hidden_at=clock.now(),
            )
        )


def test_following_something_that_is_hidden_or_private_later_tells_nothing_of_it(
    client: CheckingClient, owner: Actor, policy: Policy, reader: Actor
) -> None:
    thread = make_thread(policy, body="Xanthippe opened this")
    make_watch(policy, reader)
    make_watch(policy, reader, thread_id=thread.id)
    hide(thread.first)
    deliver()
    assert "Xanthippe" not in client.get("/watching").get_data(as_text=True)
    make_private(policy.slug, actor=owner)
    db.session.commit()
    deliver()
    for path in ("/watching", "/notices", "/"):
        page = client.get(path).get_data(as_text=True)
        assert "停放办法" not in page
        assert "A comment was hidden" not in page
    assert count_new(reader) == 0


def test_words_of_people_who_are_not_confirmed_are_news_only_once_they_are(
    policy: Policy,
) -> None:
    reader, unknown = make_actor(), make_person(confirmation=Confirmation.NONE)
    make_watch(policy, reader)
    make_thread(policy, unknown.actor(clock.now()))
    assert headings(reader) == []
    with committing():
        unknown.confirmation = Confirmation.CONTACT
    assert headings(reader) == ["Comment 1"]


def test_words_taken_back_are_no_news(policy: Policy) -> None:
    from app.suggestions.services.withdrawing import withdraw

    reader, author = make_actor(), make_actor()
    make_watch(policy, reader)
    one = make_contribution(policy, author)
    withdraw(policy.slug, one.number, actor=author)
    db.session.commit()
    assert headings(reader) == []


def test_what_was_seen_is_marked_and_what_came_meanwhile_is_not(
    client: CheckingClient, policy: Policy, reader: Actor
) -> None:
    make_watch(policy, reader)
    asked = make_thread(policy, reader)
    make_reply(asked, body="An answer")
    make_thread(policy, body="News")
    deliver()
    page = client.get("/notices").get_data(as_text=True)
    newest, notice = (
        re.search(rf'name="{name}" value="(\d+)"', page)[1]  # type: ignore[index]
        for name in ("newest", "notice")
    )
    assert "2 new notices" in client.get("/").get_data(as_text=True)
    make_thread(policy, body="Meanwhile")
    deliver()
    sent = client.post_form("/notices", {"newest": newest, "notice": notice})
    assert sent.status_code == 303
    assert count_new(reader) == 1
    again = client.get("/notices").get_data(as_text=True)
    assert again.count("badge-new") == 1


@pytest.mark.parametrize("newest", ["", "x", "-1", "99999999999", "2147483647"])
def test_odd_marks_do_no_harm(
    client: CheckingClient, policy: Policy, reader: Actor, newest: str
) -> None:
    make_watch(policy, reader)
    make_thread(policy)
    deliver()
    sent = client.post_form(
        "/notices", {"newest": newest, "notice": newest}, form="/policies/parking/follow"
    )
    assert sent.status_code == 303
    make_thread(policy, body="Later")
    deliver()
    assert count_new(reader) >= 1


def test_further_pages_begin_where_the_one_before_ended(
    client: CheckingClient, policy: Policy, reader: Actor
) -> None:
    make_watch(policy, reader)
    thread = make_thread(policy)
    asked = make_thread(policy, reader, body="Mine")
    for number in range(55):
        make_reply(thread, make_actor(), body=f"said {number:03d}")
    for number in range(22):
        make_reply(asked, make_actor(), body=f"told {number:03d}")
    deliver()
    first = client.get("/notices").get_data(as_text=True)
    more, own = re.search(r"/notices\?page=\d+", first), re.search(r"/notices\?own=\d+", first)
    assert more is not None
    assert own is not None
    second, third = (client.get(one[0]).get_data(as_text=True) for one in (more, own))
    for word, count, pages in (("said", 55, first + second), ("told", 22, first + third)):
        assert sorted(re.findall(rf"{word} (\d+)", pages)) == [f"{n:03d}" for n in range(count)]
    assert "told" not in second
    assert "said" not in third


def test_the_list_of_what_one_follows_names_each_thing(
    client: CheckingClient, policy: Policy, reader: Actor
) -> None:
    thread = make_thread(policy, title="Who counts?")
    for place in ({}, {"clause": article(policy)}, {"thread_id": thread.id}):
        make_watch(policy, reader, **place)  # type: ignore[arg-type]
    page = client.get("/watching").get_data(as_text=True)
    for name in ("The whole draft", "第二条", "Who counts?"):
        assert name in page
    watch = list_watches(reader)[0][0].watch.id
    assert client.post_form("/watching", {"watch": watch}).status_code == 303
    assert "Who counts?" not in client.get("/watching").get_data(as_text=True)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The SELECTs within the block."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_the_page_asks_as_often_for_many_entries_as_for_few(
    client: CheckingClient, owner: Actor, policy: Policy, reader: Actor
) -> None:
    make_watch(policy, reader)

    def happens(base: int, times: int) -> None:
        for number in range(times):
            text = TEXT + f"附则{'一' * (base + number)}。\n"
            save_text(policy.slug, text, actor=owner, base=base + number)
            asked = make_thread(policy, reader, body=f"Asked {base} {number}")
            hide(make_reply(asked, body=f"Rude {base} {number}"))
            make_reply(make_thread(policy, body=f"Said {base} {number}"), owner)
            text = f"第二条 {'七' * (base + number)}日。"
            make_suggestion(policy, article(policy), text, base=base + number + 1)
        deliver()

    def asked() -> int:
        with counted() as seen:
            client.get("/notices")
        return len(seen)

    happens(1, 1)
    asked()
    few = asked()
    happens(2, 6)
    asked()  # versions that nobody has read in this process are unpacked once
    assert asked() == few
    assert len(list_notices(reader)[0]) > 5


def test_a_save_asks_nothing_of_followers(owner: Actor, policy: Policy) -> None:
    def saving(base: int) -> list[str]:
        with counted() as seen:
            save_text(policy.slug, TEXT + f"附则{'一' * base}。\n", actor=owner, base=base)
        return seen

    saving(1)
    without = saving(2)
    for _ in range(20):
        make_watch(policy, make_actor())
    followed = saving(3)
    assert len(followed) == len(without)
    assert not [one for one in followed if "watch" in one or "notice" in one]


def test_marking_seen_never_goes_back(policy: Policy) -> None:
    reader = make_actor()
    make_watch(policy, reader)
    make_thread(policy)
    make_thread(policy, body="Second")
    deliver()
    newest = list_followed(reader)[0][0].id
    mark_seen(newest, 0, actor=reader)
    mark_seen(1, 0, actor=reader)
    db.session.commit()
    assert count_new(reader) == 0
