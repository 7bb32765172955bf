"""Reports, decisions, reviews and removals on one draft, for the pages of those who keep order."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Role
from app.accounts.models import Person
from app.database import committing, db
from app.discussions.queries import CommentView
from app.moderation.models import Removal
from app.moderation.review_rules import About, Aim
from app.moderation.rules import Kind
from app.moderation.services.acting import Decision, Link, act
from app.moderation.services.claiming import claim
from app.moderation.services.flagging import flag
from app.moderation.services.inspecting import open_note, reply_to_note
from app.moderation.services.removing import Proposal, Verdict, decide_removal, propose_removal
from app.moderation.services.reviewing import ask_review, decide_appeal
from app.policies.models import Policy, Revision
from tests.browser.fairness_words import Words
from tests.browser.office_examples import person_called
from tests.builders.accounts import make_actor
from tests.builders.discussions import make_reply, make_thread
from tests.builders.policies import make_policy, save_text
from tests.builders.suggestions import make_suggestion

LATE = timedelta(days=3)
COUNT = itertools.count(1)


@dataclass(frozen=True)
class Order:
    """What volunteers and supervisors have before them; numbers are ids."""

    urgent: int
    aside: int
    claimed: int
    anothers: int
    of_name: int
    of_change: int
    of_line: int
    of_office: int
    line: int  # the version whose summary line was reported
    chosen: str  # a selection as an address asks for it
    past_deciding: str  # a selection of words that are hidden already
    action: int  # hidden words of the resident
    asked: int  # another, whose review was asked for
    appeal: int
    settled: int  # a review that was decided
    note: int
    replied: int
    hidden: int  # a comment whose removal may be proposed
    proposal: int
    removal: int
    suspended: str  # the public id of somebody


class Keeping:
    """The people of one language, the draft under discussion, and what is done on it."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.resident, self.volunteer = (
            person_called("demo-resident"),
            person_called("demo-volunteer"),
        )
        self.reviewer, self.officer = person_called("demo-reviewer"), person_called("demo-officer")
        self.supervisor = person_called("demo-supervisor")
        self.neighbour, self.writer = self.somebody(Role.RESIDENT), self.somebody(Role.RESIDENT)
        self.colleague = self.somebody(Role.VOLUNTEER)
        self.square = self.draft("square", 0)

    def somebody(self, role: Role, name: str = "", days: int = 40) -> Actor:
        """An account of its own, so many ``days`` old."""
        number = next(COUNT)
        called = f"{name or '示例住户'} {number}"
        return make_actor(
            role, public_id=f"household-{number}", email=f"household-{number}@example.org",
            name=called, name_skeleton=called.replace(" ", "").casefold(),
            created_at=clock.now() - timedelta(days=days),
        )  # fmt: skip

    def draft(self, name: str, place: int) -> Policy:
        """A public draft; ``place`` is that of its title."""
        words = self.words
        return make_policy(
            self.officer, title=words.titles[place], language=words.language, text=words.text,
            slug=f"{name}-{words.language.lower()}", mode="open",
        )  # fmt: skip

    def make_order(self) -> Order:
        """All of it."""
        words = self.words
        office = self.said(words.office, self.officer)
        insult = self.said(words.insult)
        with clock.frozen(clock.now() - LATE):
            claimed = self._report(Kind.COMMENT, insult.id, "insult")
        anothers = self._report(Kind.COMMENT, self.said(words.advert).id, "advertising")
        for case, keeper in ((claimed, self.volunteer), (anothers, self.colleague)):
            with committing():
                claim(case, actor=keeper)
        danger, aside = self.said(words.danger), self.said(words.details)
        save_text(
            self.square.slug, words.text.replace(*words.change), actor=self.writer, base=1,
            summary=words.summary,
        )  # fmt: skip
        line = self._line()
        change = make_suggestion(
            self.square, "c4", words.insult, self.writer, reason=words.advert
        )  # fmt: skip
        named = self.somebody(Role.RESIDENT, words.name)
        make_reply(make_thread(self.square, named, words.same[1]), self.neighbour, words.talk[2])
        chosen = [self.said(words.advert) for _ in range(3)]
        for comment in chosen:
            self._report(Kind.COMMENT, comment.id, "advertising")
        gone = [self._hidden(words.advert)[0] for _ in range(2)]
        return Order(
            urgent=self._report(Kind.COMMENT, danger.id, "danger"),
            aside=self._report(Kind.COMMENT, aside.id, "personal_data"),
            claimed=claimed,
            anothers=anothers,
            of_name=self._report(Kind.NAME, named.person_id, "advertising"),
            of_change=self._report(Kind.SUGGESTION, change.id, "insult"),
            of_line=self._report(Kind.SUMMARY, line, "insult"),
            of_office=self._report(Kind.COMMENT, office.id, "insult"),
            line=line,
            chosen="&".join(f"item=comment:{one.id}" for one in chosen),
            past_deciding="&".join(f"item=comment:{one.id}" for one in gone),
            **self._decided(),
            **self._removed(),
            suspended=self._suspended(),
        )

    def said(self, body: str, actor: Actor | None = None) -> CommentView:
        """A thread of its own; the same words twice within a minute would be one."""
        return make_thread(
            self.square, actor or self.somebody(Role.RESIDENT), body, clause="c2"
        ).first

    def _report(self, kind: Kind, ident: int, rule: str) -> int:
        with committing():
            return flag(kind, ident, rule, self.words.said, actor=self.resident).case_id

    def act(self, kind: Kind, ident: int, action: str, case: int | None = None, **more: int) -> int:
        """Done by the volunteer; the id in the record."""
        decision = Decision(action, "insult", self.words.reason, **more)
        with committing():
            return act(kind, ident, decision, actor=self.volunteer, link=Link(case_id=case)).id

    def _hidden(self, body: str, actor: Actor | None = None) -> tuple[CommentView, int]:
        comment = self.said(body, actor)
        return comment, self.act(Kind.COMMENT, comment.id, "hide")

    def _line(self) -> int:
        query = select(Revision.id).where(
            Revision.policy_id == self.square.id, Revision.number == 2
        )
        return db.session.scalars(query).one()

    def _decided(self) -> dict[str, int]:
        """Words of the resident that were hidden: nothing asked, a review asked for, one decided;
        and what the resident reported, decided."""
        words = self.words
        actions = [self._hidden(f"{words.mild} {nth}", self.resident)[1] for nth in range(3)]
        appeals = []
        for action in actions[1:]:
            with committing():
                appeals.append(ask_review(action, words.disagrees, actor=self.resident).id)
        with committing():
            decide_appeal(appeals[1], "upheld", words.upheld, actor=self.reviewer)
        reported = self.said(words.insult)
        case = self._report(Kind.COMMENT, reported.id, "insult")
        self.act(Kind.COMMENT, reported.id, "hide", case)
        with committing():
            note = open_note(Aim(About.ACTION, actions[0]), words.note, actor=self.supervisor).id
        with committing():
            aim = Aim(About.POLICY)
            replied = open_note(aim, words.note, actor=self.supervisor, slug=self.square.slug).id
        with committing():
            reply_to_note(replied, words.reply, actor=self.officer)
        return {
            "action": actions[0], "asked": actions[1], "appeal": appeals[0], "settled": appeals[1],
            "note": note, "replied": replied,
        }  # fmt: skip

    def _removed(self) -> dict[str, int]:
        hidden = self._hidden(self.words.details)[0]
        waiting = self._proposed(self.somebody(Role.RESIDENT))
        done = self._proposed(self.resident)
        with committing():
            decide_removal(done.id, Verdict("confirm"), actor=self.supervisor)
        return {"hidden": hidden.id, "proposal": waiting.id, "removal": done.id}

    def _proposed(self, author: Actor) -> Removal:
        comment = self._hidden(self.words.details, author)[0]
        wanted = Proposal("personal_data", self.words.reason)
        with committing():
            return propose_removal(Kind.COMMENT, comment.id, wanted, actor=self.volunteer)

    def _suspended(self) -> str:
        one = self.somebody(Role.RESIDENT)
        self._hidden(self.words.insult, one)
        self.act(Kind.PERSON, one.person_id, "remind")
        self.act(Kind.PERSON, one.person_id, "suspend", days=3)
        with committing():
            person = db.session.get_one(Person, one.person_id)
            person.hides_list = True
            return person.public_id
