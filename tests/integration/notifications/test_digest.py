"""The daily and weekly letter: what stands in it, for whom, and that it goes out once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

import config
from app import clock
from app.access.actor import Actor, Confirmation, Role
from app.database import committing, db
from app.notifications.models import LetterSent, ReaderState
from app.notifications.queries.watches import Target
from app.notifications.services import digesting
from app.notifications.services.digest_press import press
from app.notifications.services.watching import follow
from app.policies.models import Policy
from tests.builders.accounts import make_actor
from tests.builders.consultations import make_call, make_ready
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.letters import (
    address_of,
    make_follower,
    make_mail_follower,
    post,
    waiting,
    wish,
    words,
)
from tests.builders.notifications import deliver
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import hide_suggestion, make_suggestion

FIVE = TEXT.replace("三日", "五日")
SIX = FIVE.replace("2026年10月1日", "2026年12月1日")


@pytest.fixture
def owner(app: Flask, noon: datetime) -> Actor:
    return make_actor(Role.OFFICER)


@pytest.fixture
def draft(owner: Actor) -> Policy:
    policy = make_policy(owner)
    deliver()
    return policy


@pytest.fixture
def call(draft: Policy, owner: Actor) -> Policy:
    """The draft, open for comment."""
    policy = make_call(make_ready(draft, owner), owner)
    deliver()
    return policy


def run(period: str = "daily") -> int:
    deliver()
    return digesting.run(period)


def test_a_save_is_told_with_the_words_that_changed(
    draft: Policy, owner: Actor, settings: config.Settings
) -> None:
    reader = make_follower(draft)
    save_text(draft.slug, FIVE, actor=owner, base=1, summary="a secret reason")
    assert run() == 1
    (letter,) = post(settings)
    text, html = words(letter)
    assert letter["To"] == address_of(reader)
    assert letter["Subject"] == "What is new: 停放办法"
    assert "[removed: 三]" in text
    assert "[added: 五]" in text
    assert "<del>三</del><ins>五</ins>" in html
    assert f"http://localhost/policies/{draft.slug}/compare/1...2" in text
    assert "a secret reason" not in text + html, "it may be hidden later, the letter cannot"


def test_versions_that_follow_each_other_are_one_entry(
    draft: Policy, owner: Actor, settings: config.Settings
) -> None:
    make_follower(draft)
    save_text(draft.slug, FIVE, actor=owner, base=1)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        save_text(draft.slug, SIX, actor=owner, base=2)
        run()
    (letter,) = post(settings)
    text, html = words(letter)
    assert f"/policies/{draft.slug}/compare/1...3" in text
    assert html.count("<h3>") == 1
    assert "<ins>五</ins>" in html
    assert "<ins>12</ins>" in html


def test_a_minor_edit_is_not_told(draft: Policy, owner: Actor, settings: config.Settings) -> None:
    make_follower(draft)
    save_text(draft.slug, FIVE, actor=owner, base=1)
    deliver()
    with committing():
        db.session.execute(db.text("UPDATE happening SET is_minor = true WHERE ref = 2"))
    assert run() == 0
    assert post(settings) == []


def test_who_follows_one_article_hears_of_that_article_alone(
    draft: Policy, owner: Actor, settings: config.Settings
) -> None:
    third, fourth = make_follower(draft, "c3"), make_follower(draft, "c4")
    make_thread(draft, clause="c3")
    save_text(draft.slug, SIX, actor=owner, base=1)
    run()
    letters = {letter["To"]: words(letter)[1] for letter in post(settings)}
    assert "<ins>五</ins>" in letters[address_of(third)]
    assert "<ins>12</ins>" not in letters[address_of(third)]
    assert "1 new comment" in letters[address_of(third)]
    assert "<ins>12</ins>" in letters[address_of(fourth)]
    assert "1 new comment" not in letters[address_of(fourth)]


def test_words_of_people_are_counted_not_copied(call: Policy, settings: config.Settings) -> None:
    reader = make_follower(call)
    thread = make_thread(call, clause="c3", body="Rareword one.")
    make_reply(thread, body="Rareword two.")
    make_suggestion(call, "c3", "第二条 Rareword three.")
    run()
    (letter,) = [one for one in post(settings) if one["To"] == address_of(reader)]
    text, html = words(letter)
    assert "第二条: 1 new suggestion, 1 new comment, 1 new reply" in text
    assert "Rareword" not in text + html


def test_what_was_hidden_before_the_letter_leaves_is_not_counted(
    call: Policy, settings: config.Settings
) -> None:
    reader = make_follower(call)
    thread = make_thread(call, clause="c3")
    reply = make_reply(thread)
    suggestion = make_suggestion(call, "c3", "第二条 另一种写法。")
    run()
    hide(reply)
    hide_suggestion(suggestion)
    (letter,) = [one for one in post(settings) if one["To"] == address_of(reader)]
    text, _ = words(letter)
    assert "1 new comment" in text
    assert "new reply" not in text
    assert "new suggestion" not in text


def test_a_digest_of_nothing_but_hidden_things_is_not_sent(
    draft: Policy, settings: config.Settings
) -> None:
    make_follower(draft)
    thread = make_thread(draft, clause="c3")
    assert run() == 1
    hide(thread.first)
    assert post(settings) == []
    assert waiting() == 0


def test_a_draft_made_private_since_is_in_no_letter(
    draft: Policy, owner: Actor, settings: config.Settings
) -> None:
    make_follower(draft)
    save_text(draft.slug, FIVE, actor=owner, base=1)
    assert run() == 1
    with committing():
        db.session.get_one(Policy, draft.id).is_public = False
        db.session.get_one(Policy, draft.id).page_version += 1
    assert post(settings) == []


def test_without_news_there_is_no_letter_and_what_came_before_is_not_told(
    draft: Policy, owner: Actor
) -> None:
    save_text(draft.slug, FIVE, actor=owner, base=1)
    deliver()
    with clock.frozen(clock.now() + timedelta(seconds=1)):
        make_follower(draft)
        assert run() == 0


def test_what_somebody_did_alone_is_no_news_for_them(
    draft: Policy, owner: Actor, settings: config.Settings
) -> None:
    reader = make_follower(draft)
    make_thread(draft, reader)
    assert run() == 0


def test_running_it_twice_sends_it_once(
    draft: Policy, owner: Actor, settings: config.Settings
) -> None:
    make_follower(draft)
    save_text(draft.slug, FIVE, actor=owner, base=1)
    assert (run(), run()) == (1, 0)
    assert len(post(settings)) == 1
    assert (run(), post(settings)) == (0, [])


def test_the_next_day_tells_what_is_new_and_nothing_else(
    draft: Policy, owner: Actor, settings: config.Settings, noon: datetime
) -> None:
    make_follower(draft)
    save_text(draft.slug, FIVE, actor=owner, base=1)
    run()
    post(settings)
    with clock.frozen(noon + timedelta(days=1)):
        assert run() == 0
    with clock.frozen(noon + timedelta(days=2)):
        save_text(draft.slug, SIX, actor=owner, base=2)
        assert run() == 1
        (letter,) = post(settings)
    assert "<ins>五</ins>" not in words(letter)[1]
    assert "<ins>12</ins>" in words(letter)[1]


def test_an_interrupted_run_goes_on_where_it_stopped(
    draft: Policy, owner: Actor, settings: config.Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = [make_follower(draft) for _ in range(5)]
    save_text(draft.slug, FIVE, actor=owner, base=1)
    deliver()
    monkeypatch.setattr(digesting, "PAGE", 2)
    assert digesting.run("daily", until=lambda: True) == 2

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(digesting, "_mark", dies)
        with pytest.raises(KeyboardInterrupt):
            digesting.run("daily")
    db.session.rollback()
    assert digesting.run("daily") == 3
    assert sorted(letter["To"] for letter in post(settings)) == sorted(map(address_of, readers))


def test_nobody_gets_one_who_wants_none_or_has_no_confirmed_mail(
    draft: Policy, owner: Actor
) -> None:
    wish(make_follower(draft), period="none")
    make_follower(draft, confirmation=Confirmation.NONE)
    make_follower(draft, email=None, phone="+8613800138000", confirmation=Confirmation.MOBILE)
    save_text(draft.slug, FIVE, actor=owner, base=1)
    assert (run("daily"), run("weekly")) == (0, 0)


def test_a_weekly_reader_gets_one_letter_a_week(
    draft: Policy, owner: Actor, settings: config.Settings, noon: datetime
) -> None:
    wish(make_follower(draft), period="weekly")
    save_text(draft.slug, FIVE, actor=owner, base=1)
    assert (run("daily"), run("weekly")) == (0, 1)
    with clock.frozen(noon + timedelta(days=3)):
        save_text(draft.slug, SIX, actor=owner, base=2)
        assert run("weekly") == 0
    with clock.frozen(noon + timedelta(days=7)):
        assert run("weekly") == 1


def test_who_stopped_the_letters_meanwhile_gets_none(
    draft: Policy, owner: Actor, settings: config.Settings
) -> None:
    reader = make_follower(draft)
    save_text(draft.slug, FIVE, actor=owner, base=1)
    run()
    with committing():
        db.session.get_one(ReaderState, reader.person_id).period = "none"
    assert (post(settings), waiting()) == ([], 0)


def test_who_left_meanwhile_gets_none(
    draft: Policy, owner: Actor, settings: config.Settings
) -> None:
    reader = make_follower(draft)
    save_text(draft.slug, FIVE, actor=owner, base=1)
    run()
    with committing():
        db.session.execute(
            db.text("UPDATE person SET email = NULL, erased_at = created_at WHERE id = :id"),
            {"id": reader.person_id},
        )
    assert (post(settings), waiting()) == ([], 0)


def test_somebody_without_an_account_gets_the_same_by_mail(
    draft: Policy, owner: Actor, settings: config.Settings
) -> None:
    make_mail_follower(draft, "xu@example.org", "c3")
    make_mail_follower(draft, "xu@example.org", "c4")
    save_text(draft.slug, SIX, actor=owner, base=1)
    assert (run(), run()) == (1, 0)
    (letter,) = post(settings)
    text, html = words(letter)
    assert letter["To"] == "xu@example.org"
    assert "<ins>五</ins>" in html
    assert "<ins>12</ins>" in html
    assert "/unsubscribe/" in str(letter["List-Unsubscribe"])
    assert "/settings/letters" not in text, "there is no account"


def test_the_newest_draft_comes_first(
    draft: Policy, owner: Actor, settings: config.Settings
) -> None:
    second = make_policy(owner, title="垃圾分类办法")
    deliver()
    reader = make_follower(draft)
    follow(Target(second), actor=reader)
    db.session.commit()
    save_text(draft.slug, FIVE, actor=owner, base=1)
    save_text(second.slug, FIVE, actor=owner, base=1)
    run()
    (letter,) = post(settings)
    text, _ = words(letter)
    assert letter["Subject"] == "What is new in 2 drafts"
    assert text.index("垃圾分类办法") < text.index("停放办法")


def test_a_reply_to_me_stands_on_top_until_i_have_seen_it(
    draft: Policy, settings: config.Settings, noon: datetime
) -> None:
    asker = make_actor()
    thread = make_thread(draft, asker)
    make_reply(thread)
    assert run() == 1
    (letter,) = post(settings)
    text, html = words(letter)
    assert "Somebody replied to you" in text
    assert "Somebody replied to you" in html
    with clock.frozen(noon + timedelta(days=1)):
        assert run() == 0


def test_readers_of_the_same_share_what_was_made_once(
    draft: Policy, owner: Actor, settings: config.Settings
) -> None:
    for locale in ("en", "zh_Hans_CN"):
        for _ in range(4):
            make_follower(draft, locale=locale)
    save_text(draft.slug, FIVE, actor=owner, base=1)
    make_thread(draft, clause="c3")
    assert run() == 8
    assert press.made == 2, "one for each language"
    assert len(post(settings)) == 8
    assert press.made == 2


def test_a_part_is_made_anew_when_the_pages_of_the_draft_change(
    draft: Policy, owner: Actor, settings: config.Settings
) -> None:
    for _ in range(3):
        make_follower(draft)
    thread = make_thread(draft, clause="c3", body="Two days are enough.")
    make_thread(draft, clause="c3", body="And on Sundays?")
    run()
    assert press.made == 1
    hide(thread.first)
    assert ["1 new comment" in words(letter)[0] for letter in post(settings)] == [True] * 3
    assert press.made == 2


def test_readers_of_different_articles_get_parts_of_their_own(
    draft: Policy, owner: Actor, settings: config.Settings
) -> None:
    for clause in ("", "", "c3", "c3", "c4"):
        make_follower(draft, clause)
    save_text(draft.slug, SIX, actor=owner, base=1)
    assert run() == 5
    assert press.made == 3


def test_parts_that_nobody_used_lately_are_let_go(
    draft: Policy, owner: Actor, settings: config.Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.notifications.services.digest_press.BUDGET", 1)
    for clause in ("c3", "c4"):
        make_follower(draft, clause)
    save_text(draft.slug, SIX, actor=owner, base=1)
    run()
    assert len(post(settings)) == 2
    assert press.made == 4, "of two parts one is kept at a time"


def test_hostile_words_in_titles_and_texts_are_escaped(
    owner: Actor, settings: config.Settings
) -> None:
    policy = make_policy(owner, title='<img src="http://evil/x.png"> & co')
    deliver()
    make_follower(policy)
    bad = TEXT.replace("三日", '<script src="http://evil/x.js"></script>')
    save_text(policy.slug, bad, actor=owner, base=1)
    run()
    (letter,) = post(settings)
    _, html = words(letter)
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script" in html
    assert "\n" not in letter["Subject"]


def test_the_letter_speaks_the_readers_language(
    draft: Policy, owner: Actor, settings: config.Settings
) -> None:
    make_follower(draft, locale="zh_Hans_CN")
    save_text(draft.slug, FIVE, actor=owner, base=1)
    run()
    (letter,) = post(settings)
    text, html = words(letter)
    assert '<html lang="zh-Hans">' in html
    assert "［删去：三］" in text
    assert "停放办法" in letter["Subject"]


@pytest.mark.parametrize(
    ("hours", "queued"),
    [(-6, 0), (-5, 2), (0, 2), (24 * 2, 2)],
    ids=["6:00", "7:00", "12:00", "Wed"],
)
def test_the_worker_queues_them_from_seven_o_clock_on(
    draft: Policy, owner: Actor, noon: datetime, hours: int, queued: int
) -> None:
    make_follower(draft)
    wish(make_follower(draft), period="weekly")
    save_text(draft.slug, FIVE, actor=owner, base=1)
    deliver()
    with clock.frozen(noon + timedelta(hours=hours)):
        assert digesting.send_due() == queued
        assert digesting.send_due() == 0


def test_the_command_queues_the_digests_once(
    app: Flask, draft: Policy, owner: Actor, settings: config.Settings
) -> None:
    make_follower(draft)
    save_text(draft.slug, FIVE, actor=owner, base=1)
    deliver()
    runner: FlaskCliRunner = app.test_cli_runner()
    first = runner.invoke(args=["notifications", "digest", "--period", "daily"])
    second = runner.invoke(args=["notifications", "digest", "--period", "daily"])
    assert first.output == "1 daily digests queued; the worker sends them.\n"
    assert second.output == "0 daily digests queued; the worker sends them.\n"
    assert runner.invoke(args=["notifications", "digest"]).exit_code == 2


def test_keys_of_days_long_past_are_forgotten_those_of_notices_are_not(app: Flask) -> None:
    with committing():
        for key, days in (
            ("digest:1:2026-01-01", 40),
            ("digest:1:2026-03-01", 1),
            ("notice:1:x", 40),
        ):
            db.session.add(LetterSent(key=key, at=clock.now() - timedelta(days=days)))
    digesting.forget_keys()
    assert {row.key for row in db.session.query(LetterSent)} == {
        "digest:1:2026-03-01",
        "notice:1:x",
    }
