"""What moderators may do, under which rules, and how long a reason may be; pure."""

from __future__ import annotations

from enum import StrEnum

from app.errors import RuleBroken
from app.messages import N_
from app.text.canonical import TextRefused, check_line

REASON_LIMIT = 500  # characters


class Action(StrEnum):
    """What was done."""

    HIDE = "hide"
    SHOW = "show"


class Rule(StrEnum):
    """The house rules, by the codes that forms and exports use."""

    INSULT = "insult"
    PERSONAL_DATA = "personal_data"
    DANGER = "danger"
    UNLAWFUL = "unlawful"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"


class Kind(StrEnum):
    """What can be hidden: a comment, a suggestion, or the reason line of a revision."""

    COMMENT = "comment"
    SUGGESTION = "suggestion"
    SUMMARY = "summary"


def checked_action(action: str) -> Action:
    """The action, or RuleBroken."""
    if action not in set(Action):
        raise RuleBroken(N_("Please choose what to do."), field="action")
    return Action(action)


def checked_rule(rule: str) -> Rule:
    """The house rule, or RuleBroken: nothing is hidden or shown without one."""
    if rule not in set(Rule):
        raise RuleBroken(N_("Please choose the rule that applies."), field="rule")
    return Rule(rule)


def checked_reason(reason: str) -> str:
    """One line that everybody will read; or RuleBroken."""
    try:
        line = check_line(" ".join(reason.splitlines()), REASON_LIMIT)
    except TextRefused as refusal:
        message = refusal.message
        raise RuleBroken(message.text, field="reason", **refusal.values) from refusal
    if not line:
        raise RuleBroken(N_("Please give a reason; everybody can read it."), field="reason")
    return line
