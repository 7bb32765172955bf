"""The ledger is enough: folding its events gives the phase, the counts and the answers again.

People, officers, a volunteer and the clock act at random through the services; then plain code
that knows only events builds everything up once more.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Role
from app.consultations.models import ConsultationCall
from app.consultations.rules import Card
from app.consultations.services.calling import open_consultation
from app.consultations.services.lifecycle import enter_phase
from app.database import committing, db
from app.discussions.models import Comment
from app.errors import DomainError
from app.ledger.models import EventRecord
from app.ledger.sealing import seal
from app.ledger.services import salted_hash
from app.moderation.services import Decision
from app.policies.models import Policy
from app.policies.phases import may_follow
from app.policies.services.moving import move_due
from app.policies.services.saving import Edit, save_edit
from app.policies.versions import get_version
from app.suggestions.models import Answer, Contribution
from app.suggestions.queries.owed import count_owed
from app.suggestions.queries.shown import get_contribution
from app.suggestions.services.answering import NewAnswer, answer
from app.suggestions.services.changing import change, replace
from app.suggestions.services.drafting_answers import save_draft
from app.suggestions.services.entering import enter
from app.suggestions.services.marking_owed import mark_owed, unmark_owed
from app.suggestions.services.publishing_answers import publish_due
from app.suggestions.services.rebasing import rebase_policy
from app.suggestions.services.replying import reply
from app.suggestions.services.sending import Wanted, send
from app.suggestions.services.splitting import split
from app.suggestions.services.storing_paper import PaperWords
from app.suggestions.services.withdrawing import bring_back, withdraw
from app.text.canonical import TextRefused
from app.visibility import Hidden
from tests.builders.accounts import make_actor
from tests.builders.consultations import wanted_call
from tests.builders.moderation import act_on_comment, act_on_suggestion
from tests.builders.policies import make_policy

STEPS = 80
WORDS = ("一日", "二日", "五日")
KINDS = ("comment", "question", "objection")
OUTCOMES = ("not_adopted", "noted", "explained", "already_covered")


@dataclass
class One:
    """A contribution as the events tell it."""

    kind: str
    is_owed: bool
    is_withdrawn: bool = False
    is_replaced: bool = False
    is_hidden: bool = False
    answers: list[tuple[object, ...]] = field(default_factory=list)


@dataclass
class Story:
    """A policy as the events tell it; ``rounds`` maps the number of a call to when it ended."""

    phase: str = ""
    rounds: dict[int, str | None] = field(default_factory=dict)
    ones: dict[int, One] = field(default_factory=dict)
    by_thread: dict[int, int] = field(default_factory=dict)
    by_comment: dict[int, int] = field(default_factory=dict)
    opening: dict[int, int] = field(default_factory=dict)


def replayed() -> Story:
    """Plain code over the sealed events in their order, without a look at any other table."""
    story = Story()
    query = select(EventRecord.kind, EventRecord.payload).order_by(EventRecord.id)
    for kind, payload in db.session.execute(query):
        told = FOLDS.get(kind)
        if told is not None:
            told(story, json.loads(payload))
    for one in story.ones.values():
        one.is_replaced &= not one.is_withdrawn  # the table has one state: taken back
    return story


def _entered(story: Story, event: dict[str, Any]) -> None:
    story.phase = event["phase"]
    if story.phase not in ("consultation", "on_hold"):
        for number, ended in story.rounds.items():
            story.rounds[number] = ended or event["entered_at"]


def _sent(story: Story, event: dict[str, Any]) -> None:
    story.ones[event["number"]] = One(event["kind"], event["is_owed"])
    if event["thread"] is not None:
        story.by_thread[event["thread"]] = event["number"]
    if event["comment"] is not None:
        story.by_comment[event["comment"]] = event["number"]


def _posted(story: Story, event: dict[str, Any]) -> None:
    story.opening.setdefault(event["thread"], event["comment"])


def _answered(story: Story, event: dict[str, Any]) -> None:
    names = ("part", "outcome", "revision", "clauses", "reason")
    one = story.ones[event["number"]]
    one.answers.append(tuple(event[name] for name in names))
    one.is_replaced = False  # what was answered counts as answered


def _hidden(story: Story, event: dict[str, Any], is_hidden: bool) -> None:
    number = event.get("number")
    if number is None:
        opened = {story.opening[thread]: one for thread, one in story.by_thread.items()}
        number = (opened | story.by_comment).get(event["comment"])
    if number is not None:
        story.ones[number].is_hidden = is_hidden


def _put(name: str, key: str) -> Callable[[Story, dict[str, Any]], None]:
    return lambda story, event: setattr(story.ones[event["number"]], name, event[key])


FOLDS: dict[str, Callable[[Story, dict[str, Any]], None]] = {
    "PolicyCreated": lambda story, event: setattr(story, "phase", event["phase"]),
    "PhaseEntered": _entered,
    "ConsultationOpened": lambda story, event: story.rounds.update({event["round"]: None}),
    "CommentPosted": _posted,
    "ContributionSent": _sent,
    "ContributionChanged": _put("kind", "kind"),
    "ContributionWithdrawn": _put("is_withdrawn", "withdrawn"),
    "OwingChanged": _put("is_owed", "is_owed"),
    "SuggestionSuperseded": lambda story, event: (
        setattr(story.ones[event["number"]], "is_replaced", True) if event["by_author"] else None
    ),
    "ContributionAnswered": _answered,
    "SuggestionHidden": lambda story, event: _hidden(story, event, True),
    "SuggestionShown": lambda story, event: _hidden(story, event, False),
    "CommentHidden": lambda story, event: _hidden(story, event, True),
    "CommentShown": lambda story, event: _hidden(story, event, False),
}


def stored(policy: Policy) -> dict[int, One]:
    """The same from the tables."""
    hidden = {(row.kind, row.object_id) for row in db.session.scalars(select(Hidden))}
    found = {}
    query = select(Contribution).where(Contribution.policy_id == policy.id)
    for row in db.session.scalars(query):
        comment = row.comment_id or _opening_comment(row.thread_id)
        answers = db.session.scalars(
            select(Answer).where(Answer.contribution_id == row.id).order_by(Answer.id)
        )
        found[row.number] = One(
            kind=row.kind,
            is_owed=row.is_owed,
            is_withdrawn=row.state == "withdrawn",
            is_replaced=row.state == "replaced",
            is_hidden=("suggestion", row.id) in hidden or ("comment", comment) in hidden,
            answers=[
                (
                    one.part,
                    one.outcome,
                    one.revision,
                    one.clauses,
                    salted_hash(one.salt, one.reason),
                )
                for one in answers
            ],
        )
    return found


def _opening_comment(thread: int | None) -> int | None:
    query = select(Comment.id).where(Comment.thread_id == thread).order_by(Comment.id).limit(1)
    return db.session.scalar(query) if thread is not None else None


class Life:
    """Everybody who may do something to one policy, doing it at random."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.owner = make_actor(Role.OFFICER, department_id=None)
        self.volunteer = make_actor(Role.VOLUNTEER)
        self.residents = [make_actor() for _each in range(12)]
        self.policy = make_policy(self.owner, mode="reviewed", kind="work_plan")
        self.slug = self.policy.slug
        self.clause = get_version(self.policy.id, 1).outline[2]
        self.sent: list[tuple[int, Actor]] = []
        self.comments: list[int] = []
        self.done: Counter[str] = Counter()

    def step(self) -> None:
        """One act, committed or refused as a whole."""
        is_still = self.policy.phase_now not in ("drafting", "consultation", "response")
        act = moves if is_still and self.random.random() < 0.5 else self.random.choice(ACTS)
        try:
            act(self)
            db.session.commit()
            self.done[act.__name__] += 1
        except (DomainError, TextRefused):
            db.session.rollback()

    def one_sent(self) -> tuple[int, Actor]:
        if not self.sent:
            raise DomainError("nothing was sent yet")
        return self.random.choice(self.sent)

    def row(self, number: int) -> Contribution:
        query = select(Contribution).where(
            Contribution.policy_id == self.policy.id, Contribution.number == number
        )
        return db.session.scalars(query).one()

    def wanted(self, *, is_suggestion: bool) -> Wanted:
        text = self.clause.text
        if is_suggestion:
            text = text.replace("三日", self.random.choice(WORDS))
        return Wanted(
            base=self.policy.head_number,
            text=text if self.policy.head_number == 1 or is_suggestion else "",
            reason=f"理由{self.random.random()}，路上走不过去。",
            clause=self.clause.id if is_suggestion else "",
            kind=self.random.choice(KINDS),
        )


