"""What a thread and a comment may be, and from which confirmation on others see a person's words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.access.actor import Confirmation
from app.errors import RuleBroken
from app.messages import N_
from app.text.canonical import TextRefused, canonical, check_line
from app.text.clauses import parts_of
from app.text.outline import Clause

BODY_LIMIT = 20_000  # characters
TITLE_LIMIT = 200
QUOTE_LENGTH = 200
MORNING = time(8)  # by the clocks of the site, where it has no night
REPLIES = "replies"  # the kind of a thread that holds replies to something of another domain
SUMMARY_LIMIT = 1_000  # characters
PROMPT_AGAIN = timedelta(hours=24)  # the same prompt to one person in one thread
SENT_TWICE_SECONDS = 60  # the same words again within this time are one sending

_LEVELS = {
    "anyone": Confirmation.NONE,
    "contact": Confirmation.CONTACT,
    "mobile": Confirmation.MOBILE,
}
_CLAUSE_ID = re.compile(r"c[0-9]{1,9}")
_THREAD = re.compile(r"(?:(?:\S*/)?threads/)?([0-9]{1,9})(?:[/?#]\S*)?", re.ASCII)
_HAN = re.compile("[\u3400-\u9fff]")
_MARKS = re.compile(r"\*\*|^#+\s+|^>\s?", re.MULTILINE)

_needed = Confirmation.CONTACT


class ThreadKind(StrEnum):
    """What the person who opens a thread wants from the others."""

    COMMENT = "comment"
    QUESTION = "question"
    OBJECTION = "objection"


class Prompt(StrEnum):
    """What a volunteer can say to the writer of a comment with one press."""

    REASON = "reason"
    EXAMPLE = "example"
    CLAUSE = "clause"
    WELCOME = "welcome"


# Words of the volunteer, in the language of those they are about; so they are no messages of the site.
PROMPTS: dict[Prompt, dict[str, str]] = {
    Prompt.REASON: {
        "en": "Thank you. Could you say why? With a reason, the department can answer you better.",
        "zh-Hans": "谢谢您的意见。能不能说说理由？有了理由，主管部门更好答复。",
    },
    Prompt.EXAMPLE: {
        "en": "Could you give an example: when, where, and what happened? Please leave out names "
        "and house numbers.",
        "zh-Hans": "能不能举个例子，说说时间、地点和经过？请不要写姓名和门牌号。",
    },
    Prompt.CLAUSE: {
        "en": "Which article do you mean? Its number is enough, for example Article 5.",
        "zh-Hans": "您说的是哪一条？写上条号就可以，例如第五条。",
    },
    Prompt.WELCOME: {
        "en": "Welcome, and thank you for your first comment here. Answers to what you send are "
        "listed on your own page.",
        "zh-Hans": "欢迎您，谢谢您第一次在这里发表意见。您的意见和答复都列在您自己的页面上。",
    },
}


def set_needed_confirmation(writing: str) -> None:
    """Set once at the start from the setting WRITING: ``anyone``, ``contact`` or ``mobile``."""
    global _needed
    _needed = _LEVELS[writing]


def enough_confirmation() -> tuple[Confirmation, ...]:
    """The levels of the people whose words everybody sees."""
    return tuple(level for level in Confirmation if level.rank >= _needed.rank)


def is_shown_to_others(confirmation: Confirmation) -> bool:
    """Whether others see the words of a person who is confirmed this far."""
    return confirmation.rank >= _needed.rank


def is_clause_id(value: str) -> bool:
    """Whether ``value`` has the shape of a clause id; an address bar may hold anything."""
    return bool(_CLAUSE_ID.fullmatch(value))


def thread_in(address: str) -> int | None:
    """The id of the thread that an address, or a bare number, names; None for anything else."""
    found = _THREAD.fullmatch(address.strip()[:500])
    return int(found[1]) if found else None


def checked_kind(kind: str) -> ThreadKind:
    """The kind, or RuleBroken."""
    if kind not in set(ThreadKind):
        raise RuleBroken(N_("Please choose: a comment, a question or an objection."), field="kind")
    return ThreadKind(kind)


def checked_title(title: str) -> str:
    """One line, possibly empty, in its stored form; or RuleBroken."""
    try:
        return check_line(title, TITLE_LIMIT)
    except TextRefused as refusal:
        raise _broken(refusal, "title") from refusal


def checked_body(body: str) -> str:
    """The words in their stored form: 1 to BODY_LIMIT characters; or RuleBroken."""
    if len(body) > BODY_LIMIT * 4:
        raise _too_long(len(body), "body", BODY_LIMIT)
    try:
        words = canonical(body).text.strip()
    except TextRefused as refusal:
        raise _broken(refusal, "body") from refusal
    if not words:
        raise RuleBroken(N_("Please write something; a short sentence is enough."), field="body")
    if len(words) > BODY_LIMIT:
        raise _too_long(len(words), "body", BODY_LIMIT)
    return words


def checked_prompt(code: str) -> Prompt:
    """The prompt, or RuleBroken."""
    if code not in set(Prompt):
        raise RuleBroken(N_("Please choose what to say."), field="prompt")
    return Prompt(code)


def checked_summary(words: str) -> str:
    """A summary in its stored form: 1 to SUMMARY_LIMIT characters; or RuleBroken (body)."""
    try:
        stored = canonical(words[: SUMMARY_LIMIT * 4]).text.strip()
    except TextRefused as refusal:
        raise _broken(refusal, "body") from refusal
    if not stored:
        raise RuleBroken(N_("Please write what the discussion comes down to."), field="body")
    if len(stored) > SUMMARY_LIMIT:
        raise _too_long(len(words), "body", SUMMARY_LIMIT)
    return stored


def language_of(words: str) -> str:
    """``zh-Hans`` or ``en``, so that a screen reader takes the right voice; a guess by the script."""
    return "zh-Hans" if _HAN.search(words) else "en"


def quote_of(clause: Clause) -> str:
    """The first words of a clause as they read, for readers who see a thread on its own."""
    parts = parts_of(clause)
    words = " ".join(_MARKS.sub("", parts.body or parts.title or clause.text).split())
    return words if len(words) <= QUOTE_LENGTH else words[: QUOTE_LENGTH - 1].rstrip() + "…"


def night_ends_at(now: datetime, night: tuple[time, time], zone: ZoneInfo) -> datetime | None:
    """When the night that ``now`` lies in ends, or None by day; ``night`` is its first and its
    last moment by the clocks of ``zone``."""
    begins, ends = night
    local = now.astimezone(zone)
    if begins < ends:
        is_night = begins <= local.time() < ends
    else:
        is_night = local.time() >= begins or local.time() < ends
    if not is_night:
        return None
    return next_morning(now, night, zone)


def next_morning(now: datetime, night: tuple[time, time] | None, zone: ZoneInfo) -> datetime:
    """The next moment after ``now`` at which a night ends by the clocks of ``zone``."""
    ends = night[1] if night else MORNING
    today = now.astimezone(zone).date()
    # Compared in UTC: where the clocks are put back, a time of the wall clock comes twice.
    mornings = (
        datetime.combine(today + timedelta(days=days), ends.replace(fold=fold), tzinfo=zone)
        for days in (0, 1, 2)
        for fold in (0, 1)
    )
    return next(found for each in mornings if (found := each.astimezone(UTC)) > now)


def _broken(refusal: TextRefused, field: str) -> RuleBroken:
    return RuleBroken(refusal.message.text, field=field, **refusal.values)


def _too_long(size: int, field: str, limit: int) -> RuleBroken:
    return RuleBroken(
        N_("This is too long: %(size)s characters; at most %(limit)s are possible."),
        field=field,
        size=size,
        limit=limit,
    )
