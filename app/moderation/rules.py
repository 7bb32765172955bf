"""What moderators may do, under which rules, and how long a reason may be; pure."""

from __future__ import annotations

from enum import StrEnum

from app.errors import RuleBroken
from app.messages import N_
from app.text.canonical import TextRefused, check_line

REASON_LIMIT = 500  # characters


class Action(StrEnum):
    """What was done. ``set_aside``: the site itself, at a flag, until somebody has looked."""

    HIDE = "hide"
    SHOW = "show"
    SET_ASIDE = "set_aside"
    LOCK = "lock"
    UNLOCK = "unlock"
    SLOW = "slow"
    END_SLOW = "end_slow"
    REMIND = "remind"
    SUSPEND = "suspend"
    END_SUSPEND = "end_suspend"
    NONE = "none"


# What takes an action back; a reminder was read, and "nothing" leaves nothing to take back.
OPPOSITE = {
    Action.HIDE: Action.SHOW,
    Action.SET_ASIDE: Action.SHOW,
    Action.SHOW: Action.HIDE,
    Action.LOCK: Action.UNLOCK,
    Action.UNLOCK: Action.LOCK,
    Action.SLOW: Action.END_SLOW,
    Action.SUSPEND: Action.END_SUSPEND,
}
UNDO_SECONDS = 600  # how long the one who acted may take it back as a mistake
SELECTION_LIMIT = 100


class Rule(StrEnum):
    """The house rules, by the codes that forms and exports use."""

    INSULT = "insult"
    PERSONAL_DATA = "personal_data"
    DANGER = "danger"
    UNLAWFUL = "unlawful"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"


class Kind(StrEnum):
    """What an action is about; the first four can be hidden: a comment, a suggestion, the reason
    line of a revision, the name of a person."""

    COMMENT = "comment"
    SUGGESTION = "suggestion"
    SUMMARY = "summary"
    NAME = "name"
    THREAD = "thread"
    POLICY = "policy"
    PERSON = "person"


HIDEABLE = frozenset({Kind.COMMENT, Kind.SUGGESTION, Kind.SUMMARY, Kind.NAME})


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
