"""A site with one rare word in each kind of content, and who may find which of them.

``plant`` writes everything through the real services; ``hide`` lets volunteers hide what can be
hidden. The words stand in ``WORDS``, the readers who may find them afterwards in ``SEEN_BY``.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Role
from app.consensus.queries.statements import list_wordings
from app.consensus.services.saying_read import say_read
from app.consensus.services.setting_thresholds import set_thresholds
from app.consensus.services.taking import take_position
from app.consultations.rules import Card
from app.database import committing, db
from app.discussions.models import Hold, Thread
from app.discussions.services.editing import edit_comment
from app.discussions.services.posting import NewThread, open_thread
from app.discussions.services.summarising import summarise, take_away
from app.errors import RuleBroken
from app.moderation.models import Flag
from app.moderation.review_rules import About, Aim
from app.moderation.rules import Kind
from app.moderation.services.acting import Decision, act
from app.moderation.services.duty import hand_over
from app.moderation.services.flagging import flag
from app.moderation.services.holding import begin_hold
from app.moderation.services.inspecting import open_note, reply_to_note
from app.moderation.services.reviewing import ask_review
from app.policies.models import Policy, Revision
from app.policies.services.drafting import keep_draft
from app.policies.services.publishing import make_private
from app.policies.services.saving import Edit
from app.suggestions.models import Contribution
from app.suggestions.services.answering import NewAnswer
from app.suggestions.services.drafting_answers import save_draft
from app.suggestions.services.entering import enter
from app.suggestions.services.keeping import keep_words
from app.suggestions.services.saving_reasons import save_reason
from app.suggestions.services.sending import Wanted
from app.suggestions.services.storing_paper import PaperWords
from app.suggestions.services.withdrawing import withdraw
from tests.builders.accounts import make_actor, make_department
from tests.builders.consultations import make_call
from tests.builders.discussions import make_reply, make_thread
from tests.builders.notifications import make_watch
from tests.builders.policies import make_policy, plan_publication, save_text
from tests.builders.suggestions import make_contribution, make_suggestion

WORDS = {
    # What volunteers hide, take away or have not looked at yet, and what its author took back.
    "comment": "quillwort",
    "title": "zyzzogeton",
    "earlier words": "brimborion",
    "reply": "flumadiddle",
    "objection": "hornswoggle",
    "reason": "xylophagous",
    "other words": "gardyloo",
    "summary line": "marzipanic",
    "name": "wolpertinger",
    "letter": "pettifogger",
    "set aside": "snollygoster",
    "summary taken away": "collywobble",
    "taken back": "taradiddle",
    # What is not for everybody.
    "report": "widdershins",
    "report on an office": "bumfuzzle",
    "hand-over": "cattywampus",
    "appeal": "lollygagger",
    "note": "gubbinses",
    "reply to a note": "skedaddler",
    "sender": "kerfuffler",
    "held thread": "nincompoopery",
    "held title": "rigmarolish",
    "held suggestion": "sassafrasy",
    "held other words": "tarantismo",
    "draft": "ultracrepid",
    "answer in preparation": "vomitoria",
    "saved reason": "whippersnap",
    "kept words": "yarborough",
    "private title": "zugzwanged",
    "private text": "abibliophob",
    "private summary": "borborygmi",
    "private comment": "cabotinage",
    "earlier words of the draft": "dactylonomy",
    "earlier summary": "eellogofusc",
    # What everybody finds: whoever does not has looked for nothing.
    "shown comment": "dongiovannic",
    "shown summary line": "erinaceous",
    "shown reason": "firkinful",
    "reason of the volunteer": "gongoozler",
    "reason of the mark": "jentacular",
    "reason of a threshold": "limerence",
}

VISITOR, RESIDENT, AUTHOR, REPORTER = "visitor", "resident", "author", "reporter"
VOLUNTEER, MODERATOR, INSIDE, OUTSIDE = "volunteer", "moderator", "inside", "outside"
SUPERVISOR, ADMINISTRATOR, SUSPENDED = "supervisor", "administrator", "suspended"
READERS = (
    VISITOR, RESIDENT, AUTHOR, REPORTER, VOLUNTEER, MODERATOR, INSIDE, OUTSIDE, SUPERVISOR,
    ADMINISTRATOR, SUSPENDED,
)  # fmt: skip
NOBODY: frozenset[str] = frozenset()
EVERYBODY = frozenset(READERS)
ORDER = frozenset({VOLUNTEER, MODERATOR, SUPERVISOR})

# Everybody reads these before volunteers hide them, and nobody afterwards.
HIDDEN = frozenset(
    {"comment", "title", "reply", "objection", "reason", "other words", "summary line", "name"}
    | {"earlier words", "letter"}
)
# Taken away by a volunteer, set aside by the site until somebody looks, taken back by its author.
GONE = frozenset({"summary taken away", "set aside", "taken back"})
SHOWN = frozenset(
    {"shown comment", "shown summary line", "shown reason", "reason of the volunteer"}
    | {"reason of the mark", "reason of a threshold"}
)

# After hiding: who finds the word on some page that is only read (GET).
SEEN_BY: dict[str, frozenset[str]] = {
    **dict.fromkeys(HIDDEN | GONE, NOBODY),
    **dict.fromkeys(SHOWN, EVERYBODY),
    "report": ORDER,
    "report on an office": ORDER,
    "hand-over": ORDER,
    "appeal": ORDER | {AUTHOR},
    "note": frozenset({INSIDE}),
    "reply to a note": frozenset({INSIDE}),
    "sender": frozenset({INSIDE}),
    "held thread": ORDER | {AUTHOR},
    "held title": ORDER | {AUTHOR},
    "held suggestion": ORDER | {AUTHOR, INSIDE},
    "held other words": ORDER | {AUTHOR, INSIDE},
    "draft": frozenset({INSIDE}),
    "answer in preparation": frozenset({INSIDE, SUPERVISOR}),
    "saved reason": frozenset({INSIDE}),
    "kept words": frozenset({AUTHOR}),
    "private title": frozenset({INSIDE}),
    "private text": frozenset({INSIDE}),
    "private summary": frozenset({INSIDE}),
    "private comment": frozenset({INSIDE}),
    "earlier words of the draft": frozenset({INSIDE}),
    "earlier summary": frozenset({INSIDE}),
}

TEXT = """# Rules

