"""How often what may be done: one table by kind of act and standing, one for tries; pure.

docs/security.md shows both tables as ``lines`` prints them; a test compares them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.access.actor import Actor, Confirmation, Role
from app.messages import N_

NEW_FOR = timedelta(hours=24)  # how long an account counts as new
QUARTER, HOUR, DAY, A_WHILE = 900, 3600, 86_400, 600  # seconds

TRIED = N_("That was tried too often. Please try again in %(minutes)s minutes.")
BELOW = N_("Please try again in %(minutes)s minutes. Your words are below.")
SAVED = N_("Please try again in %(minutes)s minutes. Your words are saved.")


class Standing(StrEnum):
    """What is known of somebody who acts. A resident may have two or three; the strictest counts.

    Roles that the city gave are no new accounts: ``volunteer`` stands for supervisors and
    administrators too.
    """

    VISITOR = "visitor"
    UNCONFIRMED = "unconfirmed"
    NEW = "under 24 hours"
    RESIDENT = "resident"
    VOLUNTEER = "volunteer"
    OFFICER = "officer"


class Counted(StrEnum):
    """The acts that are counted for each person, or for the address of a visitor."""

    SAVE = "save"
    WORDS = "words"
    CONTRIBUTION = "contribution"
    CHANGE = "change"
    KEPT = "kept"
    KEPT_LARGE = "kept_large"
    KEPT_AGAIN = "kept_again"
    FLAG = "flag"
    POSITION = "position"
    APPEAL = "appeal"
    FOLLOW = "follow"


class Tried(StrEnum):
    """The tries that are counted before it is known who tries; the word says what by."""

    REGISTER_FROM = "register_from"
    NO_CONTACT_FROM = "no_contact_from"
    SEND_HERE = "send_here"
    SEND_TO = "send_to"
    SEND_FROM = "send_from"
    CODE_FROM = "code_from"
    GUESS_HERE = "password_here"
    GUESS_OF = "password_of"
    GUESS_FROM = "password_from"
    GUESS_AT_CHANGE = "password_change"
    LOOK_UP_FROM = "look_up_from"
    FOLLOW_TO = "follow_to"
    FOLLOW_FROM = "follow_from"
    LETTER_LINK_FROM = "letter_link_from"
    FLAG_SAME_FROM = "flag_same_from"
    OWN_DATA_OF = "own_data_of"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``times`` of ``kind`` (a short word) for one ``key`` within ``seconds``;
    ``refusal`` is the message of one too many."""

    kind: str
    key: str
    times: int
    seconds: int
    refusal: str = TRIED

    @property
    def row_key(self) -> str:
        """Keys are addresses of people: the table holds their hashes only."""
        return f"{self.kind}:{hashlib.sha256(self.key.encode('utf-8', 'replace')).hexdigest()[:40]}"


@dataclass(frozen=True, slots=True)
class Row:
    """What is counted, how often within ``seconds`` by standing (in the order of Standing; 0:
    never), and how often for all residents behind one address together (0: not counted)."""

    what: str
    seconds: int
    times: tuple[int, int, int, int, int, int]
    origin: int
    refusal: str

    def most(self, standing: Standing) -> int:
        return self.times[list(Standing).index(standing)]


ACTS: dict[Counted, Row] = {
    Counted.SAVE: Row(
        "saves and restores of a draft", A_WHILE, (0, 10, 20, 60, 60, 300), 0, SAVED
    ),
    Counted.WORDS: Row(
        "threads, comments, replies and their changes",
        A_WHILE, (0, 10, 15, 30, 60, 300), 600, BELOW,
    ),
    Counted.CONTRIBUTION: Row("contributions sent", A_WHILE, (0, 10, 15, 30, 60, 300), 600, SAVED),
    Counted.CHANGE: Row(
        "own contributions changed", A_WHILE, (0, 10, 15, 30, 60, 300), 0, BELOW
    ),
    Counted.KEPT: Row("words kept", HOUR, (300, 300, 300, 300, 300, 300), 0, BELOW),
    Counted.KEPT_LARGE: Row("of them large ones", HOUR, (20, 20, 20, 20, 20, 20), 0, BELOW),
    Counted.KEPT_AGAIN: Row(
        "words kept once more", HOUR, (600, 600, 600, 600, 600, 600), 0, BELOW
    ),
    # A whole mobile network may stand behind a visitor's address, and somebody may be in danger.
    Counted.FLAG: Row("reports of words", HOUR, (60, 10, 15, 30, 120, 60), 300, BELOW),
    Counted.POSITION: Row("positions and readings", HOUR, (0, 30, 60, 300, 300, 300), 1200, TRIED),
    Counted.APPEAL: Row("reviews asked for", DAY, (20, 5, 5, 10, 10, 10), 0, BELOW),
    Counted.FOLLOW: Row("things followed", HOUR, (60, 60, 60, 300, 300, 300), 0, TRIED),
}  # fmt: skip

