"""What moderators may do, under which rules, and how long a reason may be; pure."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum

from app.errors import RuleBroken
from app.messages import N_
from app.text.canonical import TextRefused, check_line

REASON_LIMIT = 500  # characters
FLAG_LIMIT = 500


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
    MARK = "mark"
    UNMARK = "unmark"
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
    Action.MARK: Action.UNMARK,
    Action.UNMARK: Action.MARK,
}
UNDO_SECONDS = 600  # how long the one who acted may take it back as a mistake
CLAIM_SECONDS = 1800  # a case is somebody's for so long; then another may take it over
SELECTION_LIMIT = 100
SHIFT_HOURS = (1, 2, 4, 8)
SUSPEND_DAYS = (1, 3, 7)
SLOW_DAYS = (1, 3)
SLOW_MINUTES = (10, 30, 60)  # one comment of each person in so many minutes
SITE = "site"  # the role of an action that no person took
# What the record says where nobody wrote a reason; shown in the reader's language.
MISTAKE_REASON = N_("Taken back at once: it was a mistake.")
SET_ASIDE_REASON = N_("A reader reported personal details. A volunteer will look at it.")


class Rule(StrEnum):
    """The house rules, by the codes that forms and exports use; the last is for changes of the text
    alone, all others for words."""

    INSULT = "insult"
    PERSONAL_DATA = "personal_data"
    DANGER = "danger"
    UNLAWFUL = "unlawful"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"
    VANDALISM = "vandalism"


class Kind(StrEnum):
    """What an action is about; the first four can be hidden: a comment, a suggestion, the reason
    line of a revision, the name of a person. The change that a revision made can only be marked."""

    COMMENT = "comment"
    SUGGESTION = "suggestion"
    SUMMARY = "summary"
    NAME = "name"
    THREAD = "thread"
    POLICY = "policy"
    PERSON = "person"
    REVISION = "revision"


HIDEABLE = frozenset({Kind.COMMENT, Kind.SUGGESTION, Kind.SUMMARY, Kind.NAME})
# Actions of one family undo each other: only the latest of them on a thing still stands.
VIEW = frozenset({Action.HIDE, Action.SHOW, Action.SET_ASIDE})
LOCKING = frozenset({Action.LOCK, Action.UNLOCK})
SLOWING = frozenset({Action.SLOW, Action.END_SLOW})
SUSPENDING = frozenset({Action.SUSPEND, Action.END_SUSPEND})
MARKING = frozenset({Action.MARK, Action.UNMARK})
FAMILIES = (VIEW, LOCKING, SLOWING, SUSPENDING, MARKING)
# What a person may do to which kind of thing; only the site itself sets words aside.
ON_WORDS = frozenset({Action.HIDE, Action.SHOW, Action.NONE})
ON: dict[Kind, frozenset[Action]] = {
    **dict.fromkeys(HIDEABLE, ON_WORDS),
    Kind.THREAD: LOCKING,
    Kind.POLICY: SLOWING,
    Kind.PERSON: SUSPENDING | {Action.REMIND},
    Kind.REVISION: MARKING,
}


def checked_action(action: str) -> Action:
    """The action, or RuleBroken."""
    if action not in set(Action):
        raise RuleBroken(N_("Please choose what to do."), field="action")
    return Action(action)


def ensure_fits(action: Action, kind: Kind) -> None:
    """Refuse an action that nobody takes on things of this kind."""
    if action not in ON[kind]:
        raise RuleBroken(N_("Please choose what to do."), field="action")


def checked_days(action: Action, days: int | None) -> int:
    """For how many days a suspension or a slowdown is to last (0: it does not end by itself)."""
    choices = {Action.SUSPEND: SUSPEND_DAYS, Action.SLOW: SLOW_DAYS}.get(action)
    if choices is None:
        return 0
    if days not in choices:
        raise RuleBroken(N_("Please choose for how long."), field="days")
    return days


def checked_minutes(action: Action, minutes: int | None) -> int:
    """How far apart each person's comments must be in a slowdown; 0 for other actions."""
    if action is not Action.SLOW:
        return 0
    if minutes not in SLOW_MINUTES:
        raise RuleBroken(N_("Please choose how slow."), field="minutes")
    return minutes


def family_of(action: Action) -> frozenset[Action]:
    """The actions that take each other back; a family of its own for what is never taken back."""
    return next((family for family in FAMILIES if action in family), frozenset({action}))


def checked_rule(rule: str, kind: Kind | None = None) -> Rule:
    """The house rule, or RuleBroken: nothing is hidden or shown without one. What a change of the
    text may break is no rule for words."""
    fitting = {Rule.VANDALISM} if kind is Kind.REVISION else set(Rule) - {Rule.VANDALISM}
    if rule not in fitting:
        raise RuleBroken(N_("Please choose the rule that applies."), field="rule")
    return Rule(rule)


def checked_flag_words(words: str) -> str:
    """What a reader adds to a report, as one line, possibly empty; or RuleBroken."""
    return _line(words, FLAG_LIMIT, "words")


def checked_reason(reason: str) -> str:
    """One line that everybody will read; or RuleBroken."""
    line = _line(reason, REASON_LIMIT, "reason")
    if not line:
        raise RuleBroken(N_("Please give a reason; everybody can read it."), field="reason")
    return line


def stamp_of(what: datetime | str) -> str:
    """A few characters that differ when words were changed (their moment) or a name (itself)."""
    written = what if isinstance(what, str) else what.isoformat()
    return hashlib.sha256(written.encode()).hexdigest()[:8]


def _line(text: str, limit: int, field: str) -> str:
    try:
        return check_line(" ".join(text.splitlines()), limit)
    except TextRefused as refusal:
        message = refusal.message
        raise RuleBroken(message.text, field=field, **refusal.values) from refusal
