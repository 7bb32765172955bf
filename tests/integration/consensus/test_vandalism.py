"""A volunteer marks what a version did to the text as vandalism; the figures do without it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

import config
from app.access.actor import Actor, Role
from app.consensus.models import ClauseState, VandalismMark
from app.consensus.queries.clause_acts import list_acts
from app.consensus.queries.figures import find_figure
from app.consensus.rules.figures import ClauseFigures
from app.consensus.services import marking
from app.database import db, writing
from app.errors import NotAllowed, RuleBroken
from app.moderation.models import ModerationAction
from app.moderation.rules import Kind
from app.moderation.services import Decision, act
from app.moderation.services.reviewing import ask_review, decide_appeal
from app.moderation.services.undoing import undo
from app.policies.models import Revision
from app.policies.queries import get_policy
from app.policies.services.saving import restore
from app.worker import Worker
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import TEXT, make_policy, save_text
from tests.checking_client import CheckingClient
from tests.conftest import NOON

VANDALISM = Decision("mark", "vandalism", "Emptied the article on removal")
NO_LONGER = Decision("unmark", "vandalism", "It was an honest draft")


@dataclass(frozen=True, slots=True)
class Damaged:
    """A policy that anybody edits: version 2 by a resident damages article 2, version 3 mends it."""

    policy_id: int
    slug: str
    author: Actor

    @property
    def revision_id(self) -> int:
        return id_of(self.policy_id, 2)

    def figures(self) -> ClauseFigures:
        """Those of the article, once the worker has done its part."""
        state = db.session.get_one(ClauseState, (self.policy_id, "c3"), populate_existing=True)
        return ClauseFigures.from_json(state.figures)


@pytest.fixture
def damaged(app: Flask, settings: config.Settings) -> Damaged:
    officer, resident = make_actor(Role.OFFICER), make_actor()
    policy = make_policy(officer, mode="open")
    save_text(
        policy.slug, TEXT.replace("连续停放超过三日无人使用的", "哈哈"), actor=resident, base=1
    )
    restore(policy.slug, 1, actor=officer, summary="put back")
    db.session.commit()
    found = Damaged(policy.id, policy.slug, resident)
    Worker(settings.instance_dir).drain()
    return found


def id_of(policy_id: int, number: int) -> int:
    query = select(Revision.id).where(Revision.policy_id == policy_id, Revision.number == number)
    return db.session.scalars(query).one()


def decide(damaged: Damaged, decision: Decision, actor: Actor | None = None) -> ModerationAction:
    actor = actor or make_actor(Role.VOLUNTEER)
    done = act(Kind.REVISION, damaged.revision_id, decision, actor=actor)
    db.session.commit()
    return done


def test_a_marked_version_and_its_repair_leave_the_figures_and_come_back(
    damaged: Damaged, settings: config.Settings
) -> None:
    before = damaged.figures()
    assert (before.revisions, before.vandalism, before.undoing) == (2, 0, 1)
    decide(damaged, VANDALISM)
    Worker(settings.instance_dir).drain()
    marked = damaged.figures()
    assert (marked.revisions, marked.gross, marked.undoing, marked.vandalism) == (0, 0, 0, 1)
    decide(damaged, NO_LONGER)
    Worker(settings.instance_dir).drain()
    assert damaged.figures() == before


def test_a_mark_lets_the_figures_of_the_whole_draft_be_counted_again(
    damaged: Damaged, settings: config.Settings
) -> None:
    def left_out() -> int:
        Worker(settings.instance_dir).drain()  # counts in its next round what went in this one
        Worker(settings.instance_dir).drain()
        figure = find_figure(damaged.policy_id, "heartbeat")
        assert figure is not None
        return int(figure.data["left_out"])

    assert left_out() == 0
    decide(damaged, VANDALISM)
    assert left_out() == 2  # what was marked, and what mended it


def test_a_mark_needs_its_own_rule_and_that_rule_fits_no_words(damaged: Damaged) -> None:
    volunteer = make_actor(Role.VOLUNTEER)
    with pytest.raises(RuleBroken) as broken:
        decide(damaged, Decision("mark", "insult", "Rude words"), volunteer)
    assert broken.value.field == "rule"
    with pytest.raises(RuleBroken) as broken:
        act(
            Kind.SUMMARY,
            damaged.revision_id,
            Decision("hide", "vandalism", "Rude words"),
            actor=volunteer,
        )
    assert broken.value.field == "rule"


def test_nobody_marks_twice_nor_the_first_version(damaged: Damaged) -> None:
    volunteer = make_actor(Role.VOLUNTEER)
    decide(damaged, VANDALISM, volunteer)
    with pytest.raises(RuleBroken) as broken:
        decide(damaged, VANDALISM, volunteer)
    assert broken.value.field == "action"
    db.session.rollback()
    writing()
    with pytest.raises(RuleBroken) as broken:
        marking.mark(damaged.policy_id, 1, marking.Act(1, "volunteer", NOON))
    assert broken.value.field == "action"


def test_a_volunteer_does_not_mark_an_officers_change_or_their_own(damaged: Damaged) -> None:
    officers = id_of(damaged.policy_id, 3)
    with pytest.raises(NotAllowed):
        act(Kind.REVISION, officers, VANDALISM, actor=make_actor(Role.VOLUNTEER))
    with pytest.raises(NotAllowed):
        act(Kind.REVISION, damaged.revision_id, VANDALISM, actor=make_actor())


def test_who_put_words_into_the_text_marks_nobody_else_and_decides_no_review_of_it(
    damaged: Damaged, client: CheckingClient
) -> None:
    writer = make_actor(Role.VOLUNTEER)
    text = TEXT.replace("连续停放超过三日无人使用的", "连续停放超过五日无人使用的")
    save_text(damaged.slug, text, actor=writer, base=3)
    db.session.commit()
    with pytest.raises(NotAllowed):
        decide(damaged, VANDALISM, writer)
    db.session.rollback()
    sign_in(client, writer)
    link = f"/moderation/revisions/{damaged.revision_id}"
    assert link not in client.get(f"/policies/{damaged.slug}/revisions/2").text
    assert client.get(link).status_code == 403

    done = decide(damaged, VANDALISM)
    appeal = ask_review(done.id, "It was a draft", actor=damaged.author)
    db.session.commit()
    with pytest.raises(NotAllowed):
        decide_appeal(appeal.id, "overturned", "It was one", actor=writer)
    db.session.rollback()
    page = client.get(f"/moderation/appeals/{appeal.id}")
    assert page.status_code == 200
    assert 'name="outcome"' not in page.text
    sign_in(client, make_actor(Role.VOLUNTEER))
    assert 'name="outcome"' in client.get(f"/moderation/appeals/{appeal.id}").text


def test_who_only_brought_the_earlier_words_back_may_mark(damaged: Damaged) -> None:
    volunteer = make_actor(Role.VOLUNTEER)
    restore(damaged.slug, 2, actor=volunteer, summary="looked at it")
    restore(damaged.slug, 1, actor=volunteer, summary="put back")
    db.session.commit()
    assert decide(damaged, VANDALISM, volunteer).action == "mark"


def test_a_mark_undone_as_a_mistake_ends_and_stays_in_the_record(damaged: Damaged) -> None:
    volunteer = make_actor(Role.VOLUNTEER)
    done = decide(damaged, VANDALISM, volunteer)
    undo(done.id, actor=volunteer)
    db.session.commit()
    mark = db.session.scalars(select(VandalismMark)).one()
    assert mark.action_id == done.id
    assert mark.ended_at is not None


def test_the_pages_say_that_a_version_is_marked_and_why(
    damaged: Damaged, client: CheckingClient
) -> None:
    volunteer = make_actor(Role.VOLUNTEER)
    sign_in(client, volunteer)
    slug = damaged.slug
    link = f"/moderation/revisions/{damaged.revision_id}"
    assert link in client.get(f"/policies/{slug}/revisions/2").text
    page = client.get(link).text
    refused = client.post(link, data={"csrf_token": token(page), "action": "mark", "reason": ""})
    assert refused.status_code == 422
    client.post(
        link,
        data={"csrf_token": token(page), "action": "mark", "reason": VANDALISM.reason},
    )
    visitor = damaged_visitor(client)
    for path in ("history", "revisions/2"):
        text = visitor.get(f"/policies/{slug}/{path}").text
        assert "Marked as vandalism by a volunteer." in text
        assert VANDALISM.reason in text
    log = visitor.get("/moderation/log").text
    assert "Marked as vandalism" in log
    assert "The change made by version 2" in log
    assert "No vandalism of the text" in log


def token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


def damaged_visitor(client: CheckingClient) -> CheckingClient:
    visitor = client.application.test_client()
    assert isinstance(visitor, CheckingClient)
    return visitor


def test_its_author_is_told_asks_for_a_review_and_is_found_right(
    damaged: Damaged, client: CheckingClient, settings: config.Settings
) -> None:
    action = decide(damaged, VANDALISM).id
    author = damaged.author
    Worker(settings.instance_dir).drain()
    sign_in(client, author)
    assert "Your change of the text was marked as vandalism" in client.get("/notices").text
    assert client.get(f"/moderation/log/{action}/review").status_code == 200
    asked = ask_review(action, "I had meant to shorten it", actor=author)
    db.session.commit()
    appeal = asked.id
    reviewer = make_actor(Role.VOLUNTEER)
    sign_in(client, reviewer)
    assert client.get(f"/moderation/appeals/{appeal}").status_code == 200
    decide_appeal(appeal, "overturned", "A short article is no damage", actor=reviewer)
    db.session.commit()
    Worker(settings.instance_dir).drain()
    assert damaged.figures().vandalism == 0
    visitor = damaged_visitor(client)
    assert "Marked as vandalism" not in visitor.get(f"/policies/{damaged.slug}/history").text
    acts = list_acts(get_policy(damaged.slug, reviewer), "c3")
    assert [(act.kind, act.number) for act in acts] == [("unmarked", 2), ("marked", 2)]
    page = visitor.get(f"/policies/{damaged.slug}/consensus/c3").text
    assert "Version 2 is no longer marked as vandalism and counts again" in page
