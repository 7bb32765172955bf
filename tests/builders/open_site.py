"""A site on which everything happened that the open data has to tell: the same one every time.

Every policy lives through forty days; each story comes to every so many of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Confirmation, Role
from app.accounts.models import Person
from app.accounts.services.leaving import Leaving, leave
from app.consensus.queries.statements import list_wordings
from app.consensus.services.evaluating import evaluate
from app.consensus.services.figuring import figure_due
from app.consensus.services.measuring import measure
from app.consensus.services.saying_read import say_read
from app.consensus.services.setting_thresholds import set_thresholds
from app.consensus.services.taking import take_position
from app.database import committing, db
from app.discussions.services.settling import close_own_objection, mark_answered
from app.moderation.rules import Kind
from app.moderation.services import Decision, act
from app.policies.models import Policy, Revision
from app.policies.queries import find_policy_id
from app.policies.services.attributing import attribute
from app.policies.services.moving import set_phase
from app.policies.services.saving import restore
from app.policies.versions import get_version
from tests.builders.accounts import make_actor
from tests.builders.discussions import make_reply, make_thread
from tests.builders.many_positions import place_positions
from tests.builders.policies import make_policy, plan_publication, save_text
from tests.builders.suggestions import make_suggestion

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LAST_DAY = 40
TEXT = """# 停放办法

第一条 为了规范停放，制定本办法。

第二条 共享自行车连续停放超过三日无人使用的，运营企业应当在二十四小时内移走，并且告知街道办事处。

第三条 违反本办法的，处五十元罚款；情节严重的，处二百元罚款。

第四条 居民可以向街道办事处投诉。街道办事处在五个工作日内答复。

