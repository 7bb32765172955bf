"""Two drafts in each language on which order is kept: talk, held words, what people follow."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import select

from app import clock
from app.access.actor import Role
from app.database import committing, db
from app.discussions.queries import ThreadView
from app.discussions.services.joining import join
from app.discussions.services.moving import move_comment, move_thread
from app.discussions.services.prompting import prompt
from app.discussions.services.summarising import summarise
from app.moderation.rules import Kind
from app.moderation.services.duty import go_on_duty, hand_over
from app.moderation.services.holding import begin_hold
from app.moderation.unusual import LEAST_SAME
from app.notifications.models import MailFollower, Notice
from app.notifications.queries.watches import get_target
from app.notifications.rules import Told
from app.notifications.services.following_by_mail import Wanted, ask_to_follow
from app.notifications.services.letters import follower_token
from app.notifications.services.noticing import Telling, put
from app.notifications.services.watching import follow
from tests.browser.fairness_order import COUNT, Keeping, Order
from tests.browser.fairness_words import WORDS, Words
from tests.browser.office_examples import person_called
from tests.browser.site import Site
from tests.builders.discussions import make_reply, make_thread
from tests.builders.suggestions import make_suggestion

NOTICES_WITHIN = 60.0  # seconds, on a busy machine


@dataclass(frozen=True)
class Talk:
    """Paths of discussions, and ids of comments in them."""

    helped: str  # with a prompt, a summary, a comment that moved here
    joined: str
    moved: str
    locked: str
    quiet: str
    to_report: int
    stray: int
    opening: int


@dataclass(frozen=True)
class Fair:
    """Paths of the draft under discussion and of the one that is held, with what is on them."""

    square: str
    waste: str
    confirm: str  # the token of a link that was sent
    talk: Talk
    order: Order

    def names(self) -> dict[str, object]:
        """Everything by its name, for the paths of kinds of pages."""
        return {
            "square": self.square,
            "waste": self.waste,
            "square_slug": self.square.rpartition("/")[2],
            "confirm": self.confirm,
            "waste_slug": self.waste.rpartition("/")[2],
            **{f"talk_{name}": value for name, value in asdict(self.talk).items()},
            **{f"order_{name}": value for name, value in asdict(self.order).items()},
        }


def make_fair(site: Site) -> dict[str, Fair]:
    """All of it in both languages; the notices of it have arrived."""
    with site.app().app_context():
        made = {language: _Maker(words).make() for language, words in WORDS.items()}
        _wait_for_notices()
    return made


def _wait_for_notices() -> None:
    """Until the worker has told the resident of a reply, of decisions, of a review, of a removal."""
    wanted = {Told.REPLY, Told.MODERATED, Told.FLAG, Told.REVIEWED, Told.REMOVED}
    resident = person_called("demo-resident").person_id
    until = time.monotonic() + NOTICES_WITHIN
    told: set[str] = set()
    while time.monotonic() < until and not wanted <= told:
        db.session.rollback()
        told = set(db.session.scalars(select(Notice.kind).where(Notice.person_id == resident)))
        time.sleep(0.1)
    assert wanted <= told, f"the worker told of nothing but {told}"


class _Maker(Keeping):
    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self.waste = self.draft("waste", 1)

    def make(self) -> Fair:
        fair = Fair(
            square=f"/policies/{self.square.slug}",
            waste=f"/policies/{self.waste.slug}",
            confirm=self._asked_by_mail(),
            talk=self._talk(),
            order=self.make_order(),
        )
        self._hold()
        self._crowd()
        self._follow()
        return fair

    def _talk(self) -> Talk:
        words = self.words
        title, opening, bare = words.talk
        helped = make_thread(
            self.square, self.resident, opening, clause="c2", title=title, kind="question"
        )
        other = make_thread(self.square, self.neighbour, words.mild, clause="c3")
        same = make_thread(
            self.square, self.writer, words.same[1], clause="c2", title=words.same[0]
        )
        moved = make_thread(self.square, self.writer, words.stray, clause="c2")
        locked = make_thread(self.square, self.neighbour, words.talk[0], clause="c4")
        reply = make_reply(helped, self.neighbour, bare)
        stray = make_reply(same, self.writer, words.stray)
        with committing():
            prompt(reply.id, "reason", actor=self.volunteer)
        with committing():
            summarise(helped.id, words.comes_to, actor=self.volunteer)
        with committing():
            move_comment(stray.id, helped.id, actor=self.volunteer)
        with committing():
            join(same.id, helped.id, actor=self.volunteer)
        with committing():
            move_thread(moved.id, "c3", actor=self.volunteer)
        self.act(Kind.THREAD, locked.id, "lock")
        return Talk(
            helped=_path(helped), joined=_path(same), moved=_path(moved), locked=_path(locked),
            quiet=_path(other), to_report=other.first.id, stray=stray.id, opening=helped.first.id,
        )  # fmt: skip

    def _hold(self) -> None:
        """One is on duty, left a note, and holds the second draft, where three people write."""
        with committing():
            go_on_duty(4, actor=self.colleague)
            hand_over(self.words.next_one, actor=self.colleague)
        with committing():
            begin_hold(self.waste.slug, actor=self.colleague)
        for body in self.words.waits:
            make_thread(self.waste, self.somebody(Role.RESIDENT), body, clause="c2")
        make_suggestion(
            self.waste, "c2", self.words.waits[1], self.resident, reason=self.words.waits[0]
        )

    def _crowd(self) -> None:
        """Much the same words on one article, from new accounts."""
        for nth in range(LEAST_SAME):
            writer = self.somebody(Role.RESIDENT, days=0)
            make_thread(self.square, writer, f"{self.words.waits[1]} {nth}", clause="c3")

    def _follow(self) -> None:
        """The resident follows a draft and an article; a deadline and a final text are told of."""
        slug, resident = self.square.slug, self.resident
        for clause in ("", "c3"):
            with committing():
                follow(get_target(slug, clause, 0, resident), actor=resident)
        closes = clock.now() + timedelta(days=2)
        with committing():
            put([
                Telling(resident.person_id, Told.DEADLINE, f"closing:{slug}", clock.now(),
                        self.square.id, values={"closes_at": closes.isoformat()}),
                Telling(resident.person_id, Told.ADOPTED, f"adopted:{slug}", clock.now(),
                        self.square.id, values={"number": 1, "revision": 2}),
                Telling(resident.person_id, Told.FIT, f"fit:{slug}", clock.now(),
                        self.square.id, values={"number": 1, "fit": "rework", "by": 0}),
                Telling(resident.person_id, Told.FINAL, f"final:{slug}", clock.now(),
                        self.square.id, values={"decision": 1}),
            ])  # fmt: skip

    def _asked_by_mail(self) -> str:
        address = f"reader-{next(COUNT)}@example.org"
        with committing():
            ask_to_follow(self.square.slug, Wanted(address, "weekly", "c3"), origin="",
                          locale="en")  # fmt: skip
        query = select(MailFollower).where(MailFollower.address == address)
        return follower_token(db.session.scalars(query).one())


def _path(thread: ThreadView) -> str:
    return f"/threads/{thread.id}"