def sends(life: Life) -> None:
    # One in twelve has a seat, and is owed nothing.
    actor = life.random.choice([*life.residents, life.owner])
    wanted = life.wanted(is_suggestion=life.random.random() < 0.4)
    sent = send(life.slug, wanted, actor=actor)
    life.sent.append((sent.number, actor))


def letters(life: Life) -> None:
    words = PaperWords(
        channel="letter",
        received_on=clock.now().date(),
        text=f"来信{life.random.random()}，请早点挪车。",
        token=f"letter-{life.random.random()}",
    )
    enter(life.slug, words, actor=life.owner)


def splits(life: Life) -> None:
    number, _actor = life.one_sent()
    words = get_contribution(life.slug, number, life.owner).words
    points = (words[:4], words[4:]) if life.random.random() < 0.7 else ()
    split(life.slug, number, points, actor=life.owner)


def takes_back(life: Life) -> None:
    number, actor = life.one_sent()
    withdraw(life.slug, number, actor=actor)


def brings_back(life: Life) -> None:
    number, actor = life.one_sent()
    withdraw(life.slug, number, actor=actor)
    if life.random.random() < 0.7:
        bring_back(life.slug, number, actor=actor)


def changes(life: Life) -> None:
    number, actor = life.sent[-1] if life.sent else life.one_sent()
    change(life.slug, number, life.wanted(is_suggestion=False), actor=actor)