第五条 本办法自2026年10月1日起施行。
"""


@dataclass
class Cast:
    """The people of all policies, as they are at first."""

    officers: list[Actor] = field(default_factory=list)
    residents: list[Actor] = field(default_factory=list)
    volunteers: list[Actor] = field(default_factory=list)


@dataclass(frozen=True)
class Draft:
    """One policy and its place in the row."""

    slug: str
    place: int
    cast: Cast

    @property
    def policy(self) -> Policy:
        policy_id = find_policy_id(self.slug)
        return db.session.get_one(Policy, policy_id, populate_existing=True)

    @property
    def owner(self) -> Actor:
        return self.cast.officers[0]

    @property
    def resident(self) -> Actor:
        """One for each draft, so that nobody is too fast."""
        return self.cast.residents[self.place % len(self.cast.residents)]

    @property
    def neighbour(self) -> Actor:
        return self.cast.residents[(self.place + 1) % len(self.cast.residents)]

    @property
    def volunteer(self) -> Actor:
        return self.cast.volunteers[self.place % len(self.cast.volunteers)]

    @property
    def text(self) -> str:
        return get_version(self.policy.id, self.policy.head_number).text

    def change(self, old: str, new: str, actor: Actor) -> int:
        """Save other words for these; the number of the revision."""
        text, head = self.text, self.policy.head_number
        assert old in text, (self.slug, old)
        return save_text(self.slug, text.replace(old, new, 1), actor=actor, base=head)


Story = Callable[[Draft], None]
STORIES: list[tuple[int, int, int, Story]] = []  # day, every how many drafts, which of them


def told(day: int, every: int = 1, which: int = 0) -> Callable[[Story], Story]:
    """The story happens on ``day`` to every ``every``-th draft from number ``which`` on."""

    def add(story: Story) -> Story:
        STORIES.append((day, every, which, story))
        return story

    return add


@told(1)
def one_character_binds(draft: Draft) -> None:
    draft.change("超过三日", "超过两日", draft.resident)


@told(2, 3)
def three_take_each_other_back(draft: Draft) -> None:
    for _ in range(2):
        draft.change("超过两日", "超过三日", draft.owner)
        draft.change("超过三日", "超过两日", draft.neighbour)


@told(2, 4, 1)
def only_marks_of_full_width(draft: Draft) -> None:
    draft.change("罚款；", "罚款;", draft.resident)
    draft.change("投诉", "投訴", draft.neighbour)


@told(3, 4, 2)
def blanked_and_put_back(draft: Draft) -> None:
    number = draft.change(draft.text, "# 停放办法\n\n第一条 哈哈。\n", draft.resident)
    with committing():
        restore(draft.slug, number - 1, actor=draft.volunteer, summary="恢复")
    query = select(Revision.id).where(
        Revision.policy_id == draft.policy.id, Revision.number == number
    )
    decision = Decision("mark", "vandalism", "Emptied the draft")
    with committing():
        act(
            Kind.REVISION,
            db.session.scalars(query).one(),
            decision,
            actor=draft.cast.volunteers[-1],
        )


@told(4, 10, 3)
def restored_after_eighteen(draft: Draft) -> None:
    before = draft.policy.head_number
    for step in range(18):
        actor = (draft.resident, draft.neighbour, draft.owner)[step % 3]
        draft.change(
            "五十元" if step % 2 == 0 else "六十元", "六十元" if step % 2 == 0 else "五十元", actor
        )
        draft.change("并且告知" if step == 4 else "。", "并告知" if step == 4 else "。", actor)
    with committing():
        restore(draft.slug, before, actor=draft.owner, summary="回到以前")


@told(5, 5, 1)
def nothing_was_changed(draft: Draft) -> None:
    head = draft.policy.head_number
    assert save_text(draft.slug, draft.text, actor=draft.resident, base=head) == head


@told(5, 2, 1)
def three_want_other_words(draft: Draft) -> None:
    words = get_version(draft.policy.id, draft.policy.head_number).clause("c4")
    assert words is not None
    for resident, fine in zip(
        draft.cast.residents[:3], ("三十元", "八十元", "一百元"), strict=True
    ):
        make_suggestion(draft.policy, "c4", words.text.replace("五十元", fine).strip(), resident)


@told(6, 6, 4)
def split_and_joined_again(draft: Draft) -> None:
    draft.change("街道办事处在五个工作日内", "\n\n第五条 街道办事处在五个工作日内", draft.owner)
    draft.change("\n\n第五条 街道办事处在五个工作日内", "街道办事处在五个工作日内", draft.neighbour)


@told(7, 5, 1)
def people_ask_and_object(draft: Draft) -> None:
    asked = make_thread(
        draft.policy, draft.resident, "为什么是五个工作日？", clause="c5", kind="question"
    )
    make_thread(draft.policy, draft.neighbour, "什么时候答复？", clause="c5", kind="question")
    against = make_thread(draft.policy, draft.resident, "太久了。", clause="c3", kind="objection")
    make_reply(against, draft.neighbour, "我也觉得。")
    alone = make_thread(draft.policy, draft.neighbour, "太贵了。", clause="c4", kind="objection")
    closed = make_thread(draft.policy, draft.resident, "不清楚。", clause="c6", kind="objection")
    make_reply(asked, draft.owner, "因为要查。")
    make_reply(alone, draft.owner, "我们再看。")
    with committing():
        close_own_objection(closed.id, actor=draft.resident)
    if draft.place % 2:
        with committing():
            mark_answered(asked.id, is_answered=True, actor=draft.resident)


@told(8, 2)
def positions_are_taken(draft: Draft) -> None:
    """Officers and residents differ on one article; on another there are too few officers."""
    now = list_wordings(draft.policy)
    residents, officers, volunteers = (
        [actor.person_id for actor in people]
        for people in (
            draft.cast.residents[:12],
            draft.cast.officers[:6],
            draft.cast.volunteers[:5],
        )
    )
    kinds = (
        (residents, Role.RESIDENT, -1),
        (officers, Role.OFFICER, 1),
        (volunteers, Role.VOLUNTEER, 0),
    )
    for people, role, lean in kinds:
        stances = [(who, "c-c4", lean if n else 1) for n, who in enumerate(people)]
        stances += [(who, "c-c3", (n + draft.place) % 3 - 1) for n, who in enumerate(people[:4])]
        place_positions(
            draft.policy.id, now, stances, role=role,
            confirmation=Confirmation.RESIDENT if role is Role.RESIDENT else Confirmation.CONTACT,
        )  # fmt: skip
    with committing():
        take_position(draft.slug, "c-c4", "agree", actor=draft.cast.residents[draft.place % 12])


@told(9, 4, 1)
def some_say_they_read_it(draft: Draft) -> None:
    """Four of the first article, more of the others."""
    for clause, people in (("c2", 4), ("c4", 6), ("c5", 12), ("c6", 11)):
        for actor in draft.cast.residents[:people]:
            with committing():
                say_read(draft.slug, clause, actor=actor)


@told(10, 4)
def the_wording_moves_under_positions(draft: Draft) -> None:
    draft.change("五十元", "五十五元", draft.owner)


@told(11, 5, 2)
def somebody_has_another_role_now(draft: Draft) -> None:
    """One person saves as a resident, then as a volunteer, and takes back an officer's words."""
    somebody = draft.resident
    draft.change("告知", "通知", somebody)
    draft.change("通知", "告知", draft.owner)
    later = replace(somebody, role=Role.VOLUNTEER)
    draft.change("告知", "通知", later)


