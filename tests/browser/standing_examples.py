"""Drafts that stand in every way the dashboard knows, in both languages; all of it made up."""

from __future__ import annotations

import itertools
import time
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select, update

from app import clock
from app.access.actor import Actor, Role
from app.consensus.models import ClauseState, MeasuredPolicy, StatusRun
from app.consensus.queries.statements import list_wordings
from app.consensus.rules.wording import of_clause
from app.consensus.services.figuring import figure
from app.consensus.services.grouping import group
from app.consensus.services.saying_read import say_read
from app.consensus.services.setting_thresholds import set_thresholds
from app.consensus.services.taking import take_position
from app.database import committing, db
from app.discussions.services.posting import NewThread
from app.ledger.models import Cursor, Seal, UnsealedEvent
from app.moderation.rules import Kind
from app.moderation.services.acting import Decision, act
from app.policies.models import Policy, Revision
from app.policies.services.saving import restore
from app.policies.versions import get_version
from app.suggestions.services.saying import say
from tests.browser.office_examples import person_called
from tests.browser.site import DEPARTMENT, Site
from tests.browser.standing_words import WORDS, Words
from tests.builders.accounts import make_actor
from tests.builders.many_positions import make_divided_policy, make_people, place_positions
from tests.builders.policies import make_policy, save_text
from tests.builders.states import put_all, put_state
from tests.builders.suggestions import make_suggestion

COUNTED_WITHIN = 90.0  # seconds, on a busy machine
CROWD = 64  # new accounts that answer alike within an hour
_COUNT = itertools.count(1)


@dataclass(frozen=True)
class Stand:
    """Paths of drafts, and what stands on them."""

    varied: str  # one article of each status
    empty: str  # nothing has been counted yet
    disputed: str  # three people undo each other on article 2; with all figures
    damage: str  # the path of a version of it that is marked as vandalism
    damage_id: int
    asked: str  # the demo resident answered on it before and after a change
    divided: str  # a hundred people in two camps

    def names(self) -> dict[str, object]:
        """Everything by its name, for the paths of kinds of pages."""
        return {f"stand_{name}": value for name, value in asdict(self).items()}


def make_standing(site: Site, history: str) -> dict[str, Stand]:
    """All of it; the worker has counted it. ``history`` is a policy whose figures are counted too."""
    with site.app().app_context():
        divided = make_divided_policy()
        group(divided.id)
        makers = {language: _Maker(words) for language, words in WORDS.items()}
        made = {language: maker.make(divided.slug) for language, maker in makers.items()}
        _wait_until_counted()
        for maker in makers.values():
            maker.put()
        figure(db.session.scalars(select(Policy.id).where(Policy.slug == history)).one())
    return made


def _wait_until_counted() -> None:
    """Until the worker has read every event and every draft had its evaluation of today."""
    until = time.monotonic() + COUNTED_WITHIN
    while time.monotonic() < until:
        db.session.rollback()
        is_read = not db.session.scalar(select(func.count()).select_from(UnsealedEvent))
        last = db.session.scalar(select(func.max(Seal.seq)))
        at = db.session.scalar(select(Cursor.seq).where(Cursor.reaction == "consensus.evaluate"))
        waiting = select(MeasuredPolicy.policy_id).where(MeasuredPolicy.evaluated_on.is_(None))
        if is_read and at == last and not db.session.scalars(waiting).all():
            return
        time.sleep(0.1)
    raise AssertionError("the worker has not counted how the drafts stand")


