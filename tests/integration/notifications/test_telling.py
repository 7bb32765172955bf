"""What people are told about themselves: once, in the words of the role, never too early."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Role
from app.accounts.events import PersonErased
from app.database import committing, db
from app.discussions.models import Comment, Hold
from app.ledger.services import record
from app.moderation.models import Appeal
from app.moderation.review_rules import REVIEW_TIME
from app.moderation.rules import Kind as Thing
from app.moderation.services import Decision, act, reverse
from app.moderation.services.letting_out import let_out
from app.moderation.services.reviewing import ask_review, decide_appeal
from app.notifications import handlers
from app.notifications.models import Notice, ReaderState, Watch
from app.notifications.queries.happened import count_new, list_followed
from app.notifications.queries.notices import Line, list_notices
from app.notifications.services.announcing import announce_final, remind_of_closing
from app.notifications.services.noticing import Telling, put, untold
from app.policies.models import Policy
from app.policies.services.publishing import make_private
from app.policies.versions import get_version
from app.suggestions.models import KeptWords
from app.suggestions.services.answering import NewAnswer, answer
from tests.builders.accounts import make_actor, make_person
from tests.builders.consultations import make_call
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.moderation import decide_on, make_report
from tests.builders.notifications import announce_decision, deliver, make_watch, sealed
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import make_suggestion

NIGHT = timedelta(hours=8)


@pytest.fixture
def owner(app: Flask) -> Actor:
    return make_actor(Role.OFFICER)


@pytest.fixture
def policy(owner: Actor) -> Policy:
    return make_policy(owner, mode="reviewed")


def told(actor: Actor) -> list[Line]:
    """What stands on the page of notices, newest first."""
    deliver()
    return list_notices(actor)[0]


def sentences(actor: Actor) -> list[str]:
    return [str(line.sentence) for line in told(actor)]


def notices(actor: Actor) -> list[Notice]:
    query = select(Notice).where(Notice.person_id == actor.person_id).order_by(Notice.id)
    return list(db.session.scalars(query))


def article(policy: Policy) -> str:
    return next(c.id for c in get_version(policy.id, 1).outline if c.label == "第二条")


def test_an_answer_is_told_once_and_its_letter_is_another_matter(
    owner: Actor, policy: Policy
) -> None:
    resident = make_actor()
    one = make_suggestion(policy, article(policy), "第二条 停放超过七日的，应当移走。", resident)
    answer(
        policy.slug,
        one.number,
        NewAnswer("not_adopted", reason="路太窄，车放久了轮椅过不去。"),
        actor=owner,
    )
    db.session.commit()
    (line,) = told(resident)
    assert str(line.sentence) == "Your comment no. 1 was answered: Not adopted"
    assert line.words == "路太窄，车放久了轮椅过不去。"
    assert line.path.startswith(f"/policies/{policy.slug}/suggestions/1#answer-")
    (row,) = notices(resident)
    assert not row.by_mail  # the answer itself has sent one
    assert sentences(owner) == []


def test_a_reply_is_told_to_whom_it_answers_and_to_nobody_else(policy: Policy) -> None:
    asker, other = make_actor(), make_actor()
    thread = make_thread(policy, asker)
    make_reply(thread, other, body="Two days would do.")
    make_reply(thread, asker)
    (line,) = told(asker)
    assert (str(line.sentence), line.words) == ("Somebody replied to you", "Two days would do.")
    assert not notices(asker)[0].by_mail
    assert told(other) == []


def test_a_reply_to_a_suggestion_is_told_to_its_author(policy: Policy) -> None:
    from app.suggestions.services.replying import reply

    author = make_actor()
    one = make_suggestion(policy, article(policy), "第二条 停放超过七日的，应当移走。", author)
    reply(policy.slug, one.number, "Why seven?", actor=make_actor())
    db.session.commit()
    assert sentences(author) == ["Somebody replied to you"]


def test_a_reply_that_waits_is_told_when_it_is_let_out(policy: Policy) -> None:
    asker = make_actor()
    thread = make_thread(policy, asker)
    with committing():
        db.session.add(
            Hold(
                policy_id=policy.id,
                until=clock.now() + NIGHT,
                by_id=asker.person_id,
                by_role=Role.VOLUNTEER,
                begun_at=clock.now(),
            )
        )
    reply = make_reply(thread)
    assert told(asker) == []
    volunteer = make_actor(Role.VOLUNTEER)
    let_out(policy.slug, [(Thing.COMMENT, reply.id)], seen_at=clock.now(), actor=volunteer)
    db.session.commit()
    assert sentences(asker) == ["Somebody replied to you"]


def test_a_reply_hidden_since_shows_no_words_and_one_taken_back_is_gone(policy: Policy) -> None:
    asker = make_actor()
    thread = make_thread(policy, asker)
    hide(make_reply(thread, body="Xanthippe lives at no. 7"))
    gone = make_reply(thread, body="Zebedee too")
    with committing():
        db.session.get_one(Comment, gone.id).withdrawn_at = clock.now()
    (line,) = told(asker)
    assert line.words == ""
    assert [str(note) for note in line.notes] == [
        "These words were hidden since: No personal details"
    ]


def test_who_wrote_and_who_reported_are_told_and_nobody_learns_who_decided(
    policy: Policy,
) -> None:
    author, reporter = make_actor(), make_actor()
    volunteer = make_actor(Role.VOLUNTEER, name="Vigilant Vera")
    comment = make_reply(make_thread(policy), author)
    case = make_report(Thing.COMMENT, comment.id, actor=reporter)
    done = decide_on(case, "hide", volunteer)
    assert done is not None
    (mine,), (theirs,) = told(author), told(reporter)
    assert str(mine.sentence) == "Your comment was hidden"
    assert str(theirs.sentence) == "What you reported was hidden"
    for line in (mine, theirs):
        assert [str(note) for note in line.notes] == [
            "Rule: No insults",
            "Reason: Calls a neighbour names",
            "Decided by: Volunteer",
        ]
        assert line.review_path == f"/moderation/log/{done.id}/review"
        assert "Vera" not in repr(line)
    assert "Vera" not in notices(author)[0].values
    assert notices(author)[0].by_mail
    assert told(volunteer) == []


def test_who_reported_hears_that_nothing_was_done_and_the_author_does_not(policy: Policy) -> None:
    author, reporter = make_actor(), make_actor()
    comment = make_reply(make_thread(policy), author)
    decide_on(make_report(Thing.COMMENT, comment.id, actor=reporter), "none")
    assert sentences(reporter) == ["What you reported was looked at, and nothing was done"]
    assert told(author) == []


def test_what_the_site_set_aside_itself_is_told_to_the_author_alone(policy: Policy) -> None:
    author, reporter = make_actor(), make_actor()
    comment = make_reply(make_thread(policy), author)
    make_report(Thing.COMMENT, comment.id, rule="personal_data", actor=reporter)
    (line,) = told(author)
    assert str(line.sentence) == "Your comment was set aside until somebody has looked"
    assert line.review_path == "", "a volunteer has yet to decide"
    assert told(reporter) == []


def test_a_person_who_is_suspended_is_told_until_when(policy: Policy) -> None:
    author = make_actor()
    case = make_report(Thing.COMMENT, make_reply(make_thread(policy), author).id)
    act(
        Thing.PERSON,
        author.person_id,
        Decision("suspend", "insult", "Again and again", days=7),
        actor=make_actor(Role.VOLUNTEER),
    )
    db.session.commit()
    (line,) = told(author)
    assert str(line.sentence).startswith("You cannot write until ")
    assert line.path == ""  # who is suspended stands in no public record
    assert case.id


def test_a_review_is_offered_until_somebody_asks_or_the_time_is_over(
    noon: datetime, policy: Policy
) -> None:
    author, reporter = make_actor(), make_actor()
    asked, late = (make_reply(make_thread(policy), author) for _ in range(2))
    done = decide_on(make_report(Thing.COMMENT, asked.id, actor=reporter), "hide")
    assert done is not None
    other = hide(late)
    offered = {f"/moderation/log/{one.id}/review" for one in (done, other)}
    assert {line.review_path for line in told(author)} == offered
    with clock.frozen(noon + REVIEW_TIME + timedelta(seconds=1)):
        assert {line.review_path for line in told(author)} == {""}
    ask_review(done.id, "I named nobody.", actor=author)
    db.session.commit()
    assert {line.review_path for line in told(author)} == {"", f"/moderation/log/{other.id}/review"}
    assert [line.review_path for line in told(reporter)] == [""], "it is asked for once, by anybody"


def test_no_review_is_offered_of_what_was_taken_back(policy: Policy) -> None:
    author, volunteer = make_actor(), make_actor(Role.VOLUNTEER)
    comment = make_reply(make_thread(policy), author)
    done = hide(comment, volunteer)
    reverse(done.id, Decision("show", "personal_data", "It names a shop"), actor=volunteer)
    db.session.commit()
    assert [line.review_path for line in told(author)] == ["", ""]


def test_the_outcome_of_a_review_is_told_to_who_asked(policy: Policy) -> None:
    author = make_actor()
    comment = make_reply(make_thread(policy), author)
    done = hide(comment)
    ask_review(done.id, "I named nobody.", actor=author)
    db.session.commit()
    appeal = db.session.scalars(select(Appeal)).one()
    decide_appeal(appeal.id, "overturned", "It names a shop.", actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    assert set(sentences(author)) == {
        "Your comment was hidden",
        "Another person looked at it again: the decision is taken back",
        "Your comment is shown again",
    }


def test_a_suggestion_that_no_longer_fits_is_told_once(owner: Actor, policy: Policy) -> None:
    author = make_actor()
    make_suggestion(policy, article(policy), "第二条 停放超过七日的，应当移走。", author)
    save_text(
        policy.slug,
        TEXT.replace("共享自行车连续停放超过三日", "车辆停放超过五日"),
        actor=owner,
        base=1,
    )
    deliver("suggestions.rebase")
    assert sentences(author) == ["The text changed and your suggestion no. 1 no longer fits"]
    assert not notices(author)[0].by_mail  # whoever looked at it has written already


def test_the_same_events_again_tell_nobody_again(owner: Actor, policy: Policy) -> None:
    asker = make_actor()
    hide(make_reply(make_thread(policy, asker), asker))
    make_reply(make_thread(policy, asker, body="And what of mopeds?"))
    before = sentences(asker)
    assert len(before) == 2
    handlers.tell(sealed(handlers.PERSONAL))
    db.session.commit()
    assert sentences(asker) == before


def test_old_news_is_not_told_by_a_worker_that_was_away(policy: Policy) -> None:
    asker = make_actor()
    make_reply(make_thread(policy, asker))
    with clock.frozen(clock.now() + timedelta(days=8)):
        assert told(asker) == []


def test_nobody_is_told_who_has_left_or_never_signed_in(app: Flask) -> None:
    left = make_actor(erased_at=clock.now())
    imported = make_actor(Role.UNKNOWN)
    both = [Telling(one.person_id, "reply", "reply:1", clock.now()) for one in (left, imported)]
    assert untold(both) == []


def test_of_two_notices_about_one_thing_the_first_is_told(app: Flask) -> None:
    one = make_actor()
    first, second = (
        Telling(one.person_id, kind, "reply:1", clock.now()) for kind in ("reply", "flag")
    )
    assert untold([first, second]) == [first]
    with committing():
        put([first])
    assert untold([second]) == []


def test_notices_about_a_draft_made_private_are_absent(owner: Actor, policy: Policy) -> None:
    asker = make_actor()
    make_watch(policy, asker)
    make_reply(make_thread(policy, asker))
    assert len(told(asker)) == 1
    make_private(policy.slug, actor=owner)
    db.session.commit()
    assert told(asker) == []
    assert list_followed(asker)[0] == []
    assert count_new(asker) == 0


def test_followers_and_who_began_to_write_hear_three_days_before_comments_close(
    noon: Any, owner: Actor, policy: Policy
) -> None:
    follower, late, writer, stranger = (make_actor() for _ in range(4))
    make_watch(policy, follower)
    make_watch(policy, follower, clause=article(policy))
    make_call(policy, owner)
    with committing():
        db.session.add(kept_words(policy, writer))
    closes_at = policy.closes_at
    assert closes_at is not None
    assert remind_of_closing() == 0
    with clock.frozen(closes_at - timedelta(days=2)):
        make_watch(policy, late)
        assert remind_of_closing() == 2
        assert remind_of_closing() == 0
        db.session.commit()
        for one in (follower, writer):
            (line,) = told(one)
            assert str(line.sentence).startswith("Comments close on 2026-")
            assert notices(one)[0].by_mail
        assert (told(late), told(stranger)) == ([], [])


def kept_words(policy: Policy, writer: Actor) -> KeptWords:
    """Words that the person has begun to write and not sent."""
    now = clock.now()
    return KeptWords(
        code_hash=bytes(32),
        person_id=writer.person_id,
        policy_id=policy.id,
        base=1,
        text="",
        edit_token="one",
        begun_at=now,
        kept_at=now,
        expires_at=now + timedelta(days=60),
    )


def test_the_final_text_is_told_to_followers_and_to_who_took_part(noon: Any, owner: Actor) -> None:
    policy = make_policy(owner, mode="reviewed")
    follower, suggester, speaker, stranger = (make_actor() for _ in range(4))
    make_watch(policy, follower)
    make_suggestion(policy, article(policy), "第二条 停放超过七日的，应当移走。", suggester)
    make_reply(make_thread(policy, suggester), speaker)
    announce_decision(policy, owner)
    for one in (follower, suggester, speaker):
        assert sentences(one).count("The decision is announced, with the final text") == 1
    assert told(stranger) == []
    assert announce_final(policy.id, clock.now()) == 0


def test_a_worker_that_dies_in_between_tells_the_rest_and_nobody_twice(
    noon: Any, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.notifications.services import announcing

    policy = make_policy(owner)
    followers = [make_actor() for _ in range(5)]
    for one in followers:
        make_watch(policy, one)
    announce_decision(policy, owner)
    monkeypatch.setattr(announcing, "PORTION", 2)
    real, calls = announcing.put, 0

    def dies(fresh: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        real(fresh)

    monkeypatch.setattr(announcing, "put", dies)
    with pytest.raises(KeyboardInterrupt):
        announce_final(policy.id, clock.now())
    assert sum(len(notices(one)) for one in followers) == 2
    assert announce_final(policy.id, clock.now()) == 3
    assert [len(notices(one)) for one in followers] == [1] * 5


def test_nothing_of_a_person_who_left_is_kept(policy: Policy) -> None:
    person = make_person()
    actor = person.actor(clock.now())
    make_watch(policy, actor)
    make_reply(make_thread(policy, actor))
    deliver()
    with committing():
        db.session.add(ReaderState(person_id=actor.person_id))
        record(PersonErased(person=actor.public_id), actor=actor)
    deliver()
    for table in (Watch, Notice, ReaderState):
        assert db.session.scalars(select(table)).all() == []