Article 1

The first article stays.

Article 2

Bicycles stay for three days.

Article 3

This applies at once.
"""
FASTER = "five weeks"
OTHER_WORDS = "Article 2\n\nBicycles stay for {} days."


@dataclass
class World:
    """Readers by name, and what volunteers are to hide."""

    people: dict[str, Actor] = field(default_factory=dict)
    hidden: list[tuple[Kind, int]] = field(default_factory=list)

    def role(self, reader: str) -> Role:
        return Role.VISITOR if reader == VISITOR else self.people[reader].role


def plant() -> World:
    """Everything of ``WORDS``, all that can be shown shown."""
    world = World()
    _people(world)
    _public_draft(world)
    _shown(world)
    _private_draft(world)
    _late(world)
    _held(world)
    _unsent(world)
    _order(world)
    _answers(world)
    return world


def hide(world: World) -> None:
    """Volunteers hide what was planted for it; its author asks for a review of the first."""
    decision = Decision("hide", "insult", f"Rude, {WORDS['reason of the volunteer']}")
    actions = []
    for kind, ident in world.hidden:
        with committing():
            actions.append(act(kind, ident, decision, actor=world.people[MODERATOR]).id)
    with committing():
        ask_review(actions[0], f"It was polite, {WORDS['appeal']}.", actor=world.people[AUTHOR])


def follow_all(world: World) -> None:
    """Everybody who may follows every draft that they see, and one thread."""
    first = db.session.scalars(select(Thread.id).order_by(Thread.id)).first()
    for name, actor in world.people.items():
        if name == SUSPENDED:
            continue
        for slug in ("rules", "held", *(["secret"] if name == INSIDE else [])):
            make_watch(_policy(slug), actor)
        make_watch(_policy("rules"), actor, clause="c2")
        make_watch(_policy("rules"), actor, thread_id=first or 0)


def _people(world: World) -> None:
    office, other = make_department("Streets").id, make_department("Parks").id
    old = clock.now() - timedelta(days=90)
    until = clock.now() + timedelta(days=3)
    number = count(1)
    for name, role, more in (
        (RESIDENT, Role.RESIDENT, {}),
        (AUTHOR, Role.RESIDENT, {}),
        (REPORTER, Role.RESIDENT, {}),
        (VOLUNTEER, Role.VOLUNTEER, {}),
        (MODERATOR, Role.VOLUNTEER, {}),
        (INSIDE, Role.OFFICER, {"department_id": office}),
        (OUTSIDE, Role.OFFICER, {"department_id": other}),
        (SUPERVISOR, Role.SUPERVISOR, {}),
        (ADMINISTRATOR, Role.ADMINISTRATOR, {}),
        (SUSPENDED, Role.OFFICER, {"department_id": office, "suspended_until": until}),
    ):
        world.people[name] = make_actor(
            role, public_id=f"x{next(number):06d}", name=f"The {name}",
            name_skeleton=f"the {name}",
            email=f"{name}@example.org", created_at=old, **more,
        )  # fmt: skip


def _public_draft(world: World) -> None:
    """A draft under discussion with all that will be hidden on it."""
    people = world.people
    author, inside = people[AUTHOR], people[INSIDE]
    policy = make_policy(
        inside, slug="rules", title="Rules", language="en", text=TEXT, mode="open",
        summary=f"first, {WORDS['shown summary line']}",
    )  # fmt: skip
    summary = f"second, {WORDS['summary line']}"
    save_text("rules", TEXT.replace("at once", "soon"), actor=author, base=1, summary=summary)
    save_text("rules", TEXT.replace("at once", "now"), actor=inside, base=2, summary="third")
    make_call(policy, inside, cards=(Card("Article 2", "How long may a bicycle stay?"),))
    policy = _policy("rules")
    named = make_actor(
        name=f"Anna {WORDS['name']}", public_id="x000100", name_skeleton="anna",
        created_at=author.joined_at,
    )  # fmt: skip
    people["named"] = named
    thread = make_thread(
        policy, author, f"What a {WORDS['earlier words']}.", clause="c2",
        title=f"The {WORDS['title']}", kind="question",
    )  # fmt: skip
    with committing():
        edit_comment(thread.first.id, f"What a {WORDS['comment']}.", actor=author)
    make_thread(policy, named, "The bell rings.", clause="c3")
    reply = make_reply(thread, author, f"And a {WORDS['reply']}.")
    objection = make_thread(
        policy, author, f"Never, {WORDS['objection']}.", clause="c2", kind="objection"
    )
    suggestion = make_suggestion(
        policy, "c3", f"Article 2\n\nBicycles stay for {WORDS['other words']} days.", author,
        reason=f"Because of {WORDS['reason']}.",
    )  # fmt: skip
    gone = make_contribution(policy, author, reason=f"No longer, {WORDS['taken back']}.")
    with committing():
        withdraw("rules", gone.number, actor=author)
    world.hidden += [
        (Kind.COMMENT, thread.first.id),
        (Kind.COMMENT, reply.id),
        (Kind.COMMENT, objection.first.id),
        (Kind.SUGGESTION, suggestion.id),
        (Kind.SUMMARY, _revision(policy, 2)),
        (Kind.NAME, named.person_id),
    ]


def _shown(world: World) -> None:
    policy = _policy("rules")
    author = world.people[AUTHOR]
    thread = make_thread(policy, author, f"Hear, {WORDS['shown comment']}.", clause="c3")
    make_suggestion(
        policy, "c4", "Article 3\n\nThis applies in May.", author,
        reason=f"Yes, {WORDS['shown reason']}.",
    )  # fmt: skip
    with committing():
        summarise(
            thread.id, f"In short, {WORDS['summary taken away']}.", actor=world.people[MODERATOR]
        )
    with committing():
        take_away(thread.id, actor=world.people[MODERATOR])


def _private_draft(world: World) -> None:
    """A draft that was public when a supervisor wrote about it, and is private now."""
    inside = world.people[INSIDE]
    title = f"Secret {WORDS['private title']}"
    policy = make_policy(
        inside, slug="secret", title=title, language="en", mode="group",
        text=TEXT.replace("The first", f"The {WORDS['private text']}"),
        summary=f"first, {WORDS['private summary']}",
    )  # fmt: skip
    make_thread(policy, inside, f"Hush, {WORDS['private comment']}.", clause="c2")
    with committing():
        note = open_note(
            Aim(About.POLICY), f"Late, {WORDS['note']}.", actor=world.people[SUPERVISOR],
            slug="secret",
        )  # fmt: skip
    with committing():
        reply_to_note(note.id, f"Sorry, {WORDS['reply to a note']}.", actor=inside)
    with committing():
        make_private("secret", actor=inside)


def _late(world: World) -> None:
    """A draft that became public without its first versions; people undid each other before and
    undo each other since, and one of the versions that everybody reads is marked as vandalism."""
    inside, author = world.people[INSIDE], world.people[AUTHOR]
    summary = f"to and fro, {WORDS['earlier summary']}"
    make_policy(
        inside, slug="late", title="Late", language="en", text=TEXT, mode="open", is_public=False,
        summary=summary,
    )  # fmt: skip
    colleague = make_actor(
        Role.OFFICER, public_id="x000101", department_id=_policy("late").department_id,
        created_at=inside.joined_at,
    )  # fmt: skip
    rare = TEXT.replace("three days", f"three {WORDS['earlier words of the draft']}")
    save_text("late", rare, actor=colleague, base=1, summary=summary)
    save_text("late", TEXT, actor=inside, base=2, summary="ready")  # what everybody reads first
    plan_publication("late", at=None, with_history=False, actor=inside)
    db.session.commit()
    line = f"since then, {WORDS['summary line']}"
    save_text("late", TEXT.replace("three days", FASTER), actor=author, base=3, summary=line)
    save_text("late", TEXT, actor=inside, base=4, summary="back")
    save_text("late", TEXT.replace("at once", "never"), actor=author, base=5, summary=line)
    world.hidden += [(Kind.SUMMARY, _revision(_policy("late"), number)) for number in (4, 6)]
    with committing():
        decision = Decision("mark", "vandalism", f"For fun, {WORDS['reason of the mark']}")
        act(Kind.REVISION, _revision(_policy("late"), 6), decision, actor=world.people[MODERATOR])
    with committing():
        why = f"A short draft, {WORDS['reason of a threshold']}"
        set_thresholds("late", {"readers": 5, "undoing": 1}, why, seen=0, actor=inside)


def _answers(world: World) -> None:
    """Everybody who may says what they read and what they think of all that is asked about."""
    for name in (RESIDENT, OUTSIDE):
        actor = world.people[name]
        for slug in ("rules", "held", "late"):
            for statement in sorted(list_wordings(_policy(slug))):
                with suppress(RuleBroken), committing():
                    take_position(slug, statement, "agree", actor=actor)
            for clause in ("c2", "c3"):
                with committing():
                    say_read(slug, clause, actor=actor)


def _held(world: World) -> None:
    """A draft on which a volunteer holds new words until the morning."""
    inside, author = world.people[INSIDE], world.people[AUTHOR]
    make_policy(inside, slug="held", title="Held", language="en", text=TEXT, mode="open")
    summary = f"faster, {WORDS['summary line']}"
    save_text("held", TEXT.replace("three days", FASTER), actor=author, base=1, summary=summary)
    policy = _policy("held")
    with committing():
        begin_hold("held", actor=world.people[MODERATOR])
    assert db.session.scalar(select(Hold.id)) is not None
    with committing():
        new = NewThread(
            body=f"Wait, {WORDS['held thread']}.", title=f"A {WORDS['held title']}", clause="c2"
        )
        open_thread("held", new, actor=author)
    make_suggestion(
        policy, "c3", f"Article 2\n\nBicycles stay for {WORDS['held other words']} days.", author,
        reason=f"Then {WORDS['held suggestion']}.",
    )  # fmt: skip
    world.hidden.append((Kind.SUMMARY, _revision(policy, 2)))


def _unsent(world: World) -> None:
    """What is kept for its writer, and what an office prepares."""
    inside, author = world.people[INSIDE], world.people[AUTHOR]
    with committing():
        edit = Edit(base=1, text=TEXT.replace("first", WORDS["draft"]), summary="")
        keep_draft("held", edit, actor=inside)
    with committing():
        words = OTHER_WORDS.format(WORDS["kept words"])
        keep_words("rules", Wanted(base=3, text=words, reason="", clause="c3"), actor=author)
    with committing():
        answer = NewAnswer("noted", f"We know, {WORDS['answer in preparation']}.")
        save_draft("rules", _number(WORDS["shown reason"]), answer, actor=inside)
    with committing():
        save_reason("rules", "usual", f"As ever, {WORDS['saved reason']}.", actor=inside)
    with committing():
        letter = PaperWords(
            channel="letter", received_on=clock.now().date(), text=f"Write larger, {WORDS['letter']}.",
            name=f"Mr {WORDS['sender']}", place=f"page of {WORDS['letter']}", token="letter-1",
        )  # fmt: skip
        number = enter("rules", letter, actor=inside).number
    query = select(Contribution.id).where(Contribution.number == number)
    on_rules = query.where(Contribution.policy_id == _policy("rules").id)
    world.hidden.append((Kind.SUGGESTION, db.session.scalars(on_rules).one()))


def _order(world: World) -> None:
    """Reports, and what volunteers tell each other."""
    people = world.people
    policy = _policy("rules")
    aside = make_thread(policy, people[AUTHOR], f"Call {WORDS['set aside']}.", clause="c2")
    office = make_thread(policy, people[INSIDE], "We decide.", clause="c2")
    for comment, rule, said in (
        (aside.first.id, "personal_data", WORDS["report"]),
        (office.first.id, "insult", WORDS["report on an office"]),
    ):
        with committing():
            flag(Kind.COMMENT, comment, rule, f"Look, {said}.", actor=people[REPORTER])
    assert db.session.scalar(select(Flag.id)) is not None
    with committing():
        hand_over(f"Watch {WORDS['hand-over']}.", actor=people[MODERATOR])


def _revision(policy: Policy, number: int) -> int:
    query = select(Revision.id).where(Revision.policy_id == policy.id, Revision.number == number)
    return db.session.scalars(query).one()


def _policy(slug: str) -> Policy:
    return db.session.scalars(select(Policy).where(Policy.slug == slug)).one()


def _number(reason_word: str) -> int:
    query = select(Contribution.number).where(Contribution.reason.contains(reason_word))
    return db.session.scalars(query).one()
