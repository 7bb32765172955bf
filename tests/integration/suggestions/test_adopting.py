"""An officer takes suggested words into the text: all, some, or other words that draw on them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.access.actor import Actor, Role
from app.database import committing, db
from app.errors import Conflict, NotAllowed, RuleBroken
from app.ledger.models import EventRecord
from app.policies.models import Policy, Revision, RevisionCredit
from app.policies.services.moving import set_phase
from app.policies.services.seating import name_person
from app.policies.versions import get_version
from app.suggestions.models import Answer, Contribution
from app.suggestions.queries.proposal import Adoption, TextMovedOn, list_parts, propose
from app.suggestions.queries.shown import get_contribution
from app.suggestions.rules import State
from app.suggestions.services.adopting import AnsweredMeanwhile, PreviewChanged, adopt
from app.suggestions.services.answering import Answered
from tests.builders.accounts import make_actor, make_person
from tests.builders.policies import make_policy, save_text
from tests.builders.suggestions import make_contribution, make_suggestion

TEXT = """# Bicycle parking

Article 1

Bicycles stand in racks.

Article 2

A bicycle left for three days is removed. It goes to the depot. The owner is told.

Article 3

This applies at once.
"""
SECOND = "Article 2\n\nA bicycle left for three days is removed. It goes to the depot. The owner is told."
BETTER = "Article 2\n\nA bicycle left for two days or in the way is removed. It goes to the depot. The owner is called."
REASON = "Blocked pavements came up in eleven comments."


@pytest.fixture
def officer(app: Flask) -> Actor:
    """The owner of the draft at ``bicycles``, whose changes by others become suggestions."""
    return make_actor(Role.OFFICER)


@pytest.fixture
def policy(officer: Actor) -> Policy:
    return make_policy(officer, slug="bicycles", language="en", text=TEXT, mode="reviewed")


def _adopt(number: int, actor: Actor, **wanted: Any) -> Answered:
    values: dict[str, Any] = {"base": 1, "way": "whole", "reason": REASON}
    values.update(wanted)
    done = adopt("bicycles", number, Adoption(**values), actor=actor)
    db.session.commit()
    return done


def _text(policy: Policy) -> str:
    head = db.session.scalar(select(func.max(Revision.number)))
    assert head is not None
    return get_version(policy.id, head).text


def _answers(number: int) -> list[Answer]:
    query = select(Answer).join(Contribution, Contribution.id == Answer.contribution_id)
    return list(db.session.scalars(query.where(Contribution.number == number)))


def _state(number: int) -> str | None:
    db.session.rollback()
    return db.session.scalar(select(Contribution.state).where(Contribution.number == number))


def test_adopted_words_stand_in_the_text_as_suggested(policy: Policy, officer: Actor) -> None:
    make_suggestion(policy, "c3", BETTER)
    done = _adopt(1, officer)
    assert _text(policy) == TEXT.replace(SECOND, BETTER)
    assert (done.revision, done.outcome) == (2, "adopted")
    [answer] = _answers(1)
    assert (answer.outcome, answer.revision, answer.clauses) == ("adopted", 2, "c3")
    assert (answer.reason, answer.by_id, answer.by_role) == (REASON, officer.id, "officer")
    assert _state(1) == "answered"


def test_the_article_keeps_its_id_however_much_of_it_is_new(policy: Policy, officer: Actor) -> None:
    make_suggestion(policy, "c3", "Article 2\n\nNobody parks near the fire station, ever.")
    _adopt(1, officer)
    assert [clause.id for clause in get_version(policy.id, 2).outline] == ["c1", "c2", "c3", "c4"]


def test_the_revision_names_the_suggestion_and_what_it_put_in(
    policy: Policy, officer: Actor
) -> None:
    resident = make_actor()
    make_suggestion(policy, "c3", BETTER, resident)
    _adopt(1, officer)
    credit = db.session.scalars(select(RevisionCredit)).one()
    assert (credit.number, credit.suggestion, credit.person_id) == (2, 1, resident.id)
    assert credit.role == "resident"
    assert json.loads(credit.inserted) == ["two", "or in the way", "called"]
    revision = db.session.scalars(select(Revision).where(Revision.number == 2)).one()
    assert (revision.kind, revision.author_id, revision.summary) == ("adopt", officer.id, REASON)


def test_what_happened_is_in_the_ledger_with_the_reason_salted(
    policy: Policy, officer: Actor
) -> None:
    make_suggestion(policy, "c3", BETTER)
    _adopt(1, officer)
    rows = db.session.execute(select(EventRecord.kind, EventRecord.payload)).all()
    told = {kind: json.loads(payload) for kind, payload in rows}
    assert told["SuggestionAdopted"] == {"policy": policy.id, "number": 1, "revision": 2}
    answered = told["ContributionAnswered"]
    assert (answered["outcome"], answered["revision"], answered["clauses"]) == ("adopted", 2, "c3")
    assert not [payload for _, payload in rows if "Blocked" in payload]


def test_parts_are_adopted_by_changed_run(policy: Policy, officer: Actor) -> None:
    make_suggestion(policy, "c3", BETTER)
    parts = list_parts(get_contribution("bicycles", 1, officer))
    said = [(part.key, part.part and (part.part.removed, part.part.inserted)) for part in parts]
    assert said == [
        ("0.1", ("three", "two")),
        ("0.2", ("", "or in the way ")),
        ("0.3", ("told", "called")),
    ]
    done = _adopt(1, officer, way="parts", parts=frozenset({"0.2"}))
    assert done.outcome == "partly_adopted"
    assert (
        "left for three days or in the way is removed. It goes to the depot. The owner is told."
        in _text(policy)
    )


def test_some_of_the_changes_cannot_be_called_adopted(policy: Policy, officer: Actor) -> None:
    make_suggestion(policy, "c3", BETTER)
    with pytest.raises(RuleBroken) as refused:
        _adopt(1, officer, way="parts", parts=frozenset({"0.2"}), outcome="adopted")
    assert refused.value.field == "outcome"


@pytest.mark.parametrize("keys", [[], ["0.9"], ["0"], ["nonsense"]])
def test_parts_that_the_suggestion_does_not_have_are_refused(
    policy: Policy, officer: Actor, keys: list[str]
) -> None:
    make_suggestion(policy, "c3", BETTER)
    with pytest.raises(RuleBroken) as refused:
        _adopt(1, officer, way="parts", parts=frozenset(keys))
    assert refused.value.field == "parts"
    assert _state(1) == "open"


def test_of_a_whole_page_some_operations_are_adopted(policy: Policy, officer: Actor) -> None:
    page = TEXT.replace("in racks", "in racks or lockers").replace(
        "Article 3\n", "Article 3\n\nThe city builds racks.\n\nArticle 4\n"
    )
    make_contribution(policy, text=page)
    parts = list_parts(get_contribution("bicycles", 1, officer))
    assert [(part.change.kind, part.change.clause) for part in parts] == [
        ("reword", "c2"),
        ("insert", None),
        ("reword", "c4"),
    ]
    _adopt(1, officer, way="parts", parts=frozenset({parts[0].key}))
    assert _text(policy) == TEXT.replace("in racks", "in racks or lockers")


def test_a_new_article_gets_its_id_when_it_is_adopted(policy: Policy, officer: Actor) -> None:
    words = "Article 2a\n\nRacks stand at every station."
    make_contribution(policy, after="c3", text=words)
    _adopt(1, officer)
    outline = get_version(policy.id, 2).outline
    assert [clause.id for clause in outline] == ["c1", "c2", "c3", "c5", "c4"]
    assert outline[3].text.strip() == words
    assert _answers(1)[0].clauses == "c5"


def test_an_article_is_taken_out_as_suggested(policy: Policy, officer: Actor) -> None:
    make_contribution(policy, clause="c3", text="")
    done = _adopt(1, officer)
    assert _text(policy) == TEXT.replace(SECOND + "\n\n", "")
    assert done.revision == 2
    assert _answers(1)[0].clauses == "c3"


def test_other_words_name_the_suggestions_they_draw_from(policy: Policy, officer: Actor) -> None:
    first, second = make_actor(), make_actor()
    make_suggestion(policy, "c3", BETTER, first)
    make_suggestion(policy, "c3", SECOND.replace("The owner", "The owner or the firm"), second)
    words = "Article 2\n\nA bicycle in the way is removed. The owner or the firm is told."
    _adopt(1, officer, way="other", clause="c3", text=words, outcome="partly_adopted", also=(2,))
    assert _text(policy) == TEXT.replace(SECOND, words)
    credits = db.session.scalars(select(RevisionCredit).order_by(RevisionCredit.suggestion)).all()
    assert [(one.suggestion, one.person_id) for one in credits] == [(1, first.id), (2, second.id)]
    for number in (1, 2):
        [answer] = _answers(number)
        assert (answer.outcome, answer.revision, answer.reason) == ("partly_adopted", 2, REASON)
        assert _state(number) == "answered"


def test_a_suggestion_answered_before_is_credited_and_keeps_its_answer(
    policy: Policy, officer: Actor
) -> None:
    make_suggestion(policy, "c3", BETTER)
    make_suggestion(policy, "c2", "Article 1\n\nBicycles stand in racks or lockers.")
    _adopt(2, officer)
    _adopt(1, officer, base=2, also=(2,))
    assert len(_answers(2)) == 1
    rows = db.session.execute(select(RevisionCredit.number, RevisionCredit.suggestion)).all()
    assert sorted(map(tuple, rows)) == [(2, 2), (3, 1), (3, 2)]


@pytest.mark.parametrize("place", ["whole", "after"])
def test_other_words_may_stand_elsewhere(policy: Policy, officer: Actor, place: str) -> None:
    make_suggestion(policy, "c3", BETTER)
    if place == "whole":
        wanted = {"text": TEXT.replace("at once", "from May on")}
    else:
        wanted = {"text": "Article 4\n\nThe city builds racks.", "after": "c4"}
    _adopt(1, officer, way="other", **wanted)
    expected = wanted["text"] if place == "whole" else f"{TEXT}\n{wanted['text']}\n"
    assert _text(policy) == expected


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"way": "other", "clause": "c3", "text": " \n"}, "text"),
        ({"way": "other", "clause": "c99", "text": "Words."}, "text"),
        ({"way": "magic"}, "way"),
        ({"outcome": "noted"}, "outcome"),
        ({"reason": ""}, "reason"),
        ({"reason": "Good."}, "reason"),
        ({"reason": "经研究，不予采纳。"}, "reason"),
        ({"base": 7}, "base"),
        ({"base": 0}, "base"),
        ({"also": (9,)}, "also"),
    ],
)
def test_what_is_missing_or_wrong_is_refused_beside_its_field(
    policy: Policy, officer: Actor, wanted: dict[str, Any], field: str
) -> None:
    make_suggestion(policy, "c3", BETTER)
    with pytest.raises(RuleBroken) as refused:
        _adopt(1, officer, **wanted)
    assert refused.value.field == field
    assert _state(1) == "open"
    assert _text(policy) == TEXT


def test_own_suggestions_are_neither_adopted_nor_named(policy: Policy, officer: Actor) -> None:
    make_suggestion(policy, "c3", BETTER, officer)
    make_suggestion(policy, "c3", SECOND.replace("three", "five"))
    with pytest.raises(NotAllowed):
        _adopt(1, officer)
    with pytest.raises(RuleBroken) as refused:
        _adopt(2, officer, also=(1,))
    assert refused.value.field == "also"


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.VOLUNTEER, Role.OFFICER])
def test_only_officers_of_the_draft_adopt(policy: Policy, officer: Actor, role: Role) -> None:
    make_suggestion(policy, "c3", BETTER)
    person = make_person(role)
    actor = person.actor(policy.updated_at)
    with pytest.raises(NotAllowed):
        _adopt(1, actor)
    name_person("bicycles", address=str(person.email), actor=officer)
    db.session.commit()
    if role is Role.OFFICER:
        assert _adopt(1, actor).revision == 2
    else:
        with pytest.raises(NotAllowed):
            _adopt(1, actor)


def test_words_on_another_article_are_untouched_by_a_later_save(
    policy: Policy, officer: Actor
) -> None:
    make_suggestion(policy, "c3", BETTER)
    moved = TEXT.replace("in racks", "in lockers")
    save_text("bicycles", moved, actor=officer, base=1)
    done = _adopt(1, officer, base=1)  # the preview was made before that save
    assert done.revision == 3
    assert _text(policy) == moved.replace(SECOND, BETTER)


def test_nothing_is_saved_when_the_words_would_read_otherwise_than_previewed(
    policy: Policy, officer: Actor
) -> None:
    make_suggestion(policy, "c3", SECOND.replace("The owner is told", "The owner is called"))
    moved = TEXT.replace("three days", "four days")
    save_text("bicycles", moved, actor=officer, base=1)
    with pytest.raises(PreviewChanged) as changed:
        _adopt(1, officer, base=1)
    assert changed.value.head == 2
    db.session.rollback()
    assert _text(policy) == moved
    assert _state(1) == "open"
    _adopt(1, officer, base=2)
    assert "left for four days is removed. It goes to the depot. The owner is called." in _text(
        policy
    )


@pytest.mark.parametrize("way", ["whole", "parts"])
def test_words_that_no_longer_fit_are_refused_and_other_words_are_taken(
    policy: Policy, officer: Actor, way: str
) -> None:
    make_suggestion(policy, "c3", SECOND.replace("three", "two"))
    save_text("bicycles", TEXT.replace("three", "five"), actor=officer, base=1)
    with pytest.raises(TextMovedOn) as moved:
        _adopt(1, officer, base=2, way=way, parts=frozenset({"0.1"}))
    assert moved.value.clauses == ("c3",)
    assert _state(1) == "open"
    words = SECOND.replace("three", "two")
    _adopt(1, officer, base=2, way="other", clause="c3", text=words)
    assert _text(policy) == TEXT.replace(SECOND, words)


def test_a_clause_that_vanished_needs_other_words(policy: Policy, officer: Actor) -> None:
    make_suggestion(policy, "c3", BETTER)
    save_text("bicycles", TEXT.replace(SECOND + "\n\n", ""), actor=officer, base=1)
    with pytest.raises(TextMovedOn):
        _adopt(1, officer, base=2)
    _adopt(1, officer, base=2, way="other", after="c2", text="Article 1a\n\nOwners are called.")
    assert "Owners are called." in _text(policy)


def test_what_the_text_says_already_makes_no_version(policy: Policy, officer: Actor) -> None:
    make_suggestion(policy, "c3", BETTER)
    save_text("bicycles", TEXT.replace(SECOND, BETTER), actor=officer, base=1)
    with pytest.raises(RuleBroken) as refused:
        _adopt(1, officer, base=2)
    assert "says this already" in str(refused.value.message)


def test_new_faults_of_the_structure_are_confirmed_first(policy: Policy, officer: Actor) -> None:
    make_contribution(policy, after="c3", text="Article 3\n\nRacks stand at every station.")
    view = get_contribution("bicycles", 1, officer)
    proposal = propose(policy, view, Adoption(base=1, way="whole", reason=REASON), 1)
    assert [(fault.code, fault.label) for fault in proposal.faults] == [
        ("duplicate_label", "art. 3")
    ]
    with pytest.raises(RuleBroken) as refused:
        _adopt(1, officer)
    assert refused.value.field == "looked"
    assert _adopt(1, officer, has_looked=True).revision == 2


def test_the_preview_is_what_is_saved(policy: Policy, officer: Actor) -> None:
    make_suggestion(policy, "c3", BETTER)
    view = get_contribution("bicycles", 1, officer)
    proposal = propose(policy, view, Adoption(base=1, way="whole", reason=REASON), 1)
    _adopt(1, officer)
    saved = get_version(policy.id, 2)
    assert (saved.text, saved.outline) == (proposal.text, proposal.after)


def test_what_was_taken_back_is_not_adopted(policy: Policy, officer: Actor) -> None:
    row = make_suggestion(policy, "c3", BETTER)
    with committing():
        db.session.get_one(Contribution, row.id).state = State.WITHDRAWN
    with pytest.raises(Conflict, match="taken back"):
        _adopt(1, officer)
    assert _text(policy) == TEXT


def test_what_was_adopted_is_not_adopted_again(policy: Policy, officer: Actor) -> None:
    make_suggestion(policy, "c3", BETTER)
    _adopt(1, officer)
    with pytest.raises(AnsweredMeanwhile) as refused:
        _adopt(1, officer)
    assert "version 2" in str(refused.value.message)
    assert db.session.scalar(select(func.count(Revision.id))) == 2


def test_a_comment_has_no_words_to_adopt(policy: Policy, officer: Actor) -> None:
    make_contribution(policy, clause="c3")
    with pytest.raises(RuleBroken, match="Only suggested words"):
        _adopt(1, officer)


def test_nothing_is_adopted_while_comments_are_open(policy: Policy, officer: Actor) -> None:
    make_suggestion(policy, "c3", BETTER)
    set_phase("bicycles", "consultation", actor=officer)
    db.session.commit()
    with pytest.raises(RuleBroken, match="Answers are given"):
        _adopt(1, officer)
