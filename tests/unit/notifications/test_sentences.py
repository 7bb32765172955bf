"""Every code has its sentence, and every sentence can be said."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.messages import Message
from app.moderation.rules import ON, Action, Kind, Rule
from app.notifications.sentences import (
    ACTIONS,
    DECISIONS,
    DONE_TO_YOU,
    FITS,
    NAMES,
    OUTCOMES,
    PHASES,
    RULES,
    Voice,
)
from app.policies.phases import Phase
from app.suggestions.rules import Fit, Outcome
from app.suggestions.rules import Kind as Contributed

PLAIN = Voice(lambda words: words, "en_GB", ZoneInfo("Asia/Shanghai"))


def test_every_phase_outcome_rule_and_fit_has_its_words() -> None:
    assert set(PHASES) == set(Phase)
    assert set(OUTCOMES) == set(Outcome)
    assert set(RULES) == set(Rule)
    assert set(FITS) == set(Fit)
    assert set(NAMES) == set(Contributed)
    assert set(DECISIONS) == {"adopt", "return", "reject"}


def test_everything_that_is_done_to_somebody_is_told_to_them() -> None:
    by_site = {(kind, Action.SET_ASIDE) for kind in ON if Action.HIDE in ON[kind]}
    done = {(kind, action) for kind in ON for action in ON[kind] if action != Action.NONE}
    to_nobody = {(Kind.POLICY, Action.SLOW), (Kind.POLICY, Action.END_SLOW)}
    assert set(DONE_TO_YOU) == (done | by_site) - to_nobody


def test_what_stands_on_a_draft_is_told_to_followers_and_nothing_of_a_person() -> None:
    of_drafts = {key for key in DONE_TO_YOU if key[0] not in (Kind.NAME, Kind.PERSON)}
    assert set(ACTIONS) == of_drafts | {("policy", "slow"), ("policy", "end_slow")}


def test_values_may_be_messages_moments_and_lists() -> None:
    moment = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
    message = Message(
        "%(what)s on %(when)s: %(which)s",
        {"what": Message("No. %(n)s", {"n": 7}), "when": moment, "which": ("a", "b")},
    )
    assert PLAIN.said(message) == "No. 7 on 2 March 2026 12:00: a, b"


@pytest.mark.parametrize("words", ["100% of it", "%(name)s", "%"])
def test_words_of_people_are_said_as_they_are(words: str) -> None:
    assert PLAIN.said(Message("Reason: %(reason)s", {"reason": words})) == f"Reason: {words}"
    assert PLAIN.said(Message("Reason: %(reason)s", {"reason": Message(words)})).endswith(words)


def test_every_sentence_names_only_values_that_it_is_given() -> None:
    known = {"when", "number", "by"}
    said = (*DONE_TO_YOU.values(), *ACTIONS.values(), *FITS.values(), *NAMES.values())
    assert set(re.findall(r"%\((\w+)\)", " ".join(said))) <= known