@told(12, 7, 3)
def own_thresholds(draft: Draft) -> None:
    with committing():
        wanted = {"quiet_days": 7, "readers": 5}
        set_thresholds(draft.slug, wanted, "短的草案", seen=0, actor=draft.owner)


@told(14, 9, 8)
def put_on_hold(draft: Draft) -> None:
    with committing():
        set_phase(draft.slug, "on_hold", actor=draft.owner, reason="等预算")


@told(13, 20, 6)
def too_large_to_lay_side_by_side(draft: Draft) -> None:
    """Both ends of a very long article become other ones in one go."""
    middle = "甲乙" * 2_100
    draft.change("为了规范停放，制定本办法", f"丙{middle}丁", draft.owner)
    draft.change(f"丙{middle}丁", f"戊{middle}己", draft.owner)


def grow(policies: int) -> Cast:
    """Make ``policies`` drafts and let forty days pass, without what else the worker does."""
    with clock.frozen(START - timedelta(days=60)):
        cast = Cast(
            [make_actor(Role.OFFICER) for _ in range(8)],
            [make_actor() for _ in range(30)],
            [make_actor(Role.VOLUNTEER) for _ in range(6)],
        )
    drafts = [Draft(f"draft-{place:03}", place, cast) for place in range(policies)]
    with clock.frozen(START):
        for draft in drafts:
            _begin(draft)
        _end_of_day(drafts)
    for day in (*sorted({day for day, *_ in STORIES}), 15, 28, LAST_DAY - 1):
        for at, happen in _on(day, drafts):
            with clock.frozen(at):
                happen()
        with clock.frozen(START + timedelta(days=day, hours=12)):
            _end_of_day(drafts)
    with clock.frozen(START + timedelta(days=LAST_DAY)):
        with committing():
            leaver = cast.residents[2]
            person = db.session.get_one(Person, leaver.person_id)
            leave(Leaving(name=person.name), actor=leaver, duties=lambda _: ())
        _end_of_day(drafts)
    return cast


def _begin(draft: Draft) -> None:
    """Every eleventh is private at first, and its first words are never told."""
    is_private = draft.place % 11 == 10
    text = TEXT.replace("制定本办法", "制定秘密办法") if is_private else TEXT
    make_policy(
        draft.owner, slug=draft.slug, title=f"停放办法 {draft.place}", text=text, mode="open",
        is_public=not is_private,
    )  # fmt: skip
    if is_private:
        draft.change("制定秘密办法", "制定本办法", draft.owner)
        plan_publication(draft.slug, at=None, with_history=False, actor=draft.owner)
        db.session.commit()


def _on(day: int, drafts: list[Draft]) -> Iterator[tuple[datetime, Callable[[], None]]]:
    """What happens on a day: to each draft at a minute of its own."""
    for when, every, which, story in STORIES:
        for draft in drafts:
            if when == day and draft.place % every == which:
                minute = timedelta(days=day, minutes=6 * draft.place)
                yield START + minute, lambda story=story, draft=draft: story(draft)


def _end_of_day(drafts: Sequence[Draft]) -> None:
    """What the worker does with the figures: words are attributed and measured, and every draft is
    evaluated for the day."""
    heads = [(policy.id, policy.head_number) for policy in (draft.policy for draft in drafts)]
    with committing():
        attribute(heads)
    with committing():
        measure(heads)
    with committing():
        evaluate([policy_id for policy_id, _ in heads], is_daily=True)


def count_figures() -> None:
    """Every figure that is due."""
    while figure_due():
        pass
