"""What stands out lately: bursts of new accounts, sudden inflow and near-identical texts, each with
what is usual there. Figures for people to look at; nothing follows from them by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.database import db
from app.discussions.models import Comment
from app.moderation.queries.unusual_counts import (
    Key,
    Same,
    count_sent,
    count_streams,
    find_same,
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
    suggestions everybody wrote there in the same time.
    """

    policy: Policy
    clause: str
    label: str
    begins: datetime
    peak: Peak
    words: int


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


def list_unusual(actor: Actor, window: int) -> Unusual:
    """What stands out in the last ``window`` hours on the drafts that ``actor`` sees."""
    now = clock.now()
    streams = count_streams(now - timedelta(hours=HISTORY))
    hour = int(now.timestamp()) // 3600
    new = _peaks(streams.new, hour, window)
    inflow = _peaks(streams.drafts, hour, window)
    same = find_same(now - timedelta(hours=window))
    places = _Places(actor, {key[0] for key in (*new, *inflow)} | {one.policy_id for one in same})
    return Unusual(
        list(places.bursts(new, streams.words)),
        list(places.bursts(inflow, streams.drafts)),
        list(places.same_texts(same, now, window)),
    )


def _peaks(streams: Mapping[Key, Series], hour: int, window: int) -> dict[Key, Peak]:
    found = {key: find_peak(series, hour, window) for key, series in streams.items()}
    peaks = {key: peak for key, peak in found.items() if peak is not None}
    order = sorted(peaks, key=lambda key: (-peaks[key].times, -peaks[key].count, key))
    return {key: peaks[key] for key in order[:MOST]}


class _Places:
    """The drafts that somebody sees among those where something stands out, and their articles."""

    def __init__(self, actor: Actor, policy_ids: Collection[int]) -> None:
        query = select(Policy).where(Policy.id.in_(policy_ids), seen_by(actor))
        self._policies = {policy.id: policy for policy in db.session.scalars(query)}

    def bursts(self, peaks: Mapping[Key, Peak], words: Mapping[Key, Series]) -> Iterator[Burst]:
        for (policy_id, clause), peak in peaks.items():
            policy = self._policies.get(policy_id)
            if policy is None:
                continue
            hours = range(peak.hour, peak.hour + peak.width)
            yield Burst(
                policy,
                clause,
                self._label(policy, clause),
                datetime.fromtimestamp(peak.hour * 3600, UTC),
                peak,
                sum(words[policy_id, clause].get(hour, 0) for hour in hours),
            )

    def same_texts(self, found: Sequence[Same], now: datetime, window: int) -> Iterator[SameText]:
        since = now - timedelta(hours=window)
        for same in sorted(found, key=lambda one: (-one.people, one.first))[:MOST]:
            policy = self._policies.get(same.policy_id)
            if policy is None:
                continue
            contribution = None if same.are_replies else db.session.get(Contribution, same.first)
            reply = db.session.get(Comment, same.first) if same.are_replies else None
            before = (policy.id, now - timedelta(hours=HISTORY), since)
            yield SameText(
                policy,
                self._label(policy, same.clause),
                same,
                of=count_sent(policy.id, since),
                usual=share_grouped(*before) if contribution else None,
                number=contribution.number if contribution else 0,
                thread=reply.thread_id if reply else 0,
            )

    def _label(self, policy: Policy, clause: str) -> str:
        found = get_version(policy.id, policy.head_number).clause(clause) if clause else None
        return spoken(found.label) if found else ""