def replaces(life: Life) -> None:
    rows = [(life.row(number), actor) for number, actor in life.sent]
    suggested = [
        (row.number, actor)
        for row, actor in rows
        if (row.kind, row.state) == ("suggestion", "open")
    ]
    number, actor = life.random.choice(suggested or [life.one_sent()])
    sent = replace(life.slug, number, life.wanted(is_suggestion=True), actor=actor)
    life.sent.append((sent.number, actor))


def hides(life: Life) -> None:
    number, _actor = life.one_sent()
    row = life.row(number)
    decision = Decision(life.random.choice(("hide", "show")), "insult", "Names a neighbour")
    comment = row.comment_id or _opening_comment(row.thread_id)
    if comment is None:
        act_on_suggestion(row.id, decision, actor=life.volunteer)
    else:
        act_on_comment(comment, decision, actor=life.volunteer)


def replies(life: Life) -> None:
    number, _actor = life.one_sent()
    body = f"同意{life.random.random()}"
    said = reply(life.slug, number, body, actor=life.random.choice(life.residents))
    life.comments.append(said.id)


def marks(life: Life) -> None:
    if not life.comments:
        raise DomainError("nobody replied yet")
    comment = life.random.choice(life.comments)
    if life.random.random() < 0.7:
        mark_owed(comment, actor=life.volunteer)
    else:
        unmark_owed(comment, actor=life.volunteer)


def answers(life: Life) -> None:
    known = db.session.scalars(
        select(Contribution).where(Contribution.policy_id == life.policy.id)
    ).all()
    if not known:
        raise DomainError("nothing was sent yet")
    row = life.random.choice(known)
    reason = f"这一条另有安排，见说明{life.random.randrange(3)}。"
    wanted = NewAnswer(life.random.choice(OUTCOMES), reason, "道路交通安全法第五十九条")
    if row.parts:
        part = life.random.randint(1, row.parts)
        save_draft(life.slug, row.number, wanted, actor=life.owner, part=part)
    else:
        answer(life.slug, row.number, wanted, actor=life.owner)


