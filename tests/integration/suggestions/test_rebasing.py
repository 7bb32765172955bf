"""Suggestions that wait follow the text; their author hears of it once, when the state changes."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Confirmation, Role
from app.accounts.models import OutgoingMessage
from app.database import committing, db
from app.ledger.delivery import SealedEvent
from app.ledger.models import EventRecord
from app.notifications.letters import compose
from app.policies.models import Policy
from app.policies.services.adopting import Adopted, Credit, save_adopted
from app.policies.services.writing_revisions import lock_head
from app.policies.versions import get_version
from app.reactions import REACTIONS
from app.suggestions import handlers
from app.suggestions.models import Contribution, SuggestedChange
from app.suggestions.services import rebasing
from app.text.operations import Operation
from app.text.rebase import Applied, apply
from tests.builders.accounts import last_message, make_actor
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import make_contribution, make_suggestion

SECOND = "第二条 共享自行车连续停放超过三日无人使用的，运营企业应当在二十四小时内移走。"
TWO_DAYS = SECOND.replace("三日", "两日")
ONE_DAY = SECOND.replace("三日", "一日")


@pytest.fixture
def officer(app: Flask) -> Actor:
    return make_actor(Role.OFFICER, email="officer@example.org")


@pytest.fixture
def policy(officer: Actor) -> Policy:
    return make_policy(officer, mode="reviewed")


def react(policy: Policy) -> None:
    """What the worker does after a save, with the event twice in one batch."""
    data = {"policy": policy.id, "number": policy.head_number}
    event = SealedEvent(1, "RevisionSaved", clock.now(), "", data, is_public=True)
    db.session.rollback()
    with committing():
        handlers.rebase_pending([event, event])


def again(one: Contribution) -> Contribution:
    db.session.expire_all()
    return db.session.get_one(Contribution, one.id)


def now_stands(state: str, *found: Contribution) -> None:
    with committing():
        for one in found:
            db.session.get_one(Contribution, one.id).state = state


def mails() -> list[dict[str, Any]]:
    db.session.rollback()
    rows = db.session.scalars(select(OutgoingMessage).order_by(OutgoingMessage.id))
    return [
        {"to": row.address, "template": row.template, **json.loads(row.values)}
        for row in rows
        if row.template == "suggestion_changed"
    ]


def adopt(policy: Policy, one: Contribution, officer: Actor) -> None:
    """A revision with the words of a suggestion, credited to it."""
    rows = db.session.scalars(
        select(SuggestedChange).where(SuggestedChange.contribution_id == one.id)
    )
    operations = [Operation(c.kind, c.clause, c.after, c.base_hash, c.text) for c in rows]
    number, author, role = one.number, one.author_id, one.author_role
    base = get_version(policy.id, one.base).outline
    with committing():
        locked = lock_head(policy.id)
        found = apply(get_version(locked.id, locked.head_number).outline, base, operations)
        assert isinstance(found, Applied)
        words = Adopted(found.text, found.keep, "adopted", (Credit(number, author, role),))
        save_adopted(locked, words, actor=officer)


def test_the_worker_reacts_to_every_saved_revision() -> None:
    reaction = next(each for each in REACTIONS if each.name == "suggestions.rebase_pending")
    assert reaction.kinds == ("RevisionSaved",)
    assert reaction.handler is handlers.rebase_pending


def test_a_suggestion_elsewhere_still_fits_and_nobody_is_told(
    policy: Policy, officer: Actor
) -> None:
    one = make_suggestion(policy, "c3", TWO_DAYS)
    save_text(policy.slug, TEXT.replace("2026年10月", "2027年1月"), actor=officer, base=1)
    react(policy)
    found = again(one)
    assert (found.fit, found.fit_number, found.news_at) == ("fits", 2, None)
    assert mails() == []


def test_only_what_stands_on_a_touched_article_is_looked_at(
    policy: Policy, officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = make_suggestion(policy, "c3", TWO_DAYS).number
    make_suggestion(policy, "c2", "第一条 为了规范车辆停放，制定本办法。")
    behind = make_contribution(policy, after="c2", text="第一条之一 企业应当公布电话。").number
    looked_at: list[int] = []
    judged = rebasing._Judge.verdict

    def watched(judge: Any, one: Any) -> Any:
        looked_at.append(one.number)
        return judged(judge, one)

    monkeypatch.setattr(rebasing._Judge, "verdict", watched)
    monkeypatch.setattr(rebasing, "PASSED_ON", 1)
    save_text(policy.slug, TEXT.replace("二十四", "十二"), actor=officer, base=1)
    react(policy)
    assert looked_at == [there, behind]
    numbers = db.session.scalars(select(Contribution.fit_number)).all()
    assert numbers == [2, 2, 2]


def test_a_renumbered_article_still_takes_its_suggestion(policy: Policy, officer: Actor) -> None:
    one = make_suggestion(policy, "c3", TWO_DAYS)
    text = TEXT.replace("第三条", "第四条").replace("第二条", "第三条")
    save_text(policy.slug, text, actor=officer, base=1)
    react(policy)
    assert (again(one).fit, again(one).fit_number) == ("fits", 2)


def test_the_author_of_what_no_longer_fits_is_told_once(policy: Policy, officer: Actor) -> None:
    author = make_actor(email="resident@example.org", locale="en")
    one = make_suggestion(policy, "c3", TWO_DAYS, author)
    page_version = policy.page_version
    save_text(policy.slug, TEXT.replace(SECOND, ONE_DAY), actor=officer, base=1)
    for _ in range(2):
        react(policy)
    found = again(one)
    assert (found.fit, found.fit_number) == ("rework", 2)
    assert found.news_at is not None
    assert mails() == [
        {
            "to": "resident@example.org",
            "template": "suggestion_changed",
            "title": policy.title,
            "slug": policy.slug,
            "number": 1,
            "label": "第二条",
            "fit": "rework",
            "by": 0,
        }
    ]
    assert last_message("resident@example.org")["locale"] == "en"
    db.session.refresh(policy)
    assert policy.page_version == page_version + 2  # the save, and the new state shown


def test_a_further_change_of_a_text_that_does_not_fit_is_no_news(
    policy: Policy, officer: Actor
) -> None:
    one = make_suggestion(policy, "c3", TWO_DAYS)
    save_text(policy.slug, TEXT.replace(SECOND, ONE_DAY), actor=officer, base=1)
    react(policy)
    save_text(policy.slug, TEXT.replace("三日", "五日"), actor=officer, base=2)
    react(policy)
    assert (again(one).fit, again(one).fit_number) == ("rework", 3)
    assert len(mails()) == 1


def test_what_fits_again_is_news(policy: Policy, officer: Actor) -> None:
    one = make_suggestion(policy, "c3", TWO_DAYS)
    save_text(policy.slug, TEXT.replace(SECOND, ONE_DAY), actor=officer, base=1)
    react(policy)
    save_text(policy.slug, TEXT, actor=officer, base=2)
    react(policy)
    assert (again(one).fit, again(one).fit_number) == ("fits", 3)
    assert [mail["fit"] for mail in mails()] == ["rework", "fits"]


def test_a_suggestion_on_an_article_that_is_gone_needs_its_author(
    policy: Policy, officer: Actor
) -> None:
    one = make_suggestion(policy, "c3", TWO_DAYS)
    save_text(policy.slug, TEXT.replace(SECOND + "\n\n", ""), actor=officer, base=1)
    react(policy)
    assert again(one).fit == "rework"
    assert [mail["label"] for mail in mails()] == ["第二条"]


def test_words_adopted_from_another_suggestion_replace_the_same_words(
    policy: Policy, officer: Actor
) -> None:
    first = make_suggestion(policy, "c3", TWO_DAYS)
    second = make_suggestion(policy, "c3", TWO_DAYS, make_actor(email="second@example.org"))
    other = make_suggestion(policy, "c4", "第三条 本办法自2027年1月1日起施行。")
    adopt(policy, other, officer)
    react(policy)
    assert again(second).fit == "fits"
    adopt(policy, again(first), officer)
    now_stands("answered", first)
    react(policy)
    found = again(second)
    assert (found.fit, found.superseded_by, found.fit_number) == ("superseded", 1, 3)
    assert [(mail["to"], mail["fit"], mail["by"]) for mail in mails()] == [
        ("second@example.org", "superseded", 1)
    ]
    rows = db.session.scalars(select(EventRecord).where(EventRecord.kind == "SuggestionSuperseded"))
    facts = [(json.loads(row.payload)["number"], json.loads(row.payload)["by"]) for row in rows]
    assert facts == [(2, 1)]


def test_what_was_replaced_stays_so_until_the_words_leave_the_text(
    policy: Policy, officer: Actor
) -> None:
    first, second = (make_suggestion(policy, "c3", TWO_DAYS) for _ in range(2))
    adopt(policy, first, officer)
    now_stands("answered", first)
    react(policy)
    elsewhere = TEXT.replace(SECOND, TWO_DAYS).replace("2026年10月", "2027年1月")
    save_text(policy.slug, elsewhere, actor=officer, base=2)
    react(policy)
    assert (again(second).fit, again(second).superseded_by) == ("superseded", 1)
    save_text(policy.slug, TEXT, actor=officer, base=3)
    react(policy)
    assert (again(second).fit, again(second).superseded_by) == ("fits", None)


def test_words_that_an_edit_put_in_are_nobodys_replacement(policy: Policy, officer: Actor) -> None:
    one = make_suggestion(policy, "c3", TWO_DAYS)
    save_text(policy.slug, TEXT.replace(SECOND, TWO_DAYS), actor=officer, base=1)
    react(policy)
    assert (again(one).fit, again(one).superseded_by, again(one).news_at) == ("fits", None, None)


def test_several_revisions_at_once_still_find_whose_words_replaced(
    policy: Policy, officer: Actor
) -> None:
    """The worker may come late: only the revision that brought the words in counts."""
    first, second = (make_suggestion(policy, "c3", TWO_DAYS) for _ in range(2))
    other = make_suggestion(policy, "c4", "第三条 本办法自2027年1月1日起施行。")
    adopt(policy, first, officer)
    adopt(policy, again(other), officer)
    now_stands("answered", first, other)
    react(policy)
    assert (again(second).fit, again(second).superseded_by) == ("superseded", 1)


def test_comments_and_what_is_decided_or_taken_back_are_left_alone(
    policy: Policy, officer: Actor
) -> None:
    comment = make_contribution(policy, clause="c3")
    answered, withdrawn = (make_suggestion(policy, "c3", TWO_DAYS) for _ in range(2))
    now_stands("answered", answered)
    now_stands("withdrawn", withdrawn)
    save_text(policy.slug, TEXT.replace(SECOND, ONE_DAY), actor=officer, base=1)
    react(policy)
    for one in (comment, answered, withdrawn):
        assert again(one).news_at is None
        assert again(one).fit_number < 2
    assert mails() == []


def test_only_a_confirmed_mail_address_is_written_to(policy: Policy, officer: Actor) -> None:
    people = (
        make_actor(email=None, phone="+8613800138000", confirmation=Confirmation.MOBILE),
        make_actor(email="unsure@example.org", confirmation=Confirmation.NONE),
    )
    found = [make_suggestion(policy, "c3", TWO_DAYS, person) for person in people]
    save_text(policy.slug, TEXT.replace(SECOND, ONE_DAY), actor=officer, base=1)
    react(policy)
    assert mails() == []
    assert all(again(one).news_at for one in found)


def test_a_draft_that_is_not_public_is_not_named_in_a_mail(officer: Actor) -> None:
    hidden = make_policy(officer, mode="reviewed", is_public=False)
    one = make_suggestion(hidden, "c3", TWO_DAYS, officer)
    save_text(hidden.slug, TEXT.replace(SECOND, ONE_DAY), actor=officer, base=1)
    react(hidden)
    assert again(one).fit == "rework"
    assert again(one).news_at is not None
    assert mails() == []


def test_many_are_written_in_portions_and_each_author_hears_once(
    policy: Policy, officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebasing, "PORTION", 2)
    found = [make_suggestion(policy, "c3", TWO_DAYS) for _ in range(5)]
    save_text(policy.slug, TEXT.replace(SECOND, ONE_DAY), actor=officer, base=1)
    react(policy)
    assert [again(one).fit for one in found] == ["rework"] * 5
    assert sorted(mail["number"] for mail in mails()) == [1, 2, 3, 4, 5]


def test_a_crash_between_two_portions_repeats_nothing(
    policy: Policy, officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebasing, "PORTION", 2)
    for _ in range(4):
        make_suggestion(policy, "c3", TWO_DAYS)
    save_text(policy.slug, TEXT.replace(SECOND, ONE_DAY), actor=officer, base=1)
    whole, calls = rebasing._write, []

    def dying(*values: Any) -> int:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the worker died")
        return whole(*values)

    monkeypatch.setattr(rebasing, "_write", dying)
    with pytest.raises(RuntimeError):
        react(policy)
    db.session.rollback()
    assert len(mails()) == 2
    react(policy)
    assert sorted(mail["number"] for mail in mails()) == [1, 2, 3, 4]


def test_what_its_author_changes_in_that_moment_is_looked_at_anew(
    app: Flask, policy: Policy, officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = make_suggestion(policy, "c3", TWO_DAYS)
    save_text(policy.slug, TEXT.replace(SECOND, ONE_DAY), actor=officer, base=1)
    whole, calls = rebasing._waiting, []

    def change() -> None:
        with app.app_context(), committing():
            row = db.session.get_one(Contribution, one.id)
            row.base, row.changed_at = 2, clock.now() + timedelta(minutes=1)
            changed = db.session.get_one(SuggestedChange, (one.id, 0))
            clause = get_version(policy.id, 2).clause("c3")
            assert clause is not None
            changed.base_hash = clause.hash

    def slow(policy_id: int, number: int) -> Any:
        found = whole(policy_id, number)
        db.session.rollback()
        if not calls:
            thread = threading.Thread(target=change)
            thread.start()
            thread.join()
        calls.append(1)
        return found

    monkeypatch.setattr(rebasing, "_waiting", slow)
    react(policy)
    assert len(calls) == 3  # what was read first, what was changed, nothing left
    assert (again(one).fit, again(one).fit_number) == ("fits", 2)
    assert mails() == []


VALUES = {
    "site_name": "共议",
    "site_url": "https://example.org",
    "title": "停放办法",
    "slug": "parking",
    "number": 14,
    "by": 3,
}


@pytest.mark.parametrize(
    ("fit", "label", "english", "chinese"),
    [
        (
            "rework",
            "第五条",
            "第五条 changed and your suggestion no longer fits.",
            "第五条已改动，和您的建议对不上了。",
        ),
        (
            "rework",
            "",
            "The text changed and your suggestion no longer fits.",
            "条文已改动，和您的建议对不上了。",
        ),
        (
            "fits",
            "第五条",
            "第五条 changed. Your suggestion fits again; nothing to do.",
            "第五条又有改动，您的建议重新适用，不用做什么。",
        ),
        (
            "fits",
            "",
            "The text changed. Your suggestion fits again; nothing to do.",
            "条文又有改动，您的建议重新适用，不用做什么。",
        ),
        (
            "superseded",
            "第五条",
            "Yours is replaced by no. 3; there is nothing to do.",
            "您的建议由第3号代替，不用做什么。",
        ),
    ],
)
def test_the_mail_says_it_in_both_languages(
    app: Flask, fit: str, label: str, english: str, chinese: str
) -> None:
    values = {**VALUES, "fit": fit, "label": label}
    for locale, words in (("en", english), ("zh_Hans_CN", chinese)):
        letter = compose("suggestion_changed", "mail", locale, values)
        assert words in letter.body
        assert "https://example.org/policies/parking/suggestions/14" in letter.body
        assert "14" in letter.subject
        assert "停放办法" in letter.subject