class _Maker:
    def __init__(self, words: Words) -> None:
        self.words = words
        self.officer, self.resident = person_called("demo-officer"), person_called("demo-resident")
        self.neighbours = [self._somebody() for _ in range(2)]
        self._varied = self._draft("varied", mode="reviewed")
        self._calm = self._draft("calm", mode="reviewed")

    def make(self, divided: str) -> Stand:
        disputed = self._disputed()
        damage = self._damage(disputed)
        return Stand(
            varied=_path(self._varied),
            empty=_path(self._draft("unread", text="")),
            disputed=_path(disputed),
            damage=f"{_path(disputed)}/revisions/{damage.number}",
            damage_id=damage.id,
            asked=_path(self._asked()),
            divided=f"/policies/{divided}",
        )

    def put(self) -> None:
        """What only weeks would bring, once nothing will be counted anew; the figures of all."""
        policy = self._varied
        for clause, status, reason, more in (
            ("c2", "settled", "quiet",
             {"readers_in_all": "63", "readers": {"resident": "56", "officer": "1-4"}}),
            ("c3", "contested", "objections", {"objections": 2, "is_under_review": True}),
            ("c4", "moving", "changing", {"week_inserted": 18, "week_deleted": 4}),
            ("c5", "unseen", "few_readers", {"readers_in_all": "1-4"}),
            ("c6", "discussed", "suggestions", {"suggestions": 3, "suggesters": 41}),
            ("c7", "none", "quiet", {"readers_in_all": "12", "readers": {"resident": "12"}}),
        ):  # fmt: skip
            put_state(policy, clause, status, reason, **more)
        with committing():
            db.session.execute(
                delete(ClauseState).where(
                    ClauseState.policy_id == policy.id, ClauseState.clause == "c8"
                )
            )
        put_all(self._calm, "settled", "quiet")
        self._keep_over_midnight()
        for counted in (self._varied, self._named("disputed"), self._named("asked")):
            figure(counted.id)

    def _keep_over_midnight(self) -> None:
        """At midnight every draft is counted anew, what was put here included; these were, it says."""
        ids = (self._varied.id, self._calm.id)
        with committing():
            db.session.execute(
                update(StatusRun)
                .where(StatusRun.policy_id.in_(ids))
                .values(last_at=clock.now() + timedelta(days=1))
            )

    def _somebody(self, role: Role = Role.RESIDENT) -> Actor:
        number = next(_COUNT)
        called = f"{self.words.person} {number}"
        return make_actor(
            role, public_id=f"reader-{number}", email=f"reader-of-drafts-{number}@example.org",
            name=called, name_skeleton=called.replace(" ", "").casefold(),
            created_at=clock.now() - timedelta(days=40),
        )  # fmt: skip

    def _draft(self, name: str, **more: object) -> Policy:
        words = self.words
        values: dict[str, object] = {"text": words.text, "mode": "open", **more}
        return make_policy(
            self.officer, title=words.titles[name], language=words.language,
            slug=self._slug(name), department=DEPARTMENT, **values,
        )  # fmt: skip

    def _slug(self, name: str) -> str:
        return f"{name}-{self.words.language.lower()}"

    def _named(self, name: str) -> Policy:
        return db.session.scalars(select(Policy).where(Policy.slug == self._slug(name))).one()

    def _disputed(self) -> Policy:
        """Three people change the same words to and fro; they and others answer."""
        words = self.words
        policy = self._draft("disputed")
        slug, other = policy.slug, words.text.replace(*words.change)
        people = (self.neighbours[0], self.officer, self.neighbours[1], self.officer)
        for base, actor in enumerate(people, start=1):
            text = other if base % 2 else words.text
            save_text(slug, text, actor=actor, base=base, summary=words.summary)
        for body in words.objections:
            with committing():
                say(slug, NewThread(body=body, clause="c3", kind="objection"),
                    actor=self._somebody())  # fmt: skip
        with committing():
            set_thresholds(slug, {"readers": 6}, words.summary, seen=0, actor=self.officer)
        return self._named("disputed")

    def _damage(self, policy: Policy) -> Revision:
        """Somebody empties an article, an officer puts it back, a volunteer marks it."""
        words, base = self.words, policy.head_number
        now = words.text.replace(*words.damage)
        save_text(policy.slug, now, actor=self.neighbours[0], base=base, summary="…")
        with committing():
            restore(policy.slug, base, actor=self.officer, summary=words.summary)
        revision = db.session.scalars(
            select(Revision).where(Revision.policy_id == policy.id, Revision.number == base + 1)
        ).one()
        decision = Decision("mark", "vandalism", words.marked)
        with committing():
            act(Kind.REVISION, revision.id, decision, actor=person_called("demo-volunteer"))
        return revision

    def _asked(self) -> Policy:
        """Answers of all roles, of a crowd of new accounts, and of the demo resident, whose article
        is changed afterwards; suggestions to answer."""
        words = self.words
        policy = self._draft("asked")
        slug = policy.slug
        for clause in ("c2", "c3"):
            with committing():
                take_position(slug, of_clause(clause), "agree", actor=self.resident)
            with committing():
                say_read(slug, clause, actor=self.resident)
        now, article = list_wordings(policy), of_clause("c4")
        for role, count, choice in ((Role.OFFICER, 6, 1), (Role.VOLUNTEER, 5, 0)):
            people = [self._somebody(role).person_id for _ in range(count)]
            place_positions(policy.id, now, [(one, article, choice) for one in people], role=role)
        crowd = make_people(CROWD, prefix=f"crowd-{self._slug('of')}-")
        place_positions(policy.id, now, [(one, article, -1) for one in crowd])
        for clause in ("c4", "c4", "c5"):
            text = _article(policy, clause).replace(*words.other)
            make_suggestion(policy, clause, text, self._somebody(), reason=words.reason)
        with committing():
            take_position(slug, "s-1", "disagree", actor=self.resident)
        save_text(
            slug, words.text.replace(*words.change), actor=self.officer, base=1,
            summary=words.summary,
        )  # fmt: skip
        return self._named("asked")


def _article(policy: Policy, clause: str) -> str:
    found = get_version(policy.id, policy.head_number).clause(clause)
    assert found is not None
    return found.text


def _path(policy: Policy) -> str:
    return f"/policies/{policy.slug}"
