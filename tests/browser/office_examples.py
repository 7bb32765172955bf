"""Drafts at each station of their course, so that every page of the office has something to show."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Role
from app.accounts.models import Person
from app.consultations.decision_rules import WantedDecision
from app.consultations.models import Meeting
from app.consultations.rules import Card, WantedCall
from app.consultations.services.asking_departments import Asked, put_department
from app.consultations.services.calling import open_consultation
from app.consultations.services.correcting import Correcting, correct
from app.consultations.services.deciding import conclude_review, record_decision
from app.consultations.services.holding_meetings import (
    NewMeeting,
    announce_meeting,
    call_off_meeting,
    record_meeting,
)
from app.consultations.services.keeping_annexes import Paper, save_annex
from app.consultations.services.keeping_holidays import put_holiday
from app.consultations.services.office_acts import agree, ask
from app.consultations.services.signing_opinions import NewOpinion, sign_opinion
from app.consultations.services.sourcing import Source, name_source_of_revision
from app.consultations.two_officers import ActKind, call_to_json
from app.database import committing, db
from app.policies.models import Policy
from app.policies.services.moving import set_phase
from app.policies.services.saving import Edit
from app.policies.services.seating import NewSeat, name_seat
from app.policies.versions import get_version
from app.suggestions.queries.proposal import Adoption
from app.suggestions.services.adopting import adopt
from app.suggestions.services.answering import NewAnswer
from app.suggestions.services.assigning import keep_note, pass_on
from app.suggestions.services.drafting_answers import save_draft
from app.suggestions.services.entering import enter
from app.suggestions.services.saving_reasons import save_reason
from app.suggestions.services.splitting import split
from app.suggestions.services.storing_paper import PaperWords
from tests.browser.office_words import WORDS, Words
from tests.browser.site import DEPARTMENT, Site
from tests.builders.accounts import make_actor
from tests.builders.papers import publish_answers
from tests.builders.policies import make_policy, save_text
from tests.builders.suggestions import make_contribution, make_suggestion

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
_COUNT = itertools.count(1)


@dataclass(frozen=True)
class Office:
    """Paths of drafts, named by where they stand."""

    beginning: str  # all papers are there, an act waits for the second officer
    agreed: str  # opens tomorrow
    asking: str  # open, with a letter, corrections, and a call that was made before
    answering: str  # overdue; no. 1 is split and passed on, 2 to 4 say the same
    ready: str  # all answers are written
    reviewing: str
    deciding: str
    announcing: str  # decided, not yet made public
    published: str


def make_office(site: Site) -> dict[str, Office]:
    """All stations in both languages."""
    with site.app().app_context():
        with committing():
            administrator = make_actor(Role.ADMINISTRATOR, public_id="calendar")
            put_holiday(date(2099, 1, 1), is_working=False, name="元旦", actor=administrator)
        return {language: _Maker(words).make() for language, words in WORDS.items()}


class _Maker:
    def __init__(self, words: Words) -> None:
        self.words = words
        self.officer, self.second = person_called("demo-officer"), person_called("demo-second")
        self.resident = person_called("demo-resident")

    def make(self) -> Office:
        stations: dict[str, Callable[[Policy], object]] = {
            "beginning": self._beginning,
            "agreed": self._agreed,
            "asking": self._asking,
            "answering": self._answering,
            "ready": self._ready,
            "reviewing": self._reviewing,
            "deciding": self._deciding,
            "announcing": self._announcing,
            "published": self._published,
        }
        assert [one.name for one in fields(Office)] == list(stations)
        made = {}
        for name, station in stations.items():
            policy = self._draft(name)
            station(policy)
            db.session.commit()
            made[name] = f"/policies/{policy.slug}"
        return Office(**made)

    def _draft(self, name: str) -> Policy:
        """A public draft of the department, with its people, its explanation and papers."""
        words, officer = self.words, self.officer
        policy = make_policy(
            officer, title=words.title, language=words.language, slug=f"{name}-{words.language.lower()}",
            text=words.text, mode="reviewed", department=DEPARTMENT,
        )  # fmt: skip
        slug = policy.slug
        with committing():
            for seat in (
                NewSeat("decision_maker", "demo-officer"),
                NewSeat("legal_reviewer", "demo-officer"),
                NewSeat("expert", "demo-resident"),
                NewSeat("evaluator", body=words.body),
                NewSeat("front_line", "demo-volunteer", words.district, shows_name=False),
            ):
                name_seat(slug, seat, actor=officer)
            save_annex(slug, Paper("explanation", words.title, words.paper), actor=officer)
        return policy

    def _beginning(self, policy: Policy) -> None:
        words, officer, slug, now = self.words, self.officer, policy.slug, clock.now()
        meeting = NewMeeting("hearing", now + 35 * DAY, words.place, words.reason, words.reason,
                             words.paper)  # fmt: skip
        with clock.frozen(now - 40 * DAY), committing():
            announce_meeting(slug, replace(meeting, starts_at=now - 5 * DAY), actor=officer)
            announce_meeting(slug, replace(meeting, starts_at=now - 4 * DAY), actor=officer)
        with committing():
            announce_meeting(slug, meeting, actor=officer)
            gone = announce_meeting(slug, replace(meeting, kind="round_table"), actor=officer)
            call_off_meeting(slug, gone.id, words.reason, actor=officer)
            record_meeting(slug, _first_meeting(policy), words=words.paper, actor=officer,
                           signed_by=words.body, participants=words.reason)  # fmt: skip
            save_annex(slug, Paper("paper", words.question, words.paper), actor=officer)
            today = now.date()
            asked = Asked(words.body, today - 20 * DAY, today - 2 * DAY)
            put_department(slug, asked, actor=officer)
            put_department(
                slug,
                replace(asked, department=words.district, received_on=today - DAY,
                        words=words.reason, remaining=words.same),
                actor=officer,
            )  # fmt: skip
            opinion = NewOpinion("示例专家", words.body, words.reason, words.same, "c2")
            sign_opinion(slug, opinion, actor=self.resident)
            self._ask_to_open(policy)

    def _ask_to_open(self, policy: Policy) -> int:
        call = call_to_json(self._call(clock.now() + 45 * DAY))
        return ask(policy.slug, ActKind.OPEN_CONSULTATION, call, None, actor=self.officer).id

    def _call(self, closes_at: datetime) -> WantedCall:
        return WantedCall(
            question=self.words.question,
            closes_at=closes_at,
            cards=(Card("c2", self.words.question),),
            answer_days=3,
            audience=self.words.district,
            address=self.words.place,
        )

    def _agreed(self, policy: Policy) -> None:
        with committing():
            agree(policy.slug, self._ask_to_open(policy), actor=self.second)

    def _asking(self, policy: Policy) -> None:
        words, officer = self.words, self.officer
        self._open(policy)
        self._letter(policy)
        text = words.text.replace(*words.slip)
        with committing():
            edit = Edit(base=1, text=text, summary=words.reason)
            correct(policy.slug, Correcting(edit, is_editorial=True), actor=officer)
        with committing():
            edit = Edit(base=2, text=text.replace(*words.unasked), summary=words.reason)
            correct(policy.slug, Correcting(edit, is_editorial=False), actor=officer)

    def _open(self, policy: Policy) -> None:
        with clock.frozen(clock.now() - 40 * DAY), committing():
            open_consultation(policy.slug, self._call(clock.now() + 45 * DAY), actor=self.officer)
        db.session.refresh(policy)

    def _letter(self, policy: Policy) -> None:
        words = PaperWords("letter", clock.now().date(), self.words.letter, clause="c3",
                           name="示例来信人", place=self.words.question)  # fmt: skip
        with committing():
            enter(policy.slug, words, actor=self.officer, scan=PNG)

    def _closed(self, policy: Policy, ago: timedelta) -> None:
        """Six contributions, no. 6 from a letter; closed as if the days had passed."""
        words = self.words
        self._open(policy)
        article = get_version(policy.id, 1).clause("c2")
        assert article is not None
        make_suggestion(policy, "c2", article.text.replace(*words.suggested), self._neighbour(),
                        reason=" ".join(words.points))  # fmt: skip
        for nth in range(3):
            make_contribution(policy, self._neighbour(), reason=words.same + "!" * nth)
        make_contribution(policy, self._neighbour(), reason=words.question, kind="question")
        self._letter(policy)
        with committing():
            row = db.session.get_one(Policy, policy.id)
            row.closes_at = row.usual_closes_at = clock.now() - ago
        db.session.refresh(policy)

    def _neighbour(self) -> Actor:
        number = next(_COUNT)
        return make_actor(
            Role.RESIDENT, public_id=f"neighbour-{number}", email=f"neighbour-{number}@example.org",
            name=f"示例邻居 {number}", name_skeleton=f"示例邻居{number}",
        )  # fmt: skip

    def _answering(self, policy: Policy) -> None:
        slug, officer, words = policy.slug, self.officer, self.words
        self._closed(policy, 20 * DAY)
        with committing():
            split(slug, 1, words.points, actor=officer)
            pass_on(slug, 1, "demo-second", clock.now().date() + 7 * DAY, actor=officer)
            keep_note(slug, 1, words.reason, actor=officer)
            save_reason(slug, words.district, words.reason, actor=officer)
            save_draft(slug, 5, NewAnswer("explained", words.reason), actor=officer)
        save_text(slug, words.text.replace(*words.unasked), actor=officer, base=1, summary="+")

    def _ready(self, policy: Policy) -> None:
        """All but the first with one reason; a late one; a change that nobody asked for."""
        slug, officer, words = policy.slug, self.officer, self.words
        self._closed(policy, HOUR)
        make_contribution(policy, self._neighbour(), reason=words.letter,
                          begun_at=clock.now() - 2 * HOUR)  # fmt: skip
        with committing():
            adopt(slug, 1, Adoption(base=1, way="whole", reason=words.reason), actor=officer)
        for number in (2, 3, 4, 6):
            with committing():
                save_draft(slug, number, NewAnswer("noted", words.same), actor=officer)
        with committing():
            save_draft(slug, 5, NewAnswer("explained", words.reason), actor=officer)
        text = words.text.replace(*words.suggested).replace(*words.unasked)
        save_text(slug, text, actor=officer, base=2, summary="+")
        with committing():
            name_source_of_revision(slug, 3, Source("own", reason=words.reason), actor=officer)

    def _reviewing(self, policy: Policy) -> None:
        self._ready(policy)
        publish_answers(policy)
        with committing():
            set_phase(policy.slug, "legality_review", actor=self.officer)

    def _deciding(self, policy: Policy) -> None:
        self._reviewing(policy)
        with committing():
            conclude_review(policy.slug, is_lawful=True, words=self.words.reason, seen=3,
                            actor=self.officer)  # fmt: skip
            set_phase(policy.slug, "decision", actor=self.officer)

    def _announcing(self, policy: Policy) -> None:
        self._deciding(policy)
        today = clock.now().date()
        words = self.words
        wanted = WantedDecision(
            outcome="adopt", body=words.body, document_number=words.number, passed_on=today,
            signed_by=words.body, effective_on=today + 9 * DAY, short_reason=words.reason,
            reasons=words.reason, dissent=words.same,
        )  # fmt: skip
        with committing():
            record_decision(policy.slug, wanted, actor=self.officer)

    def _published(self, policy: Policy) -> None:
        self._announcing(policy)
        with committing():
            act = ask(policy.slug, ActKind.PUBLISH_DECISION, {}, None, actor=self.officer)
            agree(policy.slug, act.id, actor=self.second)
            db.session.get_one(Policy, policy.id).announced_at = act.at = clock.now()


def person_called(public_id: str) -> Actor:
    """Somebody the site knows already, as services receive them."""
    person = db.session.scalars(select(Person).where(Person.public_id == public_id)).one()
    return person.actor(clock.now())


def _first_meeting(policy: Policy) -> int:
    first = select(Meeting.id).where(Meeting.policy_id == policy.id).order_by(Meeting.id).limit(1)
    return db.session.scalars(first).one()
