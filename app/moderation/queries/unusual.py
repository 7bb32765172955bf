"""What stands out lately: bursts of new accounts, sudden inflow and near-identical texts, each with
what is usual there. Figures for people to look at; nothing follows from them by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.database import db
from app.discussions.models import Comment
from app.moderation.queries.unusual_answers import AnswerBurst, find_standing, look_at
from app.moderation.queries.unusual_counts import (
    Key,
    Same,
    count_answers,
    count_streams,
    find_same,
    list_openings,
    list_writers,
    share_grouped,
)
from app.moderation.unusual import HISTORY, Peak, Series, find_peak
from app.policies.models import Policy
from app.policies.queries import seen_by
from app.policies.versions import get_version
from app.suggestions.models import Contribution
from app.text.labels import spoken

WINDOWS = (24, 168)  # hours
MOST = 30  # lines of one sort on the page


@dataclass(frozen=True, slots=True)
class Burst:
    """Something that stands out on a draft, or on a ``clause`` of it, called ``label`` now.

    From ``begins`` on, ``peak`` stands against what is usual; ``words`` is how many comments and
    suggestions everybody wrote there in the same time. ``status`` is how the clause stands,
    ``without`` how it would without the new accounts that wrote then; "" for a whole draft.
    """

    policy: Policy
    clause: str
    label: str
    begins: datetime
    peak: Peak
    words: int
    status: str = ""
    without: str = ""


@dataclass(frozen=True, slots=True)
class SameText:
    """Texts that are much the same: ``of`` all that came to the draft in that time, ``usual`` the
    share of such texts before (None: there were none). ``number`` is that of the first
    contribution, or ``thread`` holds the first reply."""

    policy: Policy
    label: str
    same: Same
    of: int
    usual: float | None
    number: int
    thread: int


@dataclass(frozen=True, slots=True)
class Unusual:
    """What those who keep order may want to look at, the most unusual first."""

    new_accounts: Sequence[Burst]
    inflow: Sequence[Burst]
    same: Sequence[SameText]
    answers: Sequence[AnswerBurst]


def list_unusual(actor: Actor, window: int) -> Unusual:
    """What stands out in the last ``window`` hours on the drafts that ``actor`` sees."""
    now = clock.now()
    streams = count_streams(_history_begins(now))
    same, answers = find_same(now - timedelta(hours=window)), find_answer_peaks(actor, window)
    ids = {key[0] for key in (*streams.drafts, *answers)} | {one.policy_id for one in same}
    places = _Places(actor, ids)
    new, inflow = (places.peaks(series, now, window) for series in (streams.new, streams.drafts))
    return Unusual(
        list(places.bursts(new, streams.words)),
        list(places.bursts(inflow, streams.drafts)),
        list(places.same_texts(same, streams.drafts, now, window)),
        list(places.answers(answers)),
    )


def find_answer_peaks(actor: Actor, window: int) -> dict[Key, Peak]:
    """By policy and statement: the answers from new accounts that stand out in that time."""
    now = clock.now()
    answers = count_answers(_history_begins(now))
    return _Places(actor, {policy_id for policy_id, _ in answers}).peaks(answers, now, window)


def find_word_peaks(actor: Actor, window: int) -> dict[Key, Peak]:
    """By policy and clause, "" for the whole draft: what new accounts wrote that stands out."""
    now = clock.now()
    new = count_streams(_history_begins(now)).new
    return _Places(actor, {policy_id for policy_id, _ in new}).peaks(new, now, window)


def _history_begins(now: datetime) -> datetime:
    return now - timedelta(hours=HISTORY)


class _Places:
    """The drafts that somebody sees among those where anything was said, and their articles."""

    def __init__(self, actor: Actor, policy_ids: Collection[int]) -> None:
        query = select(Policy).where(Policy.id.in_(policy_ids), seen_by(actor))
        self._policies = {policy.id: policy for policy in db.session.scalars(query)}
        self._opened = list_openings(self._policies)

    def peaks(self, streams: Mapping[Key, Series], now: datetime, window: int) -> dict[Key, Peak]:
        """What stands out most in each of the streams, the most unusual first."""
        found: dict[Key, Peak] = {}
        for key, series in streams.items():
            if key[0] in self._policies:
                since = _hour(self._since(key[0]))
                peak = find_peak(series, _hour(now), window, since)
                found.update({key: peak} if peak else {})
        order = sorted(found, key=lambda key: (-found[key].times, -found[key].count, key))
        return {key: found[key] for key in order[:MOST]}

    def _since(self, policy_id: int) -> datetime:
        """Since when everybody could write there: its publication, or the last call for comment."""
        published_at = self._policies[policy_id].published_at or clock.now()
        return max(published_at, self._opened.get(policy_id, published_at))

    def bursts(self, peaks: Mapping[Key, Peak], words: Mapping[Key, Series]) -> Iterator[Burst]:
        """The peaks, each with how much was written in the same time."""
        for (policy_id, clause), peak in peaks.items():
            policy = self._policies[policy_id]
            hours = range(peak.hour, peak.hour + peak.width)
            status, without = self._standing(policy, clause, peak)
            yield Burst(
                policy,
                clause,
                self._label(policy, clause),
                peak.begins,
                peak,
                sum(words[policy_id, clause].get(hour, 0) for hour in hours),
                status,
                without,
            )

    def _standing(self, policy: Policy, clause: str, peak: Peak) -> tuple[str, str]:
        """How the clause stands, and how it would without the new accounts of the peak."""
        found = get_version(policy.id, policy.head_number).clause(clause) if clause else None
        if found is None:
            return "", ""
        writers = list_writers(policy.id, clause, peak)
        return find_standing(policy, found, ()), find_standing(policy, found, writers)

    def answers(self, peaks: Mapping[Key, Peak]) -> Iterator[AnswerBurst]:
        """The peaks of answers, each with what was answered and what hangs on it."""
        for (policy_id, statement), peak in peaks.items():
            yield look_at(self._policies[policy_id], statement, peak)

    def same_texts(
        self, found: Sequence[Same], words: Mapping[Key, Series], now: datetime, window: int
    ) -> Iterator[SameText]:
        """The groups, those of the most people first, with all that came in that time."""
        since = now - timedelta(hours=window)
        seen = [one for one in found if one.policy_id in self._policies]
        usual = share_grouped(now - timedelta(hours=HISTORY), since) if seen else {}
        for same in sorted(seen, key=lambda one: (-one.people, one.first))[:MOST]:
            policy = self._policies[same.policy_id]
            contribution = None if same.are_replies else db.session.get(Contribution, same.first)
            reply = db.session.get(Comment, same.first) if same.are_replies else None
            hours = words[policy.id, ""].items()
            yield SameText(
                policy,
                self._label(policy, same.clause),
                same,
                of=sum(count for hour, count in hours if hour >= _hour(since)),
                usual=usual.get(policy.id) if contribution else None,
                number=contribution.number if contribution else 0,
                thread=reply.thread_id if reply else 0,
            )

    def _label(self, policy: Policy, clause: str) -> str:
        found = get_version(policy.id, policy.head_number).clause(clause) if clause else None
        return spoken(found.label) if found else ""


def _hour(moment: datetime) -> int:
    return int(moment.timestamp()) // 3600