TRIES: dict[Tried, tuple[str, str, int, int]] = {
    # A mobile network puts a district behind one address, a poster sends its readers in one hour.
    Tried.REGISTER_FROM: ("accounts begun", "network address", 240, HOUR),
    Tried.NO_CONTACT_FROM: ("senders who leave no contact", "network address", 240, HOUR),
    Tried.SEND_HERE: ("codes and links sent", "mail address or number, from one place", 6, HOUR),
    Tried.SEND_TO: ("codes and links sent", "mail address or number", 15, HOUR),
    Tried.SEND_FROM: ("codes and links sent", "network address", 240, HOUR),
    Tried.CODE_FROM: ("wrong codes", "network address", 60, HOUR),
    # The narrow one stops guessing; the wide ones stop guessing from many places or at many.
    Tried.GUESS_HERE: ("wrong passwords", "account, from one place", 10, QUARTER),
    Tried.GUESS_OF: ("wrong passwords", "account", 50, QUARTER),
    Tried.GUESS_FROM: ("wrong passwords", "network address", 100, QUARTER),
    Tried.GUESS_AT_CHANGE: ("changes of a password", "account", 10, QUARTER),
    Tried.LOOK_UP_FROM: ("wrong codes of contributions", "network address", 10, QUARTER),
    Tried.FOLLOW_TO: ("letters that ask a follower to confirm", "mail address", 6, DAY),
    Tried.FOLLOW_FROM: ("letters that ask a follower to confirm", "network address", 240, HOUR),
    Tried.LETTER_LINK_FROM: ("wrong links of letters", "network address", 30, HOUR),
    Tried.FLAG_SAME_FROM: ("reports of the same by visitors", "network address", 1, DAY),
    Tried.OWN_DATA_OF: ("packages of own data", "account", 6, HOUR),
}


def standings(actor: Actor, now: datetime) -> tuple[Standing, ...]:
    """What is known of ``actor`` at ``now``; at least one standing."""
    if actor.is_anonymous:
        return (Standing.VISITOR,)
    if actor.role is Role.OFFICER:
        return (Standing.OFFICER,)
    if actor.role is not Role.RESIDENT:
        return (Standing.VOLUNTEER,)
    found = [Standing.RESIDENT]
    if actor.confirmation is Confirmation.NONE:
        found.append(Standing.UNCONFIRMED)
    if is_new(actor, now):
        found.append(Standing.NEW)
    return tuple(found)


def is_new(actor: Actor, now: datetime) -> bool:
    """Whether the account was made within the last 24 hours."""
    return actor.joined_at is not None and now - actor.joined_at < NEW_FOR


def limits_of(what: Counted, actor: Actor, now: datetime) -> tuple[Limit, ...]:
    """All that one more act of ``actor`` counts against; each of them must hold.

    That a visitor does what only people do is a mistake in the code.
    """
    row, mine = ACTS[what], standings(actor, now)
    most = min(row.most(standing) for standing in mine)
    key = actor.origin if actor.is_anonymous and most else str(actor.person_id)
    own = Limit(what, key, most, row.seconds, row.refusal)
    if not row.origin or not actor.origin or Standing.RESIDENT not in mine:
        return (own,)
    together = Limit(f"{what}_from", actor.origin, row.origin, row.seconds, row.refusal)
    return (own, together)


def limit_of(what: Tried, *key: str) -> Limit:
    """What one more try counts against, for the person or place that ``key`` names."""
    _words, _per, times, seconds = TRIES[what]
    return Limit(what, " ".join(key), times, seconds)


def lines() -> Iterator[str]:
    """Both tables as they stand in docs/security.md."""
    heads = [str(standing) for standing in Standing]
    yield f"| at most | within | {' | '.join(heads)} | residents of one network address |"
    yield "|---|---|" + "---|" * (len(heads) + 1)
    for row in ACTS.values():
        times = " | ".join(str(times or "–") for times in (*row.times, row.origin))
        yield f"| {row.what} | {_period(row.seconds)} | {times} |"
    yield ""
    yield "| tries | within | at most | for one |"
    yield "|---|---|---|---|"
    for words, per, most, seconds in TRIES.values():
        yield f"| {words} | {_period(seconds)} | {most} | {per} |"


def _period(seconds: int) -> str:
    return f"{seconds // HOUR} h" if seconds >= HOUR else f"{seconds // 60} min"
