"""What followers hear of and what a person is told, by the codes that are stored; pure."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

BURST = timedelta(minutes=10)  # versions by one person that follow each other this closely are one
SOON = timedelta(days=3)  # so long before comments close, followers are told
LATE_NEWS = timedelta(
    days=7
)  # a worker that was away longer tells nobody of what lies further back
MOST_FOLLOWED = 500  # by one person


class Kind(StrEnum):
    """The kinds of a Happening; what its ``ref`` names stands behind each."""

    REVISION = "revision"  # the number of the revision
    THREAD = "thread"  # the thread
    COMMENT = "comment"  # the comment
    CONTRIBUTION = "contribution"  # its number within the policy
    ANSWER = "answer"  # the answer
    PHASE = "phase"  # the step
    CALL = "call"  # the round that was opened
    CALL_CHANGED = "call_changed"  # the round
    CALL_ENDED = "call_ended"  # the round that was taken back
    MEETING = "meeting"  # the meeting
    CORRECTION = "correction"  # the number of the revision that corrects
    DECISION = "decision"  # the decision
    SUMMARY = "summary"  # what a volunteer wrote a thread comes down to
    MODERATION = "moderation"  # the action


# Steps of the whole draft, of which followers of one article or discussion hear, too.
MILESTONES = (Kind.PHASE, Kind.CALL, Kind.CALL_CHANGED, Kind.CALL_ENDED, Kind.DECISION)
# What the page "What changed" and its feed are about: the texts and their course, not the talk.
COURSE = (*MILESTONES, Kind.REVISION, Kind.CORRECTION, Kind.MEETING)


class Told(StrEnum):
    """The kinds of a Notice; the names of its values stand behind each."""

    ANSWERED = "answered"  # number, answer
    REPLY = "reply"  # comment
    FIT = "fit"  # number, fit, by
    ADOPTED = "adopted"  # number, revision
    MODERATED = "moderated"  # action
    FLAG = "flag"  # action
    REVIEWED = "reviewed"  # appeal
    REMOVED = "removed"  # removal
    DEADLINE = "deadline"  # closes_at
    FINAL = "final"  # decision


# Worth a letter at once. Of an answer and of other words that fit or not, the domain that gives
# them writes already; what else happens waits for the digest.
AT_ONCE = frozenset(
    {Told.MODERATED, Told.FLAG, Told.REVIEWED, Told.REMOVED, Told.DEADLINE, Told.FINAL}
)