def publishes(life: Life) -> None:
    if life.policy.phase_now != "response":
        raise DomainError("only after closing")
    with committing():
        life.policy.answers_at = clock.now()
    publish_due()


def edits(life: Life) -> None:
    text = get_version(life.policy.id, life.policy.head_number).text
    old = next(word for word in ("三日", *WORDS) if word in text)
    new = life.random.choice(WORDS)
    edit = Edit(base=life.policy.head_number, text=text.replace(old, new, 1), summary="改时限")
    save_edit(life.slug, edit, actor=life.owner)
    db.session.commit()
    rebase_policy(life.policy.id)


def opens(life: Life) -> None:
    closes_at = clock.now() + timedelta(days=life.random.randint(1, 12))
    call = wanted_call(closes_at=closes_at, short_reason="防汛", cards=(Card("第二条", "几天？"),))
    open_consultation(life.slug, call, actor=life.owner)


def moves(life: Life) -> None:
    following = may_follow(life.policy.phase_now, life.policy.held_phase)
    phase = life.random.choice([one for one in following if one != "withdrawn"])
    enter_phase(life.slug, phase, actor=life.owner, reason="因为等上位法")


def worker(life: Life) -> None:
    move_due()


ACTS: tuple[Callable[[Life], None], ...] = (
    *([sends] * 4),
    *([answers] * 4),
    moves,
    *([opens] * 2),
    letters,
    splits,
    takes_back,
    brings_back,
    changes,
    replaces,
    hides,
    hides,
    replies,
    marks,
    marks,
    publishes,
    edits,
    worker,
)


@pytest.mark.parametrize("seed", range(3))
def test_replaying_the_ledger_rebuilds_phase_counts_and_answers(app: Flask, seed: int) -> None:
    now = datetime.fromisoformat("2026-03-02T04:00:00+00:00")
    with clock.frozen(now):
        life = Life(seed)
    for _each in range(STEPS):
        now += timedelta(minutes=life.random.choice((1, 1, 5, 600, 3000)))
        with clock.frozen(now):
            life.step()
    with clock.frozen(now):
        with committing():
            move_due()
        seal()
        db.session.commit()
        story, policy = replayed(), db.session.get_one(Policy, life.policy.id)
        assert story.phase == policy.phase == policy.phase_now
        assert story.ones == stored(policy)
        _assert_same_counts(story, policy)
    assert len(life.sent) > 1


def _assert_same_counts(story: Story, policy: Policy) -> None:
    ones = story.ones.values()
    owed = [one for one in ones if one.is_owed and not one.is_withdrawn and not one.is_replaced]
    counted = count_owed(policy.id)
    assert counted.owed == len(owed)
    assert counted.published == sum(bool(one.answers) for one in owed)
    assert counted.hidden == sum(one.is_hidden for one in owed)
    assert counted.withdrawn == sum(one.is_withdrawn for one in ones)
    assert counted.replaced == sum(one.is_replaced for one in ones)
    rounds = db.session.scalars(select(ConsultationCall.round).order_by(ConsultationCall.round))
    assert sorted(story.rounds) == list(rounds)


def test_the_random_lives_reach_every_kind_of_act(app: Flask) -> None:
    """Else the property above would hold of almost nothing."""
    now = datetime.fromisoformat("2026-03-02T04:00:00+00:00")
    with clock.frozen(now):
        life = Life(99)
    for _each in range(3 * STEPS):
        now += timedelta(minutes=life.random.choice((1, 1, 5, 600, 3000)))
        with clock.frozen(now):
            life.step()
    assert {act.__name__ for act in ACTS} - life.done.keys() == set()
